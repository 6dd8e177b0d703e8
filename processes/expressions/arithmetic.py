"""The signs + - * / ** on numbers, texts, dates and durations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from processes.expressions import temporal
from processes.expressions.budget import Env
from processes.expressions.decimals import CONTEXT, NUMBERS
from processes.expressions.durations import DayTimeDuration, YearMonthDuration
from processes.expressions.errors import FeelError
from processes.expressions.values import SPANS, TEMPORAL, kind, plain
from processes.text import T

Operation = Callable[[Any, Any, Env], Any]
LARGEST_SPAN = 10**27  # nanoseconds or months: more is no useful duration and would let numbers grow


def unfit(sign: str, a: Any, b: Any) -> FeelError:
    return FeelError(T("“{a}”与“{b}”不能作 {sign} 运算", a=kind(a), b=kind(b), sign=sign))


def add(a: Any, b: Any, env: Env) -> Any:
    kind_a, kind_b = type(a), type(b)
    if kind_a in NUMBERS and kind_b in NUMBERS:
        return CONTEXT.add(a, b)
    if kind_a is str and kind_b is str:
        env.hold(len(a) + len(b))
        return a + b
    if kind_a in SPANS and kind_b is kind_a:
        return span(kind_a, amount(a) + amount(b))
    if kind_a in TEMPORAL and kind_b in SPANS:
        return later(a, b, 1)
    if kind_a in SPANS and kind_b in TEMPORAL:
        return later(b, a, 1)
    return again(add, "+", a, b, env)


def subtract(a: Any, b: Any, env: Env) -> Any:
    kind_a, kind_b = type(a), type(b)
    if kind_a in NUMBERS and kind_b in NUMBERS:
        return CONTEXT.subtract(a, b)
    if kind_a in SPANS and kind_b is kind_a:
        return span(kind_a, amount(a) - amount(b))
    if kind_a in TEMPORAL and kind_b in SPANS:
        return later(a, b, -1)
    if kind_a in TEMPORAL and kind_b in TEMPORAL:
        return temporal.difference(a, b)
    return again(subtract, "-", a, b, env)


def multiply(a: Any, b: Any, env: Env) -> Any:
    kind_a, kind_b = type(a), type(b)
    if kind_a in NUMBERS and kind_b in NUMBERS:
        return CONTEXT.multiply(a, b)
    if kind_a in SPANS and kind_b in NUMBERS:
        return span(kind_a, cut(CONTEXT.multiply(amount(a), b)))
    if kind_a in NUMBERS and kind_b in SPANS:
        return multiply(b, a, env)
    return again(multiply, "*", a, b, env)


def divide(a: Any, b: Any, env: Env) -> Any:
    kind_a, kind_b = type(a), type(b)
    if kind_a in NUMBERS and kind_b in NUMBERS:
        return CONTEXT.divide(a, b)
    if kind_a in SPANS and kind_b in NUMBERS:
        return span(kind_a, cut(CONTEXT.divide(amount(a), b)))
    if kind_a in SPANS and kind_b is kind_a:
        return CONTEXT.divide(amount(a), amount(b))
    return again(divide, "/", a, b, env)


def power(a: Any, b: Any, env: Env) -> Any:
    if type(a) in NUMBERS and type(b) in NUMBERS:
        return CONTEXT.power(a, b)
    return again(power, "**", a, b, env)


def again(operation: Operation, sign: str, a: Any, b: Any, env: Env) -> Any:
    """Try once more with strangers turned into FEEL values and one-element lists opened."""
    c, d = plain(a), plain(b)
    if c is a and d is b:
        raise unfit(sign, a, b)
    return operation(c, d, env)


def negate(value: Any) -> Any:
    if type(value) in NUMBERS:
        return CONTEXT.minus(value)
    if type(value) in SPANS:
        return span(type(value), -amount(value))
    c = plain(value)
    if c is value:
        raise FeelError(T("“{a}”没有相反数", a=kind(value)))
    return negate(c)


def amount(value: Any) -> int:
    return value.nanos if type(value) is DayTimeDuration else int(value.months)


def span(kind_of: type, total: int) -> Any:
    if abs(total) > LARGEST_SPAN:
        raise FeelError(T("时长太大"))
    return kind_of(total)


def cut(value: Decimal) -> int:
    if value.adjusted() > 30:
        raise FeelError(T("时长太大"))
    return int(value)


def later(moment: date | time | datetime, by: DayTimeDuration | YearMonthDuration, sign: int) -> Any:
    """A date, time or moment moved by a duration."""
    moved: date | time | None
    if isinstance(by, YearMonthDuration):
        if isinstance(moment, time):
            raise FeelError(T("时间不能加年月"))
        moved = temporal.add_months(moment, sign * by.months)
    else:
        moved = temporal.add_span(moment, sign * by.nanos)
    if moved is None:
        raise FeelError(T("日期超出 1 至 9999 年"))
    return moved


OPERATIONS: dict[str, Operation] = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}
FAST: dict[str, Callable[[Any, Any], Decimal]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
    "/": CONTEXT.divide,
    "**": CONTEXT.power,
}
