"""Reads the DMN conformance suite: models, cases, expected results."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from processes.expressions.durations import parse_duration
from processes.expressions.temporal import parse_date, parse_moment, parse_time

ROOT = Path(__file__).resolve().parents[2]
TCK = Path(os.environ.get("YISHI_TCK", ROOT.parent / "shared" / "tck"))
LOGIC = frozenset(
    {"literalExpression", "decisionTable", "context", "invocation", "relation", "list", "functionDefinition",
     "conditional", "filter", "for", "some", "every"}
)  # fmt: skip
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


class Unrepresentable(Exception):
    """A value of the suite that lies outside the years 1 to 9999."""


@dataclass
class Result:
    """One expected result; `kind` is the sort of logic behind it, `plain` that it needs no other decision or model."""

    name: str
    expected: Any
    kind: str
    plain: bool
    left_out: str | None

    @property
    def valued(self) -> bool:
        """True when a value is due; results that expect null tell little."""
        return self.expected is not None


@dataclass
class Case:
    """One test case of the suite with the files it is about."""

    folder: str
    model: str
    files: dict[str, bytes]
    id: str
    service: str | None
    inputs: dict[str, Any]
    results: list[Result]


def available() -> bool:
    """True when the suite is on this machine."""
    return TCK.is_dir()


def cases() -> Iterator[Case]:
    """Every case of the suite."""
    for path in sorted(TCK.glob("compliance-level-*/*/*.xml")):
        yield from _cases_of(path)


def _cases_of(path: Path) -> Iterator[Case]:
    root = etree.parse(path).getroot()
    files = {each.name: each.read_bytes() for each in path.parent.glob("*.dmn")}
    model = _first(root, "modelName").text.strip()
    logic = _Logic(files[model])
    for test in _all(root, "testCase"):
        try:
            inputs, trouble = {each.get("name"): _value(each) for each in _all(test, "inputNode")}, None
        except Unrepresentable:
            inputs, trouble = {}, "year"
        service = test.get("invocableName") if test.get("type") == "decisionService" else None
        results = [_result(each, logic, service, trouble) for each in _all(test, "resultNode")]
        yield Case(path.parent.name, model, files, test.get("id"), service, inputs, results)


def _result(element: Any, logic: _Logic, service: str | None, trouble: str | None) -> Result:
    expected: Any = None
    try:
        holder = _first(element, "expected")
        expected = None if holder is None else _value(holder)
    except Unrepresentable:
        expected, trouble = "?", "year"
    name = element.get("name")
    kind = "decisionService" if service else logic.kind(name)
    return Result(name, expected, kind, logic.plain(name), trouble or logic.left_out(name))


class _Logic:
    """What stands behind each decision of a model."""

    def __init__(self, content: bytes) -> None:
        root = etree.fromstring(content)
        self._external = {
            each.get("name")
            for each in root.iter("{*}businessKnowledgeModel", "{*}decision")
            for inner in each.iter("{*}encapsulatedLogic", "{*}functionDefinition")
            if inner.get("kind", "FEEL") != "FEEL"
        }
        self._decisions = {each.get("name"): each for each in root.iter("{*}decision")}

    def kind(self, name: str) -> str:
        decision = self._decisions.get(name)
        parts = [] if decision is None else [etree.QName(each).localname for each in decision.iterchildren("{*}*")]
        return next((part for part in parts if part in LOGIC), "nothing")

    def plain(self, name: str) -> bool:
        decision = self._decisions.get(name)
        return decision is not None and not list(decision.iter("{*}requiredDecision", "{*}requiredKnowledge"))

    def left_out(self, name: str) -> str | None:
        """Java and PMML functions are refused on purpose."""
        decision = self._decisions.get(name)
        if decision is None:
            return None
        text = " ".join(decision.itertext())
        hrefs = {each.get("href", "").lstrip("#_") for each in decision.iter("{*}requiredKnowledge")}
        external = {each.lstrip("_") for each in self._external}
        needs = bool(hrefs & external) or name in self._external or any(each in text for each in self._external)
        return "external" if needs or " external " in text else None


def _value(element: Any) -> Any:
    for child in element:
        sort = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if sort == "value":
            return _scalar(child)
        if sort == "list":
            return None if child.get(_NIL) == "true" else [_value(item) for item in _all(child, "item")]
        if sort == "component":
            return {each.get("name"): _value(each) for each in _all(element, "component")}
    return None


def _scalar(element: Any) -> Any:
    if element.get(_NIL) == "true":
        return None
    text, sort = element.text or "", (element.get(_TYPE) or "xsd:string").rpartition(":")[2]
    if sort == "boolean":
        return text.strip() in ("true", "1")
    if sort in ("decimal", "double", "integer", "int", "float"):
        return Decimal(text.strip())
    readers = {"date": parse_date, "time": parse_time, "dateTime": parse_moment, "duration": parse_duration}
    if sort not in readers:
        return text
    value = readers[sort](text.strip())
    if value is None:
        raise Unrepresentable(text)
    return value


def agrees(found: Any, expected: Any) -> bool:
    """Whether a result is the expected one; numbers to eight places, as the suite's own runners do."""
    if isinstance(expected, Decimal):
        number = isinstance(found, int | Decimal) and not isinstance(found, bool)
        return number and abs(Decimal(found) - expected) <= Decimal("1e-8") * max(Decimal(1), abs(expected))
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(agrees, found, expected))
    if isinstance(expected, dict):
        same = isinstance(found, dict) and found.keys() == expected.keys()
        return same and all(agrees(found[key], value) for key, value in expected.items())
    if isinstance(expected, datetime | date | time):
        return type(found) is type(expected) and _text(found) == _text(expected) and found == expected
    return type(found) is type(expected) and bool(found == expected)


def _text(value: Any) -> str:
    return str(value.utcoffset()) if isinstance(value, datetime) else ""


def _all(element: Any, name: str) -> Iterator[Any]:
    yield from element.iterchildren(f"{{*}}{name}")


def _first(element: Any, name: str) -> Any:
    return next(_all(element, name), None)
