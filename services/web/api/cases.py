"""Cases for programs."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services import cases
from services.web.api.shape import Body, answers_of, posts, reply, text_of
from services.web.deps import Here, Id
from services.web.security import Permission, Reach, declare

router = APIRouter()
TEXT = {"type": "string"}
START = posts(
    {"procedure": TEXT, "process": TEXT, "answers": {"type": "object"}, "key": TEXT, "street": TEXT},
    ["procedure", "process", "key"],
)


@router.get("/api/procedures")
@declare(Permission.SIGNED_IN, Reach.CASES)
def startable(visit: Here) -> Response:
    """What my posts may start."""
    found = cases.startable(visit.desk)
    return reply(visit, [{"procedure": s.procedure, "process": s.process, "title": s.title} for s in found])


@router.get("/api/cases")
@declare(Permission.SIGNED_IN, Reach.CASES)
def listing(visit: Here, q: str = "", state: str | None = None, limit: int = 50, offset: int = 0) -> Response:
    """Cases I may see, newest first."""
    return reply(visit, cases.find(visit.desk, q[:100], state or None, min(max(limit, 1), 200), max(offset, 0)))


@router.post("/api/cases", openapi_extra=START)
@declare(Permission.SIGNED_IN, Reach.CASES)
def start(visit: Here, body: Body) -> Response:
    """Start a case; the same key and answers give the same case."""
    head = cases.start(
        visit.desk,
        text_of(body, "procedure"),
        text_of(body, "process"),
        answers_of(body),
        text_of(body, "key"),
        text_of(body, "street") or None,
    )
    return reply(visit, head, 201)


@router.get("/api/cases/{case_id}")
@declare(Permission.SIGNED_IN, Reach.CASES)
def show(visit: Here, case_id: Id) -> Response:
    """Where a case stands."""
    found = cases.view(visit.desk, case_id)
    return reply(
        visit,
        {
            "head": found.head,
            "waiting": found.waiting,
            "steps": found.steps,
            "history": found.history,
            "documents": found.documents,
            "data": found.data,
        },
    )
