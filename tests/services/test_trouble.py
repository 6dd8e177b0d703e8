"""Incidents, messages without a listener, timers, calendars: what happens to cases besides people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from processes.workdays import Day, Kind
from services import calendars, cases, messages, monitor, tasks
from services.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.processes.engine.play import flow, flows
from tests.services.town import Town, bundle, form, user

STUCK = (
    '<startEvent id="s"/>' + user("a")
    + '<exclusiveGateway id="g" default="g_f"/><endEvent id="e" name="同意"/><endEvent id="f" name="不同意"/>'
    + flows("s a g") + flow("g", "e", "note = &quot;同意&quot; and limit &gt; 3") + flow("g", "f")
    + '<dataObject id="d"/>'
)  # fmt: skip


def stuck() -> object:
    """The gateway needs `limit`, which the start form leaves empty."""
    start = form("S", "limit", kind="number").replace(b'"required": true', b'"required": false')
    found = bundle("stuck", STUCK, F=form("F", "note"), S=start)
    procedure = found.files["procedure.toml"] + b'form = "S"\n'
    return type(found)({**found.files, "procedure.toml": procedure})


def test_an_incident_keeps_the_answers_and_goes_on_after_mending(town: Town, warmth: str) -> None:
    town.publish(stuck())
    case = town.start("zhou", "stuck")
    done = town.complete("zhou", case.id, "a", note="同意")
    assert done.incident
    view = town.view(case.id, "chen")
    assert view.head.state == "incident"
    [wait] = view.waiting
    assert (wait.kind, wait.element, view.marks["g"], view.marks["a"]) == ("incident", "g", "stuck", "done")
    assert wait.reason
    assert view.history[-1].answers == (("note", "同意"),)
    [line] = town.look("chen", monitor.incidents)
    assert (line.case_id, line.step) == (case.id, wait.step)
    town.act("chen", lambda desk: cases.retry(desk, case.id, wait.step))
    assert town.view(case.id).head.state == "incident"
    assert len(town.look("chen", monitor.incidents)) == 1
    town.act("chen", lambda desk: cases.amend(desk, case.id, {"limit": 5}, "启动时漏填"))
    town.act("chen", lambda desk: cases.retry(desk, case.id, wait.step))
    assert (town.view(case.id).head.state, town.view(case.id).head.outcome) == ("ended", "同意")
    assert town.look("chen", monitor.incidents) == []


def test_only_managers_of_the_street_mend_and_stop(town: Town) -> None:
    town.publish_opinions()
    case = town.start("zhou", "opinions", "collect")
    town.complete("zhou", case.id, "Plan", topic="路灯")
    town.work()
    child = town.look("liu", cases.find)[0]
    with pytest.raises(NotAllowed):
        town.act("liu", lambda desk: cases.cancel(desk, child.id, "不想办"))
    with pytest.raises(NotFound):
        town.act("zhao", lambda desk: cases.cancel(desk, case.id, "外街道"))
    with pytest.raises(Invalid):
        town.act("chen", lambda desk: cases.cancel(desk, case.id, " "))
    town.act("chen", lambda desk: cases.cancel(desk, case.id, "重复立案"))
    view = town.view(case.id)
    assert (view.head.state, view.waiting, view.history[-1].detail) == ("cancelled", [], "重复立案")
    with pytest.raises(Conflict):
        town.act("chen", lambda desk: cases.cancel(desk, case.id, "再来"))
    assert town.query(f"SELECT count(*) FROM jobs WHERE kind = 'timer' AND case_id = {case.id}") == [(0,)]


def test_a_manager_moves_a_case_to_another_element(town: Town) -> None:
    body = '<startEvent id="s"/>' + user("a") + user("b") + user("c") + '<endEvent id="e"/>' + flows("s a b c e")
    town.publish(bundle("jump", body, F=form("F", "note")))
    case = town.start("zhou", "jump")
    town.complete("zhou", case.id, "a", note="一")
    step = town.view(case.id).waiting[0].step
    town.act("chen", lambda desk: cases.jump(desk, case.id, [step], "a", "要重办"))
    assert list(town.open(case.id)) == ["a"]
    with pytest.raises(NotFound):
        town.act("chen", lambda d: cases.jump(d, case.id, [town.view(case.id).waiting[0].step], "nowhere", "x"))
    assert list(town.open(case.id)) == ["a"]


# --- timers ---

TIMED = (
    '<startEvent id="s"/>' + user("a", due="deadline(today(), 3, &quot;WD&quot;)")
    + '<boundaryEvent id="late" name="逾期" attachedToRef="a"><timerEventDefinition><timeDate>'
    + 'deadline(today(), 3, "WD")</timeDate></timerEventDefinition></boundaryEvent>'
    + '<endEvent id="e" name="办好"/><endEvent id="l" name="逾期未办"/>' + flows("s a e", "late l")
)  # fmt: skip


def test_a_term_runs_out_at_the_end_of_its_day_and_once(town: Town, warmth: str) -> None:
    town.publish(bundle("timed", TIMED, F=form("F", "note")))
    case = town.start("zhou", "timed")
    row = town.open(case.id)["a"]
    assert (row.due_date, row.left) == (date(2026, 9, 17), 3)
    assert town.work(days=3, hours=14, minutes=59) == 0  # 23:59 in Beijing on the last day
    assert town.work(minutes=1) == 1
    view = town.view(case.id)
    assert (view.head.outcome, view.history[-1].who, str(view.history[-1].what)) == ("逾期未办", "系统", "时间到：逾期")
    assert town.work(days=30) == 0
    with pytest.raises(Conflict):
        town.act("zhou", lambda desk: tasks.complete(desk, row.id, {"note": "晚了"}, "k"))


def test_a_task_done_in_time_takes_its_timer_away(town: Town) -> None:
    town.publish(bundle("timed", TIMED, F=form("F", "note")))
    case = town.start("zhou", "timed")
    town.complete("zhou", case.id, "a", note="好")
    assert town.query("SELECT count(*) FROM jobs") == [(0,)]
    assert town.work(days=30) == 0
    assert town.view(case.id).head.outcome == "办好"


def test_a_repeating_reminder_skips_what_an_outage_missed(town: Town, warmth: str) -> None:
    body = (
        '<startEvent id="s"/>' + user("a")
        + '<boundaryEvent id="r" name="催办" attachedToRef="a" cancelActivity="false"><timerEventDefinition>'
        + '<timeCycle>R/P1D</timeCycle></timerEventDefinition></boundaryEvent>'
        + '<endEvent id="e"/><endEvent id="n"/>' + flows("s a e", "r n")
    )  # fmt: skip
    town.publish(bundle("remind", body, F=form("F", "note")))
    case = town.start("zhou", "remind")
    fired = [town.work(days=1), town.work(days=5), town.work(hours=1), town.work(days=1)]
    assert fired == [1, 1, 0, 1]
    assert sum(e.act == "timer" for e in town.view(case.id).history) == 3


# --- messages ---

LISTEN = (
    '<startEvent id="s"/>' + user("a") + '<intermediateCatchEvent id="m" name="等答复" yishi:key="no" yishi:result="reply">'
    + '<messageEventDefinition messageRef="M"/></intermediateCatchEvent>' + user("b") + '<endEvent id="e"/>'
    + flows("s a m b e")
)  # fmt: skip


def test_a_message_waits_until_somebody_listens(town: Town, warmth: str) -> None:
    town.publish(bundle("listen", LISTEN, '<message id="M" name="答复"/>', F=form("F", "no")))
    case = town.start("zhou", "listen")
    for key in ("7", "8"):
        town.act(None, lambda d, k=key: messages.post(d, "ZS", "答复", k, {"text": f"答复{k}"}, f"out-{k}"))
    town.act(None, lambda d: messages.post(d, "BH", "答复", "7", {"text": "外街道"}, "other"))
    town.work()
    assert [p.key for p in town.look("chen", monitor.pending)] == ["7", "8"]
    assert town.look("zhao", monitor.pending)[0].key == "7"
    town.complete("zhou", case.id, "a", no="7")
    town.work()
    assert list(town.open(case.id)) == ["b"]
    assert town.query(f"SELECT value FROM variables WHERE case_id = {case.id} AND name = 'reply'") == [
        ('{"text":"答复7"}',)
    ]
    assert [p.key for p in town.look("chen", monitor.pending)] == ["8"]
    town.act(None, lambda d: messages.post(d, "ZS", "答复", "7", {"text": "又一次"}, "out-7"))
    assert town.work() == 0, "the same message from outside is taken once"


# --- the calendar ---


def test_a_new_calendar_moves_open_deadlines_and_says_so(town: Town, warmth: str) -> None:
    town.publish(bundle("timed", TIMED, F=form("F", "note")))
    case = town.start("zhou", "timed")
    town.act("wang", lambda desk: tasks.claim(desk, town.open(case.id)["a"].id))
    holiday = Day(date(2026, 9, 16), Kind.REST, "临时放假", "国务院公告")
    moved = town.act("root", lambda desk: calendars.import_(desk, [holiday]))
    assert {(m.element, m.before, m.after) for m in moved} == {
        ("a", date(2026, 9, 17), date(2026, 9, 18)), ("late", date(2026, 9, 17), date(2026, 9, 18)),
    }  # fmt: skip
    row = town.open(case.id)["a"]
    assert (row.due_date, row.waiting_for) == (date(2026, 9, 18), "王芳")
    told = [str(e.what) for e in town.view(case.id).history if e.act == "recount"]
    assert "“a办”的期限由 2026-09-17 改为 2026-09-18" in told
    assert town.work(days=3, hours=15) == 0, "the old moment means nothing any more"
    assert town.work(days=1) == 1


def test_a_deadline_never_moves_before_what_was_announced(town: Town) -> None:
    town.publish(bundle("timed", TIMED, F=form("F", "note")))
    case = town.start("zhou", "timed")
    rest = Day(date(2026, 9, 16), Kind.REST, "临时放假", "公告一")
    town.act("root", lambda desk: calendars.import_(desk, [rest]))
    worked = Day(date(2026, 9, 16), Kind.WORK, "照常上班", "公告二")
    assert town.act("root", lambda desk: calendars.import_(desk, [worked])) == []
    assert town.open(case.id)["a"].due_date == date(2026, 9, 18)
    with pytest.raises(NotAllowed):
        town.act("zhou", lambda desk: calendars.import_(desk, [worked]))


def test_the_calendar_in_the_database_is_what_everybody_counts_with(town: Town) -> None:
    town.act("root", lambda desk: calendars.import_(desk, [Day(date(2026, 9, 15), Kind.REST, "x", "公告")]))
    assert town.look("zhou", lambda desk: desk.calendar.is_working_day(date(2026, 9, 15))) is False
    assert town.now + timedelta(0) == town.now
