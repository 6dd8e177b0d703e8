"""The nomination as shipped: its tables, its dates, what it shows in public, and the full case of 中山路."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from processes.definition import Bundle, Definition, define
from processes.expressions import Env
from processes.localities import load_localities
from processes.scenarios.engine_world import EngineWorld
from processes.scenarios.player import play
from processes.scenarios.report import locality, read_all, rehearse
from processes.scenarios.script import Scenario
from processes.templates import Template
from processes.workdays import BEIJING, Calendar

PLACE = Path(__file__).resolve().parents[2] / "bpmn" / "nomination"
DAYS = Calendar.seeded()
PLACES = load_localities()[0]
MORNING = datetime.combine(date(2026, 9, 1), time(9), BEIJING)


@pytest.fixture(scope="module")
def definition() -> Definition:
    return define(Bundle.read(PLACE))


@pytest.fixture(scope="module")
def scenarios(definition: Definition) -> list[Scenario]:
    found, findings = read_all(definition.scenarios)
    assert not findings
    return found


def decide(definition: Definition, name: str, **data: Any) -> Any:
    """A table with the parameters of 中山路."""
    params = PLACES["yongchuan-zhongshanlu"].params()
    return definition.decisions.decide(name, {"params": {**params, **data.pop("params", {})}, **data}, env())


def env() -> Env:
    return Env(now=MORNING, calendar=DAYS)


def played(definition: Definition, scenario: Scenario) -> EngineWorld:
    """The world after a scenario that must pass."""
    place = locality(PLACES, scenario)
    assert place is not None
    world = EngineWorld(definition, scenario.given, place, DAYS)
    result = play(scenario, world, DAYS)
    assert result.passed, (result.step, str(result.message))
    return world


# ---- as a whole ----


def test_the_check_has_nothing_to_say(definition: Definition) -> None:
    assert [f"{f.rule} {f.element} {f.message}" for f in definition.findings] == []


def test_every_node_and_every_flow_is_played(definition: Definition, scenarios: list[Scenario]) -> None:
    report = rehearse(definition, [s for s in scenarios if not s.file.endswith("a1.json")], DAYS)
    assert [(p.scenario.file, p.step, str(p.message)) for p in report.played if not p.passed] == []
    assert {file.file: file.missing for file in report.covered if file.missing} == {}


def test_the_full_case_of_zhongshanlu(definition: Definition, scenarios: list[Scenario]) -> None:
    world = played(definition, next(s for s in scenarios if s.file.endswith("a1.json")))
    people = [c for c in world.cases() if c.process == "nomination_candidate"]
    assert len(people) == 116
    assert all(len(c.ends) == 1 and c.status == "ended" for c in people)
    main = next(c for c in world.cases() if c.process == "nomination").data
    deputies = main["installed"]["deputies"]
    grouped = main["installed"]["grouped"]
    assert [len(group["units"]) for group in grouped["groups"]] == [5, 5, 5, 5, 4]
    officers = [person for group in grouped["officers"] for person in (group["leader"], *group["viceLeaders"])]
    assert len(officers) == len(set(officers)) == 15
    given = {row["id"]: row["grids"] for row in grouped["gridPlan"]["rows"]}
    assert set(given) == {one["id"] for one in deputies}
    assert sorted(len(own) for own in given.values()) == [7] * 26 + [8] * 44
    assert len({grid for own in given.values() for grid in own}) == 534
    seats = {row["code"]: row["seats"] for row in main["quota"]}
    assert {unit: sum(one["unit"] == unit for one in deputies) for unit in seats} == seats


def named(scenarios: list[Scenario], name: str) -> Scenario:
    return next(s for s in scenarios if s.file.endswith(f"/{name}.json"))


def candidates(world: EngineWorld) -> dict[tuple[str, str], Any]:
    """The candidate cases by name and unit."""
    found = [c for c in world.cases() if c.process == "nomination_candidate"]
    return {(c.data["candidate"]["name"], c.data["candidate"]["unit"]): c for c in found}


def test_one_person_stays_in_one_unit(definition: Definition, scenarios: list[Scenario]) -> None:
    """The one who chose is where he wished, the one who did not where he was nominated first."""
    found = candidates(played(definition, named(scenarios, "duplicate")))
    ended = {who for who, case in found.items() if case.ends == ("E-N4",)}
    assert ended == {("陈明", "U01"), ("刘芳", "U02")}
    assert {who for who, case in found.items() if case.status == "running"} == set(found) - ended
    ids = [c.data["q"]["file"]["idNo"].upper() for c in found.values() if c.status == "running"]
    assert len(ids) == len(set(ids)) == 4


def test_a_signature_beyond_the_seats_is_void(definition: Definition, scenarios: list[Scenario]) -> None:
    """文昌社区 has one seat: who has signed for one person signs for nobody else."""
    found = candidates(played(definition, named(scenarios, "signers")))
    verdicts = {
        name: [row["verifyResult"] for row in case.data["q"]["support"]["results"]]
        for (name, _), case in found.items()
        if case.data["candidate"]["way"] == "联名"
    }
    assert verdicts == {
        "孙静": ["有效", "有效", "未核实"],
        "周勇": ["超出名额", "超出名额"],
        "吴敏": ["有效", "有效"],
        "郑洁": ["有效", "有效"],
    }


def test_the_assembly_may_follow_the_review(definition: Definition, scenarios: list[Scenario]) -> None:
    """Half of those present is not a majority, and who was not elected is not put up."""
    found = candidates(played(definition, named(scenarios, "review_first")))
    assert {who for who, case in found.items() if case.ends == ("E-N3",)} == {("赵强", "U01"), ("孙静", "U02")}
    assert all(case.data["review"]["passed"] for case in found.values())


def test_no_second_round_begins_by_the_clock(definition: Definition, scenarios: list[Scenario]) -> None:
    for name, starter in (("term_end", ""), ("term_end_started", "snc_clerk")):
        (case,) = played(definition, named(scenarios, name)).cases()
        assert case.data["case"]["startedBy"] == starter


def test_who_was_elected_is_entered_in_the_register(definition: Definition, scenarios: list[Scenario]) -> None:
    world = played(definition, named(scenarios, "happy"))
    (sent,) = world.effects("deputies")
    main = next(c for c in world.cases() if c.process == "nomination").data
    assert sent.payload["state"] == "serving" and sent.payload["termTo"] == main["termTo"]
    assert [one["certNo"] for one in sent.payload["people"]] == [d["certNo"] for d in main["installed"]["deputies"]]


def test_every_rule_of_procedure_names_what_is_drawn(definition: Definition) -> None:
    drawn = {name for d in definition.diagrams for name in (*d.nodes, *d.flows)}
    rules = tomllib.loads((PLACE / "rules.toml").read_text("utf-8"))["rule"]
    assert len({rule["id"] for rule in rules}) == len(rules) >= 10
    register = PLACES["default"].parameters
    for rule in rules:
        assert rule["say"] and rule["source"]
        named = [*rule.get("a", ()), *rule.get("b", ()), *rule.get("x", ())]
        named += [name for pair in rule.get("pairs", ()) for name in pair]
        assert named and set(named) <= drawn, rule["id"]
        assert rule.get("need") is None or rule["need"] in register


def test_every_parameter_stands_in_the_register(definition: Definition) -> None:
    assert set(definition.procedure["parameters"]) <= set(PLACES["default"].parameters)


# ---- tables ----


@pytest.mark.parametrize(
    ("posted", "last"),
    [
        ("2026-09-18", "2026-09-22"),
        ("2026-09-24", "2026-09-30"),
        ("2026-09-29", "2026-10-09"),
        ("2026-09-30", "2026-10-10"),
        ("2026-02-12", "2026-02-24"),
        ("2025-09-29", "2025-10-10"),
        ("2025-09-30", "2025-10-11"),
    ],
)
def test_a_notice_ends_after_three_working_days(definition: Definition, posted: str, last: str) -> None:
    assert decide(definition, "N-D5", postedOn=date.fromisoformat(posted)) == date.fromisoformat(last)


PERSON = {"birth": date(1985, 6, 1), "nationality": "中国", "rights": "是", "since": date(2015, 3, 1)}
BY_PARTY, JOINT = {"way": "党组织"}, {"way": "联名"}


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "受理"),
        ({"birth": date(2008, 9, 1)}, "受理"),
        ({"birth": date(2008, 9, 2)}, "不予受理"),
        ({"nationality": "外国"}, "不予受理"),
        ({"rights": "否"}, "不予受理"),
        ({"since": date(2025, 9, 1)}, "受理"),
        ({"since": date(2025, 9, 2)}, "不予受理"),
        ({"candidate": JOINT, "support": {"verdict": "ok", "valid": 10}}, "受理"),
        ({"candidate": JOINT, "support": {"verdict": "return", "valid": 9}}, "补正"),
        ({"candidate": JOINT, "support": {"verdict": "reject", "valid": 0}}, "不予受理"),
    ],
)
def test_who_may_be_nominated(definition: Definition, changed: dict[str, Any], verdict: str) -> None:
    data = {**PERSON, "candidate": BY_PARTY, "support": {"verdict": "reject", "valid": 0}, **changed}
    assert decide(definition, "N-D1", **data)["result"] == verdict


@pytest.mark.parametrize(
    ("results", "params", "verdict"),
    [
        (["同意"] * 10, {}, "通过"),
        (["同意"] * 9 + ["不同意"], {}, "不通过"),
        (["同意"] * 9 + [None], {}, "不通过"),
        ([], {}, "不通过"),
        ([], {"jointReview": False}, "通过"),
        (["同意"] * 6 + ["不同意"] * 4, {"reviewVeto": False}, "通过"),
        (["同意"] * 5 + ["不同意"] * 5, {"reviewVeto": False}, "不通过"),
    ],
)
def test_silence_is_not_consent(
    definition: Definition, results: list[str | None], params: dict[str, Any], verdict: str
) -> None:
    assert decide(definition, "N-D2", opinions=[{"result": r} for r in results], params=params) == verdict


@pytest.mark.parametrize(
    ("total", "fits", "exemption", "conclusion"),
    [
        (70, True, None, "确定"),
        (69, False, None, "补充"),
        (69, False, "另有说明", "补充"),
        (70, False, None, "重议"),
        (70, False, "无合适人选", "确定"),
        (71, False, "无合适人选", "重议"),
    ],
)
def test_when_the_list_may_be_settled(
    definition: Definition, total: int, fits: bool, exemption: str | None, conclusion: str
) -> None:
    found = {"total": total, "seats": 70, "ok": fits}
    assert decide(definition, "N-D3", structureResult=found, exemption=exemption) == conclusion


# ---- in public ----


def test_the_notice_shows_no_number_telephone_or_address(definition: Definition, scenarios: list[Scenario]) -> None:
    world = played(definition, next(s for s in scenarios if s.file.endswith("happy.json")))
    template, findings = Template.load("notice", definition.documents["notice"].decode())
    assert not findings
    sheets = [c.data for c in world.cases() if c.process == "nomination_notice"]
    files = [c.data for c in world.cases() if c.process == "nomination_candidate"]
    assert len(sheets) == 2 and len(files) == 5
    for data in sheets:
        page = template.render({**data, "params": PLACES["yongchuan-zhongshanlu"].params()}, env())
        assert all(person["name"] in page for person in data["list"])
        for file in files:
            answers = file["q"]
            assert not any(answers[key] in page for key in ("idNo", "phone", "residence"))
