"""Exact numbers: 34 digits, rounded half even, as IEEE 754 decimal128."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

DIGITS = 34
EXPONENT = 6144
CONTEXT = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-EXPONENT,
    Emax=EXPONENT,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
ZERO, ONE = Decimal(0), Decimal(1)
NUMBERS = frozenset((int, Decimal))


def number_from(text: str) -> Decimal:
    """The number a plain literal means; ArithmeticError when it is too large."""
    return CONTEXT.create_decimal(text)


def whole(value: int | Decimal) -> int | None:
    """The integer a number stands for, or None when it has a fraction or is out of reach."""
    if type(value) is int:
        return value
    if value.adjusted() > 40 or value != value.to_integral_value():  # type: ignore[union-attr]
        return None
    return int(value)


def show(value: int | Decimal) -> str:
    """Plain decimal notation without needless zeros."""
    if type(value) is int:
        return str(value)
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
