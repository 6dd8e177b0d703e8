"""What a verb says: lines for people, or one JSON object with stable keys."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from processes.text import T, Text


class Usage(Exception):
    """The verb was called with something it cannot use; exit code 2."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True)
class Output:
    """Where a verb speaks; with `json` only the final object goes to standard output."""

    json: bool = False

    def say(self, *lines: Text | str) -> None:
        """Lines for people, kept silent when a program listens."""
        if not self.json:
            for line in lines:
                print(line, flush=True)

    def data(self, value: dict[str, Any]) -> None:
        """The one JSON object, only when a program listens."""
        if self.json:
            print(json.dumps(value, ensure_ascii=False, default=plain), flush=True)

    def table(self, heads: Sequence[Text | str], rows: Iterable[Sequence[Any]]) -> None:
        """Rows in columns; Chinese characters take two places."""
        if self.json:
            return
        cells = [[str(head) for head in heads], *([_cell(value) for value in row] for row in rows)]
        widths = [max(_width(row[n]) for row in cells) for n in range(len(heads))]
        for row in cells:
            print("  ".join(c + " " * (w - _width(c)) for c, w in zip(row, widths, strict=True)).rstrip())


def complain(output: Output, message: Text | str, code: int, detail: Exception | None = None) -> int:
    """Say what is wrong on standard error (and as JSON when a program listens); returns the exit code."""
    fields = {name: str(text) for name, text in getattr(detail, "fields", {}).items()}
    findings = [finding.as_json() for finding in getattr(detail, "findings", [])]
    print(T("错误：{message}", message=message), file=sys.stderr)
    for name, text in fields.items():
        print(f"  {name}: {text}", file=sys.stderr)
    for one in findings:
        print("  " + finding_line(one), file=sys.stderr)
    error: dict[str, Any] = {"message": str(message)}
    if fields:
        error["fields"] = fields
    if findings:
        error["findings"] = findings
    output.data({"error": error})
    return code


def finding_line(finding: dict[str, Any]) -> str:
    """One finding as people read it: file:line element severity rule message."""
    place = finding["file"] + (f":{finding['line']}" if finding["line"] else "")
    element = f" [{finding['element']}]" if finding["element"] else ""
    return f"{place}{element} {finding['severity']} {finding['rule']}: {finding['message']}"


def plain(value: Any) -> Any:
    """What JSON lacks, as text; whole decimals as numbers."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return str(value)


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
