"""What a new case may be told of the cases already on hand: the open ones of its kind, and the whole register."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from services.store.tables import cases, tasks

OVER = ("ended", "cancelled")


def siblings(db: Connection, street_id: int, procedure: str, process: str) -> list[dict[str, Any]]:
    """The open cases of one process in a street, oldest first: {no, title}."""
    mine = (cases.c.street_id == street_id, cases.c.procedure == procedure, cases.c.process == process)
    found = db.execute(select(cases.c.no, cases.c.title).where(*mine, cases.c.state.not_in(OVER)).order_by(cases.c.id))
    return [{"no": row.no, "title": row.title} for row in found]


def register(db: Connection, street_id: int, procedure: str, process: str, since: datetime) -> list[Any]:
    """All cases of one process that are open or ended after `since`, oldest first: id, no, title, state, outcome…"""
    mine = (cases.c.street_id == street_id, cases.c.procedure == procedure, cases.c.process == process)
    young = or_(cases.c.ended_at.is_(None), cases.c.ended_at >= since)
    wish = select(cases.c.id, cases.c.no, cases.c.title, cases.c.state, cases.c.outcome, cases.c.started_at)
    return list(db.execute(wish.where(*mine, young).order_by(cases.c.id)))


def waits(db: Connection, street_id: int, procedure: str) -> dict[int, list[str]]:
    """The titles of what open cases wait for, a child's among its parent's, by the id of the (parent) case."""
    owner = func.coalesce(cases.c.parent_id, cases.c.id).label("owner")
    wish = select(cases.c.id, owner, tasks.c.title).join(tasks, tasks.c.case_id == cases.c.id)
    mine = (cases.c.street_id == street_id, cases.c.procedure == procedure, tasks.c.state == "open")
    found: dict[int, list[str]] = defaultdict(list)
    for row in db.execute(wish.where(*mine).order_by(tasks.c.id)):
        found[row.owner].append(row.title)
    return found
