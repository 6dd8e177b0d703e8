"""FEEL values as JSON and back; numbers stay exact, what JSON lacks travels as {"@": "FEEL literal"}."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from processes.expressions import decimals, temporal
from processes.expressions.budget import too_deep
from processes.expressions.durations import DayTimeDuration, YearMonthDuration, parse_duration
from processes.expressions.errors import FeelBudgetError, FeelSyntaxError
from processes.expressions.functions import Function
from processes.expressions.ranges import Range
from processes.expressions.values import plain
from processes.text import T

MARK = "@"
PARTS_LIMIT = 100_000
_NUMBER = re.compile(r"-?[0-9.]+(?:[eE][+-]?[0-9]+)?")
_AWKWARD = re.compile("[\\x85\\u2028\\u2029\\ud800-\\udfff]")  # other programs break lines there, or cannot encode it
_CALL = re.compile(r'\s*(date and time|date|time|duration)\(\s*"([^"\\]*)"\s*\)\s*')
_NAMES = {
    date: "date",
    time: "time",
    datetime: "date and time",
    DayTimeDuration: "duration",
    YearMonthDuration: "duration",
}
_READERS: dict[str, Callable[[str], Any]] = {
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_moment,
    "duration": parse_duration,
}


def to_json(value: Any) -> Any:
    """A FEEL value as lists, dicts, texts, booleans, null and numbers (int or Decimal).

    Functions become null: they cannot be stored. FeelBudgetError for a value of more than 100,000 parts; long texts
    count as several, and what stands in a list many times counts each time.
    """
    try:
        if _size(value, {}) > PARTS_LIMIT:
            raise FeelBudgetError(T("数据太大"))
        return _to_json(value)
    except RecursionError:
        raise too_deep() from None


def _size(value: Any, known: dict[int, int]) -> int:
    """How many parts a value has when written out; each object is looked at once."""
    kind = type(value)
    if kind is str:
        return 1 + (len(value) >> 6)
    if kind is Range:
        return 1 + _size(value.low, known) + _size(value.high, known)
    if kind is not list and kind is not dict:
        return 1
    found = known.get(id(value))
    if found is None:
        found = 1 + sum([_size(item, known) for item in (value if kind is list else value.values())])
        known[id(value)] = found
    return found


def _to_json(value: Any) -> Any:
    kind = type(value)
    if value is None or kind in (bool, str, int):
        return value
    if kind is Decimal:
        return int(value) if value.as_tuple().exponent >= 0 and value.adjusted() < 40 else value
    if kind is list:
        return [_to_json(item) for item in value]
    if kind is dict:
        made = {str(key): _to_json(item) for key, item in value.items()}
        return {MARK: literal(value)} if set(made) == {MARK} else made
    if kind in _NAMES or kind is Range:
        return {MARK: literal(value)}
    turned = None if isinstance(value, Function) else plain(value)
    return None if turned is None else _to_json(turned)


def literal(value: Any) -> str:
    """The FEEL text that gives the value again."""
    kind = type(value)
    if kind in _NAMES:
        text = str(value) if kind in (DayTimeDuration, YearMonthDuration) else temporal.show(value)
        return f'{_NAMES[kind]}("{text}")'
    if kind is Range:
        return _range(value)
    if kind is str:
        return _feel_text(value)
    if value is None or kind is bool:
        return "null" if value is None else str(value).lower()
    if kind is list:
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if kind is dict:
        return "{" + ", ".join(f"{_feel_text(key)}: {literal(item)}" for key, item in value.items()) + "}"
    return _number_text(value)


def _number_text(value: int | Decimal) -> str:
    """Plain notation, but never thousands of zeros."""
    if type(value) is Decimal and abs(value.adjusted()) >= 100:
        return str(value)
    return decimals.show(value)


def _range(span: Range) -> str:
    if span.sign:
        return f"({span.sign} {literal(span.low if span.missing_high else span.high)})"
    signs = ("[" if span.low_closed else "("), ("]" if span.high_closed else ")")
    return f"{signs[0]}{literal(span.low)}..{literal(span.high)}{signs[1]}"


def _quoted(text: str) -> str:
    """A JSON (and FEEL) string that stays on one line and can be written as UTF-8."""
    if text.isascii() or not _AWKWARD.search(text):
        return json.dumps(text, ensure_ascii=False)
    return json.dumps(text)


def _feel_text(text: str) -> str:
    """A FEEL string: like JSON's, but without its names for backspace and form feed."""
    if "\b" in text:
        return '"' + "\\u0008".join(_feel_text(part)[1:-1] for part in text.split("\b")) + '"'
    if "\f" in text:
        return '"' + "\\u000c".join(_feel_text(part)[1:-1] for part in text.split("\f")) + '"'
    return _quoted(text)


def from_json(value: Any) -> Any:
    """The FEEL value of what `to_json` gave or a person wrote; ValueError when a {"@": …} is no literal."""
    try:
        return _from_json(value)
    except RecursionError:
        raise too_deep() from None


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_from_json(item) for item in value]
    if isinstance(value, dict):
        if len(value) == 1 and isinstance(value.get(MARK), str):
            return read_literal(value[MARK])
        return {key: _from_json(item) for key, item in value.items()}
    return plain(value)


def read_literal(text: str) -> Any:
    """The value of a FEEL literal: date, time, duration, range, or a list or context of such; ValueError otherwise."""
    found = _CALL.fullmatch(text)
    value = None
    if found is not None:
        value = _READERS[found.group(1)](found.group(2))
    if value is None:
        value = _other_literal(text)
    return value


def _other_literal(text: str) -> Any:
    from processes.expressions.expression import constant

    try:
        return constant(text)
    except FeelSyntaxError as error:
        raise ValueError(str(error)) from error


def dumps(value: Any) -> str:
    """Exact JSON text of a `to_json` result: Decimals as plain number literals."""
    parts: list[str] = []
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        if text.isascii() or not _AWKWARD.search(text):
            return text
    except TypeError:  # a Decimal is inside
        pass
    except RecursionError:
        raise too_deep() from None
    try:
        _write(value, parts)
    except RecursionError:
        raise too_deep() from None
    return "".join(parts)


def _write(value: Any, parts: list[str]) -> None:
    if isinstance(value, Decimal):
        parts.append(_number_text(value))
    elif isinstance(value, dict):
        for number, (key, item) in enumerate(value.items()):
            parts.append(("{" if number == 0 else ", ") + _quoted(str(key)) + ": ")
            _write(item, parts)
        parts.append("}" if value else "{}")
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            parts.append("[" if number == 0 else ", ")
            _write(item, parts)
        parts.append("]" if value else "[]")
    elif isinstance(value, str):
        parts.append(_quoted(value))
    else:
        parts.append(json.dumps(value, ensure_ascii=False, allow_nan=False))


def loads(text: str | bytes) -> Any:
    """JSON text with exact numbers: whole ones as int, others as Decimal; ValueError for anything else."""
    try:
        return json.loads(text, parse_float=_number, parse_int=_integer, parse_constant=_refuse)
    except RecursionError:
        raise too_deep() from None


def _number(text: str) -> Decimal:
    try:
        return decimals.number_from(text)
    except ArithmeticError:
        raise ValueError(str(T("数字太大"))) from None


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= decimals.DIGITS else _number(text)


def _refuse(text: str) -> Any:
    raise ValueError(str(T("“{text}”不是 JSON 数字", text=text)))
