"""Messages and signals between cases: to whoever waits, else to a process that begins with them, else they stay."""

from __future__ import annotations

from typing import Any

from services import cases, deployments, jobs
from services.desk import Desk
from services.errors import NotFound
from services.jobs import Job
from services.roles import MANAGES
from services.store import cases as rows
from services.store import jobs as job_rows
from services.store import people


def deliver(desk: Desk, job: Job) -> bool:
    """Bring a message to its receiver in the desk's transaction; False when nobody waits for it."""
    assert job.street_id is not None
    payload, key = job.body["payload"], job.body["key"]
    for case_id in rows.listeners(desk.db, "message", job.name, key, job.street_id):
        if cases.send(desk, case_id, job.name, key, payload):
            return True
    for version, definition in deployments.all_current(desk.db):
        for process, compiled in definition.processes.items():
            if job.name in compiled.message_starts:
                cases.start_by_message(desk, version.id, process, job.street_id, job.name, payload, job.case_id)
                return True
    return False


def broadcast(desk: Desk, job: Job) -> int:
    """Bring a signal to every other case of the street that waits for it; gives how many heard it."""
    assert job.street_id is not None
    listening = rows.listeners(desk.db, "signal", job.name, None, job.street_id)
    return sum(
        cases.signal(desk, case_id, job.name, job.body["payload"]) for case_id in listening if case_id != job.case_id
    )


def post(desk: Desk, street: str, name: str, key: str | None, payload: dict[str, Any], once: str) -> None:
    """A message from outside (`once` is its own unique key): written now, delivered by the worker."""
    unit = people.unit(desk.db, street)
    if unit is None:
        raise NotFound()
    body = {"key": key, "payload": payload, "element": None}
    jobs.add(desk, [jobs.outgoing("message", f"outside:{once}", None, unit.id, name, body, desk.now)])


def pending(desk: Desk, limit: int = 100) -> list[Any]:
    """Messages nobody waits for, oldest first, of the streets the actor manages."""
    if desk.actor.system:
        return list(job_rows.pending(desk.db, None, limit))
    streets = [unit.id for unit in people.all_units(desk.db) if _manages(desk, unit.path)]
    return list(job_rows.pending(desk.db, streets, limit))


def _manages(desk: Desk, path: str) -> bool:
    return any(path.startswith(post.path) for post in desk.actor.posts if post.role in MANAGES)
