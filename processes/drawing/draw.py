"""The picture of one plane of a diagram: pools, lanes, flows, nodes, words, and where a case stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from processes.drawing import nodes, palette
from processes.drawing.lines import arrow, association, flow_label, message_arrow
from processes.drawing.svg import clean, number, tag, text
from processes.drawing.words import wrap
from processes.model import GATEWAYS, SUB_PROCESSES, Diagram, Node
from processes.model.elements import Box
from processes.text import T, Text

MARGIN = 12.0
BAND = 30.0  # the strip of a pool or lane that bears its name


def draw(
    diagram: Diagram,
    marks: Mapping[str, str] | None = None,
    *,
    title: str = "",
    say: Callable[[Text], str] = str,
    plane: str | None = None,
    process: str | None = None,
) -> str:
    """The diagram as one `<svg>`, to be put into a page as it is or saved as a file of its own; sizes in pixels.

    `marks` maps element ids to done, now (doing), wait, stuck, skipped, error, warning or missed. When marks are
    given, activities without one are drawn as not begun. `say` translates, `plane` picks a sub-process drawn apart,
    `process` leaves out the other pools of the file.
    """
    return _Picture(diagram, marks, title, say, plane, process).svg()


class _Picture:
    def __init__(
        self,
        diagram: Diagram,
        marks: Mapping[str, str] | None,
        title: str,
        say: nodes.Say,
        plane: str | None,
        process: str | None,
    ) -> None:
        self.diagram = diagram
        self.marks = marks
        self.title = title or _title(diagram, process)
        self.only = None if process is None else _of_process(diagram, process)
        self.say = say
        first = next(iter(diagram.planes.values()), "")
        self.plane = first if plane is None else plane

    def svg(self) -> str:
        box = self._extent()
        if box is None:
            box, body = (0.0, 0.0, 480.0, 60.0), self._nothing()
        else:
            body = "".join(self._parts())
        return tag(
            "svg",
            tag("title", clean(self._label())),
            body,
            xmlns="http://www.w3.org/2000/svg",
            class_="bpmn",
            viewBox=" ".join(map(number, box)),
            width=box[2],
            height=box[3],
            role="img",
            aria_label=self._label(),
            font_family=palette.FONT,
        )

    def _nothing(self) -> str:
        return text([self.say(T("这个流程图没有图形信息。"))], 240, 30, 14, fill=palette.INK_2)

    def _label(self) -> str:
        shown = [node for node in self.diagram.nodes.values() if self._here(node.id)]
        standing = [node.name or node.id for node in shown if self._is(node, "now")]
        stuck = [node.name or node.id for node in shown if self._is(node, "stuck")]
        said = self.say(T("流程图“{title}”", title=self.title))
        if standing:
            said += self.say(T("，现在办到“{steps}”", steps="、".join(standing[:8])))
        if stuck:
            said += self.say(T("，停在“{steps}”", steps="、".join(stuck[:8])))
        return said

    def _is(self, node: Node, state: str) -> bool:
        found = (self.marks or {}).get(node.id, "")
        return palette.ALIASES.get(found, found) == state

    def _here(self, id_: str) -> bool:
        return self.diagram.planes.get(id_) == self.plane and (self.only is None or id_ in self.only)

    def _extent(self) -> Box | None:
        diagram = self.diagram
        shapes = [*diagram.shapes.items(), *diagram.label_shapes.items()]
        boxes = [box for id_, box in shapes if self._here(id_)]
        points = [point for id_, line in diagram.edges.items() if self._here(id_) for point in line]
        points += [(x + dx * w, y + dy * h) for x, y, w, h in boxes for dx, dy in ((0, 0), (1, 1))]
        if not points:
            return None
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, top = min(xs) - MARGIN, min(ys) - MARGIN
        return left, top, max(xs) + MARGIN - left, max(ys) + MARGIN + 8 - top

    def _parts(self) -> Iterator[str]:
        diagram = self.diagram
        yield from self._bands()
        shown = [node for node in diagram.nodes.values() if node.id in diagram.shapes and self._here(node.id)]
        shown = [node for node in shown if not self._covered(node)]
        opened = [node for node in shown if self._open(node)]
        for node in opened:  # document order: outer before inner
            yield nodes.opened(node, diagram.shapes[node.id], self._state(node), self.say)
        yield from self._lines({node.scope for node in shown} | set(diagram.processes))
        for node in shown:
            if node not in opened and node.kind != "boundaryEvent":
                yield self._node(node)
        for node in shown:
            if node.kind == "boundaryEvent":
                yield self._node(node)
        yield from self._labels(shown)

    def _bands(self) -> Iterator[str]:
        diagram = self.diagram
        for pool in diagram.pools.values():
            if pool.id in diagram.shapes and self._here(pool.id):
                lanes = any(lane.process == pool.process for lane in diagram.lanes.values())
                yield self._band("bpmn-pool", pool.id, pool.name, palette.EDGE, bool(pool.process), lanes)
        for lane in diagram.lanes.values():
            if lane.id in diagram.shapes and self._here(lane.id):
                yield self._band("bpmn-lane", lane.id, lane.name, palette.LINE, True, False)

    def _band(self, class_: str, id_: str, name: str, stroke: str, open_: bool, strong: bool) -> str:
        x, y, width, height = box = self.diagram.shapes[id_]
        frame = tag("rect", x=x, y=y, width=width, height=height, fill=palette.PAPER if open_ else palette.TINT,
                    stroke=stroke)  # fmt: skip
        if not open_:
            words = text(wrap(name, width - 20, 13, 3), x + width / 2, y + height / 2, 13, fill=palette.INK)
            return tag("g", frame, words, class_=class_, data_element=id_)
        return tag("g", frame, _strip(box, name, stroke, id_ in self.diagram.vertical, strong), class_=class_,
                   data_element=id_)  # fmt: skip

    def _lines(self, scopes: set[str]) -> Iterator[str]:
        diagram = self.diagram
        for flow in diagram.flows.values():
            points = diagram.edges.get(flow.id, [])
            if len(points) > 1 and self._here(flow.id) and flow.scope in scopes:
                source = diagram.nodes.get(flow.source)
                default = source is not None and source.default_flow == flow.id
                slip = flow.condition is not None and source is not None and not source.kind.endswith("Gateway")
                yield arrow(flow.id, points, (self.marks or {}).get(flow.id), default, slip)
        for message in diagram.message_flows.values():
            points = diagram.edges.get(message.id, [])
            if len(points) > 1 and self._here(message.id):
                yield message_arrow(message.id, points)
        for artifact in diagram.artifacts.values():
            points = diagram.edges.get(artifact.id, [])
            if len(points) > 1 and self._here(artifact.id):
                yield association(artifact.id, points)
            elif artifact.id in diagram.shapes and self._here(artifact.id):
                yield nodes.artifact(artifact, diagram.shapes[artifact.id])

    def _open(self, node: Node) -> bool:
        """Its inside is drawn: an expanded sub-process, or a call activity large enough to hold one."""
        _, _, width, height = self.diagram.shapes[node.id]
        holds = node.kind in SUB_PROCESSES or (node.kind == "callActivity" and width > 180 and height > 120)
        return holds and node.id not in self.diagram.collapsed

    def _covered(self, node: Node) -> bool:
        """Inside a sub-process that is drawn closed."""
        scope, seen = node.scope, 0
        while scope in self.diagram.nodes and scope != self.plane and seen < 200:
            if scope in self.diagram.collapsed:
                return True
            scope, seen = self.diagram.nodes[scope].scope, seen + 1
        return False

    def _state(self, node: Node) -> str | None:
        if self.marks is None:
            return None
        return self.marks.get(node.id) or "wait"

    def _node(self, node: Node) -> str:
        closed = node.id in self.diagram.collapsed
        box, label = self.diagram.shapes[node.id], self.diagram.label_shapes.get(node.id)
        above = label[1] < box[1] if label else node.kind in GATEWAYS
        return nodes.node(node, box, self._state(node), closed, above, self.say)

    def _labels(self, shown: list[Node]) -> Iterator[str]:
        diagram = self.diagram
        for node in shown:
            if node.name and not nodes.bears_name(node):
                yield nodes.label(node, diagram.shapes[node.id], diagram.label_shapes.get(node.id), self._state(node))
        named = [(flow.id, flow.name) for flow in diagram.flows.values()]
        named += [(flow.id, flow.name) for flow in diagram.message_flows.values()]
        for id_, name in named:
            points = diagram.edges.get(id_, [])
            if name and len(points) > 1 and self._here(id_):
                yield flow_label(name, points, diagram.label_shapes.get(id_))


def _title(diagram: Diagram, process: str | None) -> str:
    names = [found.name for found in diagram.processes.values() if process in {None, found.id}]
    names += [pool.name for pool in diagram.pools.values() if process in {None, pool.process}]
    return next(filter(None, names), next(iter(diagram.processes), diagram.file))


def _of_process(diagram: Diagram, process: str) -> set[str]:
    """Everything that is drawn for one process: its pool and what stands in it."""
    found = {node.id for node in diagram.nodes.values() if node.process == process}
    found |= {flow.id for flow in diagram.flows.values() if flow.process == process}
    found |= {lane.id for lane in diagram.lanes.values() if lane.process == process}
    pools = {pool.id for pool in diagram.pools.values() if pool.process == process}
    return found | pools | {id_ for id_ in diagram.artifacts if _stands_in(diagram, id_, pools)}


def _stands_in(diagram: Diagram, id_: str, pools: set[str]) -> bool:
    x, y = diagram.shapes[id_][:2] if id_ in diagram.shapes else next(iter(diagram.edges.get(id_, [])), (0.0, 0.0))
    boxes = (diagram.shapes[pool] for pool in pools if pool in diagram.shapes)
    return any(left <= x <= left + wide and top <= y <= top + high for left, top, wide, high in boxes)


def _strip(box: Box, name: str, stroke: str, upright: bool, strong: bool) -> str:
    """The narrow strip with the name, turned to read upwards except in upright pools."""
    x, y, width, height = box
    wide, high = (width, BAND) if upright else (BAND, height)
    strip = tag("rect", x=x, y=y, width=wide, height=high, fill=palette.TINT, stroke=stroke, class_="bpmn-band")
    cx, cy = x + wide / 2, y + high / 2
    turn = None if upright else f"rotate(-90 {number(cx)} {number(cy)})"
    lines = wrap(name, (width if upright else height) - 12, 13, 2 if height < 80 and not strong else 1)
    weight = "600" if strong else None
    return strip + text(lines, cx, cy, 13, fill=palette.INK_2, transform=turn, font_weight=weight)
