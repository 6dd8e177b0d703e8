"""Cases that begin by the clock: one job per timer start and street, made anew whenever what it depends on changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from processes.definition import Definition
from processes.starts import Start, place, starts
from processes.workdays import BEIJING, today
from services import births, cases, deployments, deputies, jobs
from services.deployments import VersionRow
from services.desk import Desk
from services.jobs import Job
from services.store import people, register

EVER = datetime(1970, 1, 1, tzinfo=BEIJING)


def plan(desk: Desk) -> int:
    """Make a job for the moment of every timer start in every street; a moment that has its job keeps it.

    A moment that has passed is due at once. Gives how many moments are known now.
    """
    found = [
        jobs.beginning(definition.key, begin.process, begin.element, street.id, due, desk.now)
        for version, definition in deployments.all_current(desk.db)
        for begin in starts(definition)
        for street in people.all_units(desk.db, "street")
        if (due := begin.due(_place(desk, street), desk.at.env())) is not None
    ]
    jobs.add(desk, found)
    return len(found)


def begin(desk: Desk, job: Job) -> int | None:
    """Start the case of a due job, in its transaction; None when it is not wanted: moved, withdrawn, or there already.

    The job's key holds the moment, so the same moment never begins a second case.
    """
    street = people.unit_by_id(desk.db, job.street_id) if job.street_id is not None else None
    known = _start(desk, job)
    if street is None or known is None:
        return None
    version, definition, start = known
    there = _place(desk, street)
    due = start.due(there, desk.at.env())
    if due is None or jobs.moment_key(due) != job.body["moment"]:
        return None
    if start.needless(there, _cases(desk, definition.key, start.process, street.id), desk.at.env()):
        return None
    return cases.start_by_clock(desk, version.id, start.process, street.id, start.element)


def _start(desk: Desk, job: Job) -> tuple[VersionRow, Definition, Start] | None:
    for version, definition in deployments.all_current(desk.db):
        for one in starts(definition):
            if (definition.key, one.process, one.element) == (job.body["procedure"], job.name, job.element):
                return version, definition, one
    return None


def _place(desk: Desk, street: Any) -> dict[str, Any]:
    return place(births.params(desk, street), street.code, street.name, deputies.term_end(desk.db, street.id))


def _cases(desk: Desk, procedure: str, process: str, street_id: int) -> list[dict[str, Any]]:
    return [
        {
            "no": row.no,
            "startedOn": today(row.started_at),
            "state": row.state if row.state in register.OVER else "running",
            "outcome": row.outcome,
        }
        for row in register.register(desk.db, street_id, procedure, process, EVER)
    ]
