"""代表约询: what a street may not start, the dates of A10 in the texts, and what other procedures send to it."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from processes.definition import Bundle, Definition, define
from processes.expressions import Env, compile_expression
from processes.localities import load_localities
from processes.model import read_bpmn
from processes.workdays import BEIJING, Calendar

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
INQUIRY = BPMN / "inquiry"
FORBIDDEN = re.compile(r"质询|interpellation|zhixun", re.IGNORECASE)


@pytest.fixture(scope="module")
def definition() -> Definition:
    return define(Bundle.read(INQUIRY))


def place(name: str) -> dict[str, Any]:
    """The parameters of a place as FEEL sees them."""
    return dict(load_localities()[0][name].params())


def env(day: str) -> Env:
    return Env(datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=BEIJING), Calendar.seeded())


@pytest.mark.parametrize("bundle", sorted(p.parent.name for p in BPMN.glob("*/procedure.toml")))
def test_no_procedure_of_a_street_starts_an_interpellation(bundle: str) -> None:
    """No process, message, signal, effect, rule, form, template or end of that kind: only words in a form may name it."""
    found = BPMN / bundle
    for file in found.glob("*.bpmn"):
        assert not FORBIDDEN.search(file.read_text(encoding="utf-8")), file.name
    head = tomllib.loads((found / "procedure.toml").read_text(encoding="utf-8"))
    for entry in head["process"] + head.get("message", []):
        assert not FORBIDDEN.search(" ".join(map(str, entry.values())))
    assert not [p.name for p in found.rglob("*") if FORBIDDEN.search(p.name)]


def test_the_escalation_offers_three_ways_and_only_explains_the_fourth(definition: Definition) -> None:
    at = env("2026-09-01")
    form = definition.forms["F-Q14p"]
    shown = form.resolve({"proposed": ["报区人大"], "reason": "", "params": place("default")}, at)
    ways = next(f for f in shown.show() if f.field.key == "measures")
    assert [o.value for o in ways.options] == ["重点督办", "工作评议", "报区人大"]
    text = (INQUIRY / "forms" / "F-Q14p.form.json").read_text(encoding="utf-8")
    assert "十人以上" in text and "三人以上" in text and "街道不能提出" in text


def test_who_is_told_of_an_escalation_gets_a_report_and_nothing_else() -> None:
    """The one message to the district carries a report; the district's own process only studies it."""
    drawn = read_bpmn("escalation.bpmn", (INQUIRY / "escalation.bpmn").read_bytes())
    thrown = {e.name for n in drawn.nodes.values() for e in n.events if n.kind == "endEvent" and e.kind == "message"}
    assert thrown == {"inquiryReported"}
    kinds = {n.ext.get("effect") for n in drawn.nodes.values() if n.kind == "serviceTask"}
    assert kinds == {"document", "notice"}


def refused(definition: Definition, form: str, field: str, answers: dict[str, Any], data: dict[str, Any]) -> str:
    at = env(data.pop("day"))
    given = {"params": place("qingjiangpu-changxi"), **data}
    return str(definition.forms[form].resolve(given, at).validate(answers).errors[field])


def test_a_meeting_too_early_is_refused_with_the_day_the_rule_and_its_source(definition: Definition) -> None:
    said = refused(definition, "F-Q2n", "meetingDay", {"meetingDay": "2026-05-06"}, {"day": "2026-04-27"})
    assert (
        said
        == "约询日期最早 2026年5月7日：提前 5 个工作日通知应询单位（长西街道代表约询制；期限参照地方代表约见办法）。"
    )


def test_a_postponement_beyond_one_month_is_refused_with_rule_and_source(definition: Definition) -> None:
    data = {"day": "2026-04-28", "meetingDay": date(2026, 5, 7), "postponeBy": date(2026, 5, 27), "postponement": None,
            "postponed": 0, "absences": 0, "topic": "物业管理", "place": "代表之家"}  # fmt: skip
    answers = {"answer": "申请延期", "newDay": "2026-05-28", "answerReason": "外出"}
    said = refused(definition, "F-Q4a", "newDay", answers, dict(data))
    assert "最迟延到 2026年5月27日" in said and "1 个月" in said and "长西街道代表约询制" in said
    again = refused(definition, "F-Q4a", "answer", {**answers, "newDay": "2026-05-20"}, {**data, "postponed": 1})
    assert "延期只有 1 次" in again and "长西街道代表约询制" in again


def test_a_locality_with_a_longer_notice_moves_the_first_day(definition: Definition) -> None:
    """The figure comes from the table of the place, not from the diagram."""
    at = env("2026-04-27")
    longer = place("default") | {"inquiryNoticeDays": {"amount": 8, "unit": "WD"}}
    shown = definition.forms["F-Q2n"].resolve({"params": longer}, at)
    assert "2026年5月11日" in str(shown.validate({"meetingDay": "2026-05-07"}).errors["meetingDay"])


def suggestions() -> list[tuple[str, str]]:
    """Every throw of `inquirySuggested` in the other procedures: where and with what payload."""
    found = []
    for file in BPMN.glob("*/*.bpmn"):
        for node in read_bpmn(file.name, file.read_bytes()).nodes.values():
            thrown = any(e.kind == "message" and e.name == "inquirySuggested" for e in node.events)
            if thrown and node.kind != "startEvent":
                found.append((f"{file.parent.name}/{node.id}", node.ext["payload"]))
    return found


def test_what_other_procedures_suggest_is_what_this_one_reads() -> None:
    assert suggestions()
    for where, payload in suggestions():
        names = dict.fromkeys(compile_expression(payload).names)
        made = compile_expression(payload).evaluate(names, env("2026-09-01"))
        assert set(made) == {"suggestion"}, where
        assert set(made["suggestion"]) >= {"caseNo", "title", "unit", "unitName", "reason"}, where


def test_a_public_text_names_nobody() -> None:
    """The public template prints no name, telephone, address or number of a person."""
    text = (INQUIRY / "documents" / "public.html").read_text(encoding="utf-8")
    assert not re.search(r"\.name\b|attendee|respondent|signer|recorder|phone", text)
