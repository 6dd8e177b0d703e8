"""Document templates, arguments of rules, and parameters of the place: what diagrams say about other rooms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath

from processes.check.expressions import written
from processes.check.registry import at, named
from processes.check.stock import PROCEDURE, Stock, kind_of
from processes.check.texts import spots
from processes.check.view import View
from processes.findings import Finding
from processes.localities import parameter_names
from processes.rules import RULES
from processes.templates import Template
from processes.text import T, Text

TEMPLATES = frozenset({".html", ".htm"})
GIVEN = frozenset({"number", "title", "template", "series"})  # what the document effect itself hands over
_PARAMETER = re.compile(r"(?<![\w.])params\.([^\W\d]\w*)")


@dataclass(frozen=True)
class Line:
    """A line of a text file as a place."""

    id: str
    line: int


def documents(files: Mapping[str, bytes], stock: Stock, views: list[View]) -> Iterator[Finding]:
    """Every template compiles, its HTML is whole, and what it reads is written somewhere."""
    known = written(stock, views) | GIVEN
    for name, content in sorted(files.items()):
        if kind_of(name) != "document" or PurePosixPath(name).suffix.lower() not in TEMPLATES:
            continue
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            yield at("unreadable", name, None, T("文书模板 {file} 不是 UTF-8 编码。请另存为 UTF-8。", file=name))
            continue
        template, findings = Template.load(name, text)
        for finding in findings:
            place = Line(PurePosixPath(name).stem, finding.line or 1)
            yield at(
                "template", name, place, T("文书模板第 {line} 行：{reason}", line=place.line, reason=finding.message)
            )
        for missing in sorted(template.names - known):
            place = Line(PurePosixPath(name).stem, _line_of(text, missing))
            yield at("name-unknown", name, place, _unwritten(name, missing, known), own=stock.own)


def _line_of(text: str, name: str) -> int:
    found = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _unwritten(file: str, name: str, known: set[str]) -> Text:
    near = get_close_matches(name, known, 1)
    if near:
        return T("文书模板 {file} 用到 {name}，但没有地方写入它。是不是 {near}？", file=file, name=name, near=near[0])
    return T("文书模板 {file} 用到 {name}，但没有地方写入它。请改名，或在流程里写入。", file=file, name=name)


def arguments(view: View, _stock: Stock) -> Iterator[Finding]:
    """A rule gets the arguments it needs and no others."""
    for node in view.nodes:
        rule = RULES.get(node.ext.get("rule", "")) if node.kind == "serviceTask" else None
        if rule is None:
            continue
        given = set(node.ext_params)
        takes = "、".join(rule.parameters)
        for missing in sorted(rule.required - given):
            message = T("{node} 没有给规则 {rule} 参数 {name}。它的参数有：{takes}。",
                        node=named(node), rule=rule.name, name=missing, takes=takes)  # fmt: skip
            yield view.at("rule-argument", node, message)
        for extra in sorted(given - set(rule.parameters)):
            message = T("规则 {rule} 没有参数 {name}（{node}）。它的参数有：{takes}。",
                        node=named(node), rule=rule.name, name=extra, takes=takes)  # fmt: skip
            yield view.at("rule-argument", node, message)


def parameters(files: Mapping[str, bytes], stock: Stock, views: list[View]) -> Iterator[Finding]:
    """`params.x` names a line of the rule tables; a mistyped one would silently be null."""
    if not stock.own:
        return
    known = parameter_names()
    for view in views:
        for spot in spots(view):
            for name in _unknown(spot.text, known):
                place = spot.place
                yield view.at("parameter-unknown", place, _no_parameter(named(place), name, known))
    for file, content in sorted(files.items()):
        if kind_of(file) in {"document", "form", "decision"}:
            text = content.decode("utf-8", "replace")
            for name in _unknown(text, known):
                place = Line(name, _line_of(text, f"params.{name}"))
                yield at("parameter-unknown", file, place, _no_parameter(file, name, known))
    listed = stock.procedure.get("parameters")
    for name in listed if isinstance(listed, list) else []:
        if str(name) not in known:
            yield at("parameter-unknown", PROCEDURE, None, _no_parameter(PROCEDURE, str(name), known))


def _unknown(text: str, known: frozenset[str]) -> list[str]:
    return sorted(set(_PARAMETER.findall(text)) - known)


def _no_parameter(place: str, name: str, known: frozenset[str]) -> Text:
    near = get_close_matches(name, known, 1)
    if near:
        return T("{place} 用到参数 {name}，但参数登记表里没有它。是不是 {near}？", place=place, name=name, near=near[0])
    return T("{place} 用到参数 {name}，但参数登记表里没有它。请先登记。", place=place, name=name)
