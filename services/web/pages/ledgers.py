"""台账: a procedure's register as a workbook to take along."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Response

from services import ledgers, workbooks
from services.web.deps import Here
from services.web.security import Permission, Reach, declare

router = APIRouter()


@router.get("/ledgers/{procedure}/{key}")
@declare(Permission.SIGNED_IN, Reach.CASES)
def download(visit: Here, procedure: str, key: str) -> Response:
    """One ledger with all cases this person may see."""
    found = ledgers.write(visit.desk, procedure, key)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"}
    return Response(found.content, media_type=workbooks.MEDIA, headers=headers)
