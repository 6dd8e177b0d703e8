"""Messages of a bundle: what is sent that nobody awaits, and awaited that nobody sends."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from processes.check.registry import named
from processes.check.stock import ANSWERS, Stock
from processes.check.view import View
from processes.findings import Finding
from processes.model import Node
from processes.text import T

THROWS = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})


def names(node: Node) -> set[str]:
    """The names of the messages a node sends or awaits."""
    found = {event.name for event in node.events if event.kind == "message"} | {node.message}
    return {name for name in found if name}


def unmatched(stock: Stock, views: list[View]) -> Iterator[Finding]:
    """Advice only: messages may come from and go to other bundles."""
    if not stock.own:
        return
    sent = {name for view in views for node in view.nodes if node.kind in THROWS for name in names(node)}
    sent |= {ANSWERS[node.ext["effect"]] for view in views for node in view.nodes if node.ext.get("effect") in ANSWERS}
    awaited = {name for view in views for node in view.nodes if node.kind not in THROWS for name in names(node)}
    elsewhere = explained(stock)
    for view in views:
        for node in view.nodes:
            others = awaited if node.kind in THROWS else sent
            for name in sorted(names(node) - others - elsewhere):
                yield _alone(view, node, name, others)


def explained(stock: Stock) -> set[str]:
    """Messages whose other side procedure.toml says is elsewhere, in words: [[message]] name, why."""
    listed = stock.procedure.get("message")
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    return {str(row.get("name")) for row in rows if str(row.get("why") or "").strip()}


def _alone(view: View, node: Node, name: str, others: set[str]) -> Finding:
    near = get_close_matches(name, others, 1)
    if near:
        message = T(
            "{node} 的消息“{name}”在本程序包里没有对应的一方。是不是“{near}”？",
            node=named(node),
            name=name,
            near=near[0],
        )
    elif node.kind in THROWS:
        message = T(
            "{node} 发出的消息“{name}”在本程序包里没有人等。若由别处接收，请在 procedure.toml 的 [[message]] 写明。",
            node=named(node),
            name=name,
        )
    else:
        message = T(
            "{node} 等的消息“{name}”在本程序包里没有人发。若由别处发来，请在 procedure.toml 的 [[message]] 写明。",
            node=named(node),
            name=name,
        )
    return view.at("message-alone", node, message)
