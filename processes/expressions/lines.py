"""Expressions as lines of JSON, for other programs: one object in, one object out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

from processes.expressions.budget import Env
from processes.expressions.errors import FeelBudgetError, FeelSyntaxError
from processes.expressions.exact import dumps, from_json, loads, to_json
from processes.expressions.expression import compile_expression, compile_unary
from processes.expressions.temporal import parse_moment
from processes.text import T, Text

if TYPE_CHECKING:
    from processes.workdays import Calendar

BEIJING = timezone(timedelta(hours=8))
_GARBLED = re.compile("[\ud800-\udfff]")  # in JSON a lone surrogate is written as an escape; bare it was no UTF-8


def answer(line: str, now: datetime | None = None, calendar: Calendar | None = None) -> str:
    """One line of JSON to one line of JSON, without line end.

    `{"expression": text, "context": {…}}` or `{"unary": text, "input": …, "context": {…}}` gives `{"value": …}`, or
    `{"error": {"message", "line", "column"}}` when it cannot be read or takes too much (line and column null when the
    fault has no place in the text). A `now` in the object comes before the caller's. Never raises for bad content.
    """
    try:
        return dumps({"value": to_json(_value(_request(line), now, calendar))})
    except FeelSyntaxError as error:
        return _error(error.message, error.line, error.column)
    except FeelBudgetError as error:
        return _error(error.message)
    except ValueError as error:
        return _error(str(error) or T("这一行不是 JSON 对象"))


def _error(message: Text | str, line: int | None = None, column: int | None = None) -> str:
    return dumps({"error": {"message": str(message), "line": line, "column": column}})


def _request(line: str) -> dict[str, Any]:
    if _GARBLED.search(line):
        raise ValueError(str(T("这一行不是 JSON 对象：{fault}", fault="not UTF-8")))
    try:
        request = loads(line)
    except ValueError as error:
        raise ValueError(str(T("这一行不是 JSON 对象：{fault}", fault=error))) from error
    if not isinstance(request, dict):
        raise ValueError(str(T("这一行不是 JSON 对象")))
    if ("expression" in request) == ("unary" in request):
        raise ValueError(str(T("要有 expression 或 unary 之一")))
    return request


def _value(request: dict[str, Any], now: datetime | None, calendar: Calendar | None) -> Any:
    given = request.get("context")
    context = {} if given is None else from_json(given)
    if not isinstance(context, dict):
        raise ValueError(str(T("context 要是一个对象")))
    env = Env(_clock(request.get("now"), now), calendar)
    names = frozenset(_long_names(context))
    text = request.get("expression", request.get("unary"))
    if not isinstance(text, str):
        raise ValueError(str(T("表达式要是文字")))
    if "expression" in request:
        return compile_expression(text, names).evaluate(context, env)
    return compile_unary(text, names).test(from_json(request.get("input")), context, env)


def _long_names(value: Any) -> Iterator[str]:
    """The keys at any depth that are more than one word, which the reader has to know."""
    if isinstance(value, dict):
        yield from (key for key in value if not key.isidentifier())
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict | list):
                yield from _long_names(item)


def _clock(given: Any, now: datetime | None) -> datetime:
    """The moment that counts as now: text or a FEEL literal; without a zone Beijing is meant."""
    moment = now if given is None else from_json(given)
    if isinstance(moment, str):
        moment = parse_moment(moment)
    if type(moment) is date:
        moment = datetime.combine(moment, time())
    if given is None and now is None:
        return datetime(1970, 1, 1, tzinfo=UTC)
    if not isinstance(moment, datetime):
        raise ValueError(str(T("now 要是一个日期时间")))
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
