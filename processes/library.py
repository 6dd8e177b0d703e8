"""A folder of procedures, such as bpmn/: the bundles in it, and the tables that stand beside them."""

from __future__ import annotations

import json
from pathlib import Path

from processes.check.stock import PROCEDURE
from processes.findings import Finding, Severity
from processes.localities import DEFAULT, load_localities
from processes.text import T
from processes.workdays import parse_csv


def bundles(path: Path) -> list[Path]:
    """The bundles a path means: itself, or each procedure of a folder of procedures."""
    if path.is_file() or (path / PROCEDURE).is_file():
        return [path]
    return [inner for inner in sorted(path.iterdir()) if (inner / PROCEDURE).is_file()] or [path]


def check_table(path: Path) -> list[Finding] | None:
    """The findings of rule tables, a calendar or a schema; None for anything else."""
    if path.is_dir():
        if (path / f"{DEFAULT}.toml").is_file():
            return load_localities(path)[1]
        files = [inner for inner in sorted(path.iterdir()) if inner.is_file()]
        if files and all(inner.suffix == ".csv" for inner in files):
            return [finding for inner in files for finding in _calendar(inner)]
        return None
    if path.suffix == ".csv":
        return _calendar(path)
    return _schema(path) if path.name.endswith(".schema.json") else None


def _calendar(path: Path) -> list[Finding]:
    return parse_csv(path.name, path.read_text(encoding="utf-8", errors="replace"))[1]


def _schema(path: Path) -> list[Finding]:
    try:
        json.loads(path.read_bytes())
    except (ValueError, RecursionError) as fault:
        return [Finding(Severity.ERROR, "schema", path.name, T("这不是 JSON：{why}", why=str(fault)))]
    return []
