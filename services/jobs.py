"""Anything to do later, written in the transaction that causes it: timers, deliveries, effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from processes.expressions import from_json, to_json
from services.desk import Desk
from services.errors import Rejected
from services.store import files
from services.store import jobs as rows
from services.store.cases import key_text
from services.store.db import Connection
from services.store.json import dumps, loads

LEASE = timedelta(seconds=60)
ATTEMPTS = 5
PAUSE = timedelta(seconds=2)


class LostLease(Rejected):
    """Another worker has taken the job over; whatever was done for it is rolled back."""


@dataclass(frozen=True)
class Job:
    """A job as its worker holds it; `fence` proves that the lease is still his."""

    id: int
    kind: str  # timer | message | signal | effect | start | plan
    case_id: int | None
    street_id: int | None
    step: int | None
    element: str | None
    name: str
    body: dict[str, Any]
    key: str
    fence: int
    attempts: int


def timer(
    case_id: int, street_id: int, step: int, element: str, name: str, due: datetime, now: datetime
) -> dict[str, Any]:
    """The row of a timer: one per waiting step, whatever happens to its moment."""
    return {
        "kind": "timer",
        "key": f"timer:{case_id}:{step}",
        "case_id": case_id,
        "street_id": street_id,
        "step": step,
        "element": element,
        "name": name[:120],
        "due_at": due,
        "created_at": now,
    }


def outgoing(
    kind: str, key: str, case_id: int | None, street_id: int, name: str, body: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """The row of a message, signal or effect; `body` holds FEEL values."""
    return {
        "kind": kind,
        "key": key,
        "case_id": case_id,
        "street_id": street_id,
        "name": name,
        "match": key_text(body["key"]) if kind == "message" and body.get("key") is not None else "",
        "body": dumps(to_json(body)),
        "due_at": now,
        "created_at": now,
    }


def beginning(
    procedure: str, process: str, element: str, street_id: int, due: datetime, now: datetime
) -> dict[str, Any]:
    """The row of a case to begin by the clock: one per start event, street and moment, however often it is planned."""
    moment = moment_key(due)
    return {
        "kind": "start",
        "key": f"start:{street_id}:{moment}:{procedure}:{element}"[:120],
        "street_id": street_id,
        "element": element,
        "name": process,
        "body": dumps({"procedure": procedure, "moment": moment}),
        "due_at": due,
        "created_at": now,
    }


def moment_key(due: datetime) -> str:
    """A moment as it stands in keys."""
    return due.astimezone(UTC).strftime("%Y%m%dT%H%M%S")


def replan(desk: Desk) -> None:
    """What begins by the clock is looked at anew, soon: a procedure, a rule table, a street or a term has changed."""
    if files.any_published(desk.db):
        add(desk, [{"kind": "plan", "key": f"plan:{uuid4().hex}", "due_at": desk.now, "created_at": desk.now}])


def add(desk: Desk, found: list[dict[str, Any]]) -> None:
    """Write jobs in the transaction of the desk."""
    if found:
        rows.add(desk.db, found)


def claim(db: Connection, now: datetime, most: int = 20) -> list[Job]:
    """Lease what is due for a minute; the caller commits before starting work."""
    return [_job(row) for row in rows.claim(db, now, now + LEASE, most)]


def _job(row: Any) -> Job:
    body = from_json(loads(row.body))
    return Job(
        row.id, row.kind, row.case_id, row.street_id, row.step, row.element, row.name, body, row.key, row.fence,
        row.attempts,
    )  # fmt: skip


def done(desk: Desk, job: Job) -> None:
    """Mark a job as carried out, in the transaction of its work; LostLease when somebody else has it."""
    if not rows.settle(desk.db, job.id, job.fence, "done", done_at=desk.now):
        raise LostLease()


def wait(desk: Desk, job: Job) -> None:
    """Nobody listens yet: the message stays until somebody does."""
    if not rows.settle(desk.db, job.id, job.fence, "pending"):
        raise LostLease()


def failed(desk: Desk, job: Job, why: str) -> bool:
    """Try again after a growing pause; True when that was the last attempt and a person must look."""
    last = job.attempts >= ATTEMPTS
    pause = desk.now + PAUSE * 4 ** (job.attempts - 1)
    rows.settle(desk.db, job.id, job.fence, "failed" if last else "ready", error=why[:2000], wait=pause)
    return last
