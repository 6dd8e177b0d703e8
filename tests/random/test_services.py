"""Generated models through the services: whatever happens, the tables say what the case waits for, and nothing else."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from processes import snapshot
from processes.definition import Bundle
from processes.engine import case as engine_case
from processes.run import Run, Waiting
from services import cases, deployments, runs, tasks
from services.desk import Desk
from services.store import cases as case_rows
from services.store import tables
from services.store.db import Engine, reading
from services.store.tasks import task_id
from tests.random.blocks import random_model
from tests.random.driver import START
from tests.services.town import Town

MODELS = int(os.environ.get("YISHI_RANDOM_CASES", "40"))
FIRST = int(os.environ.get("YISHI_RANDOM_FIRST", "1"))
CHUNK, ACTS = 20, 15
FIELDS = [(name, "checkbox" if name.startswith("b") else "number") for name in ("n0", "n1", "n2", "b0", "b1")]
PROCEDURE = """key = "{key}"
title = "随机"
level = "street"
[[process]]
id = "main"
title = "随机"
start = ["snc_clerk"]
form = "F"
number = "随〔{{year}}〕{{seq:03}}"
"""


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some models go round in circles without waiting; they are to be parked soon."""
    monkeypatch.setattr(engine_case, "STEP_BUDGET", 300)


@pytest.mark.parametrize("first", range(FIRST, FIRST + MODELS, CHUNK))
def test_the_tables_always_say_what_a_case_waits_for(db: Engine, first: int, tmp_path: Path) -> None:
    town = Town(db).build()
    for seed in range(first, min(first + CHUNK, FIRST + MODELS)):
        model = _model(seed)
        try:
            Office(town, seed, model).play()
        except Exception as trouble:
            place = tmp_path / f"seed-{seed}.bpmn"
            place.write_text(model, encoding="utf-8")
            pytest.fail(f"seed {seed} ({place}): {type(trouble).__name__}: {trouble}")


class Office:
    """One case of one model, moved on by an officer, by time and by messages; now and then the memory is cold."""

    def __init__(self, town: Town, seed: int, model: str) -> None:
        self.town, self.chance = town, Random(f"office {seed}")
        key = f"random{seed}"
        town.publish(
            Bundle(
                {
                    "procedure.toml": PROCEDURE.format(key=key).encode(),
                    "m.bpmn": model.encode(),
                    "forms/F.form.json": _form(),
                }
            )
        )
        answers: dict[str, Any] = {name: START[name] for name, _ in FIELDS}
        self.case_id = town.start("zhou", key, "main", "", **answers).id

    def play(self) -> None:
        """Some acts, each followed by a look at the tables."""
        for _ in range(ACTS):
            run = self._stored()
            self._compare(run)
            waiting = [each for each in run.waiting() if each.kind not in ("incident", "condition")]
            if run.status != "running" or not waiting:
                return
            if self.chance.random() < 0.5:
                runs.forget_all()
            self._act(self.chance.choice(waiting))

    def _act(self, waiting: Waiting) -> None:
        if waiting.kind == "task":
            self._complete(waiting)
        elif waiting.kind == "timer":
            assert waiting.due is not None
            self.town.now = max(self.town.now, waiting.due) + timedelta(hours=self.chance.choice((0, 1, 30)))
            self.town.work()
        elif waiting.kind == "message":
            payload = {"n1": self.chance.randint(0, 9)}
            heard = self.town.act(
                None, lambda d: cases.send(d, self.case_id, waiting.message or "", waiting.key, payload)
            )
            assert heard, f"nobody heard {waiting.message}"
        else:
            assert self.town.act(None, lambda d: cases.signal(d, self.case_id, waiting.message or "", {}))

    def _complete(self, waiting: Waiting) -> None:
        task = task_id(self.case_id, waiting.step)
        answers, key = self._answers(), f"key{self.case_id}-{waiting.step}"
        self.town.act("zhou", lambda desk: tasks.complete(desk, task, answers, key))

    def _answers(self) -> dict[str, Any]:
        return {
            name: self.chance.random() < 0.5 if kind == "checkbox" else self.chance.randint(0, 9)
            for name, kind in FIELDS
        }

    def _stored(self) -> Run:
        """The case as its rows say, never from memory."""

        def load(desk: Desk) -> Run:
            head = case_rows.lock(desk.db, self.case_id)
            definition = deployments.definition(desk.db, head.version_id)
            return snapshot.load(definition, case_rows.rows(desk.db, self.case_id), desk.at)

        return self.town.act(None, load)

    def _compare(self, run: Run) -> None:
        waiting = run.waiting()
        given = {(w.step,) for w in waiting if w.kind == "task"}
        opened = self._rows(select(tables.tasks.c.step).where(tables.tasks.c.state == "open"), tables.tasks)
        assert given == opened, f"tasks {given} but the table says {opened}"
        timers = {(w.step, w.due) for w in waiting if w.kind == "timer"}
        ready = self._rows(
            select(tables.jobs.c.step, tables.jobs.c.due_at).where(
                tables.jobs.c.kind == "timer", tables.jobs.c.state == "ready"
            ),
            tables.jobs,
        )
        assert timers == ready, f"timers {timers} but jobs {ready}"
        heard = {(w.step, w.kind, w.message) for w in waiting if w.kind in ("message", "signal")}
        listed = self._rows(select(tables.waits.c.step, tables.waits.c.kind, tables.waits.c.name), tables.waits)
        assert heard == listed, f"listens to {heard} but the table says {listed}"
        stuck = {(w.step,) for w in waiting if w.kind == "incident"}
        noted = self._rows(
            select(tables.incidents.c.step).where(tables.incidents.c.closed_at.is_(None)), tables.incidents
        )
        assert stuck == noted, f"stuck at {stuck} but incidents {noted}"
        [state] = self._rows(select(tables.cases.c.state).where(tables.cases.c.id == self.case_id))
        assert state == (("incident" if stuck else run.status),), f"state {state}, run {run.status}, stuck {stuck}"

    def _rows(self, wish: Any, table: Any = None) -> set[Any]:
        if table is not None:
            wish = wish.where(table.c.case_id == self.case_id)
        with reading(self.town.engine) as db:
            return {tuple(row) for row in db.execute(wish)}


def _model(seed: int) -> str:
    """A model that can be published: the list that only a start in memory can bring is written out."""
    text = random_model(seed, people=True).replace('yishi:collection="items"', 'yishi:collection="[1, 2, 3]"')
    return text.replace("count(items)", "n0 + n2").replace('<yishi:param name="items" value="items"/>', "")


def _form() -> bytes:
    parts = [{"type": kind, "key": name, "label": name} for name, kind in FIELDS]
    return json.dumps({"type": "default", "id": "F", "components": parts}).encode()
