"""INSERT … ON CONFLICT for both databases, compiled once per table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert


@lru_cache(maxsize=64)
def _statement(dialect: str, table: Table, keys: tuple[str, ...], update: tuple[str, ...]) -> Insert:
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
    if not update:
        return insert.on_conflict_do_nothing()
    return insert.on_conflict_do_update(
        index_elements=list(keys), set_={name: insert.excluded[name] for name in update}
    )


def upsert(db: Connection, table: Table, rows: Sequence[dict[str, Any]], update: tuple[str, ...]) -> int:
    """Insert rows; on a conflict update the named columns, or leave the old row when none are named.

    Gives the number of rows written, or -1 when the driver does not tell.
    """
    return upsert_on(db, table, rows, _primary(table), update)


@lru_cache(maxsize=64)
def _primary(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


def upsert_on(
    db: Connection, table: Table, rows: Sequence[dict[str, Any]], keys: tuple[str, ...], update: tuple[str, ...]
) -> int:
    """The same for a conflict on another unique key."""
    if not rows:
        return 0
    return db.execute(_statement(db.dialect.name, table, keys, update), list(rows)).rowcount
