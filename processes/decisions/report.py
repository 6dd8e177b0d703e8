"""Collects what is wrong in one file while the rest of it is still read."""

from __future__ import annotations

from typing import Any

from processes.decisions.model import Place
from processes.findings import Finding, Severity
from processes.text import Text


class Report:
    """The findings of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def error(self, rule: str, message: Text, place: Place) -> None:
        """Something that must be mended before publishing."""
        self._add(Severity.ERROR, rule, message, place)

    def warning(self, rule: str, message: Text, place: Place) -> None:
        """Something that deserves a look."""
        self._add(Severity.WARNING, rule, message, place)

    def _add(self, severity: Severity, rule: str, message: Text, place: Place) -> None:
        self.findings.append(Finding(severity, rule, self.file, message, place.element, place.line))

    def place(self, element: Any, line: int | None = None) -> Place:
        """Where an XML element stands; the nearest ancestor's id when it has none."""
        node = element
        while node is not None and not node.get("id"):
            node = node.getparent()
        return Place(self.file, None if node is None else node.get("id"), line or element.sourceline)
