"""What rules take and give: FEEL values, read strictly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from processes.text import T, Text

Row = Mapping[str, Any]


class RuleError(Exception):
    """规则无法计算。"""

    def __init__(self, message: Text) -> None:
        super().__init__(str(message))
        self.message = message


def whole(value: Any, name: str) -> int:
    """A whole number that is not negative, or RuleError."""
    number = value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    if number is None or number != int(number) or number < 0:
        raise RuleError(T("“{name}”应为不小于 0 的整数，现为“{value}”", name=name, value=value))
    return int(number)


def rows(value: Any, name: str) -> list[Row]:
    """A list of contexts, or RuleError."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(r, Mapping) for r in value):
        raise RuleError(T("“{name}”应为列表，每项一组数据", name=name))
    return list(value)


def texts(value: Any, name: str) -> list[str]:
    """A list of texts; one text counts as a list of one, nothing as an empty list."""
    found = [] if value in (None, "") else [value] if isinstance(value, str) else value
    if not isinstance(found, Sequence) or not all(isinstance(v, str) for v in found):
        raise RuleError(T("“{name}”应为文字列表", name=name))
    return list(found)


def text(row: Row, key: str, name: str) -> str:
    """A text entry of a row that must not be empty, or RuleError."""
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise RuleError(T("“{name}”中有一项缺少 {key}", name=name, key=key))
    return value


def share(value: Any, name: str) -> Fraction:
    """A share: {numerator, denominator} as locality parameters give it, or text like "2/3", or a whole number."""
    try:
        if isinstance(value, Mapping):
            return Fraction(whole(value.get("numerator"), name), whole(value.get("denominator"), name))
        if isinstance(value, str):
            return Fraction(value)
        return Fraction(whole(value, name))
    except (ValueError, ZeroDivisionError):
        raise RuleError(T("“{name}”应为分数，如 2/3", name=name)) from None


def percent(count: int, of: int) -> str:
    """A share for reading, cut after two places so that it never looks larger than it is (229 of 353: 64.87%)."""
    basis = count * 10_000 // of if of else 0
    return f"{basis // 100}.{basis % 100:02}%"


def say(*problems: Text) -> list[str]:
    """Problems as data: the sentences themselves."""
    return [str(p) for p in problems]
