"""After each act of the engine: tasks, timers, waits, incidents and outgoing jobs follow what changed, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from processes.run import Run, Sent, Waiting, describe
from processes.snapshot import LIVE, Changes
from processes.text import Text
from services import jobs, operations
from services.desk import Desk
from services.roles import AT_DISTRICT
from services.store import cases as rows
from services.store import jobs as job_rows
from services.store import people
from services.store import tasks as task_rows

TASKS = frozenset({"userTask", "manualTask"})
Row = dict[str, Any]


@dataclass
class Place:
    """The case an act belongs to, as far as its dependants need to know it."""

    case_id: int
    street_id: int
    version: int
    process: str


@dataclass
class Upkeep:
    """What the act brought: rows of new tasks, and the reasons why the case stands still anywhere."""

    tasks: list[Row] = field(default_factory=list)
    stuck: list[Waiting] = field(default_factory=list)
    resumed: bool = False


def follow(desk: Desk, place: Place, run: Run, changes: Changes, done: int | None = None) -> Upkeep:
    """Bring everything that hangs on steps up to date; `done` is the step whose task the caller has just closed."""
    found = Upkeep()
    waits = _waits(run, changes)
    _follow_tasks(desk, place, changes, waits, found, done)
    _follow_timers(desk, place, changes, waits)
    _follow_listening(desk, place, changes, waits)
    _follow_incidents(desk, place, waits, found)
    _send(desk, place, run)
    return found


def _waits(run: Run, changes: Changes) -> list[Waiting]:
    """What the changed steps wait for now; looking only at these keeps an act's cost independent of the case's size."""
    live = run.workflow.tasks
    described = (describe(live[row["id"]]) for row in changes.steps if row["id"] in live)
    return [wait for wait in described if wait is not None]


def _ended(changes: Changes, kinds: frozenset[str]) -> list[int]:
    return [row["id"] for row in changes.steps if row["state"] not in LIVE and row["kind"] in kinds]


# --- tasks ---


def _follow_tasks(
    desk: Desk, place: Place, changes: Changes, waits: list[Waiting], found: Upkeep, done: int | None
) -> None:
    over = [step for step in _ended(changes, TASKS) if step != done]
    if over:
        task_rows.drop(desk.db, place.case_id, over)
    fresh = [wait for wait in waits if wait.kind == "task"]
    if fresh:
        desks = _Desks(desk, place)
        found.tasks = [desks.task(wait) for wait in fresh]
        task_rows.add(desk.db, found.tasks)


class _Desks:
    """Finds the pool or person a task goes to; units are looked up once per act."""

    def __init__(self, desk: Desk, place: Place) -> None:
        self.desk, self.place = desk, place
        self._units: dict[tuple[str | None, bool], Any] = {}

    def task(self, wait: Waiting) -> Row:
        """The row of a task."""
        role = wait.role or ""
        unit = self._unit(_code(wait.unit), role in AT_DISTRICT)
        return {
            "id": task_rows.task_id(self.place.case_id, wait.step),
            "case_id": self.place.case_id,
            "step": wait.step,
            "element": wait.element,
            "title": wait.name[:200],
            "role": role,
            "unit_id": unit.id,
            "unit_title": unit.name,
            "pool": f"{unit.id}:{role}",
            "assignee_id": self._person(_code(wait.assignee)),
            "form": wait.form,
            "due_date": _day(wait.due_date),
            "since": wait.since,
            "state": "open",
        }

    def _unit(self, code: str | None, lifted: bool) -> Any:
        known = self._units.get((code, lifted))
        if known is None:
            known = people.unit(self.desk.db, code) if code else None
            known = known or people.unit_by_id(self.desk.db, self.place.street_id)
            if lifted:
                known = people.lift(self.desk.db, known.path, "district") or known
            self._units[code, lifted] = known
        return known

    def _person(self, login: str | None) -> int | None:
        person = people.person(self.desk.db, login) if login else None
        return person.id if person is not None and person.active else None


def _code(value: Any) -> str | None:
    if isinstance(value, Mapping):  # a whole unit or person where its code was meant
        value = value.get("code") or value.get("login")
    return str(value) if value not in (None, "") else None


def _day(value: date | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value


# --- timers, messages, signals ---

TIMED = frozenset({"boundaryEvent", "intermediateCatchEvent", "startEvent", "subProcess"})
LISTENING = TIMED | {"receiveTask"}


def _follow_timers(desk: Desk, place: Place, changes: Changes, waits: list[Waiting]) -> None:
    over = _ended(changes, TIMED)
    if over:
        job_rows.drop_timers(desk.db, place.case_id, over)
    due = [(wait, wait.due) for wait in waits if wait.kind == "timer" and wait.due is not None]
    job_rows.set_timers(
        desk.db,
        [jobs.timer(place.case_id, place.street_id, w.step, w.element, w.name, at, desk.now) for w, at in due],
    )


def _follow_listening(desk: Desk, place: Place, changes: Changes, waits: list[Waiting]) -> None:
    over = _ended(changes, LISTENING)
    if over:
        rows.unlisten(desk.db, place.case_id, over)
    heard = [wait for wait in waits if wait.kind in ("message", "signal")]
    if heard:
        rows.listen(desk.db, [_listening(place, wait) for wait in heard])
        job_rows.wake(desk.db, place.street_id, [wait.message or "" for wait in heard], desk.now)


def _listening(place: Place, wait: Waiting) -> Row:
    return {
        "case_id": place.case_id,
        "step": wait.step,
        "kind": wait.kind,
        "name": wait.message or "",
        "key": rows.key_text(wait.key),
        "street_id": place.street_id,
    }


# --- incidents ---


def _follow_incidents(desk: Desk, place: Place, waits: list[Waiting], found: Upkeep) -> None:
    found.stuck = [wait for wait in waits if wait.kind == "incident"]
    if found.stuck:
        known = {row.step for row in rows.incidents_in(desk.db, place.case_id)}
        fresh = [_incident(desk, place, wait) for wait in found.stuck if wait.step not in known]
        rows.open_incidents(desk.db, fresh)


def _incident(desk: Desk, place: Place, wait: Waiting) -> Row:
    reason = str(wait.reason or Text(""))
    return {
        "case_id": place.case_id,
        "step": wait.step,
        "element": wait.element,
        "reason": reason,
        "since": desk.now,
    }


# --- what leaves the case ---


def _send(desk: Desk, place: Place, run: Run) -> None:
    sent = run.take_outbox()
    if sent:
        jobs.add(desk, [_outgoing(desk, place, run, n, one) for n, one in enumerate(sent)])


def _outgoing(desk: Desk, place: Place, run: Run, number: int, sent: Sent) -> Row:
    body: dict[str, Any] = {"key": sent.key, "payload": dict(sent.payload), "element": sent.element}
    if sent.kind == "effect":
        body["data"] = operations.needed(run, sent)
    key = f"{sent.kind}:{place.case_id}:{place.version}:{number}"
    row = jobs.outgoing(sent.kind, key, place.case_id, place.street_id, sent.name, body, desk.now)
    return {**row, "step": sent.step, "element": sent.element}
