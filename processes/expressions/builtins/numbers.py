"""Functions on numbers."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from functools import partial
from typing import Any

from processes.expressions.budget import Env
from processes.expressions.builtins.registry import Registry
from processes.expressions.decimals import CONTEXT, ONE, ZERO, whole
from processes.expressions.durations import DayTimeDuration, YearMonthDuration
from processes.expressions.errors import FeelError
from processes.text import T

SCALE_LIMIT = 6176


def register(add: Registry) -> None:
    add.add("decimal(n: n, scale: n)", partial(_round, ROUND_HALF_EVEN))
    add.add("floor(n: n, scale?: n)", partial(_round, ROUND_FLOOR))
    add.add("ceiling(n: n, scale?: n)", partial(_round, ROUND_CEILING))
    add.add("round up(n: n, scale: n)", partial(_round, ROUND_UP))
    add.add("round down(n: n, scale: n)", partial(_round, ROUND_DOWN))
    add.add("round half up(n: n, scale: n)", partial(_round, ROUND_HALF_UP))
    add.add("round half down(n: n, scale: n)", partial(_round, ROUND_HALF_DOWN))
    add.add("abs(n: n)", lambda env, n: CONTEXT.abs(n))
    add.add("abs(n: u)", lambda env, u: _abs_span(u))
    add.add("modulo(dividend: n, divisor: n)", _modulo)
    add.add("sqrt(number: n)", lambda env, n: CONTEXT.sqrt(n))
    add.add("log(number: n)", _log)
    add.add("exp(number: n)", lambda env, n: CONTEXT.exp(n))
    add.add("odd(number: n)", lambda env, n: _rest(n, 1))
    add.add("even(number: n)", lambda env, n: _rest(n, 0))
    add.add("number(from: s, grouping separator?: S, decimal separator?: S)", _number)
    add.add("number(from: n)", lambda env, n: n)


def _round(mode: str, env: Env, n: Decimal, scale: Decimal = ZERO) -> Decimal:
    if not -6111 <= scale <= SCALE_LIMIT:
        raise FeelError(T("小数位数超出范围"))
    digits = int(scale)
    exponent: Any = n.as_tuple().exponent
    if digits >= 0 and -exponent <= digits:
        return n
    if n.adjusted() + digits < -1:  # smaller than half a unit: no digits to keep
        return _tiny(mode, n, digits)
    return n.quantize(ONE.scaleb(-digits), mode, CONTEXT) if digits < n.adjusted() + 40 else n


def _tiny(mode: str, n: Decimal, digits: int) -> Decimal:
    away = mode == ROUND_UP or (mode == ROUND_CEILING and n > 0) or (mode == ROUND_FLOOR and n < 0)
    return ONE.scaleb(-digits).copy_sign(n) if away and n else ZERO


def _abs_span(span: Any) -> Any:
    return DayTimeDuration(abs(span.nanos)) if type(span) is DayTimeDuration else YearMonthDuration(abs(span.months))


def _modulo(env: Env, dividend: Decimal, divisor: Decimal) -> Decimal:
    """dividend - divisor * floor(dividend / divisor): the sign is the divisor's."""
    if not divisor:
        raise FeelError(T("除数是零"))
    rest = CONTEXT.remainder(dividend, divisor)
    return CONTEXT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def _log(env: Env, n: Decimal) -> Decimal:
    if n <= 0:
        raise FeelError(T("对数的参数必须大于零"))
    return CONTEXT.ln(n)


def _rest(n: Decimal, wanted: int) -> bool:
    number = whole(n)
    if number is None:
        raise FeelError(T("只有整数分奇偶"))
    return number % 2 == wanted


def _number(env: Env, text: str, grouping: str | None = None, point: str | None = None) -> Decimal:
    """Text to number: grouping is a space, comma or point; the decimal sign is a point or comma."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (grouping and grouping == point):
        raise FeelError(T("数字的分隔符不对"))
    env.spend(len(text) >> 6)
    if len(text) > 10_000:
        raise FeelError(T("“{text}”不是数字", text=text[:40]))
    cleaned = text.replace(grouping, "") if grouping else text
    cleaned = cleaned.replace(point, ".") if point else cleaned
    if (
        not cleaned.isascii()
        or not cleaned.strip("+-").replace("e", "").replace("E", "").replace(".", "")
        or (set(cleaned) - set("0123456789+-.eE"))
    ):
        raise FeelError(T("“{text}”不是数字", text=text[:40]))
    return CONTEXT.create_decimal(cleaned)
