"""Timers, messages, signals, conditions, links; at the edge, in between, and beginning sub-processes."""

from datetime import date, timedelta

from tests.processes.engine.play import MONDAY, Case, diagram, flow, flows, task

TIMER = "<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def timer(text: str, kind: str = "timeDuration") -> str:
    return TIMER.format(kind=kind, text=text)


def catch(name: str, event: str) -> str:
    return f'<intermediateCatchEvent id="{name}">{event}</intermediateCatchEvent>'


def boundary(name: str, host: str, event: str, interrupting: bool = True) -> str:
    return f'<boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}">{event}</boundaryEvent>'


def due_of(text: str, kind: str = "timeDate", **data):
    case = Case(
        diagram('<startEvent id="s"/>' + catch("t", timer(text, kind)) + '<endEvent id="e"/>' + flows("s t e")), data
    )
    [waiting] = case.run.waiting()
    return waiting.due


def test_bare_and_quoted_iso_timers_mean_the_same():
    assert due_of("P3D", "timeDuration") == due_of('"P3D"', "timeDuration") == MONDAY + timedelta(days=3)


def test_a_date_means_when_that_day_is_over_in_beijing():
    assert due_of('date("2026-09-22")').isoformat() == "2026-09-22T16:00:00+00:00"


def test_a_timer_counts_working_days_by_the_calendar():
    assert due_of('add working days(date("2026-09-30"), 3)').isoformat() == "2026-10-10T16:00:00+00:00"
    assert (
        due_of('deadline(date("2026-09-18"), term)', term={"amount": 3, "unit": "WD"}).isoformat()
        == "2026-09-22T16:00:00+00:00"
    )


def test_a_naive_time_is_refused_and_not_read_in_the_zone_of_the_machine():
    case = Case(
        diagram(
            '<startEvent id="s"/>'
            + catch("t", timer('date and time(day, time("18:00:00"))', "timeDate"))
            + '<endEvent id="e"/>'
            + flows("s t e")
        ),
        {"day": date(2026, 9, 22)},
    )
    [stuck] = case.run.waiting()
    assert stuck.kind == "incident" and "+08:00" in str(stuck.reason)


def test_an_interrupting_boundary_timer_ends_the_task(reload):
    body = (
        '<startEvent id="s"/>'
        + task("t")
        + boundary("b", "t", timer("P2D"))
        + task("late")
        + '<endEvent id="e"/>'
        + flows("s t e", "b late e")
    )
    case = Case(diagram(body), {}, reload)
    assert case.wait(days=1) == 0 and case.wait(days=2) == 1
    assert case.open() == ["late"]
    case.complete("late")
    assert case.done


def test_a_reminder_leaves_the_task_alone_and_an_outage_makes_no_flood(reload):
    roots = '<message id="m" name="催办"/>'
    body = (
        '<startEvent id="s"/>' + task("t") + boundary("b", "t", timer("R5/P1D", "timeCycle"), False)
        + '<sendTask id="remind" messageRef="m"/><endEvent id="e"/><endEvent id="r"/>' + flows("s t e", "b remind r")
    )  # fmt: skip
    case = Case(diagram(body, roots), {}, reload)
    case.wait(days=1)
    assert len(case.sent) == 1 and case.open() == ["t"]
    case.wait(days=3)
    assert len(case.sent) == 2, "missed ticks are said once"
    case.wait(days=1)
    case.wait(days=10)
    assert len(case.sent) == 3, "five ticks, two of them in the outage, and no more"
    case.complete("t")
    assert case.done and not case.run.waiting()


def test_reminders_on_a_list_of_dates(reload):
    body = (
        '<startEvent id="s"/>' + task("t") + boundary("b", "t", timer('[date("2026-09-16"), date("2026-09-18")]', "timeCycle"), False)
        + '<scriptTask id="n"><script>{n: n + 1}</script></scriptTask><endEvent id="e"/><endEvent id="r"/>' + flows("s t e", "b n r")
    )  # fmt: skip
    case = Case(diagram(body), {"n": 0}, reload)
    case.wait(days=3)
    assert case.data["n"] == 1
    case.wait(days=3)
    case.wait(days=30)
    assert case.data["n"] == 2


