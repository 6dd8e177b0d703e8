"""Opening a database: one way for SQLite and PostgreSQL, and two kinds of transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, event

__all__ = ["Connection", "Engine", "connect", "migrate", "reading", "writing"]

BUSY_MS = 5000


def connect(url: str, pool: int = 10) -> Engine:
    """Open an engine; SQLite gets WAL, FULL synchronisation and explicit transactions."""
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if url.startswith("sqlite"):
        return _sqlite(url, pool)
    return sqlalchemy.create_engine(url, pool_pre_ping=True, pool_size=pool, max_overflow=pool)


def _sqlite(url: str, pool: int) -> Engine:
    file = url.removeprefix("sqlite:///")
    if file and file != url:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlalchemy.create_engine(url, pool_size=pool, max_overflow=pool, connect_args={"timeout": BUSY_MS / 1000})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # transactions are ours: the driver would begin them late and only for writes
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        raw.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.connection.driver_connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN").close()  # type: ignore[union-attr]


@lru_cache(maxsize=8)
def _writer(engine: Engine) -> Engine:
    return engine.execution_options(writes=True)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may write; commits at the end, rolls back on any exception."""
    with _in_turn(engine), _writer(engine).begin() as connection:
        yield connection


@contextmanager
def _in_turn(engine: Engine) -> Iterator[None]:
    """Writers of one process queue up before SQLite, which lets waiting ones in by luck and some of them never."""
    if engine.dialect.name != "sqlite":
        yield
        return
    turn = _turn(str(engine.url))
    mine = turn.acquire(timeout=BUSY_MS / 1000)
    try:
        yield
    finally:
        if mine:
            turn.release()


@lru_cache(maxsize=64)
def _turn(url: str) -> Lock:
    del url
    return Lock()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads; on SQLite it never waits for writers."""
    with engine.connect() as connection:
        yield connection


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the schema to a revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
