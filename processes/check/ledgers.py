"""`[[ledger]]` of procedure.toml: whole, and every text readable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from processes.check.expressions import of_procedure, written
from processes.check.parameters import unknown_parameters
from processes.check.registry import at
from processes.check.stock import PROCEDURE, Stock
from processes.check.texts import without_strings
from processes.check.view import View
from processes.expressions import FeelError, compile_expression
from processes.findings import Finding
from processes.ledgers import FACTS
from processes.text import T, Text

_FACT = re.compile(r"(?<![\w.])case\.([^\W\d]\w*)")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
WIDEST = 80


def ledgers(stock: Stock, views: list[View]) -> Iterator[Finding]:
    """Every ledger of the procedure: its key, process, columns, and the names it reads."""
    listed = stock.procedure.get("ledger", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        yield _say("ledger", T("procedure.toml 的台账写法不对。请写成 [[ledger]]。"))
        return
    known = written(stock, views)
    seen: set[Any] = set()
    for entry in listed:
        key = str(entry.get("key", ""))
        yield from _shape(stock, entry, key)
        if key in seen:
            yield _say("ledger", T("台账 {key} 写了两次。请改 key。", key=key))
        seen.add(key)
        for place, text in _texts(entry, key):
            yield from _text(stock, place, text, known)


def _shape(stock: Stock, entry: dict[str, Any], key: str) -> Iterator[Finding]:
    if not _KEY.fullmatch(key):
        yield _say("ledger", T("台账的 key 要用小写英文字母、数字和下划线。现在是“{key}”。", key=key))
    title = entry.get("title")
    if not isinstance(title, str) or not title.strip():
        yield _say("ledger", T("台账 {key} 没有写 title。请补上表名。", key=key))
    if str(entry.get("process")) not in stock.drawn:
        process = str(entry.get("process") or "?")
        yield _say("ledger", T("台账 {key} 的流程 {id} 没有画在流程图里。请改编号。", key=key, id=process))
    if not isinstance(entry.get("where", ""), str):
        yield _say("ledger", T("台账 {key} 的 where 要写成 FEEL 文字。", key=key))
    columns = entry.get("columns")
    if not isinstance(columns, list) or not columns or not all(_is_column(one) for one in columns):
        yield _say("ledger", T("台账 {key} 的每一栏都要写明 title 和 value；width 是 1 到 {most} 的整数。",
                               key=key, most=WIDEST))  # fmt: skip


def _is_column(one: Any) -> bool:
    if not isinstance(one, dict) or not all(isinstance(one.get(k), str) and one[k].strip() for k in ("title", "value")):
        return False
    width = one.get("width", 1)
    return isinstance(width, int) and not isinstance(width, bool) and 1 <= width <= WIDEST


def _texts(entry: dict[str, Any], key: str) -> Iterator[tuple[str, str]]:
    if isinstance(entry.get("where"), str):
        yield f"{key} where", entry["where"]
    columns = entry.get("columns")
    for column in columns if isinstance(columns, list) else ():
        if _is_column(column):
            yield f"{key} {column['title']}", column["value"]


def _text(stock: Stock, place: str, text: str, known: set[str]) -> Iterator[Finding]:
    wrong = list(of_procedure(stock, PROCEDURE, place, text))
    yield from wrong
    if wrong:
        return
    for name in sorted(_names(text) - known):
        yield _say("name-unknown", T("台账 {place} 用到 {name}，但没有地方写入它。请改名，或在表单、脚本里写入。",
                                     place=place, name=name))  # fmt: skip
    plain = without_strings(text)
    for fact in sorted(set(_FACT.findall(plain)) - FACTS):
        yield _say("name-unknown", T("台账 {place} 用到 case.{name}，但办件没有这一项。可用的有：{known}。",
                                     place=place, name=fact, known="、".join(sorted(FACTS))))  # fmt: skip
    yield from unknown_parameters(place, plain)


def _names(text: str) -> frozenset[str]:
    try:
        return compile_expression(text).names
    except FeelError:
        return frozenset()


def _say(rule: str, message: Text) -> Finding:
    return at(rule, PROCEDURE, None, message)