def test_a_message_finds_its_case_by_key_and_brings_its_payload(reload):
    roots = '<message id="m" name="联审复函"/>'
    body = (
        '<startEvent id="s"/><receiveTask id="r" messageRef="m" yishi:key="candidate.id" yishi:result="reply"/><endEvent id="e"/>'
        + flows("s r e")
    )
    case = Case(diagram(body, roots), {"candidate": {"id": "C-7"}}, reload)
    assert not case.receive("联审复函", "C-8") and not case.receive("别的", "C-7")
    assert case.receive("联审复函", "C-7", ok=True)
    assert case.done and case.data["reply"] == {"ok": True}


def test_messages_to_many(reload):
    roots = '<message id="m" name="推选通知"/>'
    body = (
        '<startEvent id="s"/><sendTask id="t" messageRef="m" yishi:targets="units" yishi:key="target.code" '
        'yishi:payload="{quota: target.quota}"/><endEvent id="e"/>' + flows("s t e")
    )
    case = Case(diagram(body, roots), {"units": [{"code": "U1", "quota": 2}, {"code": "U2", "quota": 3}]}, reload)
    assert [(s.kind, s.name, s.key, s.payload) for s in case.sent] == [
        ("message", "推选通知", "U1", {"quota": 2}),
        ("message", "推选通知", "U2", {"quota": 3}),
    ]


def test_a_signal_end_event_is_thrown(reload):
    roots = '<signal id="sig" name="终止"/>'
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/>' + task("a") + task("b")
        + boundary("stop", "b", '<signalEventDefinition signalRef="sig"/>')
        + '<endEvent id="out"><signalEventDefinition signalRef="sig"/></endEvent><endEvent id="e"/><endEvent id="x"/>'
        + flows("s f a out", "f b e", "stop x")
    )  # fmt: skip
    case = Case(diagram(body, roots), {}, reload).complete("a")
    assert case.done and case.ends == ["out", "x"]


def test_links_join_the_two_halves(reload):
    body = (
        '<startEvent id="s"/>' + task("a")
        + '<intermediateThrowEvent id="to"><linkEventDefinition name="A"/></intermediateThrowEvent>'
        + '<intermediateCatchEvent id="from"><linkEventDefinition name="A"/></intermediateCatchEvent>'
        + task("b") + '<endEvent id="e"/>' + flows("s a to", "from b e")
    )  # fmt: skip
    case = Case(diagram(body), {}, reload).complete("a")
    assert case.open() == ["b"]
    case.complete("b")
    assert case.ends == ["e"]


def test_a_condition_fires_when_data_makes_it_true(reload):
    body = (
        '<startEvent id="s"/><parallelGateway id="f"/>' + task("a") + task("b")
        + boundary("c", "b", "<conditionalEventDefinition><condition>votes &gt;= 5</condition></conditionalEventDefinition>")
        + '<endEvent id="e"/><endEvent id="x"/><endEvent id="y"/>' + flows("s f a e", "f b y", "c x")
    )  # fmt: skip
    case = Case(diagram(body), {"votes": 0}, reload)
    assert case.open() == ["a", "b"]
    case.complete("a", votes=5)
    assert case.done and "x" in case.ends


def event_sub_process(event: str, interrupting: bool) -> str:
    return (
        f'<subProcess id="esp" triggeredByEvent="true"><startEvent id="es" isInterrupting="{str(interrupting).lower()}">{event}</startEvent>'
        + task("handle") + '<endEvent id="ee"/>' + flows("es handle ee") + "</subProcess>"
    )  # fmt: skip


