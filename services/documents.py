"""Files of a case: produced documents and attachments, stored once per content.

An official text is stored as its print page; the Word file is made from it when somebody asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from processes.text import T
from services import scope, sheets
from services.desk import Desk
from services.errors import Invalid, NotFound
from services.store import files

MAX_BYTES = 20_000_000
HTML = "text/html; charset=utf-8"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UPLOAD = "upload:"


@dataclass(frozen=True)
class DocumentRow:
    """`media` is the content type; `size` in bytes; `name` the file name to save it under."""

    id: int
    title: str
    number: str
    at: datetime
    media: str
    size: int
    case_id: int | None
    name: str = ""
    produced: bool = False


@dataclass(frozen=True)
class Document:
    """A document with its bytes."""

    row: DocumentRow
    content: bytes

    def word(self) -> bytes:
        """A produced document as a Word file; NotFound for anything else."""
        if not self.row.produced:
            raise NotFound()
        return sheets.to_docx(self.content.decode())


def get(desk: Desk, document_id: int) -> Document:
    """The document with its bytes; NotFound when its case is not for this person."""
    row = files.document(desk.db, document_id)
    if row is None or row.case_id is None or not _readable(desk, scope.case(desk, row.case_id), row):
        raise NotFound()
    return Document(_row(row), files.content(desk.db, row.hash))


def _readable(desk: Desk, case: Any, row: Any) -> bool:
    return scope.reads(desk, case.street_id) or scope.own_document(desk.actor, row)


def attach(desk: Desk, case_id: int, name: str, media: str, content: bytes) -> DocumentRow:
    """Store an uploaded file with a case; NotFound when the case is not for this person."""
    scope.case(desk, case_id)
    if len(content) > MAX_BYTES:
        raise Invalid({"": T("文件超过 20 MB")})
    role = desk.actor.posts[0].role if desk.actor.posts else ""
    return store(desk, case_id, f"{UPLOAD}{uuid4().hex}", name, name, media, content, role=role)


def produce(desk: Desk, case_id: int, key: str, title: str, html: str, number: str = "", role: str = "") -> DocumentRow:
    """Keep an official text, given as its print page, under a key that makes doing it twice harmless."""
    return store(desk, case_id, key, f"{title}.html", title, HTML, html.encode(), number, role)


def store(
    desk: Desk,
    case_id: int,
    key: str,
    name: str,
    title: str,
    media: str,
    content: bytes,
    number: str = "",
    role: str = "",
) -> DocumentRow:
    """Keep a document under a key; the same key again gives the first one back and changes nothing.

    `role` is the lane it was made in: those who hold such a post read it as soon as they take part in the case.
    """
    row = {
        "case_id": case_id,
        "key": key,
        "hash": files.keep(desk.db, content),
        "name": name[:200],
        "title": title[:200],
        "number": number[:64],
        "media": media,
        "size": len(content),
        "at": desk.now,
        "who": desk.actor.name,
        "person_id": desk.actor.person_id,
        "role": role,
    }
    return _row(files.add_document(desk.db, row))


def of_case(desk: Desk, case_id: int) -> list[DocumentRow]:
    """All documents of a case this person may see, oldest first."""
    case = scope.case(desk, case_id)
    reads = scope.reads(desk, case.street_id)
    found = files.documents_of(desk.db, case_id)
    return [_row(row) for row in found if reads or scope.own_document(desk.actor, row)]


def _row(row: Any) -> DocumentRow:
    produced = row.media == HTML and not row.key.startswith(UPLOAD)
    return DocumentRow(row.id, row.title, row.number, row.at, row.media, row.size, row.case_id, row.name, produced)
