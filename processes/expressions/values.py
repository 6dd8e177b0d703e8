"""What FEEL values are: kinds, equality, order, text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from processes.expressions import decimals, temporal
from processes.expressions.budget import Env
from processes.expressions.decimals import NUMBERS
from processes.expressions.durations import DayTimeDuration, YearMonthDuration
from processes.expressions.functions import Function
from processes.expressions.ranges import Range

PLAIN = frozenset(
    (type(None), bool, int, Decimal, str, list, dict, date, time, datetime, DayTimeDuration, YearMonthDuration, Range)
)
TEMPORAL = frozenset((date, time, datetime))
SPANS = frozenset((DayTimeDuration, YearMonthDuration))


def plain(value: Any) -> Any:
    """A value of one of the exact FEEL classes; subclasses, tuples and floats are turned, strangers become None."""
    if type(value) in PLAIN or isinstance(value, Function):
        return value
    if isinstance(value, float):
        return decimals.number_from(repr(value)) if value == value and abs(value) != float("inf") else None
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, datetime):
        return datetime.combine(date(value.year, value.month, value.day), value.timetz())
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    return None


def kind(value: Any) -> str:
    """The FEEL type name of a value."""
    return _KINDS.get(type(value), "function" if isinstance(value, Function) else "unknown")


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    Decimal: "number",
    str: "string",
    list: "list",
    dict: "context",
    date: "date",
    time: "time",
    datetime: "date and time",
    DayTimeDuration: "days and time duration",
    YearMonthDuration: "years and months duration",
    Range: "range",
}


def equal(a: Any, b: Any, env: Env) -> bool | None:
    """FEEL `=`: None when the kinds cannot be compared."""
    kind_a, kind_b = type(a), type(b)
    if kind_a in NUMBERS and kind_b in NUMBERS:
        return bool(a == b)
    if a is None or b is None:
        return a is b
    if kind_a is not kind_b:
        return _equal_unlike(a, b, env)
    if kind_a is str:
        if len(a) > 4096:
            env.spend(len(a) >> 12)
        return bool(a == b)
    if kind_a is list:
        return _equal_lists(a, b, env)
    if kind_a is dict:
        return _equal_contexts(a, b, env)
    if kind_a is Range:
        return _equal_ranges(a, b, env)
    if kind_a in TEMPORAL:
        return equal_moments(a, b)
    return bool(a == b)


def _equal_unlike(a: Any, b: Any, env: Env) -> bool | None:
    c, d = plain(a), plain(b)
    if c is a and d is b:
        return a == b if type(a) in SPANS and type(b) in SPANS and _zero(a) and _zero(b) else None
    return equal(c, d, env)


def _zero(span: Any) -> bool:
    return not (span.nanos if type(span) is DayTimeDuration else span.months)


def _equal_lists(a: list[Any], b: list[Any], env: Env) -> bool:
    env.spend(6 + min(len(a), len(b)))
    return len(a) == len(b) and all(equal(x, y, env) is True for x, y in zip(a, b, strict=True))


def _equal_contexts(a: dict[str, Any], b: dict[str, Any], env: Env) -> bool:
    env.spend(6 + min(len(a), len(b)))
    return a.keys() == b.keys() and all(equal(value, b[key], env) is True for key, value in a.items())


def _equal_ranges(a: Range, b: Range, env: Env) -> bool:
    if (a.low_closed, a.high_closed, a.sign) != (b.low_closed, b.high_closed, b.sign):
        return False
    return equal(a.low, b.low, env) is True and equal(a.high, b.high, env) is True


def equal_moments(a: Any, b: Any) -> bool:
    """Whether dates, times or moments are the same to the millisecond; a zoned one never equals one without zone."""
    if type(a) is date:
        return bool(a == b)
    if type(a) is time:
        (zone_a, nanos_a), (zone_b, nanos_b) = temporal.time_key(a), temporal.time_key(b)
        return zone_a == zone_b and nanos_a // 1_000_000 == nanos_b // 1_000_000
    if (a.tzinfo is None) != (b.tzinfo is None):
        return False
    a, b = (each.replace(microsecond=each.microsecond // 1000 * 1000) for each in (a, b))
    return not (a - b)  # a difference, because == calls moments of two zones unequal when a clock is put back


def order(a: Any, b: Any) -> int | None:
    """-1, 0 or 1; None when the values have no order."""
    kind_a, kind_b = type(a), type(b)
    if (kind_a is kind_b and kind_a in _ORDERED) or (kind_a in NUMBERS and kind_b in NUMBERS):
        return int(a > b) - int(a < b)
    if kind_a is kind_b and kind_a is time:
        return _order_times(a, b)
    if kind_a is kind_b and kind_a is datetime:
        if (a.tzinfo is None) != (b.tzinfo is None):
            return None
        return int(a > b) - int(a < b)
    c, d = plain(a), plain(b)
    return None if c is a and d is b else order(c, d)


_ORDERED = frozenset((int, Decimal, str, date, DayTimeDuration, YearMonthDuration))


def _order_times(a: time, b: time) -> int | None:
    (zone_a, nanos_a), (zone_b, nanos_b) = temporal.time_key(a), temporal.time_key(b)
    return (nanos_a > nanos_b) - (nanos_a < nanos_b) if zone_a == zone_b else None


def inside(value: Any, span: Range) -> bool | None:
    """Whether a value lies in a range; None when they cannot be compared."""
    if not span.missing_low:
        low = order(value, span.low)
        if low is None:
            return None
        if low < 0 or (low == 0 and not span.low_closed):
            return False
    if not span.missing_high:
        high = order(value, span.high)
        if high is None:
            return None
        return high < 0 or (high == 0 and span.high_closed)
    return True


def show(value: Any, env: Env) -> str:
    """FEEL `string()` of a value that is not null."""
    text = _show(value, env, quoted=False)
    env.hold(len(text))
    return text


def _show(value: Any, env: Env, quoted: bool = True) -> str:
    env.spend(3)
    kind_of = type(value)
    if kind_of is str:
        env.hold(len(value))
        return '"' + str.replace(str.replace(value, "\\", "\\\\"), '"', '\\"') + '"' if quoted else str(value)
    if value is None or kind_of is bool:
        return "null" if value is None else str(value).lower()
    if kind_of in NUMBERS:
        env.spend(abs(value.adjusted()) >> 6 if kind_of is Decimal else 1)
        return decimals.show(value)
    if kind_of is list:
        return "[" + ", ".join([_show(item, env) for item in value]) + "]"
    if kind_of is dict:
        return "{" + ", ".join([f"{_show_key(key)}: {_show(item, env)}" for key, item in value.items()]) + "}"
    if kind_of in TEMPORAL:
        return temporal.show(value)
    if kind_of is Range:
        return _show_range(value, env)
    if isinstance(value, Function):
        return f"function {value.name}({', '.join(value.parameters)})"
    return str(value) if kind_of in SPANS else _show(plain(value), env, quoted)


def _show_key(key: str) -> str:
    return str(key)


def _show_range(span: Range, env: Env) -> str:
    if span.sign:
        return f"({span.sign} {_show_end(span.low if span.missing_high else span.high, env)})"
    low, high = ("[" if span.low_closed else "("), ("]" if span.high_closed else ")")
    return f"{low}{_show_end(span.low, env)}..{_show_end(span.high, env)}{high}"


def _show_end(value: Any, env: Env) -> str:
    text = _show(value, env)
    return f'@"{text}"' if type(value) in TEMPORAL or type(value) in SPANS else text
