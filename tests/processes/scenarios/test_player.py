"""Scenarios are played as officers would act, and the first difference is told in Chinese with its place."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from processes.definition import Bundle, Definition, define
from processes.scenarios import read_scenario
from processes.scenarios.player import Played, later
from processes.scenarios.report import read_all, rehearse
from processes.scenarios.script import moment
from processes.workdays import Calendar
from tests.processes.scenarios.opinions import ALL_ANSWER, LATE, bundle


@pytest.fixture(scope="module")
def definition() -> Definition:
    """The small procedure."""
    return define(Bundle(bundle(all=ALL_ANSWER, late=LATE)))


def played(definition: Definition, scenario: dict[str, Any]) -> Played:
    """One scenario played on the engine."""
    files = bundle(one=scenario)
    scenarios, findings = read_all({name: text for name, text in files.items() if name.startswith("scenarios/")})
    assert [str(finding.message) for finding in findings] == []
    return rehearse(definition, scenarios).played[0]


@pytest.mark.parametrize("scenario", [ALL_ANSWER, LATE], ids=["all answer", "late"])
def test_good_scenarios_pass(definition: Definition, scenario: dict[str, Any]) -> None:
    """Messages start cases, replies come back, timers fire at their moment, unheard replies stay pending."""
    result = played(definition, scenario)
    assert result.passed, (result.step, str(result.message))


def test_coverage_counts_nodes_and_flows(definition: Definition) -> None:
    """Two scenarios walk everything, one of them leaves the timer's branch unvisited."""
    scenarios, _ = read_all(definition.scenarios)
    whole = rehearse(definition, scenarios).as_json()
    assert whole["passed"] == 2
    assert whole["failed"] == 0
    assert whole["coverage"]["opinions.bpmn"] == {"nodes": [11, 11], "flows": [8, 8], "missing": []}
    part = rehearse(definition, [one for one in scenarios if one.name == ALL_ANSWER["name"]])
    assert part.as_json()["coverage"]["opinions.bpmn"] == {
        "nodes": [10, 11],
        "flows": [7, 8],
        "missing": ["Over", "f6"],
    }


def changed(path: list[Any], value: Any) -> dict[str, Any]:
    """The good scenario with one thing replaced."""
    scenario: Any = deepcopy(ALL_ANSWER)
    place = scenario
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return scenario  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("path", "value", "step", "word"),
    [
        (["steps", 0, "as"], "community", "steps[0]", "不能启动"),
        (["steps", 2, "as"], "snc_director", "steps[2]", "不能办理"),
        (["steps", 2, "task"], "Nowhere", "steps[2]", "Plan(snc_clerk@ZS)"),
        (["steps", 2, "answers"], {}, "steps[2]", "topic"),
        (["steps", 1, "answers"], {"topic": "好"}, "steps[1]", "本应被退回"),
        (["steps", 3, "as"], "community@U9", "steps[3]", "不能办理"),
        (["steps", 3, "where"], "unit.code = \"U1\"", "steps[3]", "不能办理"),
        (["steps", 3, "where"], "unit.code = ", "steps[3]", "表达式有误"),
        (["steps", 2, "expect", "cases"], 5, "steps[2]", "应有5个办件"),
        (["steps", 4, "advance"], "P1Y", "steps[4]", "不认识的时长"),
        (["expect", "ends"], {"E-DONE": 2}, None, "应有2，实有1"),
        (["expect", "data"], ["count(opinions) = 4"], None, "不成立"),
        (["expect", "documents"], {"summary": 0}, None, "文书"),
        (["expect", "waiting"], ["Plan"], None, "应在等"),
        (["expect", "incidents"], 1, None, "应有1处异常"),
    ],
)  # fmt: skip
def test_every_difference_is_named(
    definition: Definition, path: list[Any], value: Any, step: str | None, word: str
) -> None:
    """A wrong step or expectation fails where it stands."""
    result = played(definition, changed(path, value))
    assert not result.passed
    assert result.step == step
    assert word in str(result.message)


def test_time_moves_by_terms_and_durations() -> None:
    """Working days skip National Day; a clock reading without an offset is Beijing's."""
    days = Calendar.seeded()
    assert later(moment("2026-09-29T10:00"), "3 WD", days) == moment("2026-10-09T10:00")
    assert later(moment("2026-09-29"), "P1DT2H", days) == moment("2026-09-30T11:00+08:00")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (b"{", "JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b"[]", "object"),
        (b'{"name": "x"}', "steps"),
        (b'{"name": "x", "steps": [{"task": "A"}]}', "as"),
        (b'{"name": "x", "steps": [{"as": "a", "task": "A", "anwsers": {}}]}', "anwsers"),
        (b'{"name": "x", "steps": [], "given": {"clock": "yesterday"}}', "yesterday"),
        (b'{"name": "x", "steps": [{"advance": "soon"}]}', "soon"),
        (b'{"name": "x", "steps": [{"as": "a", "task": "A", "times": true}]}', "steps[0]"),
        (b"[" * 100_000, "嵌套"),
    ],
)
def test_bad_files_are_findings(text: bytes, word: str) -> None:
    """A file that cannot be read says why; nothing is raised."""
    scenario, findings = read_scenario("scenarios/x.json", text)
    assert scenario is None
    assert any(word in str(finding.message) for finding in findings)
