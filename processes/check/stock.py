"""What a bundle holds and what the system offers: the shelf on which every reference must find something."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from processes.check.registry import at
from processes.decisions import Decisions, read_all
from processes.findings import Finding
from processes.forms import Form
from processes.model import Diagram, read_bpmn
from processes.rules import RULES, Rule
from processes.scenarios import read_scenario
from processes.templates import Template
from processes.text import T

PROCEDURE = "procedure.toml"
ROLES = frozenset(
    {"party_committee", "snc_director", "snc_clerk", "office_head", "handler", "community", "group_leader", "deputy",
     "district_deputy", "reviewer", "teller", "district_affairs", "district_department", "designer", "system_admin",
     "auditor"}
)  # fmt: skip
EFFECTS: dict[str, tuple[str, ...]] = {
    "document": ("template",),
    "notice": ("to",),
    "queryCode": (),
    "deputies": ("people", "state"),
    "ballot": ("kind", "title", "candidates", "mode", "key"),
}  # with the arguments they need
ANSWERS = {"ballot": "ballotClosed"}  # the message that comes back when what an effect began is over


@dataclass
class Stock:
    """Everything a diagram may refer to. `own` is True for bundles of ours, those with a procedure.toml."""

    own: bool
    procedure: dict[str, Any] = field(default_factory=dict)
    diagrams: list[Diagram] = field(default_factory=list)
    forms: dict[str, Form] = field(default_factory=dict)
    decisions: Decisions = field(default_factory=lambda: Decisions([], []))
    documents: dict[str, Template | None] = field(default_factory=dict)  # by stem; None for what is no text
    calls: frozenset[str] = frozenset()
    roles: Collection[str] = ROLES
    rules: Mapping[str, Rule] = field(default_factory=lambda: RULES)
    effects: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: EFFECTS)
    findings: list[Finding] = field(default_factory=list)

    @cached_property
    def drawn(self) -> set[str]:
        """Every process of the bundle; asked for when all files are read."""
        return {id_ for diagram in self.diagrams for id_ in diagram.processes}

    @cached_property
    def runnable(self) -> set[str]:
        """The processes the engine makes ready: those marked executable; in files that mark none, all with steps."""
        found: set[str] = set()
        for diagram in self.diagrams:
            filled = {node.process for node in diagram.nodes.values()}
            marked = {id_ for id_, process in diagram.processes.items() if process.executable}
            found |= marked & filled or filled & diagram.processes.keys()
        return found

    @cached_property
    def processes(self) -> set[str]:
        """Every process that can be called."""
        return self.runnable | self.calls


def kind_of(name: str) -> str:
    """What a file is by its name: diagram, decision, form, document, procedure, scenario or other."""
    path = PurePosixPath(name.lower())
    if path.name == PROCEDURE:
        return "procedure"
    if path.suffix in {".bpmn", ".bpmn2"} or name.lower().endswith(".bpmn20.xml"):
        return "diagram"
    if path.suffix == ".dmn":
        return "decision"
    if path.suffix == ".form" or name.lower().endswith(".form.json"):
        return "form"
    if "scenarios" in path.parts and path.suffix == ".json":
        return "scenario"
    return "document" if "documents" in path.parts else "other"


def take_stock(files: Mapping[str, bytes], calls: Collection[str], own: bool) -> Stock:
    """Read every file of a bundle once; what cannot be read becomes a finding."""
    stock = Stock(own=own, calls=frozenset(calls))
    for name, content in sorted(files.items()):
        READERS.get(kind_of(name), _nothing)(stock, name, content)
    stock.decisions, findings = read_all({name: c for name, c in sorted(files.items()) if kind_of(name) == "decision"})
    stock.findings += findings
    return stock


def _diagram(stock: Stock, name: str, content: bytes) -> None:
    diagram = read_bpmn(name, content)
    stock.diagrams.append(diagram)
    stock.findings += diagram.findings


def _form(stock: Stock, name: str, content: bytes) -> None:
    form, findings = Form.load(name, content)
    stock.forms[form.id] = form
    stock.findings += findings


def _document(stock: Stock, name: str, content: bytes) -> None:
    path = PurePosixPath(name)
    if path.suffix.lower() not in {".html", ".htm", ".txt", ".md"}:
        stock.documents[path.stem] = None
        return
    template, findings = Template.load(name, content.decode("utf-8", "replace"))
    stock.documents[path.stem] = template
    stock.findings += findings


def _scenario(stock: Stock, name: str, content: bytes) -> None:
    stock.findings += read_scenario(name, content)[1]


def _procedure(stock: Stock, name: str, content: bytes) -> None:
    try:
        stock.procedure = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        message = T("procedure.toml 读不懂：{reason}。请改正写法。", reason=str(error)[:200])
        stock.findings.append(at("procedure", name, None, message))


def _nothing(_stock: Stock, _name: str, _content: bytes) -> None:
    """Pictures and notes are not read; decisions are read together, because they may need each other."""


READERS = {
    "diagram": _diagram,
    "form": _form,
    "document": _document,
    "scenario": _scenario,
    "procedure": _procedure,
}
