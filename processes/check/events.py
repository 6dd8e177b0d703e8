"""Events: hosts, triggers, references, links, compensation, timers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from processes.check import timers
from processes.check.registry import named
from processes.check.view import View, link_catch, link_throw
from processes.findings import Finding
from processes.model import ACTIVITIES, EventDef, Node
from processes.text import T

NAMES = {"message": T("消息"), "signal": T("信号"), "error": T("错误"), "escalation": T("升级")}
NEED_TRIGGER = frozenset({"intermediateCatchEvent", "boundaryEvent"})
THROWS = frozenset({"intermediateThrowEvent", "endEvent"})


def boundaries(view: View) -> Iterator[Finding]:
    """Every boundary event sits on an activity of the same scope."""
    for node in view.nodes:
        if node.kind != "boundaryEvent":
            continue
        host = view.diagram.nodes.get(node.attached_to or "")
        if host is None:
            yield view.at(
                "boundary", node, T("边界事件 {node} 没有附在任何活动上。请拖到活动的边上。", node=named(node))
            )
        elif host.kind not in ACTIVITIES or host.scope != node.scope:
            message = T("边界事件 {node} 附在 {host} 上，那里不能附。请附到同一层的任务或子流程上。",
                        node=named(node), host=named(host))  # fmt: skip
            yield view.at("boundary", node, message)
        yield from _compensation(view, node)


def _compensation(view: View, node: Node) -> Iterator[Finding]:
    if not any(event.kind == "compensate" for event in node.events):
        return
    handler = view.diagram.nodes.get(node.handler or "")
    if handler is None:
        message = T("补偿事件 {node} 没有连到补偿活动。请用关联线（虚点线）连到一个补偿活动。", node=named(node))
        yield view.at("compensation", node, message)
    elif not handler.compensation:
        message = T(
            "{node} 连到的 {handler} 没有标为补偿活动。请打开它的补偿标记。", node=named(node), handler=named(handler)
        )
        yield view.at("compensation", handler, message)


def triggers(view: View) -> Iterator[Finding]:
    """Catching events say what they wait for; references lead somewhere; conditions and cancels fit."""
    for node in view.nodes:
        if node.kind in NEED_TRIGGER and not node.events:
            message = T("{node} 没有写等什么。请选定时、消息、信号等触发。", node=named(node))
            yield view.at("trigger", node, message)
        for event in node.events:
            yield from _trigger(view, node, event)
        if len(node.events) > 1:
            message = T(
                "{node} 有 {count} 个触发，只能有一个。请拆成几个事件。", node=named(node), count=len(node.events)
            )
            yield view.at("several-triggers", node, message)
        if node.kind in {"sendTask", "receiveTask"} and not node.message:
            yield from _reference(view, node, "message", node.message_ref)


def _trigger(view: View, node: Node, event: EventDef) -> Iterator[Finding]:
    if event.kind in NAMES and not event.name:
        yield from _reference(view, node, event.kind, event.ref)
    elif event.kind == "conditional" and not event.text:
        yield view.at("event-condition", node, T("条件事件 {node} 没有写条件。请写一个 FEEL 条件。", node=named(node)))
    elif event.kind == "timer":
        yield from _timer(view, node, event)
    elif event.kind == "cancel" and not _in_transaction(view, node):
        message = T("取消事件 {node} 只能用在事务子流程里或它的边上。请改用错误事件。", node=named(node))
        yield view.at("transaction", node, message)


def _reference(view: View, node: Node, kind: str, ref: str | None) -> Iterator[Finding]:
    """Errors and escalations may go unnamed, a message then bears the name of its element."""
    what = NAMES[kind]
    if ref:
        message = T("{node} 指到的{what} {ref} 不存在。请改成定义过的{what}。", node=named(node), what=what, ref=ref)
        yield view.at("event-reference", node, message)
    elif kind == "message" and node.name:
        message = T("{node} 没有指明是哪个消息，将以它的名称作消息名。最好定义一个消息。", node=named(node))
        yield view.at("message-name", node, message)
    elif kind in {"message", "signal"}:
        message = T("{node} 没有指明是哪个{what}。请选一个或新建一个。", node=named(node), what=what)
        yield view.at("event-reference", node, message)


def _in_transaction(view: View, node: Node) -> bool:
    around = view.diagram.nodes.get(node.attached_to or node.scope)
    return around is not None and around.kind == "transaction"


def _timer(view: View, node: Node, event: EventDef) -> Iterator[Finding]:
    text = (event.text or "").removeprefix("=").strip()
    if not text:
        message = T("定时 {node} 没有写时间。可写 P3D、2026-11-30T18:00:00+08:00 或 FEEL 算式。", node=named(node))
        yield view.at("timer", node, message)
    elif timers.is_naive(text):
        message = T("定时 {node} 的时刻 {text} 没有时区。请在末尾加上 +08:00。", node=named(node), text=text[:80])
        yield view.at("timer-zone", node, message)
    elif timers.looks_iso(text) and not timers.is_iso(text):
        message = T("定时 {node} 的写法 {text} 读不懂。期限写 P3D 或 PT2H，周期写 R3/P1D，不能用 cron。",
                    node=named(node), text=text[:80])  # fmt: skip
        yield view.at("timer", node, message)


def links(view: View) -> Iterator[Finding]:
    """Link events come in pairs of one name inside one scope."""
    throws: dict[tuple[str, str], list[Node]] = {}
    catches: dict[tuple[str, str], list[Node]] = {}
    for node in view.nodes:
        if name := link_throw(node):
            throws.setdefault((node.scope, name), []).append(node)
        if name := link_catch(node):
            catches.setdefault((node.scope, name), []).append(node)
    for key, nodes in throws.items():
        if key not in catches:
            message = T(
                "链接 {name} 只有抛出没有捕获，走到这里就断了。请在同一层画一个同名的链接捕获事件。", name=key[1]
            )
            yield view.at("link", nodes[0], message)
    for key, nodes in catches.items():
        if key not in throws:
            message = T(
                "链接 {name} 只有捕获没有抛出，永远走不到这里。请在同一层画一个同名的链接抛出事件。", name=key[1]
            )
            yield view.at("link", nodes[0], message)
        if len(nodes) > 1:
            message = T("链接 {name} 有 {count} 个捕获事件，只能有一个。", name=key[1], count=len(nodes))
            yield view.at("link", nodes[1], message)


def uncaught(view: View, views: list[View]) -> Iterator[Finding]:
    """Errors and escalations that no enclosing scope catches, here or where the process is called."""
    for node in view.nodes:
        for event in node.events:
            if node.kind in THROWS and event.kind in {"error", "escalation"} and not _caught(view, node, event, views):
                message = T("{node} 抛出的{what}在本图里没有人接。请在外层子流程边上加一个接住它的边界事件。",
                            node=named(node), what=NAMES[event.kind])  # fmt: skip
                yield view.at("uncaught", node, message)


def _caught(view: View, node: Node, event: EventDef, views: list[View], seen: frozenset[str] = frozenset()) -> bool:
    scope: str | None = node.scope
    while scope:
        if any(_matches(catch, event) for catch in chain(view.watchers.get(scope, ()), view.hosts.get(scope, ()))):
            return True
        host = view.diagram.nodes.get(scope)
        scope = host.scope if host else None
    callers = [(v, n) for v in views for n in v.nodes if n.called == node.process and n.id not in seen]
    return any(
        any(_matches(catch, event) for catch in v.hosts.get(n.id, ())) or _caught(v, n, event, views, seen | {n.id})
        for v, n in callers
    )


def _matches(catch: Node, thrown: EventDef) -> bool:
    mark = thrown.code or thrown.name
    return any(e.kind == thrown.kind and (e.ref is None or (e.code or e.name) == mark) for e in catch.events)


CHECKS = (boundaries, triggers, links)
