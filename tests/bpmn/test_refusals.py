"""Bad input in the procedures as shipped: each is refused, and the officer reads the rule and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from processes.definition import Bundle, Definition, define
from processes.expressions import Env
from processes.localities import load_localities
from processes.rules.tally import quorum
from processes.scenarios.engine_world import EngineWorld
from processes.scenarios.player import play
from processes.scenarios.report import locality, read_all
from processes.workdays import BEIJING, Calendar

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
DAYS = Calendar.seeded()
PLACES = load_localities()[0]

RETURNS = "依据：意见建议办理办法，参照青岛市有关代表建议的规定第十九条"
EXTENSIONS = "依据：意见建议办理办法，参照浙江省第二十一条、青岛市第二十五条"
ASSEMBLY = "依据：城市居民委员会组织法第二十九条、村民委员会组织法第三十条"
MEETING = "依据：街道议事代表会议制度，参照重庆市街道议事代表会议制度介绍"
CANDIDATES = "依据：民生实事项目票选办法，参照选举法第三十一条"
REASON = "该路段路灯由市政单位产权管理，不在我办职责清单范围内，无权维修。"


class Listening(EngineWorld):
    """Plays a scenario and notes what its people read: every refusal, and the paragraphs of every page they send."""

    heard: list[tuple[str, str, str]]

    def validated(self, form: str | None, data: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
        if form:
            page = self.definition.forms[form].resolve(data, self.at.env())
            self.heard += [(form, key, str(said)) for key, said in page.validate(answers).errors.items()]
            self.heard += [
                (form, when, shown.label)
                for when, posted in (("opened", None), ("filled", answers))
                for shown in page.show(posted)
                if shown.type == "text" and shown.visible
            ]
        return super().validated(form, data, answers)


@cache
def shipped(procedure: str) -> Definition:
    return define(Bundle.read(BPMN / procedure))


def heard(procedure: str, name: str, form: str, key: str, place: str = "") -> list[str]:
    """What was said at this place of this form while the shipped scenario was played, in order."""
    found = next(s for s in read_all(shipped(procedure).scenarios)[0] if s.file.endswith(f"/{name}.json"))
    where = PLACES[place] if place else locality(PLACES, found)
    assert where is not None
    world = Listening(shipped(procedure), found.given, where, DAYS)
    world.heard = []
    result = play(found, world, DAYS)
    assert result.passed, (result.step, str(result.message))
    return [said for f, k, said in world.heard if (f, k) == (form, key)]


def refused(form: str, day: str, posted: dict[str, Any], place: str = "default", **data: Any) -> dict[str, str]:
    """The sentences that answer a posted form of the suggestions."""
    env = Env(datetime.combine(date.fromisoformat(day), time(9), BEIJING), DAYS)
    page = shipped("proposal").forms[form].resolve({"params": PLACES[place].params(), **data}, env)
    return {key: str(said) for key, said in page.validate(posted).errors.items()}


# ---- 退件 ----


def handed(**more: Any) -> dict[str, Any]:
    return {"returns": 0, "coordinated": False, "returnUntil": date(2026, 4, 13), **more}


def test_a_return_without_reason_is_refused() -> None:
    said = refused("F-C3", "2026-04-13", {"action": "申退"}, **handed())
    assert said == {
        "reason": f"不签收的要写明理由，不少于 20 字，工委才能审核。{RETURNS}",
        "legalBasis": f"不签收的要写明职责依据，例如职责清单第几项。{RETURNS}",
    }
    said = refused("F-C3", "2026-04-13", {"action": "申退", "reason": "不归我们管", "legalBasis": "无"}, **handed())
    assert said == {"reason": f"理由只写了 5 字，要不少于 20 字。{RETURNS}"}
    said = refused("F-C3", "2026-04-13", {"action": "申退", "reason": REASON, "legalBasis": "清单"}, **handed())
    assert said == {}


def test_a_return_after_the_limit_is_refused() -> None:
    assert heard("proposal", "return_late", "F-C3", "action") == [
        "要在交办后 5 个工作日内提出，期限已过，不能再退，请签收办理。最后一天：2026年4月13日。" + RETURNS
    ]


def test_a_second_return_and_one_after_the_party_committee_named_the_handler_are_refused() -> None:
    assert heard("proposal", "returned", "F-C3", "action") == [
        "已经退过 1 次：退件最多 1 次。仍有异议的，请提请党工委协调。" + RETURNS,
        "党工委已经指定承办单位，不能再退，请签收办理。" + RETURNS,
    ]


def test_a_place_names_its_own_limit_and_source() -> None:
    posted = {"action": "申退", "reason": REASON, "legalBasis": "清单"}
    said = refused("F-C3", "2026-04-21", posted, "yongchuan-zhongshanlu", **handed(returnUntil=date(2026, 4, 20)))
    assert said == {
        "action": "要在交办后 10 个工作日内提出，期限已过，不能再退，请签收办理。"
        "最后一天：2026年4月20日。依据：重庆市代表建议条例第十六条（参照）"
    }


# ---- 延期 ----


def test_an_extension_asked_after_expiry_is_refused() -> None:
    assert heard("proposal", "overdue", "F-C13", "action") == [
        "延期要在到期前申请，过期不再受理。期限：2026年6月3日。" + EXTENSIONS
    ]


def test_an_extension_too_long_is_refused() -> None:
    assert heard("proposal", "extension", "F-C13", "newDue") == [
        "新期限要晚于 2026年6月3日，最迟到 2026年8月3日：延长不超过原来的办理时间，也不超过交办后 6 个月。" + EXTENSIONS
    ]


def test_an_extension_never_passes_the_cap() -> None:
    work: dict[str, Any] = {"due": date(2026, 8, 3), "handedOn": date(2026, 4, 3), "extended": 0}
    posted = {"action": "申请延期", "progress": "在办", "reason": "定制", "proposerInformed": True}
    assert refused("F-C13", "2026-08-03", {**posted, "newDue": "2026-10-08"}, **work) == {}
    said = refused("F-C13", "2026-08-03", {**posted, "newDue": "2026-10-09"}, **work)
    assert "最迟到 2026年10月8日" in said["newDue"] and said["newDue"].endswith(EXTENSIONS)


def test_a_second_extension_is_refused() -> None:
    assert heard("proposal", "extension", "F-C13", "action") == ["已经延期 1 次：延期最多 1 次。" + EXTENSIONS]


def test_an_extension_the_proposer_does_not_know_of_is_refused() -> None:
    assert heard("proposal", "extension", "F-C13", "proposerInformed") == ["申请延期前要先告知提出人。" + EXTENSIONS]


# ---- 差额 ----


@pytest.mark.parametrize(
    ("place", "source"),
    [("", CANDIDATES), ("qingjiangpu-changxi", "依据：清江浦区长西街道“三会”制度（差额不低于 20%）")],
)
def test_a_candidate_list_one_short_comes_back_with_the_number_lacking(place: str, source: str) -> None:
    told = [said for said in heard("project_vote", "a6", "F-V3", "opened", place) if "差额" in said]
    assert told == [
        "候选 7 个、应选 6 个，差额不够：5×7=35 < 6×6=36。还少 1 个候选项目（至少要 8 个），或者把应选数减到 5 个。"
        "规则：5c ≥ 6n（c 候选数，n 应选数；差额按应选数计算，不少于 1/5）。" + source
    ]


# ---- 法定人数 ----


def test_an_assembly_of_residents_without_quorum_does_not_vote() -> None:
    filled = [said for said in heard("nomination", "reconvene", "F-N3", "filled") if said.startswith("实到")]
    assert filled == [
        "实到 19 人，不够法定人数：须达到应到 30 人的 2/3，至少 20 人。这次表决不作数，7 日内重新召集。" + ASSEMBLY
    ]
    assert heard("nomination", "reconvene", "F-N3", "opened") == [
        "上次会议不够法定人数，表决不作数，请重新召集：到会须达到应到的 2/3。" + ASSEMBLY
    ]


def test_a_meeting_of_deputies_without_quorum_does_not_open() -> None:
    filled = [said for said in heard("project_vote", "quorum", "F-V4", "filled") if said.startswith("到会")]
    assert filled == [
        "到会 10 人，不够法定人数：须超过应到 20 人的 1/2，至少 11 人，会议不能举行，另定日期。" + MEETING
    ]
    told = heard("project_vote", "quorum", "F-V09x", "opened")
    assert told and set(told) == {"应到 20 人，到会 10 人，少于 11 人，会议不能举行：到会须超过应到的 1/2。" + MEETING}


def test_no_ballot_is_handed_out_when_the_quorum_is_lost() -> None:
    filled = [said for said in heard("project_vote", "quorum", "F-V13", "filled") if said.startswith("在场")]
    assert filled == ["在场 10 人，不够法定人数：须超过应到 20 人的 1/2，至少 11 人，不能发票，休会改期。" + MEETING]


def test_yongchuan_names_its_own_rule_of_quorum() -> None:
    env = Env(datetime(2026, 3, 10, 9, tzinfo=BEIJING), DAYS)
    data = {
        "params": PLACES["yongchuan-zhongshanlu"].params(),
        "quorumResult": quorum(70, 35),
        "meetingPlace": "议事中心",
    }
    told = shipped("project_vote").forms["F-V09x"].resolve(data, env).show()[0].label
    assert told == (
        "应到 70 人，到会 35 人，少于 36 人，会议不能举行：到会须超过应到的 1/2。"
        "依据：重庆市街道议事代表会议制度介绍（半数以上到会）"
    )
