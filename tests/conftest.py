"""Real databases for tests: an SQLite file and a PostgreSQL server of our own, a fresh schema for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.postgres import Server, start_server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy from."""
    from services.store import db

    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = db.connect(f"sqlite:///{path}")
    db.migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server with a migrated template database; skipped only when none can run here."""
    server = start_server(os.environ.get("YISHI_TEST_PG", ""))
    if isinstance(server, str):
        (pytest.fail if os.environ.get("YISHI_REQUIRE_PG") == "1" else pytest.skip)(f"no PostgreSQL: {server}")
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh migrated database, once per kind."""
    if request.param == "sqlite":
        path = tmp_path / "yishi.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("postgres")
    name = f"t_{uuid4().hex[:12]}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture
def db(db_url: str) -> Iterator[object]:
    """An engine on a fresh database, once on SQLite and once on PostgreSQL."""
    from services.store import db as store

    engine = store.connect(db_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_db(tmp_path: Path, sqlite_template: Path) -> Iterator[object]:
    """An engine on a fresh SQLite file, where the kind of database does not matter."""
    from services.store import db as store

    path = tmp_path / "yishi.db"
    shutil.copy(sqlite_template, path)
    engine = store.connect(f"sqlite:///{path}")
    yield engine
    engine.dispose()
