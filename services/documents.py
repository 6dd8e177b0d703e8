"""Files of a case: produced documents and attachments, stored once per content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.desk import Desk


@dataclass(frozen=True)
class DocumentRow:
    """`media` is the content type; `size` in bytes."""

    id: int
    title: str
    number: str
    at: datetime
    media: str
    size: int
    case_id: int | None
    name: str = ""


@dataclass(frozen=True)
class Document:
    """A document with its bytes."""

    row: DocumentRow
    content: bytes


def get(desk: Desk, document_id: int) -> Document:
    """The document with its bytes; NotFound when its case is not for this person."""
    raise NotImplementedError


def attach(desk: Desk, case_id: int, name: str, media: str, content: bytes) -> DocumentRow:
    """Store an uploaded file with a case."""
    raise NotImplementedError


def of_case(desk: Desk, case_id: int) -> list[DocumentRow]:
    """All documents of a case, oldest first."""
    raise NotImplementedError
