"""Building much data at once: on SQLite in a file aside, not waiting for the disk per act, and taken over whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event

from services.store.db import Engine, connect, migrate


@contextmanager
def aside(engine: Engine) -> Iterator[Engine]:
    """An empty database that replaces the engine's own contents when the block ends well, else leaves no trace.

    On PostgreSQL it is the database itself.
    """
    if engine.dialect.name != "sqlite":
        yield engine
        return
    with tempfile.TemporaryDirectory(prefix="yishi-") as folder:
        quick = connect(f"sqlite:///{Path(folder) / 'aside.db'}")
        event.listen(quick, "connect", _loosen)
        migrate(quick)
        try:
            yield quick
            _copy(quick, engine)
        finally:
            quick.dispose()


def _loosen(raw: Any, _record: Any) -> None:
    raw.execute("PRAGMA synchronous=OFF").close()


def _copy(source: Engine, target: Engine) -> None:
    """One write of all pages, in the target's own locking."""
    taken, given = source.raw_connection(), target.raw_connection()
    try:
        taken.driver_connection.backup(given.driver_connection)  # type: ignore[union-attr]
    finally:
        taken.close()
        given.close()
