"""The handling of suggestions as shipped: its tables, its dates, what it shows in public, what it keeps to itself."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from processes.definition import Bundle, Definition, define
from processes.expressions import Env, compile_expression
from processes.localities import load_localities
from processes.scenarios.engine_world import EngineWorld
from processes.scenarios.player import play
from processes.scenarios.report import locality, read_all, rehearse
from processes.scenarios.script import Scenario
from processes.templates import Template
from processes.workdays import BEIJING, Calendar

PLACE = Path(__file__).resolve().parents[2] / "bpmn" / "proposal"
DAYS = Calendar.seeded()
PLACES = load_localities()[0]
PARAMS = PLACES["default"].params()


@pytest.fixture(scope="module")
def definition() -> Definition:
    return define(Bundle.read(PLACE))


@pytest.fixture(scope="module")
def scenarios(definition: Definition) -> list[Scenario]:
    found, findings = read_all(definition.scenarios)
    assert not findings
    return found


def env(day: str = "2026-04-03") -> Env:
    return Env(datetime.combine(date.fromisoformat(day), time(9), BEIJING), DAYS)


def decide(definition: Definition, name: str, **data: Any) -> Any:
    return definition.decisions.decide(name, {"params": PARAMS, **data}, env())


def walked(definition: Definition, scenario: Scenario) -> EngineWorld:
    """The world after a scenario that must pass."""
    place = locality(PLACES, scenario)
    assert place is not None
    world = EngineWorld(definition, scenario.given, place, DAYS)
    result = play(scenario, world, DAYS)
    assert result.passed, (result.step, str(result.message))
    return world


# ---- as a whole ----


def played(definition: Definition, scenarios: list[Scenario], name: str) -> EngineWorld:
    return walked(definition, next(s for s in scenarios if s.file.endswith(f"{name}.json")))


def test_the_check_has_nothing_to_say(definition: Definition) -> None:
    assert definition.findings == []


def test_every_node_and_every_flow_is_played(definition: Definition, scenarios: list[Scenario]) -> None:
    report = rehearse(definition, scenarios, DAYS)
    assert [(p.scenario.file, p.step, str(p.message)) for p in report.played if not p.passed] == []
    assert {file.file: file.missing for file in report.covered if file.missing} == {}


def test_every_rule_of_procedure_names_what_is_drawn(definition: Definition) -> None:
    drawn = {name for d in definition.diagrams for name in (*d.nodes, *d.flows)}
    rules = tomllib.loads((PLACE / "rules.toml").read_text("utf-8"))["rule"]
    assert len({rule["id"] for rule in rules}) == len(rules) >= 20
    for rule in rules:
        assert rule["say"] and rule["source"]
        named = [*rule.get("a", ()), *rule.get("b", ()), *(name for pair in rule.get("pairs", ()) for name in pair)]
        assert named and set(named) <= drawn, rule["id"]


def test_every_parameter_stands_in_the_register(definition: Definition) -> None:
    assert set(definition.procedure["parameters"]) <= set(PLACES["default"].parameters)


@pytest.mark.parametrize(
    ("parameter", "since", "last"),
    [
        ("handOverDays", "2026-03-20", "2026-04-03"),
        ("replyStreet", "2026-04-03", "2026-06-03"),
        ("districtReply", "2026-04-03", "2026-07-03"),
        ("districtReplyDifficult", "2026-04-03", "2026-10-08"),
        ("returnDays", "2026-04-03", "2026-04-13"),
        ("coHandlerDays", "2026-04-03", "2026-05-06"),
        ("evaluationDays", "2026-07-03", "2026-07-24"),
        ("districtReplyDifficult", "2026-03-20", "2026-09-20"),
        ("districtReply", "2025-11-30", "2026-02-28"),
    ],
)
def test_the_dates_of_hanbin_and_of_make_up_days(parameter: str, since: str, last: str) -> None:
    found = compile_expression(f"deadline(today(), params.{parameter})").evaluate({"params": PARAMS}, env(since))
    assert found == date.fromisoformat(last)


@pytest.mark.parametrize("parameter", ["districtReply", "districtReplyDifficult"])
def test_no_place_shortens_what_the_law_gives(parameter: str) -> None:
    floor = PLACES["default"].parameters[parameter].floor
    assert all(place.params()[parameter]["amount"] >= floor for place in PLACES.values())


@pytest.mark.parametrize(
    ("nature", "single", "result"),
    [
        ("公共事务", True, "受理"),
        ("公共事务", False, "补正"),
        ("个人事务", True, "不予受理"),
        ("具体案件", False, "不予受理"),
        ("学术推介", True, "不予受理"),
        ("其他不宜", True, "不予受理"),
        ("申诉控告", True, "转其他渠道"),
        ("已入程序", True, "转其他渠道"),
    ],
)
def test_what_is_accepted(definition: Definition, nature: str, single: bool, result: str) -> None:
    assert decide(definition, "C-D1", nature=nature, oneMatter=single)["result"] == result


@pytest.mark.parametrize(
    ("ability", "money", "area", "route", "mixed"),
    [
        ("居民自治", "居民自筹或维修资金", "一个小区或社区", "①", False),
        ("居民自治", "街道预算", "一个小区或社区", "②", True),
        ("居民自治", "不需经费", "本街道", "②", True),
        ("街道", "街道预算", "本街道", "②", False),
        ("街道", "区级预算", "本街道", "③", True),
        ("街道", "街道预算", "两个以上街道或区级管网", "③", True),
        ("区级部门", "区级预算", "本街道", "③", False),
        ("区级部门", "街道预算", "本街道", "③", True),
    ],
)
def test_three_ways(definition: Definition, ability: str, money: str, area: str, route: str, mixed: bool) -> None:
    found = decide(definition, "C-D2", ability=ability, money=money, area=area)
    assert (found["class"], found["mixed"]) == (route, mixed)


def test_a_table_of_another_city_changes_what_an_answer_leads_to(
    definition: Definition, scenarios: list[Scenario]
) -> None:
    assert {row["code"]: row["follow"] for row in PARAMS["answerClasses"]}["C"] == "review"
    assert played(definition, scenarios, "/deferred").all[0].run.ends == ["E-C6"]
    swapped = played(definition, scenarios, "/classes_swapped").all[0].run.data["lastAnswer"]
    assert (swapped["class"], swapped["follow"]) == ("C", "promise")


def test_the_public_text_names_nobody(definition: Definition, scenarios: list[Scenario]) -> None:
    template, findings = Template.load("public", definition.documents["public"].decode())
    assert not findings
    world = played(definition, scenarios, "happy")
    sent = next(s for case in world.all for s in case.effects if s.payload.get("template") == "public")
    page = template.render({**_seen(world, sent), "params": PARAMS}, env())
    main = world.all[0].run.data
    assert main["title"] in page and "三盏路灯已更换" in page
    assert main["proposer"] not in page and "138" not in page and "陈代表" not in page


def _seen(world: EngineWorld, sent: Any) -> dict[str, Any]:
    """What the public text reads, as the ended case left it."""
    course = world.all[0].run.data["course"]
    return {**world.all[0].run.data, **course, "matter": course["matter"], "publicCheck": course["publicCheck"]}


def test_the_name_of_an_unnamed_resident_is_in_no_variable_and_no_document(
    definition: Definition, scenarios: list[Scenario]
) -> None:
    world = played(definition, scenarios, "anonymous")
    everything = [repr(dict(world.all[0].run.context(w.step))) for w in world.all[0].run.waiting()]
    everything += [repr(s.payload) for case in world.all for s in case.effects]
    assert everything and not any("赵某某" in text or "13900000000" in text for text in everything)


def test_each_merged_proposer_got_one_answer_with_class_and_signer(
    definition: Definition, scenarios: list[Scenario]
) -> None:
    world = played(definition, scenarios, "merge")
    merged = [c for c in world.all if c.run.ends == ["E-C2"]]
    assert len(merged) == 3
    for case in merged:
        answer = case.run.data["merged"]["masterAnswer"]["answer"]
        assert answer["class"] in "ABCD" and answer["signer"]
        assert [s.payload["template"] for s in case.effects if s.name == "document"] == ["acceptance", "reply_merged"]


def test_nothing_is_struck_off_before_feedback_and_report(definition: Definition, scenarios: list[Scenario]) -> None:
    for name in ("happy", "circular", "hanbin_147"):
        closed = [c.run.data for c in played(definition, scenarios, name).all if "E-C0" in c.run.ends]
        assert closed
        for data in closed:
            reported = data["reported"]
            assert reported["feedbackOn"] <= reported["report"]["reportedOn"] <= reported["closedOn"]


def test_the_report_of_hanbin_lists_147_and_shows_who_waits_for_a_sponsor(
    definition: Definition, scenarios: list[Scenario]
) -> None:
    world = played(definition, scenarios, "hanbin_147")
    first = next(c for c in world.all if c.run.process == "proposal_report" and c.run.status == "ended").run.data
    template, findings = Template.load("report", definition.documents["report"].decode())
    assert not findings
    page = template.render({**first, "params": PLACES["hanbin"].params(), "number": "1"}, env())
    assert page.count("<tr>") == 1 + 147 and page.count("待领衔") == 2
    assert "共 147 件，其中办结 0 件，正在办理 147 件" in page
