"""The same scenario ends alike on the engine and through the services, on both databases."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from processes.definition import Bundle, define
from processes.scenarios.report import read_all
from services.rehearsal import both, differences
from services.store.db import Engine
from tests.processes.scenarios.opinions import ALL_ANSWER, LATE, bundle


def play(db: Engine, scenario: dict[str, Any]) -> Any:
    """One scenario both ways."""
    definition = define(Bundle(bundle(one=scenario)))
    return both(definition, read_all(definition.scenarios)[0][0], db)


@pytest.mark.parametrize("scenario", [ALL_ANSWER, LATE], ids=["all answer", "late"])
def test_both_ways_end_alike(db: Engine, scenario: dict[str, Any]) -> None:
    """Forms, messages, children, timers, documents, pending messages."""
    played = play(db, scenario)
    assert played.passed, (played.step, str(played.message))


def test_a_failing_scenario_fails_both_ways(sqlite_db: Engine) -> None:
    """The services do not hide what the engine finds."""
    scenario = deepcopy(ALL_ANSWER)
    scenario["steps"][3]["as"] = "snc_clerk"
    assert play(sqlite_db, scenario).step == "steps[3]"


def test_a_different_ending_is_named() -> None:
    """What one has and the other has not."""
    first = {"cases": ["a", "b"], "pending": 0}
    assert differences(first, {"cases": ["a"], "pending": 0}) == ["cases: 'b' ≠ ''"]
    assert differences(first, first) == []
