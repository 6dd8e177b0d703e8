"""Queries over everything at once: what is open, what has been carried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from processes.expressions import from_json, loads
from services.store.rows import Found
from services.store.tables import jobs, tasks, units


def effects(db: Connection, name: str) -> list[dict[str, Any]]:
    """The arguments of every effect of one name, in the order they were asked for."""
    wish = select(jobs.c.body).where(jobs.c.kind == "effect", jobs.c.name == name, jobs.c.state == "done")
    return [from_json(loads(body))["payload"] for body in db.execute(wish.order_by(jobs.c.id)).scalars()]


def open_tasks(db: Connection) -> Sequence[Found]:
    """Every open task with its case, step, element, role and the code of its unit, oldest first."""
    wish = select(tasks.c.id, tasks.c.case_id, tasks.c.step, tasks.c.element, tasks.c.role, units.c.code)
    return db.execute(
        wish.join(units, units.c.id == tasks.c.unit_id).where(tasks.c.state == "open").order_by(tasks.c.id)
    ).all()
