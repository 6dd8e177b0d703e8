"""文书: look at it, print it, take it along."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Response

from services import documents
from services.documents import Document
from services.web.deps import Here, Id
from services.web.render import page
from services.web.security import DOCUMENT_POLICY, Permission, Reach, declare

router = APIRouter()


@router.get("/documents/{document_id}")
@declare(Permission.SIGNED_IN, Reach.CASES)
def show(visit: Here, document_id: Id) -> Response:
    """A page around the document, with print and download."""
    found = documents.get(visit.desk, document_id)
    return page(visit, "document.html", document=found.row)


@router.get("/documents/{document_id}/paper")
@declare(Permission.SIGNED_IN, Reach.CASES)
def paper(visit: Here, document_id: Id) -> Response:
    """The document itself as a print page; nothing in it can run."""
    found = documents.get(visit.desk, document_id)
    if not found.row.produced:
        return _download(found)
    headers = {"content-security-policy": DOCUMENT_POLICY, "x-frame-options": "SAMEORIGIN"}
    return Response(found.content, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/documents/{document_id}/word")
@declare(Permission.SIGNED_IN, Reach.CASES)
def word(visit: Here, document_id: Id) -> Response:
    """A produced document as a Word file."""
    found = documents.get(visit.desk, document_id)
    return _file(f"{found.row.title}.docx", documents.WORD, found.word())


@router.get("/documents/{document_id}/file")
@declare(Permission.SIGNED_IN, Reach.CASES)
def download(visit: Here, document_id: Id) -> Response:
    """The stored file, always as a download."""
    return _download(documents.get(visit.desk, document_id))


def _download(found: Document) -> Response:
    return _file(found.row.name or found.row.title, found.row.media, found.content)


def _file(name: str, media: str, content: bytes) -> Response:
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": DOCUMENT_POLICY,
    }
    return Response(content, media_type=media, headers=headers)
