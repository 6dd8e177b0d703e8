"""Queries about single values and the calendar's days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from services.store.rows import Found
from services.store.tables import days, values
from services.store.upsert import upsert

_VALUE = select(values.c.value).where(values.c.name == bindparam("name"))


def get(db: Connection, name: str) -> str | None:
    """A stored value."""
    return db.execute(_VALUE, {"name": name}).scalar()


def put(db: Connection, name: str, value: str) -> None:
    """Store a value."""
    upsert(db, values, [{"name": name, "value": value}], update=("value",))


def all_days(db: Connection) -> Sequence[Found]:
    """The calendar's lines in order."""
    return db.execute(select(days).order_by(days.c.day)).all()


def replace_days(db: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Replace all lines of the calendar."""
    db.execute(delete(days))
    if found := list(rows):
        db.execute(insert(days), found)


def moment(db: Connection) -> Any:
    """The database's own clock; PostgreSQL only."""
    return db.execute(select(func.clock_timestamp())).scalar_one()
