"""Activities: forms, roles and limits of people's tasks, repetition, scripts, decisions, services, calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from processes.check.registry import named
from processes.check.stock import Stock
from processes.check.texts import context_keys
from processes.check.view import View
from processes.findings import Finding
from processes.model import Node
from processes.rules import Rule
from processes.text import T

_THROWS = frozenset({"key", "payload", "targets"})
_CATCHES = frozenset({"key", "result"})
ATTRIBUTES = {
    "userTask": frozenset({"form", "role", "unit", "assignee", "due", "noLimit", "priority", "result", "title"}),
    "manualTask": frozenset({"role"}),
    "task": frozenset({"role"}),
    "businessRuleTask": frozenset({"decision", "result"}),
    "serviceTask": frozenset({"rule", "effect", "result"}),
    "callActivity": frozenset({"result"}),
    "sendTask": _THROWS,
    "intermediateThrowEvent": _THROWS,
    "endEvent": _THROWS | {"end"},
    "receiveTask": _CATCHES,
    "intermediateCatchEvent": _CATCHES,
    "boundaryEvent": _CATCHES,
    "startEvent": _CATCHES | {"unless"},
}
_LITERAL = re.compile(r'"[^"]*"')


def people(view: View, stock: Stock) -> Iterator[Finding]:
    """A user task has a form, somebody who does it and a time limit."""
    for lane in view.diagram.lanes.values():
        if lane.role and lane.role not in stock.roles:
            message = T("泳道 {lane} 的角色 {role} 不存在。请从角色表里选。", lane=named(lane), role=lane.role)
            yield view.at("role-unknown", lane, message)
    for node in view.nodes:
        if node.kind == "userTask":
            yield from _form(view, stock, node)
            yield from _role(view, stock, node)
            yield from _limit(view, node)


def _form(view: View, stock: Stock, node: Node) -> Iterator[Finding]:
    form = node.ext.get("form")
    if not form:
        yield view.at("task-form", node, T("人工任务 {node} 没有表单。请选一个表单。", node=named(node)))
    elif form not in stock.forms:
        message = T("{node} 用的表单 {form} 不在程序包里。请放入表单文件或改编号。", node=named(node), form=form)
        yield view.at("form", node, message)


def _role(view: View, stock: Stock, node: Node) -> Iterator[Finding]:
    own = node.ext.get("role")
    if own and not own.startswith("=") and own not in stock.roles:
        message = T("{node} 的角色 {role} 不存在。请从角色表里选。", node=named(node), role=own)
        yield view.at("role-unknown", node, message)
    elif not node.role and not node.ext.get("assignee"):
        message = T("人工任务 {node} 没有办理角色。请画进有角色的泳道，或直接写明角色。", node=named(node))
        yield view.at("task-role", node, message)


def _limit(view: View, node: Node) -> Iterator[Finding]:
    timed = any(event.kind == "timer" for boundary in view.hosts.get(node.id, ()) for event in boundary.events)
    if not (timed or node.ext.get("due") or node.ext.get("noLimit")):
        message = T("人工任务 {node} 没有办理期限。请写明期限，或写明为什么不设期限(noLimit)。", node=named(node))
        yield view.at("task-limit", node, message)


def repetition(view: View, _stock: Stock) -> Iterator[Finding]:
    """Every loop knows over what it goes and when it ends."""
    for node in view.nodes:
        loop = node.loop
        if loop is None:
            continue
        if loop.kind == "standard":
            if not loop.condition and not loop.maximum:
                message = T("循环 {node} 没有继续的条件，也没有最多次数，不知何时停。请写一个。", node=named(node))
                yield view.at("loop-end", node, message)
        elif not loop.collection and not loop.cardinality:
            message = T("多实例 {node} 没有写明按什么列表或按几次重复。请写列表(collection)或次数。", node=named(node))
            yield view.at("many-source", node, message)
        elif node.kind == "userTask" and not loop.output_collection:
            message = T("多实例任务 {node} 没有写明把各人的答复收集到哪里，答复之后用不到。请写 outputCollection。",
                        node=named(node))  # fmt: skip
            yield view.at("many-output", node, message)


def work(view: View, stock: Stock) -> Iterator[Finding]:
    """Scripts, decisions, services and calls name something that exists."""
    for node in view.nodes:
        if node.kind == "scriptTask":
            yield from _script(view, node)
        elif node.kind == "businessRuleTask":
            yield from _decision(view, stock, node)
        elif node.kind == "serviceTask":
            yield from _service(view, stock, node)
            yield from _document(view, stock, node)
        elif node.kind == "callActivity":
            yield from _call(view, stock, node)


def _script(view: View, node: Node) -> Iterator[Finding]:
    if not node.script:
        yield view.at(
            "script", node, T("脚本任务 {node} 是空的。请写 FEEL 的上下文 {{名称: 算式}}。", node=named(node))
        )
    elif context_keys(node.script) is None:
        message = T("脚本任务 {node} 不是 FEEL 的上下文（不执行 Python 等程序）。请改写成 {{名称: 算式, 名称: 算式}}。",
                    node=named(node))  # fmt: skip
        yield view.at("script", node, message)


def _decision(view: View, stock: Stock, node: Node) -> Iterator[Finding]:
    decision = node.ext.get("decision")
    if not decision:
        yield view.at("decision", node, T("业务规则任务 {node} 没有指明决策表。请选一张。", node=named(node)))
    elif decision not in stock.decisions:
        message = T(
            "{node} 用的决策表 {decision} 不在程序包里。请放入 DMN 文件或改编号。", node=named(node), decision=decision
        )
        yield view.at("decision", node, message)


def _service(view: View, stock: Stock, node: Node) -> Iterator[Finding]:
    rule, effect = node.ext.get("rule"), node.ext.get("effect")
    if rule and effect:
        message = T("服务任务 {node} 同时写了规则和效果，只能写一个。请拆成两个任务。", node=named(node))
        yield view.at("service", node, message)
    elif not rule and not effect:
        message = T("服务任务 {node} 没有写做什么。请选一个规则函数(rule)或效果(effect)。", node=named(node))
        yield view.at("service", node, message)
    elif rule and rule not in stock.rules:
        message = T("{node} 用的规则函数 {rule} 不存在。可用的有：{known}。",
                    node=named(node), rule=rule, known="、".join(sorted(stock.rules)))  # fmt: skip
        yield view.at("service", node, message)
    elif rule:
        yield from _arguments(view, node, stock.rules[rule])
    elif effect and effect not in stock.effects:
        message = T("{node} 用的效果 {effect} 不存在。可用的有：{known}。",
                    node=named(node), effect=effect, known="、".join(sorted(stock.effects)))  # fmt: skip
        yield view.at("service", node, message)
    elif effect:
        yield from _required(view, node, effect, stock.effects[effect])


def _document(view: View, stock: Stock, node: Node) -> Iterator[Finding]:
    """A template written as a plain text literal can be looked up; a computed one cannot."""
    text = node.ext_params.get("template", "").removeprefix("=").strip()
    if node.ext.get("effect") != "document" or _LITERAL.fullmatch(text) is None:
        return
    if text.strip('"') not in stock.documents:
        message = T("{node} 用的文书模板 {template} 不在程序包里。请放入 documents 文件夹或改名。",
                    node=named(node), template=text)  # fmt: skip
        yield view.at("document", node, message)


def _arguments(view: View, node: Node, rule: Rule) -> Iterator[Finding]:
    yield from _required(view, node, rule.name, [name for name in rule.parameters if name in rule.required])
    unknown = [name for name in node.ext_params if name not in rule.parameters]
    if unknown:
        message = T("{node} 给规则函数 {rule} 的参数 {names} 不存在。它的参数是：{known}。",
                    node=named(node), rule=rule.name, names="、".join(unknown),
                    known="、".join(rule.parameters))  # fmt: skip
        yield view.at("service", node, message)


def _required(view: View, node: Node, what: str, needed: Sequence[str]) -> Iterator[Finding]:
    missing = [name for name in needed if not node.ext_params.get(name)]
    if missing:
        message = T("{node} 少给了 {what} 的参数：{names}。请补上。",
                    node=named(node), what=what, names="、".join(missing))  # fmt: skip
        yield view.at("service", node, message)


def _call(view: View, stock: Stock, node: Node) -> Iterator[Finding]:
    if not node.called:
        yield view.at("called-process", node, T("调用活动 {node} 没有指明调用哪个流程。请选一个。", node=named(node)))
    elif node.called not in stock.processes:
        message = T(
            "{node} 调用的流程 {called} 找不到。请放入它的流程图或改编号。", node=named(node), called=node.called
        )
        yield view.at("called-process", node, message)


def attributes(view: View, _stock: Stock) -> Iterator[Finding]:
    """Our attributes are spelled as we read them; a mistyped one would silently do nothing."""
    for node in view.nodes:
        known = ATTRIBUTES.get(node.kind, frozenset()) | {"say"}
        for name in node.ext.keys() - known:
            near = get_close_matches(name, known, 1)
            hint = near[0] if near else "、".join(sorted(known))
            message = T(
                "{node} 的属性 yishi:{name} 在这里不起作用。可用的有：{hint}。", node=named(node), name=name, hint=hint
            )
            yield view.at("attribute-unknown", node, message)


CHECKS = (attributes, people, repetition, work)
