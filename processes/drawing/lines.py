"""Flows: rounded bends, arrow heads, the marks of default and conditional exits, their words."""

from __future__ import annotations

import math
from itertools import pairwise

from processes.drawing import palette
from processes.drawing.svg import number, tag, text
from processes.drawing.words import wrap
from processes.model.elements import Box, Point

BEND = 6.0
HEAD = 10.0


def arrow(id_: str, points: list[Point], mark: str | None, default: bool, slip: bool) -> str:
    """A sequence flow; `slip` draws the small diamond of a condition that leaves an activity."""
    ink, width, dash = _flow_look(mark)
    parts = [
        tag("path", d=_path(_shortened(points, HEAD * 0.8)), fill="none", stroke=ink, stroke_width=width,
            stroke_dasharray=dash, class_="bpmn-line"),
        _head(points, ink, ink),
    ]  # fmt: skip
    if default:
        parts.append(_slash(points, ink))
    if slip:
        parts.append(_diamond(points, ink))
    return tag("g", *parts, class_=f"bpmn-flow is-{mark}" if mark else "bpmn-flow", data_element=id_)


def _flow_look(mark: str | None) -> tuple[str, float, str | None]:
    if mark in {"missed", "error"}:
        return palette.RED, 2.0, "6 3" if mark == "missed" else None
    if mark == "done":
        return palette.GREEN, 2.0, None
    return palette.INK_2, 1.5, None


def message_arrow(id_: str, points: list[Point]) -> str:
    """A message flow between pools."""
    ink = palette.INK_3
    return tag(
        "g",
        tag(
            "path", d=_path(_shortened(points, HEAD)), fill="none", stroke=ink, stroke_width=1.3, stroke_dasharray="8 5"
        ),
        tag("circle", cx=points[0][0], cy=points[0][1], r=3.5, fill=palette.PAPER, stroke=ink, stroke_width=1.3),
        _head(points, ink, palette.PAPER),
        class_="bpmn-message",
        data_element=id_,
    )


def association(id_: str, points: list[Point]) -> str:
    """A dotted line to a note or a compensation activity."""
    return tag("path", d=_path(points), fill="none", stroke=palette.INK_3, stroke_width=1.3, stroke_dasharray="1 4",
               stroke_linecap="round", class_="bpmn-association", data_element=id_)  # fmt: skip


def flow_label(name: str, points: list[Point], box: Box | None) -> str:
    """The words of a flow: where the drawing puts them, else beside the first straight piece."""
    if box is not None:
        x, y, width, height = box
        lines = wrap(name, max(width + 6, 72), 12, 4)
        return _haloed(lines, x + width / 2, y + height / 2)
    (ax, ay), (bx, by) = points[0], points[1]
    lines = wrap(name, 90, 12, 2)
    if abs(ax - bx) >= abs(ay - by):
        return _haloed(lines, (ax + bx) / 2, (ay + by) / 2 - 5 - 8 * len(lines))
    return _haloed(lines, (ax + bx) / 2 + 6, (ay + by) / 2, "start")


def _haloed(lines: list[str], x: float, y: float, anchor: str = "middle") -> str:
    """Text with a white border, so that it stays readable where a line passes."""
    return text(lines, x, y, 12, fill=palette.INK_2, stroke=palette.PAPER, stroke_width=3, paint_order="stroke",
                stroke_linejoin="round", anchor=anchor, class_="bpmn-label")  # fmt: skip


def _unit(start: Point, end: Point) -> tuple[float, float, float]:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    return (dx / length, dy / length, length) if length else (1.0, 0.0, 0.0)


def _straight(points: list[Point]) -> list[Point]:
    """Without points that repeat their neighbour."""
    kept = points[:1]
    kept += [point for before, point in pairwise(points) if point != before]
    return kept if len(kept) > 1 else [points[0], (points[0][0] + 0.1, points[0][1])]


def _shortened(points: list[Point], by: float) -> list[Point]:
    points = _straight(points)
    ux, uy, length = _unit(points[-2], points[-1])
    by = min(by, length / 2)
    return [*points[:-1], (points[-1][0] - ux * by, points[-1][1] - uy * by)]


def _path(points: list[Point]) -> str:
    points = _straight(points)
    data = f"M{number(points[0][0])} {number(points[0][1])}"
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        ux, uy, first = _unit(before, here)
        vx, vy, second = _unit(here, after)
        cut = min(BEND, first / 2, second / 2)
        data += f"L{number(here[0] - ux * cut)} {number(here[1] - uy * cut)}"
        data += f"Q{number(here[0])} {number(here[1])} {number(here[0] + vx * cut)} {number(here[1] + vy * cut)}"
    return data + f"L{number(points[-1][0])} {number(points[-1][1])}"


def _head(points: list[Point], ink: str, fill: str) -> str:
    points = _straight(points)
    ux, uy, _ = _unit(points[-2], points[-1])
    x, y = points[-1]
    back = (x - ux * HEAD, y - uy * HEAD)
    sides = [(back[0] - uy * 4.2, back[1] + ux * 4.2), (back[0] + uy * 4.2, back[1] - ux * 4.2)]
    corners = " ".join(f"{number(px)},{number(py)}" for px, py in ((x, y), *sides))
    return tag("polygon", points=corners, fill=fill, stroke=ink, stroke_width=1, stroke_linejoin="round")


def _slash(points: list[Point], ink: str) -> str:
    points = _straight(points)
    ux, uy, length = _unit(points[0], points[1])
    reach = min(11.0, length / 2)
    x, y = points[0][0] + ux * reach, points[0][1] + uy * reach
    dx, dy = (ux - uy) * 4.2, (uy + ux) * 4.2
    data = f"M{number(x - dx)} {number(y - dy)}L{number(x + dx)} {number(y + dy)}"
    return tag("path", d=data, stroke=ink, stroke_width=1.5)


def _diamond(points: list[Point], ink: str) -> str:
    points = _straight(points)
    ux, uy, _ = _unit(points[0], points[1])
    x, y = points[0]
    corners = [(0.0, 0.0), (7.0, 4.0), (14.0, 0.0), (7.0, -4.0)]
    placed = (f"{number(x + ux * a - uy * b)},{number(y + uy * a + ux * b)}" for a, b in corners)
    return tag("polygon", points=" ".join(placed), fill=palette.PAPER, stroke=ink, stroke_width=1.3)
