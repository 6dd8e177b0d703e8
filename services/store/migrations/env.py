"""Alembic runs inside the connection that `db.migrate` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from services.store.tables import Moment, metadata


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration is frozen: it names plain column types, never today's classes."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
