"""The worked cases of every procedure, again through the services on a real database: they end as on the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from processes.scenarios.report import read_all
from services.rehearsal import both
from services.store.db import Engine
from tests.processes.test_scenarios import SCENARIOS, definition


def play(engine: Engine, bundle: Path, name: str) -> None:
    """One scenario both ways."""
    found = definition(bundle)
    file = f"scenarios/{name}"
    [scenario], _ = read_all({file: found.scenarios[file]})
    played = both(found, scenario, engine)
    assert played.passed, f"{played.step}: {played.message}"


@pytest.mark.parametrize(("bundle", "name"), SCENARIOS, ids=lambda value: getattr(value, "stem", value))
def test_a_scenario_ends_alike_through_the_services(sqlite_db: Engine, bundle: Path, name: str) -> None:
    """Every one on SQLite."""
    play(sqlite_db, bundle, name)


@pytest.mark.parametrize(
    ("bundle", "name"),
    [one for one in SCENARIOS if one[1] == "happy.json"],
    ids=lambda value: getattr(value, "stem", value),
)
def test_the_straight_way_ends_alike_on_both_databases(db: Engine, bundle: Path, name: str) -> None:
    """The straight way of each procedure on SQLite and on PostgreSQL."""
    play(db, bundle, name)
