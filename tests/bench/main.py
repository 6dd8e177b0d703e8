"""Measures everything in one run, prints a table and writes bench.json."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from services.store import db
from tests.bench.completing import Office, completing, opinions
from tests.bench.conditions import condition
from tests.bench.figures import Figure, show, write
from tests.bench.floor import Commits, Postgres, Sqlite
from tests.bench.voting import voting
from tests.postgres import start_server

TARGET = Path("bench.json")


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where a server can be started."""
    figures = [condition(), *_on_sqlite(), *_on_postgres()]
    print(show(figures))
    write(figures, TARGET)
    print(f"\nwritten to {TARGET}; times are per act, ratio = figure / floor")


def _on_sqlite() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="yishi-bench-") as folder:
        engine = db.connect(f"sqlite:///{folder}/yishi.db")
        db.migrate(engine)
        yield from _measured(engine, Sqlite(Path(folder) / "floor.db"), "SQLite")
        engine = db.connect(f"sqlite:///{folder}/votes.db")
        db.migrate(engine)
        yield voting(engine, Path(folder))
        engine.dispose()


def _on_postgres() -> Iterator[Figure]:
    server = start_server(os.environ.get("YISHI_TEST_PG", ""))
    if isinstance(server, str):
        print(f"PostgreSQL is left out: {server}\n")
        return
    name = f"bench_{os.getpid()}"
    try:
        url = server.create(name)
        yield from _measured(db.connect(url), Postgres(url), "PostgreSQL")
        server.drop(name)
    finally:
        server.stop()


def _measured(engine: db.Engine, commits: Commits, name: str) -> Iterator[Figure]:
    office = Office.build(engine)
    yield completing(office, commits, name)
    for people in (350, 1000) if name == "SQLite" else (350,):
        for own_key in (False, True):
            yield opinions(office, people, own_key, name)
    commits.close()
    engine.dispose()
