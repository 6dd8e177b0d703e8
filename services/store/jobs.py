"""Queries about jobs: timers, deliveries and effects in one table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, update

from services.store.cases import ANY_KEY
from services.store.rows import Found
from services.store.tables import jobs, waits
from services.store.upsert import upsert_on

_FREE = or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= bindparam("now"))
_READY = and_(jobs.c.state == "ready", jobs.c.due_at <= bindparam("now"), _FREE)
_WORK = select(1).where(exists(select(jobs.c.id).where(_READY)))
_PICK = select(jobs.c.id).where(_READY).order_by(jobs.c.due_at, jobs.c.id).limit(bindparam("most"))


_FRESH = {"state": "ready", "fence": 0, "attempts": 0, "lease_until": None, "error": None, "match": "", "body": "{}"}
_BLANK = {"case_id": None, "street_id": None, "step": None, "element": None, "name": ""}


def add(db: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert jobs; a key that is known stays as it is."""
    upsert_on(db, jobs, [{**_BLANK, **_FRESH, **row} for row in rows], ("key",), ())


def set_timers(db: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert timers; one that is known gets its new moment and is ready again."""
    again = ("due_at", "state", "attempts", "lease_until")
    upsert_on(db, jobs, [{**_BLANK, **_FRESH, **row} for row in rows], ("key",), again)


def drop_timers(db: Connection, case_id: int, steps: Sequence[int]) -> None:
    """These timers are not wanted any more."""
    db.execute(delete(jobs).where(jobs.c.case_id == case_id, jobs.c.kind == "timer", jobs.c.step.in_(steps)))


def any_ready(db: Connection, now: datetime) -> bool:
    """True when there is something to claim; a plain read."""
    return db.execute(_WORK, {"now": now}).first() is not None


def claim(db: Connection, now: datetime, until: datetime, most: int) -> Sequence[Found]:
    """Lease ready jobs, the earliest first; nobody else gets them before the lease ends."""
    pick = _PICK if db.dialect.name == "sqlite" else _PICK.with_for_update(skip_locked=True)
    taken = (
        update(jobs)
        .where(jobs.c.id.in_(pick))
        .values(lease_until=bindparam("until"), fence=jobs.c.fence + 1, attempts=jobs.c.attempts + 1)
        .returning(jobs)
    )
    found = db.execute(taken, {"now": now, "until": until, "most": most}).all()
    return sorted(found, key=lambda row: (row.due_at, row.id))


_SETTLE = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.fence == bindparam("held"), jobs.c.state == "ready")
    .values(state=bindparam("to"), done_at=bindparam("ended"), error=bindparam("why"), lease_until=bindparam("wait"))
)


def settle(
    db: Connection,
    job: int,
    fence: int,
    to: str,
    done_at: datetime | None = None,
    error: str | None = None,
    wait: datetime | None = None,
) -> bool:
    """Write how a leased job came out, if the lease still holds."""
    values = {"job": job, "held": fence, "to": to, "ended": done_at, "why": error, "wait": wait}
    return db.execute(_SETTLE, values).rowcount == 1


def move(db: Connection, case_id: int, step: int, due: datetime) -> None:
    """A timer is due at another moment."""
    wish = update(jobs).where(jobs.c.case_id == case_id, jobs.c.kind == "timer", jobs.c.step == step)
    db.execute(wish.values(due_at=due))


def wake(db: Connection, street_id: int, names: Sequence[str], now: datetime) -> None:
    """Messages of these names may find a listener now."""
    wish = update(jobs).where(jobs.c.state == "pending", jobs.c.street_id == street_id, jobs.c.name.in_(names))
    db.execute(wish.values(state="ready", due_at=now, lease_until=None, attempts=0))


def wake_heard(db: Connection, now: datetime) -> int:
    """Make every pending message ready for which somebody listens."""
    heard = exists(
        select(waits.c.case_id).where(
            waits.c.kind == "message",
            waits.c.name == jobs.c.name,
            waits.c.street_id == jobs.c.street_id,
            or_(waits.c.key == ANY_KEY, waits.c.key == jobs.c.match),
        )
    )
    wish = update(jobs).where(jobs.c.state == "pending", heard)
    return int(db.execute(wish.values(state="ready", due_at=now, lease_until=None, attempts=0)).rowcount)


def again(db: Connection, case: int, job: int, now: datetime) -> bool:
    """Let a failed job of a case be tried again; False when the case has no such job."""
    wish = update(jobs).where(jobs.c.id == job, jobs.c.case_id == case, jobs.c.state == "failed")
    return db.execute(wish.values(state="ready", due_at=now, lease_until=None, attempts=0)).rowcount > 0


def one(db: Connection, job: int) -> Found | None:
    """A job by id."""
    return db.execute(select(jobs).where(jobs.c.id == job)).one_or_none()


def of_case(db: Connection, case_id: int) -> Sequence[Found]:
    """All jobs of a case in order."""
    return db.execute(select(jobs).where(jobs.c.case_id == case_id).order_by(jobs.c.id)).all()


def pending(db: Connection, street_ids: Sequence[int] | None, limit: int) -> Sequence[Found]:
    """Messages nobody waits for, oldest first."""
    wish = select(jobs).where(jobs.c.state == "pending").order_by(jobs.c.id).limit(limit)
    return db.execute(wish if street_ids is None else wish.where(jobs.c.street_id.in_(street_ids))).all()


def waiting(db: Connection, kind: str) -> Sequence[Found]:
    """Jobs of a kind that are not done, the earliest first."""
    wish = select(jobs).where(jobs.c.kind == kind, jobs.c.state == "ready").order_by(jobs.c.due_at, jobs.c.id)
    return db.execute(wish).all()


def counts(db: Connection) -> dict[str, int]:
    """How many jobs there are in each state."""
    return {row[0]: int(row[1]) for row in db.execute(select(jobs.c.state, func.count()).group_by(jobs.c.state))}
