"""Tasks for programs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from processes.forms import Resolved, Shown
from services import tasks
from services.web.api.shape import Body, answers_of, posts, reply, text_of
from services.web.deps import Here, Id
from services.web.security import Permission, Reach, declare

router = APIRouter()
COMPLETE = posts({"answers": {"type": "object"}, "key": {"type": "string"}}, ["answers", "key"])


@router.get("/api/tasks")
@declare(Permission.SIGNED_IN, Reach.TASKS)
def listing(visit: Here, view: str = "mine", limit: int = 50, offset: int = 0) -> Response:
    """Tasks of mine, of my group, or done by me."""
    view = view if view in ("mine", "group", "done") else "mine"
    return reply(visit, tasks.inbox(visit.desk, view, min(max(limit, 1), 200), max(offset, 0)))


@router.get("/api/tasks/{task_id}")
@declare(Permission.SIGNED_IN, Reach.TASKS)
def show(visit: Here, task_id: Id) -> Response:
    """One task with the fields of its form."""
    found = tasks.open(visit.desk, task_id)
    return reply(
        visit,
        {
            "task": found.row,
            "case": found.case,
            "material": found.material,
            "next": found.next,
            "draft": found.draft,
            "fields": fields(found.form),
        },
    )


@router.post("/api/tasks/{task_id}/complete", openapi_extra=COMPLETE)
@declare(Permission.SIGNED_IN, Reach.TASKS)
def complete(visit: Here, task_id: Id, body: Body) -> Response:
    """Answer a task; the same key and answers give the same reply."""
    return reply(visit, tasks.complete(visit.desk, task_id, answers_of(body), text_of(body, "key")))


@router.post("/api/tasks/{task_id}/claim", openapi_extra=posts({}, []))
@declare(Permission.SIGNED_IN, Reach.TASKS)
def claim(visit: Here, task_id: Id) -> Response:
    """Take a task of the group."""
    tasks.claim(visit.desk, task_id)
    return reply(visit, {})


@router.post("/api/tasks/{task_id}/release", openapi_extra=posts({}, []))
@declare(Permission.SIGNED_IN, Reach.TASKS)
def release(visit: Here, task_id: Id) -> Response:
    """Give it back to the group."""
    tasks.release(visit.desk, task_id)
    return reply(visit, {})


def fields(form: Resolved) -> list[dict[str, Any]]:
    """What the form asks for now, groups opened."""
    return [told for shown in form.show() for told in _fields(shown)]


def _fields(shown: Shown) -> list[dict[str, Any]]:
    if shown.type == "group":
        return [told for child in shown.children for told in _fields(child)]
    if not shown.field.answers:
        return []
    told: dict[str, Any] = {"key": shown.field.key, "type": shown.type, "label": shown.label}
    told |= {"visible": shown.visible, "required": shown.required, "fixed": shown.fixed}
    if shown.options:
        told["options"] = [{"value": o.value, "label": o.label} for o in shown.options]
    if shown.type == "dynamiclist":
        told["columns"] = [c for cell in (shown.rows[0] if shown.rows else []) for c in _fields(cell)]
    return [told]
