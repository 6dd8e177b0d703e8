"""Decision tables, boxed expressions, knowledge models, services and imports of the DMN conformance suite."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from processes.decisions import DecisionError, Decisions, read_dmn
from processes.expressions import Env, FeelBudgetError
from processes.workdays import Calendar
from tests.processes import tck

pytestmark = pytest.mark.skipif(not tck.available(), reason=f"the DMN conformance suite is not at {tck.TCK}")
SHARE_OF_VALUES = 98  # per cent
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


class Player:
    """Takes the decisions of the suite."""

    def __init__(self) -> None:
        self._models: dict[str, Decisions] = {}

    def outcomes(self) -> Iterator[tuple[tck.Case, tck.Result, Any]]:
        """Every result of more than plain FEEL with what we decide; errors count as null."""
        for case in tck.cases():
            for result in case.results:
                if result.left_out is None and not (result.kind == "literalExpression" and result.plain):
                    yield case, result, self._outcome(case, result)

    def _outcome(self, case: tck.Case, result: tck.Result) -> Any:
        decisions = self._model(case)
        env = Env(NOW, Calendar.seeded())
        try:
            if case.service:
                return self._served(decisions, case, result, env)
            return decisions.decide(decisions.named(result.name) or "", case.inputs, env)
        except (DecisionError, FeelBudgetError):
            return None

    def _served(self, decisions: Decisions, case: tck.Case, result: tck.Result, env: Env) -> Any:
        service = decisions.service_named(case.service or "") or ""
        value = decisions.serve(service, case.inputs, env)
        return value.get(result.name) if isinstance(value, dict) and result.name in value else value

    def _model(self, case: tck.Case) -> Decisions:
        if case.folder not in self._models:
            self._models[case.folder] = read_dmn(case.model, case.files[case.model], case.files)[0]
        return self._models[case.folder]


@pytest.fixture(scope="module")
def outcomes() -> list[tuple[tck.Case, tck.Result, Any]]:
    return list(Player().outcomes())


def _misses(outcomes: list[tuple[tck.Case, tck.Result, Any]]) -> list[str]:
    return [
        f"{case.folder} {case.id} {result.name}: {found!r} instead of {result.expected!r}"
        for case, result, found in outcomes
        if not (tck.agrees(found, result.expected) if result.valued else found is None)
    ]


def test_every_decision_table_result_is_right(outcomes: list[tuple[tck.Case, tck.Result, Any]]) -> None:
    tables = [each for each in outcomes if each[1].kind == "decisionTable"]
    assert len(tables) >= 50
    assert _misses(tables) == []


def test_boxed_expressions_models_services_and_imports(outcomes: list[tuple[tck.Case, tck.Result, Any]]) -> None:
    boxed = [
        each for each in outcomes if each[1].valued and not (each[1].kind == "literalExpression" and each[1].plain)
    ]
    misses = _misses(boxed)
    assert len(boxed) >= 150
    assert 100 * (len(boxed) - len(misses)) >= SHARE_OF_VALUES * len(boxed), "\n".join(misses)
