"""Decision tables and decision graphs (DMN 1.1 to 1.5), evaluated with FEEL."""

from __future__ import annotations

from collections.abc import Mapping

from processes.decisions.analysis import gaps_and_overlaps
from processes.decisions.graph import Decisions
from processes.decisions.model import DecisionError
from processes.decisions.reader import Shelf
from processes.decisions.tables import Aggregation, Hit, Table
from processes.decisions.wiring import check_wiring
from processes.findings import Finding

__all__ = ["Aggregation", "DecisionError", "Decisions", "Hit", "Table", "gaps_and_overlaps", "read_all", "read_dmn"]


def read_dmn(file: str, content: bytes, library: Mapping[str, bytes] | None = None) -> tuple[Decisions, list[Finding]]:
    """Read one DMN file; `library` holds the files it may import. Faults are findings of this file, all of them."""
    shelf = Shelf({**(library or {}), file: content})
    decisions = Decisions(shelf.models.values(), [file])
    return decisions, shelf.reports[file].findings + check_wiring(decisions, shelf.models.get(file))


def read_all(files: Mapping[str, bytes]) -> tuple[Decisions, list[Finding]]:
    """Read all DMN files of a bundle, each able to import the others; findings include gaps and overlaps of tables."""
    shelf = Shelf(files)
    decisions = Decisions(shelf.models.values(), list(files))
    findings = [finding for report in shelf.reports.values() for finding in report.findings]
    for model in shelf.models.values():
        findings += check_wiring(decisions, model)
    for _, table in decisions.tables():
        findings += gaps_and_overlaps(table)
    return decisions, findings
