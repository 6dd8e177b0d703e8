"""Queries about history: lines are added, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from services.store.prepared import Prepared
from services.store.rows import Found
from services.store.tables import events, tasks

COLUMNS = (
    "case_id", "at", "person_id", "who", "act", "element", "task_id", "what", "params", "detail", "answers",
)  # fmt: skip
_ADD = Prepared(lambda _: insert(events), COLUMNS)


def add(db: Connection, row: dict[str, Any]) -> None:
    """Write one line."""
    _ADD.all(db, [row])


def of_case(db: Connection, case_id: int, last: int | None = None) -> Sequence[Found]:
    """The lines of a case with the answers given, oldest first; with `last` only so many of the newest."""
    wish = select(
        events, tasks.c.answers.label("task_answers"), tasks.c.form, tasks.c.role, tasks.c.pool, tasks.c.done_by
    )
    joined = wish.outerjoin(tasks, tasks.c.id == events.c.task_id)
    found = joined.where(events.c.case_id == case_id).order_by(events.c.id.desc())
    return list(reversed(db.execute(found.limit(last)).all()))
