"""What leaves the house as a file: cases with their history and papers, and the procedures as published."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from services import cases, deployments, documents
from services.cases import CaseView
from services.desk import Desk
from services.errors import NotFound

PAGE = 200


@dataclass(frozen=True)
class Exported:
    """How much a file holds."""

    cases: int
    documents: int
    procedures: int


def write(desk: Desk, target: Path, case: int | None = None, procedure: str | None = None) -> Exported:
    """Write a zip with one case, one procedure, or everything this person may see; a failed export leaves no file."""
    part = target.with_name(target.name + ".part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            found = _fill(desk, archive, case, procedure)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return found


def _fill(desk: Desk, archive: zipfile.ZipFile, case: int | None, procedure: str | None) -> Exported:
    wanted = [case] if case is not None else [] if procedure else list(_all_cases(desk))
    papers = sum(_case(desk, archive, one) for one in wanted)
    versions = [] if case is not None else [v for v in deployments.versions(desk) if procedure in (None, v.procedure)]
    if procedure and case is None and not versions:
        raise NotFound
    for version in versions:
        bundle = deployments.definition(desk.db, version.id).bundle
        archive.writestr(f"procedures/{version.procedure}-{version.number}.zip", bundle.zip())
    return Exported(len(wanted), papers, len(versions))


def _all_cases(desk: Desk) -> Iterable[int]:
    offset = 0
    while page := cases.find(desk, limit=PAGE, offset=offset):
        yield from (head.id for head in page)
        offset += PAGE


def _case(desk: Desk, archive: zipfile.ZipFile, case_id: int) -> int:
    view = cases.view(desk, case_id)
    folder = f"cases/{case_id}-{_safe(view.head.no)}"
    archive.writestr(f"{folder}/case.json", json.dumps(as_json(view), ensure_ascii=False, indent=1, default=_text))
    for row in view.documents:
        name = row.name or row.title
        found = documents.get(desk, row.id)
        archive.writestr(f"{folder}/documents/{row.id}-{_safe(name)}", found.content)
        if row.produced:
            archive.writestr(f"{folder}/documents/{row.id}-{_safe(row.title)}.docx", found.word())
    return len(view.documents)


def as_json(view: CaseView) -> dict[str, Any]:
    """A case as programs get it: head, waits, steps, history, documents, data."""
    return {
        "case": asdict(view.head),
        "waiting": [asdict(row) for row in view.waiting],
        "steps": [asdict(row) for row in view.steps],
        "history": [
            {"at": e.at, "who": e.who, "what": str(e.what), "detail": e.detail, "answers": [list(a) for a in e.answers]}
            for e in view.history
        ],
        "documents": [asdict(row) for row in view.documents],
        "data": dict(view.data),
    }


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _safe(name: str) -> str:
    """A name that every file system takes."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name)[:80] or "_"
