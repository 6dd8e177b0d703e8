"""kill -9 at any moment: what was acknowledged is there, once; what was not is there entirely or not at all."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter

from services import runs, tasks, worker
from services.errors import Conflict
from services.store import db
from tests.processes.engine.play import flows
from tests.services.town import Town, bundle, form, user

LENGTH = 40
KILLS = 30
NOTICE = (
    '<serviceTask id="n" name="通知" yishi:effect="notice"><extensionElements><yishi:param name="to" value="&quot;liu&quot;"/>'
    '<yishi:param name="title" value="case.no"/></extensionElements></serviceTask>'
)


def test_nothing_acknowledged_is_lost_or_done_twice(town: Town, db_url: str) -> None:
    names = [f"t{n}" for n in range(LENGTH)]
    body = '<startEvent id="s"/>' + "".join(map(user, names)) + NOTICE + '<endEvent id="e" name="办结"/>'
    town.publish(bundle("long", body + flows(f"s {' '.join(names)} n e"), F=form("F", "note")))
    cases = [town.start("zhou", "long").id for _ in range(3)]
    town.engine.dispose()
    acknowledged: Counter[tuple[int, str]] = Counter()
    dice = random.Random(7)
    for _ in range(KILLS):
        acknowledged.update(_one_life(db_url, cases, dice.uniform(0.02, 0.12)))
    killed_at = sum(acknowledged.values())
    runs.forget_all()
    while _round(town, cases):
        pass
    town.work(minutes=10)
    assert killed_at > KILLS / 2, "the children hardly lived long enough to do anything"
    assert max(acknowledged.values()) == 1, "a step was acknowledged twice"
    for case in cases:
        view = town.view(case)
        assert view.head.outcome == "办结"
        done = Counter(e.element for e in view.history if e.act == "complete")
        assert done == Counter(names), "each step once"
    assert sorted(town.query("SELECT title FROM notices")) == sorted((town.view(case).head.no,) for case in cases)
    assert town.query("SELECT count(*) FROM steps WHERE live") == [(0,)]


def _round(town: Town, cases: list[int]) -> list[tuple[int, str]]:
    """Complete what is open, say what was acknowledged."""
    said = []
    for case in cases:
        for element, row in town.open(case).items():
            try:
                town.act("zhou", lambda d, r=row, e=element: tasks.complete(d, r.id, {"note": e}, f"{r.id}"))
            except Conflict:
                continue
            said.append((case, element))
    return said


def _one_life(url: str, cases: list[int], seconds: float) -> list[tuple[int, str]]:
    """A forked officer and worker, killed after a while; gives what it had acknowledged by then."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _live(url, cases, writing)
    os.close(writing)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        lines = [line.split() for line in pipe.read().splitlines()]
    return [(int(case), element) for case, element in lines]


def _live(url: str, cases: list[int], said: int) -> None:
    try:
        runs.forget_all()
        town = Town(db.connect(url))
        while True:
            for case in cases:
                for done in _round(town, [case]):
                    os.write(said, f"{done[0]} {done[1]}\n".encode())
            worker.run_due(town.engine, town.now)
    finally:
        os._exit(1)
