"""Every place of a diagram where FEEL stands, and what can be read from such a text without evaluating it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from processes.check import timers
from processes.check.registry import Place
from processes.check.view import View
from processes.model import Loop, Node
from processes.text import T, Text

FEEL_ATTRIBUTES = {
    "due": T("期限"),
    "unit": T("办理单位"),
    "assignee": T("办理人"),
    "title": T("待办标题"),
    "key": T("消息的关联值"),
    "payload": T("消息的内容"),
    "targets": T("消息的对象"),
    "unless": T("不必启动的条件"),
}
LOOP_TEXTS = {
    "collection": T("多实例的列表"),
    "output_element": T("多实例的每项结果"),
    "cardinality": T("多实例的次数"),
    "completion": T("多实例的结束条件"),
    "condition": T("循环条件"),
    "maximum": T("最多次数"),
}
LONGEST = 50_000  # characters of a script
_KEY = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^\W\d]\w*))\s*:')
_STRING = re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)|//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|$)', re.S)


@dataclass(frozen=True)
class Spot:
    """One FEEL text: on which element, in which line of its description."""

    place: Place
    what: Text
    text: str
    given: frozenset[str] | None = None  # names it reads, where there is no text


def spots(view: View) -> Iterator[Spot]:
    """All FEEL texts of a diagram in document order; literals that need no FEEL are left out."""
    for node in view.nodes:
        yield from _of_node(node)
        if node.loop is not None:
            yield from _of_loop(node, node.loop)
    for flow in view.diagram.flows.values():
        if flow.condition:
            yield Spot(flow, T("条件"), flow.condition)


def _of_node(node: Node) -> Iterator[Spot]:
    if node.kind == "scriptTask" and node.script and context_keys(node.script) is not None:
        yield Spot(node, T("脚本"), node.script)
    for name, what in FEEL_ATTRIBUTES.items():
        if text := node.ext.get(name):
            yield Spot(node, what, text)
    if (node.ext.get("role") or "").startswith("="):
        yield Spot(node, T("办理角色"), node.ext["role"].removeprefix("="))
    for name, text in node.ext_params.items():
        yield Spot(node, T("参数 {name}", name=name), text)
    for event in node.events:
        text = (event.text or "").strip()
        if event.kind == "conditional" and text:
            yield Spot(node, T("条件"), text)
        elif event.kind == "timer" and text and not timers.looks_iso(text.removeprefix("=").strip()):
            yield Spot(node, T("定时"), text)


def _of_loop(node: Node, loop: Loop) -> Iterator[Spot]:
    for name, what in LOOP_TEXTS.items():
        if text := getattr(loop, name):
            yield Spot(node, what, text)


def context_keys(text: str) -> list[str] | None:
    """The top-level keys of a FEEL context; None when the text as a whole is not one."""
    text = text.strip().removeprefix("=").strip()
    if not text.startswith("{") or not text.endswith("}") or len(text) > LONGEST:
        return None
    readable = _blank_comments(text)
    plain = without_strings(text)
    keys: list[str] = []
    depth = 0
    for place, sign in enumerate(plain):
        if sign in "{[(":
            depth += 1
        elif sign in "}])":
            depth -= 1
            if depth == 0 and place != len(plain) - 1:
                return None
        if depth == 1 and sign in "{," and (found := _KEY.match(readable, place + 1)):
            keys.append(found.group(1) or found.group(2))
    return keys if depth == 0 and (keys or not plain.strip("{} \n\t\r")) else None


def without_strings(text: str) -> str:
    """The text with strings and comments blanked, every sign in its place."""
    return _STRING.sub(lambda found: " " * len(found.group()), text)


def _blank_comments(text: str) -> str:
    return _STRING.sub(lambda found: found.group() if found.group()[0] == '"' else " " * len(found.group()), text)
