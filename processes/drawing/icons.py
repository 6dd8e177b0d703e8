"""Markers: small signs in a box of 16 × 16, drawn with lines so that they stay sharp at any size."""

from __future__ import annotations

import math

from processes.drawing.svg import number, tag

# kind of task -> path data in a 16 × 16 box
TASKS = {
    "userTask": "M8 2.2a2.8 2.8 0 1 1 0 5.6a2.8 2.8 0 1 1 0-5.6z M2.2 14.2c0-3.6 2.4-5.2 5.8-5.2s5.8 1.6 5.8 5.2z",
    "manualTask": "M3 14V7.5c0-1 1.6-1 1.6 0V4c0-1.1 1.7-1.1 1.7 0V3c0-1.1 1.7-1.1 1.7 0v1c0-1.1 1.7-1.1 1.7 0v1.6"
    "c0-1 1.6-1 1.6 0V14z",
    "scriptTask": "M4.5 1.8h8.2c-2.6 2.6 1.6 5.6-1 9.4-.8 1.2-1.4 2-1.4 3H2.2c2.6-2.6-1.4-5.6 1-9.2.7-1.1 1.3-2 1.3"
    "-3.2z M5.4 5h4.4 M5 8h4.6 M5.2 11h4.2",
    "businessRuleTask": "M1.5 2.5h13v11h-13z M1.5 5.8h13 M1.5 9.6h13 M5.5 5.8v7.7",
    "sendTask": "M1.5 3.5h13v9.5h-13z M14.5 3.5l-6.5 5-6.5-5",
    "receiveTask": "M1.5 3.5h13v9.5h-13z M1.5 3.5l6.5 5 6.5-5",
}
FILLED = frozenset({"sendTask"})
# kind of event -> path data in a 16 × 16 box, and whether throwing fills it
EVENTS = {
    "message": "M2 4h12v8.4H2z M14 4l-6 4.6L2 4",
    "signal": "M8 2.4L14 13H2z",
    "error": "M3 13.4L6 3.2l4 6L13 2.6 10.2 13l-4-5.6z",
    "escalation": "M8 2.2L13 13.6 8 9.2 3 13.6z",
    "cancel": "M4.4 2.6L8 6.2l3.6-3.6 1.8 1.8L9.8 8l3.6 3.6-1.8 1.8L8 9.8l-3.6 3.6-1.8-1.8L6.2 8 2.6 4.4z",
    "compensate": "M8 3.4v9.2L2.4 8z M13.6 3.4v9.2L8 8z",
    "conditional": "M3.4 2.2h9.2v11.6H3.4z M5.2 5h5.6 M5.2 7h5.6 M5.2 9h5.6 M5.2 11h5.6",
    "link": "M2 6h6.4V3.2L14 8l-5.6 4.8V10H2z",
}
BOTTOM = {  # at the lower edge of an activity
    "parallel": "M5 3v10 M8 3v10 M11 3v10",
    "sequential": "M3 5h10 M3 8h10 M3 11h10",
    "standard": "M5.4 12.6A5 5 0 1 1 10 12.9 M5.4 12.6l-2.6-.4 M5.4 12.6l.4-2.7",
    "compensation": "M8 3.4v9.2L2.4 8z M13.6 3.4v9.2L8 8z",
    "ad hoc": "M2.5 9.5c2-5 4-3 5.5-1.5s3.5 3.5 5.5-1.5",
    "closed": "M1.5 1.5h13v13h-13z M8 4.2v7.6 M4.2 8h7.6",
}


def icon(data: str, x: float, y: float, size: float, ink: str, filled: bool = False, width: float = 1.2) -> str:
    """One sign with its top left corner at (x, y); filled signs get their inner lines in white."""
    scale = size / 16
    place = f"translate({number(x)} {number(y)}) scale({scale:.3g})"
    line = "#ffffff" if filled and data.count("M") > 1 else ink
    return tag("path", d=data, transform=place, fill=ink if filled else "none", stroke=line,
               stroke_width=round(width / scale, 2), stroke_linejoin="round", stroke_linecap="round")  # fmt: skip


def gear(x: float, y: float, size: float, ink: str) -> str:
    """The sign of a service task."""
    points = []
    for tooth in range(8):
        for turn, reach in ((-0.17, 6.9), (0.17, 6.9), (0.23, 5.1), (0.555, 5.1)):
            angle = tooth * math.pi / 4 + turn
            points.append(f"{8 + reach * math.cos(angle):.1f} {8 + reach * math.sin(angle):.1f}")
    data = "M" + "L".join(points) + "z M8 5.7a2.3 2.3 0 1 1 0 4.6a2.3 2.3 0 1 1 0-4.6z"
    return icon(data, x, y, size, ink)


def clock(x: float, y: float, size: float, ink: str) -> str:
    """The sign of a timer."""
    rays = [(math.cos(n * math.pi / 6), math.sin(n * math.pi / 6)) for n in range(12)]
    ticks = "".join(f"M{8 + 5.2 * c:.1f} {8 + 5.2 * s:.1f}L{8 + 6.4 * c:.1f} {8 + 6.4 * s:.1f}" for c, s in rays)
    return icon(f"M8 1.4a6.6 6.6 0 1 1 0 13.2a6.6 6.6 0 1 1 0-13.2z M8 4.4V8l2.6 1.6 {ticks}", x, y, size, ink, width=1)


def gateway(kind: str, x: float, y: float, half: float, ink: str) -> str:
    """The sign inside a gateway with its centre at (x, y)."""
    reach = half * 0.36
    if kind in {"parallelGateway", "complexGateway"}:
        arms = [(reach * 1.25, 0.0), (0.0, reach * 1.25)]
        arms += [(reach * 0.9, reach * 0.9), (reach * 0.9, -reach * 0.9)] if kind == "complexGateway" else []
        return _strokes(arms, x, y, ink)
    if kind == "exclusiveGateway":
        return _strokes([(reach * 0.8, reach), (reach * 0.8, -reach)], x, y, ink)
    if kind == "inclusiveGateway":
        return tag("circle", cx=x, cy=y, r=half * 0.46, fill="none", stroke=ink, stroke_width=2.5)
    return _pentagon(x, y, half, ink)


def _strokes(arms: list[tuple[float, float]], x: float, y: float, ink: str) -> str:
    data = "".join(f"M{number(x - dx)} {number(y - dy)}L{number(x + dx)} {number(y + dy)}" for dx, dy in arms)
    return tag("path", d=data, fill="none", stroke=ink, stroke_width=2.8, stroke_linecap="round")


def _pentagon(x: float, y: float, half: float, ink: str) -> str:
    angles = [-math.pi / 2 + n * 2 * math.pi / 5 for n in range(5)]
    reach = half * 0.3
    points = " ".join(f"{number(x + reach * math.cos(a))},{number(y + reach * math.sin(a))}" for a in angles)
    rings = "".join(
        tag("circle", cx=x, cy=y, r=half * r, fill="none", stroke=ink, stroke_width=1) for r in (0.58, 0.48)
    )
    return rings + tag("polygon", points=points, fill="none", stroke=ink, stroke_width=1.2)
