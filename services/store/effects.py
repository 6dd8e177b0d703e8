"""Queries about effects that have been carried out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from processes.expressions import from_json, loads
from services.store.tables import jobs


def done(db: Connection, name: str) -> list[dict[str, Any]]:
    """The arguments of every effect of one name, in the order they were asked for."""
    wish = select(jobs.c.body).where(jobs.c.kind == "effect", jobs.c.name == name, jobs.c.state == "done")
    return [from_json(loads(body))["payload"] for body in db.execute(wish.order_by(jobs.c.id)).scalars()]
