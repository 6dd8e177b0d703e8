"""The drawing as a reader sees it: overlaps, lanes, slanted lines, lines through elements, text on lines.

Sizes are pixels of the diagram interchange. Very large drawings are not examined.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from processes.check.registry import Place, named
from processes.check.view import View
from processes.findings import Finding
from processes.model import EVENTS, GATEWAYS, Diagram, Flow, Node
from processes.model.elements import Box, Point
from processes.text import T

MOST_NODES = 300
MOST_POINTS = 3_000
LABELLED = EVENTS | GATEWAYS
TOUCH = 1.0  # boxes that only touch do not overlap
STRAIGHT = 1.5  # a line off by less looks straight
LABEL_GAP = 3.0  # blank border inside a label's box


def missing(view: View) -> Iterator[Finding]:
    """Elements without a shape, flows without a line, names without a place for them."""
    diagram = view.diagram
    if not diagram.nodes:
        return
    if not diagram.shapes:
        yield view.at("drawing-missing", None, T("这个文件没有图形信息，画不出来。请在设计器里打开、排好再保存。"))
        return
    pools = {pool.process for pool in diagram.pools.values()}
    drawn = [n for n in view.nodes if not _hidden(diagram, n) and (not pools or n.process in pools)]
    lost: list[Place] = [n for n in drawn if n.id not in diagram.shapes]
    lost += [lane for lane in diagram.lanes.values() if lane.id not in diagram.shapes]
    scopes = {node.scope for node in drawn}
    lost += [f for f in diagram.flows.values() if f.scope in scopes and len(diagram.edges.get(f.id, ())) < 2]
    if lost:
        message = T("{count} 个元素没有画在图上：{names}。请在设计器里补画。",
                    count=len(lost), names="、".join(named(place) for place in lost[:5]))  # fmt: skip
        yield view.at("drawing-missing", lost[0], message, [place.id for place in lost])
    if view.own:
        yield from _homeless_labels(view, drawn)


def _homeless_labels(view: View, drawn: list[Node]) -> Iterator[Finding]:
    places: list[Place] = [node for node in drawn if node.kind in LABELLED and node.name]
    places += [flow for flow in view.diagram.flows.values() if flow.name]
    for place in places:
        if place.id not in view.diagram.label_shapes:
            message = T("{place} 的文字没有写明位置，可能压在线上。请在设计器里拖一下文字再保存。", place=named(place))
            yield view.at("drawing-label", place, message)


def overlaps(view: View) -> Iterator[Finding]:
    """Two shapes of one scope on top of each other."""
    diagram = view.diagram
    for nodes in view.scopes.values():
        drawn = [n for n in nodes if n.kind != "boundaryEvent" and n.id in diagram.shapes][:MOST_NODES]
        for one, other in combinations(drawn, 2):
            if _plane(diagram, one.id) == _plane(diagram, other.id) and _cover(
                diagram.shapes[one.id], diagram.shapes[other.id], TOUCH
            ):
                message = T("{one} 和 {other} 画得重叠了。请移开一个。", one=named(one), other=named(other))
                yield view.at("drawing-overlap", other, message, [one.id, other.id])


def lanes(view: View) -> Iterator[Finding]:
    """Nodes stand inside the box of their lane."""
    diagram = view.diagram
    for node in view.nodes:
        box, lane = diagram.shapes.get(node.id), diagram.lanes.get(node.lane or "")
        around = diagram.shapes.get(lane.id) if lane else None
        if lane is None or box is None or around is None or node.scope not in diagram.processes:
            continue
        if node.kind != "boundaryEvent" and not _inside(box, around):
            message = T("{node} 属于泳道 {lane}，却画在它外面。请移进泳道。", node=named(node), lane=named(lane))
            yield view.at("drawing-lane", node, message)


def lines(view: View) -> Iterator[Finding]:
    """Slanted lines and lines through elements they do not belong to."""
    diagram = view.diagram
    if _too_large(view):
        return
    boxes = [node for node in view.nodes if node.id in diagram.shapes and not _hidden(diagram, node)]
    for flow in diagram.flows.values():
        segments = list(pairwise(diagram.edges.get(flow.id, ())))
        if any(_slanted(start, end) for start, end in segments):
            yield view.at("drawing-slanted", flow, T("连线 {flow} 是斜的。请拉成横平竖直。", flow=named(flow)))
        crossed = [node for node in boxes if _crosses(diagram, flow, node, segments)]
        if crossed:
            message = T("连线 {flow} 穿过了 {nodes}。请绕开。",
                        flow=named(flow), nodes="、".join(map(named, crossed)))  # fmt: skip
            yield view.at("drawing-crossing", flow, message, [node.id for node in crossed])


def _too_large(view: View) -> bool:
    points = sum(map(len, view.diagram.edges.values())) + len(view.diagram.flows)
    return len(view.nodes) > MOST_NODES or points > MOST_POINTS


def _crosses(diagram: Diagram, flow: Flow, node: Node, segments: list[tuple[Point, Point]]) -> bool:
    if node.id in {flow.source, flow.target} or node.id in _around(diagram, flow.scope):
        return False
    if _plane(diagram, node.id) != _plane(diagram, flow.id):
        return False
    box = _shrunk(diagram.shapes[node.id], 2)
    return any(_hits(start, end, box) for start, end in segments)


def labels(view: View) -> Iterator[Finding]:
    """Text on a shape, on a line or on other text."""
    diagram = view.diagram
    if _too_large(view):
        return
    places: list[Node | Flow] = [n for n in view.nodes if n.kind in LABELLED and not _hidden(diagram, n)]
    places += diagram.flows.values()
    written = [place for place in places if place.name and place.id in diagram.label_shapes]
    for place in written:
        other = _under(view, place)
        if other is not None:
            message = T("{place} 的文字压在 {other} 上。请移开文字。", place=named(place), other=named(other))
            yield view.at("drawing-label", place, message, [place.id, other.id])
    for one, two in combinations(written, 2):
        if _plane(diagram, one.id) == _plane(diagram, two.id) and _cover(
            diagram.label_shapes[one.id], diagram.label_shapes[two.id], LABEL_GAP
        ):
            message = T("{one} 和 {other} 的文字叠在一起。请移开一个。", one=named(one), other=named(two))
            yield view.at("drawing-label", two, message, [one.id, two.id])


def _under(view: View, place: Node | Flow) -> Node | Flow | None:
    diagram = view.diagram
    box = _shrunk(diagram.label_shapes[place.id], LABEL_GAP)
    around = _around(diagram, place.scope)
    for node in view.nodes:
        apart = node.id in around or _plane(diagram, node.id) != _plane(diagram, place.id)
        if node.id not in diagram.shapes or apart or _hidden(diagram, node):
            continue
        if _cover(box, diagram.shapes[node.id], 0):
            return node
    for flow in diagram.flows.values():
        segments = pairwise(diagram.edges.get(flow.id, ()))
        if _plane(diagram, flow.id) == _plane(diagram, place.id) and any(_hits(a, b, box) for a, b in segments):
            return flow
    return None


def _hidden(diagram: Diagram, node: Node) -> bool:
    """Inside a closed sub-process of the same plane."""
    return any(id_ in diagram.collapsed and _plane(diagram, node.id) != id_ for id_ in _around(diagram, node.scope))


def _around(diagram: Diagram, scope: str) -> list[str]:
    found: list[str] = []
    while scope in diagram.nodes and scope not in found:
        found.append(scope)
        scope = diagram.nodes[scope].scope
    return found


def _plane(diagram: Diagram, id_: str) -> str:
    return diagram.planes.get(id_, "")


def _shrunk(box: Box, by: float) -> Box:
    x, y, width, height = box
    return x + by, y + by, max(width - 2 * by, 0), max(height - 2 * by, 0)


def _cover(one: Box, other: Box, by: float) -> bool:
    ax, ay, aw, ah = one
    bx, by_, bw, bh = other
    return min(ax + aw, bx + bw) - max(ax, bx) > by and min(ay + ah, by_ + bh) - max(ay, by_) > by


def _inside(box: Box, around: Box) -> bool:
    x, y, width, height = box
    ax, ay, aw, ah = around
    return ax - TOUCH <= x and ay - TOUCH <= y and x + width <= ax + aw + TOUCH and y + height <= ay + ah + TOUCH


def _slanted(start: Point, end: Point) -> bool:
    return abs(start[0] - end[0]) > STRAIGHT and abs(start[1] - end[1]) > STRAIGHT


def _hits(start: Point, end: Point, box: Box) -> bool:
    """Liang-Barsky: does the segment enter the open box?"""
    x, y, width, height = box
    if width <= 0 or height <= 0:
        return False
    low, high = 0.0, 1.0
    for delta, distance, size in ((end[0] - start[0], x - start[0], width), (end[1] - start[1], y - start[1], height)):
        if delta == 0:
            if not distance < 0 < distance + size:
                return False
            continue
        first, last = sorted((distance / delta, (distance + size) / delta))
        low, high = max(low, first), min(high, last)
    return low < high


CHECKS = (missing, overlaps, lanes, lines, labels)