def test_an_interrupting_event_sub_process_interrupts(reload):
    roots = '<message id="m" name="撤回"/>'
    body = (
        '<startEvent id="s"/>'
        + task("a")
        + '<endEvent id="e"/>'
        + flows("s a e")
        + event_sub_process('<messageEventDefinition messageRef="m"/>', True)
    )
    case = Case(diagram(body, roots), {}, reload)
    assert case.receive("撤回", why="已解决")
    assert case.open() == ["handle"] and case.data["why"] == "已解决"
    case.complete("handle")
    assert case.done and case.ends == ["ee"]


def test_a_non_interrupting_event_sub_process_runs_beside_and_again(reload):
    roots = '<message id="m" name="异议"/>'
    body = (
        '<startEvent id="s"/>'
        + task("a")
        + '<endEvent id="e"/>'
        + flows("s a e")
        + event_sub_process('<messageEventDefinition messageRef="m"/>', False)
    )
    case = Case(diagram(body, roots), {}, reload)
    assert case.receive("异议") and case.receive("异议")
    assert case.open() == ["a", "handle", "handle"]
    case.complete("a")
    assert not case.done, "open objections keep the case open"
    case.complete("handle").complete("handle")
    assert case.done and case.ends == ["e"]


def test_one_case_does_not_arm_the_next(reload):
    """Two cases share a definition; a message to the first must not begin anything in the second."""
    roots = '<message id="m" name="异议"/>'
    definition = diagram(
        '<startEvent id="s"/>'
        + task("a")
        + '<endEvent id="e"/>'
        + flows("s a e")
        + event_sub_process('<messageEventDefinition messageRef="m"/>', False),
        roots,
    )
    first = Case(definition, {}, reload)
    assert first.receive("异议")
    assert Case(definition, {}, reload).open() == ["a"]


def test_a_timer_starts_an_event_sub_process(reload):
    body = (
        '<startEvent id="s"/>'
        + task("a")
        + '<endEvent id="e"/>'
        + flows("s a e")
        + event_sub_process(timer("P1D"), False)
    )
    case = Case(diagram(body), {}, reload)
    case.wait(days=2)
    assert case.open() == ["a", "handle"]
    assert case.wait(days=9) == 0


def test_completing_twice_is_refused(reload):
    import pytest

    from processes.run import NotWaiting

    body = '<startEvent id="s"/>' + task("a") + task("b") + '<endEvent id="e"/>' + flows("s a b e")
    case = Case(diagram(body), {}, reload)
    step = case.waiting("a").step
    case.complete("a")
    with pytest.raises(NotWaiting):
        case.run.complete(step, {}, case.at)


def test_deadlines_move_with_the_calendar_but_never_forward(reload):
    from processes.workdays import Calendar, Day, Kind

    body = (
        '<startEvent id="s"/>'
        + task("a", due="add working days(date(&quot;2027-01-04&quot;), 3)")
        + '<endEvent id="e"/>'
        + flows("s a e")
    )
    case = Case(diagram(body), {}, reload)
    before = case.waiting("a").due_date
    rows = [row for row in Calendar.seeded().rows if row.date != before]
    later = Calendar.from_rows([*rows, Day(before, Kind.REST, "临时放假", "国务院办公厅通知")])
    [moved] = case.do(lambda run: run.recount(later))
    assert moved.before == str(before) and case.waiting("a").due_date > before
    assert case.do(lambda run: run.recount(Calendar.seeded())) == []


def test_several_start_events_are_alternatives(reload):
    roots = '<message id="m" name="登记"/>'
    body = (
        '<startEvent id="s"/><startEvent id="by"><messageEventDefinition messageRef="m"/></startEvent>'
        + task("a") + task("b") + '<endEvent id="e"/>' + flow("s", "a") + flow("by", "b") + flows("a e", "b e")
    )  # fmt: skip
    assert Case(diagram(body, roots), {}, reload).open() == ["a"]
    case = Case(diagram(body, roots), {}, reload, message="登记", payload={"who": "张三"})
    assert case.open() == ["b"] and case.data == {"who": "张三"}
