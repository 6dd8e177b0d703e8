"""Scenario files played through the services on a real database; they must end as they do on the engine alone."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from processes.definition import Bundle, Definition
from processes.expressions import to_json
from processes.localities import load_localities
from processes.rules.values import RuleError
from processes.run import Run
from processes.scenarios.engine_world import EngineWorld, case_state, receivers, standing
from processes.scenarios.player import Played, play
from processes.scenarios.report import Report, locality
from processes.scenarios.script import Given, Scenario
from processes.scenarios.world import CaseState, Refused, Standing, Who, World
from processes.text import T
from processes.workdays import Calendar
from services import ballots, births, cases, deployments, messages, people, runs, tasks, worker
from services.desk import SYSTEM, Desk
from services.errors import Invalid, Rejected
from services.roles import AT_DISTRICT
from services.store import cases as case_rows
from services.store import db, overview
from services.store import jobs as job_rows
from services.store.db import Engine
from services.store.tasks import task_id

DISTRICT = "DISTRICT"
MOST = 100_000


class ServiceWorld:
    """A district with the street of the scenario; officers are hired when a step first needs them."""

    def __init__(self, engine: Engine, bundle: Bundle, given: Given, place: str, calendar: Calendar) -> None:
        self.engine = engine
        self.given = given
        self.calendar = calendar
        self.clock = given.clock.astimezone(UTC)
        self.runs: dict[int, tuple[int, Run]] = {}
        self.hired: set[str] = set()
        self.ids: list[int] = []  # a case's place in this list is its number in a scenario
        with self.desk() as desk:
            self.version = deployments.publish(desk, bundle)
            _build(desk, given, place)
        worker.run_due(engine, self.clock)

    @property
    def now(self) -> datetime:
        """Moves only with `advance`."""
        return self.clock

    @contextmanager
    def desk(self, login: str | None = None) -> Iterator[Desk]:
        """A transaction as this person or the system, committed at the end."""
        with db.writing(self.engine) as connection:
            actor = people.actor(connection, login) if login else SYSTEM
            yield Desk(connection, actor, self.clock, self.calendar)

    def login(self, who: Who) -> str:
        """The person with this login, or the holder of the post, hired if there is none yet."""
        if who.login:
            return who.login
        unit = DISTRICT if who.role in AT_DISTRICT else who.unit or self.given.street["code"]
        login = f"{who.role}.{unit}"
        if login not in self.hired:
            with self.desk() as desk:
                people.add_person(desk, login, login)
                people.add_post(desk, login, who.role or "", unit)
            self.hired.add(login)
        return login

    # ---- acts ------------------------------------------------------------------------------------------------------

    def start(self, who: Who | None, process: str, answers: Mapping[str, Any]) -> None:
        """Start a case as a person does."""
        street, procedure = self.given.street["code"], self.version.procedure
        self.act(lambda desk: cases.start(desk, procedure, process, answers, uuid4().hex, street), who)

    def complete(self, who: Who, standing: Standing, answers: Mapping[str, Any]) -> None:
        """Answer a task as a person does."""
        number = task_id(self.ids[standing.case], standing.step)
        self.act(lambda desk: tasks.complete(desk, number, answers, uuid4().hex), who)

    def send(self, name: str, key: Any, payload: Mapping[str, Any]) -> None:
        """A message from outside."""
        street = self.given.street["code"]
        self.act(lambda desk: messages.post(desk, street, name, key, dict(payload), uuid4().hex), None)

    def vote(self, key: Any, found: Mapping[str, Any]) -> None:
        """Count the round that waits under this key, as its officers do."""
        self.act(lambda desk: _count(desk, self.given.street["code"], key, found), None)

    def act(self, verb: Callable[[Desk], object], who: Who | None) -> None:
        """One act in one transaction, then the worker does what follows from it."""
        try:
            with self.desk(self.login(who) if who else None) as desk:
                verb(desk)
        except Invalid as wrong:
            raise Refused(wrong.message, wrong.fields) from None
        except (Rejected, RuleError) as refusal:
            raise Refused(refusal.message) from None
        worker.run_due(self.engine, self.clock)

    def advance(self, until: datetime) -> None:
        """The worker is called at the moment of every timer, in order."""
        for _ in range(MOST):
            timers = [moment for run in self.standing_runs() if (moment := run.next_due()) is not None]
            due = min([*timers, *self.beginnings()], default=None)
            if due is None or due > until:
                break
            self.clock = max(self.clock, due)
            worker.run_due(self.engine, self.clock)
        self.clock = max(self.clock, until.astimezone(UTC))
        worker.run_due(self.engine, self.clock)

    def beginnings(self) -> list[datetime]:
        """When cases will begin by the clock."""
        with db.reading(self.engine) as connection:
            return [row.due_at for row in job_rows.waiting(connection, "start")]

    # ---- looks -----------------------------------------------------------------------------------------------------

    def rows(self) -> Sequence[Any]:
        """Every case, oldest first."""
        with db.reading(self.engine) as connection:
            return list(reversed(case_rows.find(connection, case_rows.everything(), "", None, MOST, 0)))

    def all_runs(self) -> list[Run]:
        """Every case as it stands in the database, read anew only when it has moved."""
        found = []
        with db.reading(self.engine) as connection:
            desk = Desk(connection, SYSTEM, self.clock, self.calendar)
            rows = self.rows()
            self.ids = [row.id for row in rows]
            for row in rows:
                known = self.runs.get(row.id)
                if known is None or known[0] != row.stamp:
                    known = self.runs[row.id] = (row.stamp, runs.load(desk, row.id, row.version_id))
                found.append(known[1])
        return found

    def standing_runs(self) -> list[Run]:
        """Cases that have not ended."""
        return [run for run in self.all_runs() if run.status == "running"]

    def waiting(self) -> list[Standing]:
        """Everything that waits, oldest case first."""
        street = self.given.street["code"]
        return [
            standing(number, wait, run, street)
            for number, run in enumerate(self.all_runs())
            if run.status == "running"
            for wait in run.waiting()
            if wait.kind != "incident"
        ]

    def cases(self) -> list[CaseState]:
        """All cases, oldest first."""
        return [case_state(number, run) for number, run in enumerate(self.all_runs())]

    def pending(self) -> int:
        """Messages nobody waits for."""
        with self.desk() as desk:
            return len(messages.pending(desk, MOST))

    def documents(self) -> list[str]:
        """Templates of the documents produced."""
        with db.reading(self.engine) as connection:
            return [str(payload.get("template")) for payload in overview.effects(connection, "document")]

    def notices(self) -> list[str]:
        """Whom notices went to."""
        with db.reading(self.engine) as connection:
            return [one for payload in overview.effects(connection, "notice") for one in receivers(payload)]


def _count(desk: Desk, street: str, key: Any, found: Mapping[str, Any]) -> None:
    waiting = [one for one in ballots.listed_by(desk, street, str(key)) if one.state not in ("closed", "void")]
    if not waiting:
        raise Rejected(T("没有在等计票的一轮“{key}”", key=key))
    ballots.settle(desk, waiting[-1], found)


def _build(desk: Desk, given: Given, place: str) -> None:
    """The district, the street with its rule table, what lies in it, and the persons of the scenario."""
    street = given.street["code"]
    people.add_unit(desk, DISTRICT, DISTRICT, "district")
    people.add_unit(desk, street, given.street["name"], "street", DISTRICT)
    people.set_locality(desk, street, place)
    births.set_params(desk, street, given.parameters)
    for unit in given.units:
        people.add_unit(desk, unit["code"], unit["name"], "community", street, unit.get("population"))
    for unit in given.departments:
        people.add_unit(desk, unit["code"], unit["name"], "department", street)
    for unit in given.grids:
        people.add_unit(desk, unit["code"], unit["name"], "grid", unit["unit"])
    for person in given.people:
        people.add_person(desk, person.login, person.name)
        people.add_post(desk, person.login, person.role, person.unit or street)


# --- both ways ---


def ending(world: World) -> dict[str, Any]:
    """Where everything stands, without what differs from place to place: ids, numbers, names of officers."""
    states = [[c.process, c.status, c.ends, _plain(c.data), c.incidents] for c in world.cases()]
    waits = [[w.process, w.element, w.kind, w.role, str(w.unit), w.assignee, str(w.due)] for w in world.waiting()]
    return {
        "cases": sorted(map(_text, states)),
        "waiting": sorted(map(_text, waits)),
        "documents": sorted(world.documents()),
        "notices": sorted(world.notices()),
        "pending": world.pending(),
    }


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in ("case", "parent", "params")}


def _text(value: Any) -> str:
    return json.dumps(to_json(value), ensure_ascii=False, sort_keys=True, default=str)


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """What one ending has that the other has not, cut to where they part."""
    return [f"{name}: {_parting(value, second[name])}" for name, value in first.items() if value != second[name]]


def _parting(first: Any, second: Any) -> str:
    if not isinstance(first, list):
        return f"{first} ≠ {second}"
    here = next((one for one in first if first.count(one) != second.count(one)), "")
    there = next((one for one in second if first.count(one) != second.count(one)), "")
    at = next((n for n, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), 0)
    start = max(0, at - 60)
    return f"{here[start : at + 120]!r} ≠ {there[start : at + 120]!r}"


def both(definition: Definition, scenario: Scenario, engine: Engine) -> Played:
    """Play a scenario on the engine and on an empty database; a different ending is a failure of its own."""
    calendar = Calendar.seeded()
    places, _ = load_localities()
    place = locality(places, scenario)
    if place is None:
        return Played(scenario, "locality", T("没有地方规则表“{id}”", id=scenario.locality))
    alone = EngineWorld(definition, scenario.given, place, calendar)
    served = ServiceWorld(engine, definition.bundle, scenario.given, place.id, calendar)
    first, second = play(scenario, alone, calendar), play(scenario, served, calendar)
    if not (first.passed and second.passed):
        return first if not first.passed else second
    if found := differences(ending(alone), ending(served)):
        return Played(scenario, None, T("引擎和服务的结果不同：{what}", what="；".join(found)), second.steps)
    return second


def also_on_database(definition: Definition, scenarios: Sequence[Scenario], report: Report, url: str) -> Report:
    """The report with each scenario that passed on the engine played again through the services."""
    again = [both(definition, one, _fresh(url, folder)) for one, folder in _folders(scenarios)]
    played = [second if first.passed else first for first, second in zip(report.played, again, strict=True)]
    return Report(tuple(played), report.covered)


def _folders(scenarios: Sequence[Scenario]) -> Iterator[tuple[Scenario, Path]]:
    with tempfile.TemporaryDirectory(prefix="yishi-") as folder:
        yield from ((scenario, Path(folder) / f"{n}.db") for n, scenario in enumerate(scenarios))


def _fresh(url: str, file: Path) -> Engine:
    """An empty, migrated database: an SQLite file of our own, or the one at the address (it must be empty)."""
    engine = db.connect(url or f"sqlite:///{file}")
    db.migrate(engine)
    return engine
