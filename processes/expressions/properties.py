"""What stands behind a dot: context entries and the parts of dates, durations and ranges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from processes.expressions import temporal
from processes.expressions.budget import Env
from processes.expressions.durations import DAY, HOUR, MINUTE, SECOND, DayTimeDuration, YearMonthDuration
from processes.expressions.ranges import Range
from processes.expressions.values import plain
from processes.text import T


def _part(nanos: int, unit: int, cycle: int | None) -> Decimal:
    whole = abs(nanos) // unit
    whole = whole % cycle if cycle else whole
    return Decimal(-whole if nanos < 0 else whole)


def _months(value: YearMonthDuration) -> Decimal:
    return Decimal(-(-value.months % 12) if value.months < 0 else value.months % 12)


def _years(value: YearMonthDuration) -> Decimal:
    return Decimal(-(-value.months // 12) if value.months < 0 else value.months // 12)


def _offset(value: time | datetime) -> DayTimeDuration | None:
    seconds = temporal.offset_of(value)
    return None if seconds is None else DayTimeDuration(seconds * SECOND)


def _zone(value: time | datetime) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _second(value: time | datetime) -> Decimal:
    return (
        Decimal(value.second) + Decimal(value.microsecond) / 1_000_000 if value.microsecond else Decimal(value.second)
    )


Properties = dict[str, Callable[[Any], Any]]
_DATE: Properties = {
    "year": lambda v: Decimal(v.year),
    "month": lambda v: Decimal(v.month),
    "day": lambda v: Decimal(v.day),
    "weekday": lambda v: Decimal(v.isoweekday()),
}
_TIME: Properties = {
    "hour": lambda v: Decimal(v.hour),
    "minute": lambda v: Decimal(v.minute),
    "second": _second,
    "time offset": _offset,
    "timezone": _zone,
}
PROPERTIES: dict[type, Properties] = {
    date: _DATE,
    time: _TIME,
    datetime: _DATE | _TIME,
    DayTimeDuration: {
        "days": lambda v: _part(v.nanos, DAY, None),
        "hours": lambda v: _part(v.nanos, HOUR, 24),
        "minutes": lambda v: _part(v.nanos, MINUTE, 60),
        "seconds": lambda v: _part(v.nanos, SECOND, 60) if v.nanos % SECOND == 0 else _seconds(v),
    },
    YearMonthDuration: {"years": _years, "months": _months},
    Range: {
        "start": lambda v: v.low,
        "end": lambda v: v.high,
        "start included": lambda v: v.low_closed,
        "end included": lambda v: v.high_closed,
    },
}


def _seconds(value: DayTimeDuration) -> Decimal:
    part = Decimal(abs(value.nanos) % MINUTE) / SECOND
    return -part if value.nanos < 0 else part


_NO_ENTRY = T("没有“{name}”这一项")


def get(value: Any, name: str, env: Env) -> Any:
    """`value.name`; a list gives the list of its elements' entries; nothing of Python is reachable."""
    kind_of = type(value)
    if kind_of is dict:
        if name in value:
            return value[name]
        return env.note(_NO_ENTRY, name=name)
    if kind_of is list:
        env.spend(1 + len(value))
        return [get(item, name, env) for item in value]
    known = PROPERTIES.get(kind_of)
    if known is not None and name in known:
        return known[name](value)
    turned = plain(value)
    if turned is not value:
        return get(turned, name, env)
    return env.note(_NO_ENTRY, name=name) if value is not None else None
