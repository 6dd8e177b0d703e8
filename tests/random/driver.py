"""Drives a case at random, always the same way for the same seed and the same waits."""

from __future__ import annotations

import re
from datetime import timedelta
from random import Random
from typing import Any

from processes.expressions import dumps, to_json
from processes.run import Run, Waiting
from tests.processes.engine.play import Case

START = {"n0": 1, "n1": 3, "n2": 2, "b0": True, "b1": False, "items": [1, 2, 3]}
MOST_ACTS = 40
_MISSING = re.compile(r"missing_\d+")


class Stuck(AssertionError):
    """A case that goes on but waits for nothing can never move again."""


class Kept(Case):
    """A case that is never saved."""

    def _saved(self) -> None:
        self.sent += self.run.take_outbox()


class Driver:
    """The acts of one seed; `act` is done on every case given."""

    def __init__(self, seed: int, *cases: Case) -> None:
        self.chance = Random(f"drive {seed}")
        self.cases = cases
        self.over = False

    def step(self) -> bool:
        """One act; False when the cases are over."""
        waiting = self.cases[0].run.waiting()
        if self.over or self.cases[0].run.status != "running":
            return False
        if not waiting:
            raise Stuck("the case runs but waits for nothing")
        self._act(self.chance.choice(waiting))
        return True

    def _act(self, waiting: Waiting) -> None:
        verbs = {
            "task": self._complete,
            "timer": self._fire,
            "message": self._receive,
            "signal": self._signal,
            "condition": self._change,
            "incident": self._mend,
        }
        verbs[waiting.kind](waiting)

    def _complete(self, waiting: Waiting) -> None:
        answers = self._values()
        self._all(lambda case: case.do(lambda run: run.complete(waiting.step, answers, case.at)))

    def _fire(self, waiting: Waiting) -> None:
        late = timedelta(hours=self.chance.choice((0, 0, 1, 30)))

        def fire(case: Case) -> None:
            assert waiting.due is not None
            case.now = max(case.now, waiting.due + late)
            case.do(lambda run: run.fire(case.at))

        self._all(fire)

    def _receive(self, waiting: Waiting) -> None:
        payload = self._values()

        def receive(case: Case) -> None:
            heard = case.receive(waiting.message or "", waiting.key, **payload)
            assert heard, f"nobody heard {waiting.message}"

        self._all(receive)

    def _signal(self, waiting: Waiting) -> None:
        self._all(lambda case: case.do(lambda run: run.signal(waiting.message or "", {}, case.at)))

    def _change(self, waiting: Waiting) -> None:
        values = self._values()
        self._all(lambda case: case.do(lambda run: run.put(values, case.at)))

    def _mend(self, waiting: Waiting) -> None:
        """Give the variable a parked step misses, then try again; a case that cannot be mended is over."""
        missing = sorted(set(_MISSING.findall(str(waiting.reason))))
        if not missing:
            self.over = True
            return
        values = {name: self.chance.random() < 0.5 for name in missing}

        def mend(case: Case) -> None:
            case.do(lambda run: run.put(values, case.at))
            if any(w.step == waiting.step and w.kind == "incident" for w in case.run.waiting()):
                case.do(lambda run: run.retry(waiting.step, case.at))

        self._all(mend)

    def _values(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.chance.random() < 0.7:
            found[self.chance.choice(("n0", "n1", "n2"))] = self.chance.randint(0, 9)
        if self.chance.random() < 0.5:
            found[self.chance.choice(("b0", "b1"))] = self.chance.random() < 0.5
        return found

    def _all(self, verb: Any) -> None:
        for case in self.cases:
            verb(case)


def picture(case: Case) -> str:
    """Everything about a case that must not depend on reloading, as text."""
    run: Run = case.run
    waits = [
        [
            w.step,
            w.element,
            w.kind,
            w.name,
            w.scope,
            str(w.due),
            str(w.due_date),
            w.message,
            w.key,
            w.index,
            str(w.since),
            str(w.reason),
        ]
        for w in run.waiting()
    ]
    sent = [[s.kind, s.name, str(s.key), to_json(s.payload), s.step, s.element] for s in case.sent]
    return dumps(_unordered([run.status, run.ends, to_json(run.data), waits, sent]))


def _unordered(value: Any) -> Any:
    """The entries of a context have no order."""
    if isinstance(value, dict):
        return {name: _unordered(item) for name, item in sorted(value.items())}
    return [_unordered(item) for item in value] if isinstance(value, list) else value
