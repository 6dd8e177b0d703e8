"""Functions that make and read dates, times and durations."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from processes.expressions import temporal
from processes.expressions.budget import Env
from processes.expressions.builtins.registry import Registry
from processes.expressions.durations import SECOND, DayTimeDuration, YearMonthDuration, parse_duration
from processes.expressions.errors import FeelError
from processes.expressions.functions import Function
from processes.expressions.values import equal, kind
from processes.text import T

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def register(add: Registry) -> None:
    add.add("date(from: a)", _date)
    add.add("date(year: i, month: i, day: i)", lambda env, y, m, d: _found(temporal.make_date(y, m, d)))
    add.add("time(from: a)", _time)
    add.add("time(hour: i, minute: i, second: n, offset?: U)", _time_of)
    add.add("date and time(from: a)", _moment)
    add.add("date and time(date: d, time: t)", _moment_of)
    add.add("duration(from: a)", _duration)
    add.add("years and months duration(from: d, to: d)", _months)
    add.add("day of year(date: d)", lambda env, d: Decimal(d.timetuple().tm_yday))
    add.add("day of week(date: d)", lambda env, d: DAYS[d.weekday()])
    add.add("month of year(date: d)", lambda env, d: MONTHS[d.month - 1])
    add.add("week of year(date: d)", lambda env, d: Decimal(d.isocalendar()[1]))
    add.add("is(value1: a, value2: a)", _same)
    add.named("is(value1?: a, value2?: a)", lambda env, a=None, b=None: _same(env, a, b))


def _found(value: Any) -> Any:
    if value is None:
        raise FeelError(T("没有这样的日期、时间或时长"))
    return value


def _date(env: Env, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return _found(temporal.parse_date(value) if type(value) is str else None)  # type: ignore[no-any-return]


def _time(env: Env, value: Any) -> time:
    if isinstance(value, datetime):
        return value.timetz()
    if isinstance(value, date):
        return time(0, tzinfo=UTC)
    if isinstance(value, time):
        return value
    return _found(temporal.parse_time(value) if type(value) is str else None)  # type: ignore[no-any-return]


def _time_of(env: Env, hour: int, minute: int, second: Decimal, offset: Any = None) -> time:
    zone = None
    if offset is not None:
        if type(offset) is not DayTimeDuration or abs(offset.nanos) > 18 * 3600 * SECOND:
            raise FeelError(T("时区的偏移不对"))
        zone = temporal.offset_zone(offset.nanos // SECOND)
    if not 0 <= second < 60:
        raise FeelError(T("没有这样的日期、时间或时长"))
    full = int(second)
    return time(hour, minute, full, int((second - full) * 1_000_000), zone)


def _moment(env: Env, value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return temporal.as_moment(value)
    return _found(temporal.parse_moment(value) if type(value) is str else None)  # type: ignore[no-any-return]


def _moment_of(env: Env, day: date, clock: Any) -> datetime:
    if type(clock) is not time:
        raise FeelError(T("第二个参数要是时间"))
    return datetime.combine(_date(env, day), clock)


def _duration(env: Env, value: Any) -> Any:
    if type(value) in (DayTimeDuration, YearMonthDuration):
        return value
    return _found(parse_duration(value) if type(value) is str else None)


def _months(env: Env, start: date, end: date) -> YearMonthDuration:
    return temporal.months_between(_date(env, start), _date(env, end))


def _same(env: Env, a: Any, b: Any) -> bool:
    """Same kind, same value, and for times the same zone."""
    if isinstance(a, Function) or isinstance(b, Function):
        return a is b
    if a is None or b is None:
        return a is b
    if kind(a) != kind(b):
        return False
    if type(a) in (time, datetime):
        return a.replace(tzinfo=None) == b.replace(tzinfo=None) and _zones_alike(a, b)
    return equal(a, b, env) is True


def _zones_alike(a: Any, b: Any) -> bool:
    if a.tzinfo is None or b.tzinfo is None:
        return a.tzinfo is b.tzinfo
    return temporal.show_zone(a) == temporal.show_zone(b)
