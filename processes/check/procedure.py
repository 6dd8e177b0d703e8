"""procedure.toml against the diagrams and forms beside it, and what concerns the bundle as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from processes.check.expressions import of_procedure
from processes.check.registry import at, named
from processes.check.stock import PROCEDURE, Stock
from processes.check.view import View, walk
from processes.findings import Finding
from processes.text import T, Text

MOST_CALLERS = 300  # beyond that circles of calls are not looked for


def procedure(stock: Stock) -> Iterator[Finding]:
    """key, title and every [[process]] of procedure.toml."""
    if not stock.own or any(finding.rule == "procedure" for finding in stock.findings):
        return
    for field in ("key", "title"):
        if not isinstance(stock.procedure.get(field), str) or not stock.procedure[field].strip():
            yield _say("procedure", T("procedure.toml 没有写 {field}。请补上。", field=field))
    listed = stock.procedure.get("process")
    if not isinstance(listed, list) or not listed or not all(isinstance(item, dict) for item in listed):
        yield _say("procedure", T("procedure.toml 没有列出流程。请写 [[process]] 和它的 id。"))
        return
    for item in listed:
        yield from _process(stock, item)


def _process(stock: Stock, item: dict[str, Any]) -> Iterator[Finding]:
    id_ = str(item.get("id") or "")
    if id_ not in stock.drawn:
        yield _say(
            "process-missing",
            T("procedure.toml 列出的流程 {id} 没有画在流程图里。请改编号或补图。", id=id_ or "?"),
        )
    elif id_ not in stock.runnable:
        yield _say("process-missing", T("流程 {id} 没有步骤或没有标为可执行。请在流程图里打开“可执行”。", id=id_))
    form = item.get("form")
    if form and not (isinstance(form, str) and form in stock.forms):
        yield _say("form", T("流程 {id} 的起始表单 {form} 不在程序包里。请放入表单文件或改编号。", id=id_, form=form))
    start = item.get("start", [])
    for role in start if isinstance(start, list) else [start]:
        if not isinstance(role, str) or role not in stock.roles:
            yield _say("role-unknown", T("流程 {id} 的起办角色 {role} 不存在。请从角色表里选。", id=id_, role=role))
    if isinstance(item.get("caseTitle"), str):
        yield from of_procedure(stock, PROCEDURE, f"{id_} caseTitle", item["caseTitle"])


def _say(rule: str, message: Text) -> Finding:
    return at(rule, PROCEDURE, None, message)


def together(stock: Stock, views: list[View]) -> Iterator[Finding]:
    """Process ids used in two files, and circles of calls."""
    first: dict[str, str] = {}
    calls: dict[str, list[str]] = {}
    for view in views:
        for process in view.diagram.processes.values():
            if process.id in first:
                message = T("流程编号 {id} 在 {file} 里已经用过。请改编号。", id=process.id, file=first[process.id])
                yield view.at("process-twice", process, message)
            first.setdefault(process.id, view.diagram.file)
        for node in view.nodes:
            if node.called in stock.processes:
                calls.setdefault(node.process, []).append(node.called)
    for view in views if len(calls) <= MOST_CALLERS else ():
        for node in view.nodes:
            if node.called in calls and node.process in walk(calls, [node.called]):
                message = T("{node} 调用 {called}，而后者又会调回本流程。请确认总有一次不再往下调用。",
                            node=named(node), called=node.called)  # fmt: skip
                yield view.at("call-cycle", node, message)
