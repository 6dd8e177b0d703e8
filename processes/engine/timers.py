"""When a timer is due: ISO 8601 literals, FEEL dates, and lists of moments."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from processes.engine.case import CaseWorkflow
from processes.engine.tokens import Incident, Step
from processes.expressions import compile_expression
from processes.text import T
from processes.workdays import end_of

ISO_DURATION = re.compile(r"^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$")
ISO_CYCLE = re.compile(r"^R(\d*)/(.+)$")
ISO_MOMENT = re.compile(r"^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?$")


def is_iso(text: str) -> bool:
    """True when a timer's text is an ISO literal and not FEEL."""
    return bool(ISO_DURATION.match(text) or ISO_CYCLE.match(text) or ISO_MOMENT.match(text))


def schedule(workflow: CaseWorkflow, step: Step, text: str) -> dict[str, Any]:
    """The notes of a timer: `due` as ISO UTC text, and for repeating ones `more` moments or a `cycle`.

    A date means when that day is over (24:00 in Beijing), a duration counts from now.
    """
    text = text.strip().lstrip("=").strip()
    value: Any = text if is_iso(text) else workflow.evaluate(step, text)
    if isinstance(value, str):
        return _literal(value.strip(), workflow.at.now)
    moments = [_moment(workflow, step, item, text) for item in (value if isinstance(value, list) else [value])]
    if not moments:
        raise Incident(T("定时「{text}」没有给出任何时间", text=text))
    moments.sort()
    late = [m for m in moments if m <= workflow.at.now]
    moments = moments[len(late) - 1 :] if late else moments  # past reminders are said once, not one by one
    return {"due": _text(moments[0]), "more": [_text(m) for m in moments[1:]]}


def next_moment(notes: dict[str, Any], now: datetime) -> bool:
    """Advance a repeating timer past `now`, skipping missed ticks; False when it has no further moment."""
    if notes.get("more"):
        notes["due"], *notes["more"] = notes["more"]
        return True
    cycle = notes.get("cycle")
    if not cycle:
        return False
    period = timedelta(seconds=cycle["seconds"])
    ticks = (now - moment(notes["due"])) // period + 1
    if cycle["left"] is not None:
        cycle["left"] -= ticks
        if cycle["left"] <= 0:
            return False
    notes["due"] = _text(moment(notes["due"]) + ticks * period)
    return True


def moment(text: str) -> datetime:
    """The stored text of a moment as an aware UTC datetime."""
    return datetime.fromisoformat(text)


def _literal(text: str, now: datetime) -> dict[str, Any]:
    if cycle := ISO_CYCLE.match(text):
        return _cycle(cycle, now)
    if ISO_DURATION.match(text):
        return {"due": _text(now + _duration(text, now))}
    return {"due": _text(_from_text(text))}


def _cycle(match: re.Match[str], now: datetime) -> dict[str, Any]:
    parts = match[2].split("/")
    start = now
    if not parts[0].startswith("P"):
        start = _from_text(parts.pop(0))
    if not parts or not ISO_DURATION.match(parts[0]):
        raise Incident(T("循环定时「{text}」没有写明间隔", text=match[0]))
    period = _duration(parts[0], start)
    if period <= timedelta(0):
        raise Incident(T("循环定时「{text}」的间隔必须大于零", text=match[0]))
    first = start if start > now else start + period
    left = int(match[1]) if match[1] else None
    return {"due": _text(first), "cycle": {"left": left, "seconds": period.total_seconds()}}


def _duration(text: str, start: datetime) -> timedelta:
    parsed = TimerEventDefinition.parse_iso_duration(text)
    found: timedelta = TimerEventDefinition.get_timedelta_from_start(parsed, start)
    return found


def _from_text(text: str) -> datetime:
    if not ISO_MOMENT.match(text):
        raise Incident(T("定时「{text}」既不是时间也不是期限", text=text))
    if "T" not in text:
        return end_of(date.fromisoformat(text))
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise Incident(T("定时「{text}」没有写时区，请写成 2026-11-25T18:00:00+08:00", text=text))
    return value.astimezone(UTC)


def _moment(workflow: CaseWorkflow, step: Step, value: Any, text: str) -> datetime:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise Incident(T("定时「{text}」没有写时区，请写成 2026-11-25T18:00:00+08:00", text=text))
        return value.astimezone(UTC)
    if isinstance(value, date):
        return end_of(value)
    if isinstance(value, str):
        return moment(_literal(value, workflow.at.now)["due"])
    later = (
        compile_expression("now() + wait").evaluate({"wait": value}, workflow.at.env()) if value is not None else None
    )
    if isinstance(later, datetime):
        return later.astimezone(UTC)
    raise Incident(T("定时「{text}」没有得出时间", text=text))


def _text(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()
