from __future__ import annotations

from collections.abc import Iterator

import pytest

from services import runs
from services.demo.build import build
from services.store import db as store
from services.store.db import Engine
from tests.services.demo_street import NOW, Street
from tests.services.town import Town


@pytest.fixture
def town(db: Engine) -> Town:
    """A street with people, on both databases."""
    return Town(db).build()


@pytest.fixture
def sqlite_town(sqlite_db: Engine) -> Town:
    """The same on SQLite alone, where the kind of database does not matter."""
    return Town(sqlite_db).build()


@pytest.fixture(params=["warm", "cold"])
def warmth(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs kept in memory, or loaded from their rows before every act."""
    if request.param == "cold":
        monkeypatch.setattr(runs._cache, "put", lambda stamp, run: None)
        monkeypatch.setattr(runs, "put", lambda stamp, run: None)
    return str(request.param)


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """The demonstration street, built once."""
    engine = store.connect(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'yishi.db'}")
    store.migrate(engine)
    yield Street(engine, build(engine, NOW, lambda _text: None))
    engine.dispose()
