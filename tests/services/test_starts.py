"""Cases that begin by the clock: at their moment, once, not where somebody was quicker, on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from processes.definition import Bundle
from processes.workdays import BEIJING
from services import births, cases, deputies, jobs, people, starts, worker
from services.desk import Desk
from services.store import jobs as job_rows
from services.store.db import writing
from tests.processes.engine.play import flows
from tests.services.town import Town, bundle, form, user

NOMINATION = Bundle.read(Path(__file__).resolve().parents[2] / "bpmn" / "nomination")
DAY = "2026-10-01T00:00:00+08:00"


def timed(moment: str = DAY, unless: str = "", key: str = "yearly") -> Bundle:
    """A process with a timer start and a plain one, both going to one task."""
    timer = f"<timerEventDefinition><timeDate>{moment}</timeDate></timerEventDefinition>"
    extra = f' yishi:unless="{unless}"' if unless else ""
    body = f'<startEvent id="hand"/><startEvent id="clock"{extra}>{timer}</startEvent><exclusiveGateway id="x"/>'
    return bundle(key, body + user("t") + '<endEvent id="e"/>' + flows("hand x t e", "clock x"), F=form("F", "a"))


def heads(town: Town, street: str = "ZS") -> list[Any]:
    return [head for head in town.look(None, lambda desk: cases.find(desk)) if head.street == street]


def pass_to(town: Town, text: str) -> None:
    """The worker works at this moment."""
    town.now = datetime.fromisoformat(text)
    town.work()


def test_a_case_begins_in_every_street_at_its_moment_and_once(town: Town) -> None:
    town.publish(timed())
    pass_to(town, "2026-09-30T23:59:59+08:00")
    assert heads(town) == []
    for _ in range(3):
        pass_to(town, "2026-10-01T00:00:00+08:00")
        town.act(None, starts.plan)
    pass_to(town, "2027-10-01T00:00:00+08:00")
    (head,) = heads(town)
    assert len(heads(town, "BH")) == 1
    assert list(town.open(head.id)) == ["t"]
    assert head.started_at == datetime.fromisoformat(DAY)


def test_two_workers_begin_it_once(town: Town) -> None:
    """The job is leased to one; whoever comes late loses everything he did."""
    town.publish(timed())
    town.work()
    town.now = datetime.fromisoformat(DAY)
    with writing(town.engine) as db:
        held = jobs.claim(db, town.now)
    with writing(town.engine) as db:
        again = jobs.claim(db, town.now + timedelta(minutes=2))
    assert [job.id for job in held] == [job.id for job in again]
    for job in (*again, *held):
        worker.work(town.engine, job, lambda: town.now)
    town.work()
    assert len(heads(town)) == len(heads(town, "BH")) == 1
    with writing(town.engine) as db, pytest.raises(jobs.LostLease):
        worker._do(worker._desk(db, town.now), held[0])


def test_who_began_by_hand_is_not_overtaken(town: Town) -> None:
    """Without `unless`, a running case of the process is enough."""
    town.publish(timed())
    town.start("zhou", "yearly")
    pass_to(town, DAY)
    assert len(heads(town)) == 1
    assert len(heads(town, "BH")) == 1


def test_the_condition_decides(town: Town) -> None:
    town.publish(timed(unless="street.code = &quot;BH&quot;"))
    town.start("zhou", "yearly")
    pass_to(town, DAY)
    assert (len(heads(town)), len(heads(town, "BH"))) == (2, 0)


def test_a_new_version_moves_the_moment(town: Town) -> None:
    town.publish(timed())
    town.work()
    town.publish(timed("2026-11-02T00:00:00+08:00"))
    pass_to(town, "2026-11-01T00:00:00+08:00")
    assert heads(town) == []
    pass_to(town, "2026-11-02T00:00:00+08:00")
    assert len(heads(town)) == 1


def test_what_is_published_late_begins_at_once(town: Town) -> None:
    town.publish(timed("2026-01-05T00:00:00+08:00"))
    town.work()
    assert len(heads(town)) == 1


def test_an_unknown_moment_begins_nothing(town: Town) -> None:
    town.publish(timed("date(params.termEnd)"))
    pass_to(town, "2030-01-01T00:00:00+08:00")
    assert heads(town) == []


# ---- the end of a term ----


def set_term(town: Town, day: str) -> None:
    town.act(None, lambda desk: births.set_params(desk, "ZS", {"termEnd": day}))


def nominations(town: Town) -> list[str]:
    return [head.process for head in heads(town) if head.process == "nomination"]


def test_the_nomination_begins_three_months_before_the_end_of_term(town: Town) -> None:
    town.publish(NOMINATION)
    set_term(town, "2026-12-31")
    pass_to(town, "2026-09-29T23:59:00+08:00")
    assert nominations(town) == []
    pass_to(town, "2026-09-30T00:00:00+08:00")
    pass_to(town, "2027-03-01T00:00:00+08:00")
    assert nominations(town) == ["nomination"]
    (case,) = [head.id for head in heads(town)]
    assert list(town.open(case)) == ["N00F"]


def test_a_term_that_is_moved_moves_the_beginning(town: Town) -> None:
    town.publish(NOMINATION)
    set_term(town, "2026-12-31")
    town.work()
    set_term(town, "2027-03-31")
    pass_to(town, "2026-12-30T00:00:00+08:00")
    assert nominations(town) == []
    pass_to(town, "2026-12-31T00:00:00+08:00")
    assert nominations(town) == ["nomination"]


def test_a_term_long_over_begins_nothing(town: Town) -> None:
    town.publish(NOMINATION)
    set_term(town, "2024-12-31")
    town.work()
    assert nominations(town) == []


def test_the_deputies_term_counts_before_the_rule_table(town: Town) -> None:
    """Who serves, and until when, is known from the register."""
    town.publish(timed("termEnd"))
    case = town.start("zhao", "yearly").id
    set_term(town, "2026-12-31")
    person = {"certNo": "聘〔2026〕001", "name": "陈明", "unit": "U1"}

    def enter(desk: Desk, state: str, **said: Any) -> None:
        deputies.enter(desk, _street(desk), [person], state, said, case)

    town.act(None, lambda desk: enter(desk, "serving", termNo=1, termFrom=date(2027, 1, 1), termTo=date(2031, 12, 31)))
    pass_to(town, "2027-01-02T00:00:00+08:00")
    assert heads(town) == []
    town.act(None, lambda desk: enter(desk, "suspended", reason="羁押"))
    (row,) = town.look(None, lambda desk: deputies.listed(desk, _street(desk)))
    assert (row.state, row.reason, row.term_to, row.since) == (
        "suspended",
        "羁押",
        date(2031, 12, 31),
        date(2027, 1, 2),
    )
    due = [job.due_at.astimezone(BEIJING).date() for job in town.look(None, lambda d: job_rows.waiting(d.db, "start"))]
    assert due == [date(2032, 1, 1)]


def _street(desk: Desk) -> int:
    return people.unit(desk, "ZS").id


# ---- suspension ----


def test_a_suspended_deputy_stands_so_in_the_register(town: Town) -> None:
    town.publish(NOMINATION)
    answers = {
        "deputyName": "陈明", "certNo": "聘〔2026〕001", "unitCode": "U1", "detainedOn": "2026-09-10",
        "suspensionGround": "因刑事案件被羁押，正在受侦查、起诉、审判", "informedBy": "公安分局", "termTo": "2031-10-31",
    }  # fmt: skip
    case = town.start("zhou", "nomination", "nomination_suspension", **answers).id
    town.complete("chen", case, "SU1", confirmed="属实", confirmedOn="2026-09-14")
    town.work()
    assert register(town) == [("陈明", "U1", "suspended")]
    town.complete("zhou", case, "SU5", caseResult="恢复职务", resultOn="2026-09-14", resultNote="不起诉决定书")
    town.work()
    assert register(town) == [("陈明", "U1", "serving")]


def register(town: Town) -> list[tuple[str, str, str]]:
    rows = town.look(None, lambda desk: deputies.listed(desk, _street(desk)))
    return [(row.name, row.unit, row.state) for row in rows]
