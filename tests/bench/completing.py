"""Completing a user task through the services, one durable transaction each, beside its floor."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from processes.text import T
from services import calendars, cases, people, tasks
from services.desk import Actor, Desk
from services.history import Act
from services.store import tasks as rows
from services.store.db import Engine, reading, writing
from tests.bench.figures import Figure, milliseconds, tenths, typical_chain
from tests.bench.floor import LENGTH, Commits, StockEngine
from tests.processes.engine.play import flows
from tests.services.town import Town, bundle, form, user

ROUNDS, CASES = 60, 3
GOAL = "<= 3.0"


@dataclass
class Office:
    """A town on some database with one officer at work."""

    town: Town
    actor: Actor
    calendar: Any
    keys: int = 0

    @classmethod
    def build(cls, engine: Engine) -> Office:
        """People and the procedures to be measured."""
        town = Town(engine).build()
        town.publish(bundle("chain", _chain(), F=form("F", "note")))
        town.publish(bundle("opinions", _opinions(), F=form("F", "note")))
        with reading(engine) as db:
            return cls(town, people.actor(db, "zhou"), calendars.load(db))

    def open_tasks(self, case_id: int) -> list[int]:
        """The ids of the open tasks of a case, oldest first."""
        return [row.id for row in self.town.look("zhou", lambda desk: tasks.of_case(desk, case_id))]

    def complete(self, task: int, note: str) -> int | None:
        """One act as a door does it; returns the next task of the officer."""
        self.keys += 1
        with writing(self.town.engine) as db:
            done = tasks.complete(self._desk(db), task, {"note": note}, f"bench{self.keys}")
        return done.next[0].id if done.next else None

    def answer(self, case_id: int, step: int, answers: dict[str, Any]) -> None:
        """The same below the form, for answers no form could name beforehand."""
        with writing(self.town.engine) as db:
            desk = self._desk(db)
            cases.advance(desk, case_id, lambda run: run.complete(step, answers, desk.at), Act("complete", T("意见")))

    def _desk(self, db: Any) -> Desk:
        return Desk(db, self.actor, self.town.now, self.calendar)


def completing(office: Office, commits: Commits, name: str, rounds: int = ROUNDS) -> Figure:
    """A chain of ten tasks: the typical chain, ours and the floor taken in turns so that noise hits both."""
    stock, ours, floors = StockEngine(), [], []
    for number in range(rounds):
        ours.append(_our_chain(office, number))
        floors.append(_floor_chain(stock, commits, number))
    about = f"complete a task, service level, {name} (chain of {LENGTH})"
    return Figure(f"complete_{name.lower()}", typical_chain(ours), typical_chain(floors), "ms", about, GOAL)


def _our_chain(office: Office, number: int) -> list[float]:
    task: int | None = office.open_tasks(office.town.start("zhou", "chain").id)[0]
    times = []
    while task is not None:
        found: list[int | None] = []
        times.append(milliseconds(lambda t=task, f=found: f.append(office.complete(t, f"第{number}次"))))  # type: ignore[misc]
        task = found[0]
    return times


def _floor_chain(stock: StockEngine, commits: Commits, number: int) -> list[float]:
    workflow, times = stock.chain(), []
    for turn in range(LENGTH):
        step = milliseconds(lambda: stock.step(workflow, {"note": f"第{number}次"}))
        times.append(step + milliseconds(lambda t=turn: commits.commit(t)))  # type: ignore[misc]
    assert workflow.is_completed()
    return times


def opinions(office: Office, people_count: int, own_key: bool, name: str) -> Figure:
    """The last tenth of parallel opinions beside the first tenth, over several cases."""
    give = _own_names if own_key else _same_name
    pairs = [tenths(give(office, *_asked(office, people_count))) for _ in range(CASES)]
    first, last = (median(pair[place] for pair in pairs) for place in (0, 1))
    shape = "own" if own_key else "same"
    about = f"{people_count} parallel opinions, {shape} key, {name}: last tenth / first tenth"
    return Figure(f"opinions_{people_count}_{shape}_key_{name.lower()}", last, first, "ms", about, "<= 1.3")


def _asked(office: Office, people_count: int) -> tuple[int, list[int]]:
    """A case in which that many people are asked, and their tasks."""
    case = office.town.start("zhou", "opinions")
    office.complete(office.open_tasks(case.id)[0], str(people_count))
    found = office.open_tasks(case.id)
    assert len(found) == people_count
    return case.id, found


def _same_name(office: Office, case_id: int, open_tasks: list[int]) -> list[float]:
    return [milliseconds(lambda t=task: office.complete(t, "同意" * 20)) for task in open_tasks]  # type: ignore[misc]


def _own_names(office: Office, case_id: int, open_tasks: list[int]) -> list[float]:
    places = [(number, rows.place(task)[1]) for number, task in enumerate(open_tasks)]
    return [
        milliseconds(lambda s=step, n=number: office.answer(case_id, s, {f"opinion_{n}": "同意" * 20}))  # type: ignore[misc]
        for number, step in places
    ]


def _chain() -> str:
    names = [f"t{number}" for number in range(LENGTH)]
    return (
        '<startEvent id="s"/>' + "".join(map(user, names)) + '<endEvent id="e"/>' + flows(" ".join(["s", *names, "e"]))
    )


def _opinions() -> str:
    many = '<multiInstanceLoopCharacteristics yishi:collection="1..1" yishi:outputCollection="all"/>'
    many = many.replace('"1..1"', '"for i in 1..number(note) return i"')
    return (
        '<startEvent id="s"/>' + user("plan") + user("say", inner=many) + '<endEvent id="e"/>' + flows("s plan say e")
    )
