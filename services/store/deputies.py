"""Queries about the register of deputies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from services.store.rows import Found
from services.store.tables import deputies
from services.store.upsert import upsert_on

_CHANGES = ("name", "unit", "state", "reason", "since", "case_id", "changed_at")


def put(db: Connection, rows: Sequence[dict[str, Any]], term: tuple[str, ...]) -> None:
    """Insert or change deputies by street and number; of the term only the named columns."""
    upsert_on(db, deputies, rows, ("street_id", "number"), _CHANGES + term)


def of_street(db: Connection, street_id: int) -> Sequence[Found]:
    """All deputies of a street by number."""
    return db.execute(select(deputies).where(deputies.c.street_id == street_id).order_by(deputies.c.number)).all()


def term_end(db: Connection, street_id: int) -> date | None:
    """The latest end of term among those in office."""
    mine = (deputies.c.street_id == street_id, deputies.c.state != "ended")
    found: date | None = db.execute(select(func.max(deputies.c.term_to)).where(*mine)).scalar()
    return found
