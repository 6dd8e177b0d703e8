"""Tasks, events, gateways, sub-processes: their outlines, signs, names and badges."""

from __future__ import annotations

from collections.abc import Callable

from processes.drawing import icons, palette
from processes.drawing.palette import Look, look
from processes.drawing.svg import clean, number, tag, text
from processes.drawing.words import width as text_width
from processes.drawing.words import wrap
from processes.model import ACTIVITIES, EVENTS, SUB_PROCESSES, Artifact, EventDef, Node
from processes.model.elements import Box
from processes.text import Text

Say = Callable[[Text], str]
SIZE = 13.0
LABEL = 12.0
THROWS = frozenset({"endEvent", "intermediateThrowEvent"})


def bears_name(node: Node) -> bool:
    """Activities carry their names inside."""
    return node.kind in ACTIVITIES


def node(node: Node, box: Box, state: str | None, closed: bool, label_above: bool, say: Say) -> str:
    """One node with its signs; names of events and gateways are drawn later, above the lines."""
    drawn = look(state if bears_name(node) or state != "wait" else None)
    if node.kind in ACTIVITIES:
        parts = _activity(node, box, drawn, closed)
    elif node.kind in EVENTS:
        parts = _event(node, box, drawn)
    else:
        parts = _gateway(node, box, drawn)
    if drawn.word is not None:
        parts += _badge(say(drawn.word), box, drawn, 1 if node.kind in ACTIVITIES else 10 if label_above else 0)
    return _group(node, state, parts, drawn, say)


def opened(node: Node, box: Box, state: str | None, say: Say) -> str:
    """A sub-process whose inside is drawn: a frame with its name at the top left."""
    drawn = look(state)
    x, y, width, height = box
    fill = palette.PAPER if state in {None, "wait"} else "none"
    frame = tag("rect", x=x, y=y, width=width, height=height, rx=8, fill=fill, stroke=drawn.stroke,
                stroke_width=drawn.width, stroke_dasharray="2 4" if node.triggered_by_event else drawn.dash,
                class_="bpmn-shape")  # fmt: skip
    lines = _ticked(node.name, drawn, width - 24, 1)
    name = text(lines, x + 12, y + 16, SIZE, anchor="start", fill=drawn.ink, font_weight="600")
    parts = frame + _inner(node, box, drawn) + name + _bottom(node, box, drawn.ink, False)
    if drawn.word is not None:
        parts += _badge(say(drawn.word), box, drawn, 1)
    return _group(node, state, parts, drawn, say)


def _group(node: Node, state: str | None, parts: str, drawn: Look, say: Say) -> str:
    said = node.name or node.id
    if drawn.says is not None:
        said += f"：{say(drawn.says)}"
    class_ = f"bpmn-{node.kind}" + (f" is-{palette.ALIASES.get(state, state)}" if state else "")
    return tag("g", tag("title", clean(said)), parts, class_=class_, data_element=node.id)


def _ticked(name: str, drawn: Look, room: float, most: int) -> list[str]:
    """The name in lines, with the tick of its state behind the last word."""
    lines = wrap(name, room, SIZE, most)
    if not drawn.tick:
        return lines
    tick = f" {drawn.tick}"
    if lines and text_width(lines[-1] + tick, SIZE) > room:
        lines = wrap(name, room - text_width(tick, SIZE), SIZE, most)
    return [*lines[:-1], (lines[-1] if lines else "") + tick]


