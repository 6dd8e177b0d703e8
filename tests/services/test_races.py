"""Many hands at once: whatever the interleaving, each act happens once and nobody gets an unexplained failure."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from services import cases, jobs, tasks, worker
from services.errors import Conflict
from services.store import jobs as job_rows
from services.store.db import writing
from tests.processes.engine.play import flows
from tests.services.test_cases import chain
from tests.services.town import Town, bundle, form, user

ROUNDS = 12


def submit(town: Town, who: str, task: int, note: str, key: str) -> Callable[[], Any]:
    """An officer's hand on the button."""
    return lambda: town.act(who, lambda desk: tasks.complete(desk, task, {"note": note}, key))


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do things at the same moment; gives results or exceptions in order."""
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return act()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_two_officers_on_one_task_have_one_winner(town: Town) -> None:
    town.publish(chain())
    for turn in range(ROUNDS):
        case = town.start("zhou", "chain")
        task = town.open(case.id)["t1"].id
        found = at_once(*(submit(town, who, task, who, f"{who}{turn}") for who in ("zhou", "wang")))
        losers = [f for f in found if isinstance(f, Exception)]
        assert len(losers) == 1, found
        assert isinstance(losers[0], Conflict) and losers[0].who in ("周敏", "王芳")
        assert list(town.open(case.id)) == ["t2"]
    assert town.query("SELECT count(*) FROM events WHERE act = 'complete'") == [(ROUNDS,)]


def test_a_double_click_is_one_act_with_one_answer(town: Town) -> None:
    town.publish(chain())
    for turn in range(ROUNDS):
        case = town.start("zhou", "chain")
        task = town.open(case.id)["t1"].id
        first, second = at_once(*[submit(town, "zhou", task, "好", f"k{turn}")] * 2)
        assert (str(first.said), [r.id for r in first.next]) == (str(second.said), [r.id for r in second.next])
    assert town.query("SELECT count(*) FROM events WHERE act = 'complete'") == [(ROUNDS,)]


def test_a_double_start_is_one_case(town: Town) -> None:
    town.publish(chain())
    for turn in range(ROUNDS):
        ids = at_once(*[partial(town.start, "zhou", "chain", key=f"s{turn}")] * 3)
        assert len({case.id for case in ids}) == 1
    assert town.query("SELECT count(*), count(DISTINCT no) FROM cases") == [(ROUNDS, ROUNDS)]


def test_many_starts_get_different_numbers_without_gaps(town: Town) -> None:
    town.publish(chain())
    found = at_once(*(lambda: town.start("zhou", "chain").no for _ in range(8)))
    assert sorted(found) == [f"中〔2026〕{n:03}" for n in range(1, 9)]


def test_different_people_answer_in_parallel(town: Town) -> None:
    """Instances of one case wait for each other's lock, not for each other's persons."""
    body = (
        '<startEvent id="s"/>'
        + user("a", inner='<multiInstanceLoopCharacteristics yishi:collection="for i in 1..8 return i" yishi:element="i"/>')
        + '<endEvent id="e" name="齐了"/>' + flows("s a e")
    )  # fmt: skip
    town.publish(bundle("many", body, F=form("F", "note")))
    case = town.start("zhou", "many")
    ids = [row.id for row in town.look(None, lambda d: tasks.of_case(d, case.id))]
    assert len(ids) == 8
    found = at_once(*(submit(town, "zhou", task, str(task), f"k{task}") for task in ids))
    assert not [f for f in found if isinstance(f, Exception)]
    assert town.view(case.id).head.outcome == "齐了"


# --- workers ---

TIMER = (
    '<startEvent id="s"/><intermediateCatchEvent id="w" name="到点"><timerEventDefinition><timeDuration>PT1S</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><endEvent id="e" name="到了"/>' + flows("s w e")
)


def test_each_timer_fires_once_whatever_the_number_of_workers(town: Town) -> None:
    town.publish(bundle("timer", TIMER))
    many = [town.start("zhou", "timer").id for _ in range(20)]
    later = datetime(2026, 9, 15, 1, 0, tzinfo=UTC)
    at_once(*(lambda: worker.run_due(town.engine, later) for _ in range(4)))
    worker.run_due(town.engine, datetime(2026, 9, 15, 2, 0, tzinfo=UTC))  # whoever lost a race has released it by now
    assert town.query("SELECT count(*) FROM events WHERE act = 'timer'") == [(20,)]
    assert {town.view(case).head.outcome for case in many} == {"到了"}
    assert town.query("SELECT count(*) FROM jobs WHERE state <> 'done'") == [(0,)]


def test_a_lone_timer_fires_within_two_seconds(town: Town) -> None:
    town.publish(bundle("timer", TIMER))
    stop = threading.Event()
    hand = threading.Thread(target=worker.run, args=(town.engine,), kwargs={"stop": stop})
    hand.start()
    try:
        town.now = datetime.now(UTC)
        case = town.start("zhou", "timer")
        due = time.monotonic() + 1
        while town.view(case.id).head.state == "running" and time.monotonic() < due + 8:
            time.sleep(0.02)
        late = time.monotonic() - due
    finally:
        stop.set()
        hand.join()
    assert town.view(case.id).head.outcome == "到了"
    assert -0.1 < late < 2


def test_a_worker_that_slept_past_its_lease_cannot_finish_the_job(town: Town) -> None:
    town.publish_opinions()
    case = town.start("zhou", "opinions", "collect")
    town.complete("zhou", case.id, "Plan", topic="路灯")
    with writing(town.engine) as db:
        held = jobs.claim(db, town.now)
    assert len(held) == 3
    assert town.work() == 0, "leased jobs are nobody else's"
    assert town.work(seconds=61) > 0, "after the lease anybody may take them"
    children = len(town.view(case.id).children)
    for job in held:
        worker.work(town.engine, job, lambda: town.now)
    assert len(town.view(case.id).children) == children == 3


def test_a_failing_effect_is_tried_again_then_shown_and_can_be_resumed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = (
        '<startEvent id="s"/><serviceTask id="n" name="通知" yishi:effect="notice"><extensionElements>'
        '<yishi:param name="to" value="&quot;community&quot;"/><yishi:param name="unit" value="[&quot;U1&quot;,&quot;U9&quot;]"/>'
        '<yishi:param name="title" value="&quot;开会&quot;"/></extensionElements></serviceTask>'
        + user("a") + '<endEvent id="e"/>' + flows("s n a e")
    )  # fmt: skip
    town.publish(bundle("effect", body, F=form("F", "note")))
    case = town.start("zhou", "effect")
    for _ in range(jobs.ATTEMPTS + 1):
        town.work(hours=1)
    view = town.view(case.id, "chen")
    assert view.head.state == "incident"
    [wait] = [w for w in view.waiting if w.kind == "incident"]
    assert "U9" in wait.reason and wait.job_id is not None
    assert town.query("SELECT count(*) FROM notices") == [(0,)], "all or nothing"
    from services import people

    town.act(None, lambda d: people.add_unit(d, "U9", "第9社区", "community", "ZS"))
    town.act("chen", lambda d: cases.retry_job(d, case.id, wait.job_id or 0))
    assert town.work() == 1
    assert town.view(case.id).head.state == "running"
    assert town.query("SELECT title FROM notices") == [("开会",)]
    town.complete("zhou", case.id, "a", note="好")
    with writing(town.engine) as db:
        assert set(job_rows.counts(db)) == {"done"}
