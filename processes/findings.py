"""What a designer must hear about a file: one finding, one place, one way to mend it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from processes.text import Text


class Severity(StrEnum):
    """An error stops publishing, a warning wants a look, advice is free."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True)
class Finding:
    """One remark of the check; `element` is a BPMN, DMN or form-field id, `path` ids to step through on the diagram."""

    severity: Severity
    rule: str
    file: str
    message: Text
    element: str | None = None
    line: int | None = None
    path: list[str] = field(default_factory=list, hash=False)

    def as_json(self) -> dict[str, Any]:
        """The stable shape of `yishi check --json`."""
        return {
            "severity": str(self.severity),
            "rule": self.rule,
            "file": self.file,
            "element": self.element,
            "line": self.line,
            "message": str(self.message),
            "path": list(self.path),
        }


def has_errors(findings: list[Finding]) -> bool:
    """True when something stops publishing."""
    return any(f.severity is Severity.ERROR for f in findings)
