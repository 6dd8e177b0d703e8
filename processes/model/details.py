"""Small readers for one element: attributes, references, event definitions, loops."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from processes.model.elements import Box, EventDef, Loop, Point

YISHI = "urn:yishi:bpmn:1"
TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
REFERENCES = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}
Known = dict[str, Any]  # id -> root element, for messages, signals, errors, escalations, shared event definitions


def local(element: Any) -> str:
    """The tag without its namespace; empty for comments and the like."""
    tag = element.tag
    return str(tag).rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: Any) -> str:
    """The namespace of a tag; empty when there is none."""
    tag = element.tag
    return str(tag)[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(element: Any, *names: str) -> Iterator[Any]:
    """The direct children with one of these local names."""
    return (child for child in element if local(child) in names)


def text_of(element: Any, name: str) -> str | None:
    """The stripped text of the first child of that name; None when absent or empty."""
    child = next(children(element, name), None)
    return _text(child) if child is not None else None


def _text(element: Any) -> str | None:
    return "".join(element.itertext()).strip() or None


def ref(text: str | None) -> str | None:
    """A reference as an id: QName prefixes and blanks dropped."""
    return text.strip().rpartition(":")[2] or None if text else None


def truth(text: str | None, otherwise: bool) -> bool:
    """An xsd:boolean attribute."""
    return otherwise if text is None else text.strip() in {"true", "1"}


def yishi(element: Any) -> dict[str, str]:
    """Our attributes of an element, without the namespace."""
    mark = f"{{{YISHI}}}"
    return {str(key)[len(mark) :]: str(value) for key, value in element.attrib.items() if str(key).startswith(mark)}


def yishi_params(element: Any) -> dict[str, str]:
    """`<yishi:param name value/>`, directly below the element or in its extensionElements, in document order."""
    places = [element, *children(element, "extensionElements")]
    found = (item for place in places for item in place.iterfind(f"{{{YISHI}}}param"))
    return {item.get("name", ""): item.get("value") or _text(item) or "" for item in found}


def event_definitions(element: Any, known: Known) -> list[EventDef]:
    """What an event waits for or throws, shared definitions (eventDefinitionRef) included."""
    found = []
    for child in element:
        name = local(child)
        shared = known.get(ref(_text(child)) or "") if name == "eventDefinitionRef" else None
        definition = child if shared is None else shared
        if local(definition).endswith("EventDefinition"):
            found.append(_event(definition, known, child.sourceline))
    return found


def _event(definition: Any, known: Known, line: int | None) -> EventDef:
    kind = local(definition).removesuffix("EventDefinition")
    event = EventDef(kind=kind, ext=yishi(definition), line=line)
    if kind in REFERENCES:
        event.ref = ref(definition.get(REFERENCES[kind]) or text_of(definition, REFERENCES[kind]))
        event.name, event.code = meaning(known.get(event.ref or ""), kind)
    elif kind == "timer":
        _timer(definition, event)
    elif kind == "conditional":
        event.text = text_of(definition, "condition")
    elif kind == "compensate":
        event.activity_ref = ref(definition.get("activityRef"))
    elif kind == "link":
        event.link_name = definition.get("name") or None
    return event


def _timer(definition: Any, event: EventDef) -> None:
    for child in children(definition, *TIMERS):
        event.timer_kind, event.text = TIMERS[local(child)], _text(child)
        if event.text:
            return


def meaning(target: Any, kind: str) -> tuple[str | None, str | None]:
    """Name and code of a message, signal, error or escalation; the id stands in for a missing name."""
    if target is None or local(target) != kind:
        return None, None
    name = (target.get("name") or "").strip() or target.get("id")
    return name, (target.get(f"{kind}Code") or "").strip() or None


def loop_of(element: Any, names: dict[str, str]) -> Loop | None:
    """The loop marker of an activity; `names` gives data objects their names."""
    for child in element:
        if local(child) == "standardLoopCharacteristics":
            return Loop(
                kind="standard",
                condition=text_of(child, "loopCondition"),
                maximum=child.get("loopMaximum") or yishi(child).get("maximum"),
                test_before=truth(child.get("testBefore"), False),
                line=child.sourceline,
            )
        if local(child) == "multiInstanceLoopCharacteristics":
            return _many(child, names)
    return None


def _many(child: Any, names: dict[str, str]) -> Loop:
    foreign = {str(key).rpartition("}")[2]: str(value) for key, value in child.attrib.items() if str(key)[0] == "{"}
    zeebe = {key: value for item in child.iterdescendants() if local(item) == "loopCharacteristics"
             for key, value in item.attrib.items()}  # fmt: skip
    own = yishi(child)
    return Loop(
        kind="sequential" if truth(child.get("isSequential"), False) else "parallel",
        collection=own.get("collection") or _data(child, "loopDataInputRef", names) or zeebe.get("inputCollection")
        or foreign.get("collection"),
        element=own.get("element") or _item(child, "inputDataItem") or zeebe.get("inputElement")
        or foreign.get("elementVariable"),
        output_collection=own.get("outputCollection") or _data(child, "loopDataOutputRef", names)
        or zeebe.get("outputCollection"),
        output_element=own.get("outputElement") or _item(child, "outputDataItem") or zeebe.get("outputElement"),
        cardinality=text_of(child, "loopCardinality"),
        completion=text_of(child, "completionCondition"),
        line=child.sourceline,
    )  # fmt: skip


def _data(child: Any, name: str, names: dict[str, str]) -> str | None:
    target = ref(text_of(child, name))
    return names.get(target, target) if target else None


def _item(child: Any, name: str) -> str | None:
    item = next(children(child, name), None)
    return None if item is None else item.get("name") or item.get("id")


def bounds(element: Any) -> Box | None:
    """The dc:Bounds below a shape or label; None when absent or not finite."""
    box = next(children(element, "Bounds"), None)
    return None if box is None else _finite(*(box.get(key) for key in ("x", "y", "width", "height")))


def waypoints(element: Any) -> list[Point]:
    """The di:waypoint list of an edge, unreadable points left out."""
    points = (_finite(point.get("x"), point.get("y"), "0", "0") for point in children(element, "waypoint"))
    return [(point[0], point[1]) for point in points if point]


def _finite(*texts: str | None) -> Box | None:
    try:
        x, y, width, height = (float(text or 0) for text in texts)
    except ValueError:
        return None
    return (x, y, width, height) if all(map(math.isfinite, (x, y, width, height))) else None
