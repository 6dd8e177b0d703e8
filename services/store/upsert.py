"""INSERT … ON CONFLICT for both databases, compiled once per table and set of columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from services.store.prepared import Prepared


@lru_cache(maxsize=128)
def _prepared(table: Table, columns: tuple[str, ...], keys: tuple[str, ...], update: tuple[str, ...]) -> Prepared:
    def build(dialect: str) -> Insert:
        insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
        if not update:
            return insert.on_conflict_do_nothing()
        return insert.on_conflict_do_update(
            index_elements=list(keys), set_={name: insert.excluded[name] for name in update}
        )

    return Prepared(build, columns)


def upsert(db: Connection, table: Table, rows: Sequence[dict[str, Any]], update: tuple[str, ...]) -> None:
    """Insert rows (all with the same keys); on a conflict update the named columns, or leave the old row."""
    if rows:
        _prepared(table, tuple(rows[0]), _primary(table), update).all(db, rows)


def insert_only(db: Connection, table: Table, row: dict[str, Any], refusal: Exception) -> None:
    """Insert a row; raises the refusal when its key is taken."""
    _prepared(table, tuple(row), (), ()).only(db, row, refusal)


@lru_cache(maxsize=64)
def _primary(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


def upsert_on(
    db: Connection, table: Table, rows: Sequence[dict[str, Any]], keys: tuple[str, ...], update: tuple[str, ...]
) -> None:
    """The same for a conflict on another unique key."""
    if rows:
        _prepared(table, tuple(rows[0]), keys, update).all(db, rows)
