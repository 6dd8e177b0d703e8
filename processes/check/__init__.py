"""What a designer must hear before publishing: all findings at once, each on its element, with the way to mend it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from processes.check import (
    activities,
    branches,
    events,
    expressions,
    geometry,
    ledgers,
    messages,
    parameters,
    procedure,
    structure,
)
from processes.check.registry import RULES, Rule, at
from processes.check.stock import PROCEDURE, Stock, kind_of, take_stock
from processes.check.view import View
from processes.findings import Finding
from processes.model import Diagram
from processes.text import T

__all__ = ["RULES", "Rule", "check_bundle", "check_file"]

MAX_FILES = 400
MAX_BYTES = 20 * 1024 * 1024
MAX_FINDINGS = 300  # per file
CHECKED = frozenset({"diagram", "decision", "form"})  # kinds of file that say something by themselves
Check = Callable[[], Iterable[Finding]]


def check_bundle(files: Mapping[str, bytes], known_calls: Collection[str] = ()) -> list[Finding]:
    """Check every file of a bundle, alone and together; an empty list means that nothing is wrong.

    `files` maps paths inside the bundle to contents; `known_calls` are processes of other published bundles.
    Content never raises.
    """
    size = sum(map(len, files.values()))
    if len(files) > MAX_FILES or size > MAX_BYTES:
        message = T("程序包有 {count} 个文件、{size} 字节，太大了（上限 {files} 个、{bytes} 字节）。请分成几个程序包。",
                    count=len(files), size=size, files=MAX_FILES, bytes=MAX_BYTES)  # fmt: skip
        return [at("too-large", "", None, message)]
    own = any(name.rpartition("/")[2] == PROCEDURE for name in files)
    stock = take_stock(files, known_calls, own)
    if not stock.diagrams and (own or not any(kind_of(name) in CHECKED for name in files)):
        place = PROCEDURE if own else ""
        stock.findings.append(at("bundle", place, None, T("程序包里没有流程图(.bpmn)。请放入一个。")))
    return _tidy(_examine(files, stock))


def check_file(name: str, content: bytes) -> list[Finding]:
    """Check one file, a foreign one too; content never raises. Unknown endings are read as BPMN."""
    known = name if kind_of(name) in CHECKED else f"{name}.bpmn"
    findings = check_bundle({known: content})
    return findings if known == name else [_renamed(finding, name) for finding in findings]


def _renamed(finding: Finding, name: str) -> Finding:
    return Finding(
        finding.severity, finding.rule, name, finding.message, finding.element, finding.line, list(finding.path)
    )


def _examine(files: Mapping[str, bytes], stock: Stock) -> Iterator[Finding]:
    yield from stock.findings
    readable = [diagram for diagram in stock.diagrams if not _unread(diagram)]
    views = [View(diagram, stock.own) for diagram in readable]
    for view in views:
        for check in (*structure.CHECKS, *branches.CHECKS, *events.CHECKS, *geometry.CHECKS):
            yield from check(view)
        for look in (*activities.CHECKS, expressions.compiled):
            yield from look(view, stock)
        yield from events.uncaught(view, views)
    yield from procedure.procedure(stock)
    yield from procedure.together(stock, views)
    yield from ledgers.ledgers(stock, views)
    yield from messages.unmatched(stock, views)
    yield from expressions.names(stock, views)
    yield from parameters.parameters(files, stock, views)


def _unread(diagram: Diagram) -> bool:
    return any(finding.rule in {"xml", "not-bpmn"} for finding in diagram.findings)


def _tidy(findings: Iterable[Finding]) -> list[Finding]:
    """By file and line, nothing twice, a long list cut with a word about it."""
    by_file: dict[str, dict[Finding, None]] = {}
    for finding in findings:
        by_file.setdefault(finding.file, {}).setdefault(finding)
    tidy: list[Finding] = []
    for file in sorted(by_file):
        found = sorted(by_file[file], key=_rank)
        tidy += found[:MAX_FINDINGS]
        if len(found) > MAX_FINDINGS:
            message = T("另有 {count} 个问题没有列出。请先改正上面的。", count=len(found) - MAX_FINDINGS)
            tidy.append(at("too-many", file, None, message))
    return tidy


def _rank(finding: Finding) -> tuple[int, int]:
    order = {"error": 0, "warning": 1, "advice": 2}
    return order[str(finding.severity)], finding.line or 0