def _activity(node: Node, box: Box, drawn: Look, closed: bool) -> str:
    x, y, width, height = box
    stroke = 3.5 if node.kind == "callActivity" and drawn.width < 2 else drawn.width
    shape = tag("rect", x=x, y=y, width=width, height=height, rx=6, fill=drawn.fill, stroke=drawn.stroke,
                stroke_width=stroke, stroke_dasharray=drawn.dash, class_="bpmn-shape")  # fmt: skip
    shape += _inner(node, box, drawn)
    sign = _sign(node.kind, x + 5, y + 5, palette.INK_3 if drawn.ink == palette.INK else drawn.ink)
    bottom = _bottom(node, box, drawn.ink, closed or node.kind in SUB_PROCESSES)
    top, low = (20 if sign else 4), (18 if bottom else 4)
    lines = _ticked(node.name, drawn, width - 10, max(1, int((height - 8 - (14 if bottom else 0)) // 17)))
    room = len(lines) * 17
    middle = y + height / 2
    if sign and middle - room / 2 < y + top - 2:
        middle = min(y + top + room / 2, y + height - low - room / 2 + 4)
    elif bottom and middle + room / 2 > y + height - low:
        middle = y + height - low - room / 2
    return shape + sign + bottom + text(lines, x + width / 2, middle, SIZE, fill=drawn.ink)


def _inner(node: Node, box: Box, drawn: Look) -> str:
    """The second border of a transaction."""
    if node.kind != "transaction":
        return ""
    x, y, width, height = box
    return tag("rect", x=x + 3, y=y + 3, width=width - 6, height=height - 6, rx=4, fill="none",
               stroke=drawn.stroke)  # fmt: skip


def _sign(kind: str, x: float, y: float, ink: str) -> str:
    if kind == "serviceTask":
        return icons.gear(x, y, 14, ink)
    return icons.icon(icons.TASKS[kind], x, y, 14, ink, kind in icons.FILLED) if kind in icons.TASKS else ""


def _bottom(node: Node, box: Box, ink: str, closed: bool) -> str:
    signs = [node.loop.kind] if node.loop else []
    signs += ["compensation"] if node.compensation else []
    signs += ["ad hoc"] if node.kind == "adHocSubProcess" else []
    signs += ["closed"] if closed else []
    x, y, width, height = box
    left = x + width / 2 - 8 * len(signs)
    return "".join(icons.icon(icons.BOTTOM[sign], left + 16 * n + 1, y + height - 16, 14, ink)
                   for n, sign in enumerate(signs))  # fmt: skip


def _event(node: Node, box: Box, drawn: Look) -> str:
    x, y, width, height = box
    cx, cy, radius = x + width / 2, y + height / 2, min(width, height) / 2
    soft = not node.cancel_activity or not node.is_interrupting
    dash = "4 3" if soft else drawn.dash
    thick = 3.2 if node.kind == "endEvent" else drawn.width
    shape = tag("circle", cx=cx, cy=cy, r=radius, fill=drawn.fill, stroke=drawn.stroke, stroke_width=thick,
                stroke_dasharray=dash, class_="bpmn-shape")  # fmt: skip
    if node.kind in {"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}:
        shape += tag("circle", cx=cx, cy=cy, r=radius - 3.2, fill="none", stroke=drawn.stroke, stroke_width=1.2,
                     stroke_dasharray=dash)  # fmt: skip
    if node.event is not None:
        shape += _trigger(node, node.event, cx, cy, radius, drawn.stroke)
    elif drawn.tick:
        shape += text([drawn.tick], cx, cy, radius, fill=drawn.stroke)
    return shape


def _trigger(node: Node, event: EventDef, cx: float, cy: float, radius: float, ink: str) -> str:
    size = radius * (1.5 if event.kind == "timer" else 1.12)
    x, y = cx - size / 2, cy - size / 2
    if event.kind == "timer":
        return icons.clock(x, y, size, ink)
    if event.kind == "terminate":
        return tag("circle", cx=cx, cy=cy, r=radius * 0.6, fill=ink)
    data = icons.EVENTS.get(event.kind)
    return icons.icon(data, x, y, size, ink, node.kind in THROWS) if data else ""


def _gateway(node: Node, box: Box, drawn: Look) -> str:
    x, y, width, height = box
    cx, cy = x + width / 2, y + height / 2
    corners = ((cx, y), (x + width, cy), (cx, y + height), (x, cy))
    points = " ".join(f"{number(px)},{number(py)}" for px, py in corners)
    shape = tag("polygon", points=points, fill=drawn.fill, stroke=drawn.stroke, stroke_width=drawn.width,
                stroke_linejoin="round", class_="bpmn-shape")  # fmt: skip
    return shape + icons.gateway(node.kind, cx, cy, min(width, height) / 2, drawn.stroke)


def _badge(word: str, box: Box, drawn: Look, below: float) -> str:
    """The word of a state on the lower edge, or `below` it; 0 puts it above."""
    x, y, width, height = box
    wide = text_width(word, 11.5) + 12
    cx, cy = x + width / 2, (y + height + below if below else y - 9)
    return tag(
        "g",
        tag("rect", x=cx - wide / 2, y=cy - 9, width=wide, height=18, rx=3, fill=drawn.stroke),
        text([word], cx, cy, 11.5, fill=palette.PAPER, font_weight="700"),
        class_="bpmn-badge",
    )


def label(node: Node, box: Box, place: Box | None, state: str | None) -> str:
    """The name of an event or gateway: where the drawing puts it, else below an event and above a gateway."""
    drawn = look(state if state != "wait" else None)
    x, y, width, height = box
    if place is not None:
        lx, ly, lw, lh = place
        lines = wrap(node.name, max(lw + 6, 72), LABEL, 4)
        cx, cy = lx + lw / 2, ly + max(lh / 2, len(lines) * LABEL * 0.66)
    else:
        lines = wrap(node.name, 96, LABEL, 3)
        away = 6 + len(lines) * LABEL * 0.66
        cx, cy = x + width / 2, (y + height + away if node.kind in EVENTS else y - away)
    weight = "600" if drawn.word is not None else None
    return text(lines, cx, cy, LABEL, fill=drawn.ink, stroke=palette.PAPER, stroke_width=3, paint_order="stroke",
                stroke_linejoin="round", font_weight=weight, class_="bpmn-label")  # fmt: skip


def artifact(found: Artifact, box: Box) -> str:
    """Notes, groups, data objects and stores; they say something to readers and nothing to the engine."""
    x, y, width, height = box
    if found.kind == "textAnnotation":
        data = f"M{number(x + 10)} {number(y)}H{number(x)}V{number(y + height)}H{number(x + 10)}"
        lines = wrap(found.name, max(width - 12, 40), LABEL, max(1, int(height // 15)))
        middle = y + height / 2
        words = text(lines, x + 8, middle, LABEL, anchor="start", fill=palette.INK_2)
        return tag("g", tag("path", d=data, fill="none", stroke=palette.INK_3), words, class_="bpmn-note",
                   data_element=found.id)  # fmt: skip
    if found.kind == "group":
        return tag("rect", x=x, y=y, width=width, height=height, rx=8, fill="none", stroke=palette.INK_3,
                   stroke_dasharray="8 4 1 4", data_element=found.id)  # fmt: skip
    return _data(found, box)


def _data(found: Artifact, box: Box) -> str:
    x, y, width, height = box
    if found.kind == "dataStoreReference":
        dip = height * 0.14
        data = (f"M{number(x)} {number(y + dip)}a{number(width / 2)} {number(dip)} 0 1 1 {number(width)} 0v"
                f"{number(height - 2 * dip)}a{number(width / 2)} {number(dip)} 0 1 1 {number(-width)} 0z"
                f"m0 0a{number(width / 2)} {number(dip)} 0 1 0 {number(width)} 0")  # fmt: skip
    else:
        fold = min(12.0, width / 3)
        data = (f"M{number(x)} {number(y)}h{number(width - fold)}l{number(fold)} {number(fold)}"
                f"v{number(height - fold)}h{number(-width)}z"
                f"m{number(width - fold)} 0v{number(fold)}h{number(fold)}")  # fmt: skip
    shape = tag("path", d=data, fill=palette.PAPER, stroke=palette.INK_3, stroke_width=1.3)
    lines = wrap(found.name, 96, LABEL, 2)
    words = text(lines, x + width / 2, y + height + 4 + len(lines) * 8, LABEL, fill=palette.INK_2)
    return tag("g", shape, words, class_="bpmn-data", data_element=found.id)
