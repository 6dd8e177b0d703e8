"""Does what is due: fires timers, delivers messages, carries out effects. Any number of workers may run."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from processes.text import T
from services import calendars, cases, deployments, jobs, messages, operations, starts
from services.desk import SYSTEM, Desk
from services.jobs import Job, LostLease
from services.store import cases as case_rows
from services.store import jobs as job_rows
from services.store import values
from services.store.db import Connection, Engine, reading, writing
from services.store.tidy import tidy

Clock = Callable[[], datetime]
POLL = 0.5
SWEEP = 20  # polls between two looks at messages whose listener came at the same moment
TIDY = 7200  # polls between two cleanings
log = logging.getLogger("yishi.worker")


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def clock_of(engine: Engine) -> Clock:
    """The clock that decides what is due: the database server's, where several machines share one."""
    if engine.dialect.name == "sqlite":
        return utc_now

    def server_now() -> datetime:
        with reading(engine) as db:
            return values.moment(db).astimezone(UTC)  # type: ignore[no-any-return]

    return server_now


def run(engine: Engine, now: Clock | None = None, stop: threading.Event | None = None, poll: float = POLL) -> None:
    """Work until stopped; a lone timer fires within one poll (seconds) and the time of its work."""
    stop = stop or threading.Event()
    now = now or clock_of(engine)
    plan(engine, now())
    turn = 0
    while not stop.is_set():
        try:
            if turn % TIDY == 0:
                _tidy(engine, now())
            done = _turn(engine, now, turn % SWEEP == 0)
        except Exception:
            log.exception("the worker could not reach its jobs; it tries again")
            done = 0
        turn += 1
        if not done:
            stop.wait(poll)


def plan(engine: Engine, now: datetime) -> None:
    """Look anew at what begins by the clock: the packaged rule tables may have changed with the product."""
    with writing(engine) as db:
        starts.plan(_desk(db, now))


def run_due(engine: Engine, now: datetime | Clock = utc_now, most: int = 100_000) -> int:
    """Do everything that is due, and what follows from it, until nothing is left; gives how many jobs were done."""
    clock = now if callable(now) else lambda: now
    done = 0
    while done < most:
        count = _turn(engine, clock, sweep=True)
        if not count:
            break
        done += count
    return done


def _turn(engine: Engine, now: Clock, sweep: bool) -> int:
    if sweep:
        _wake(engine, now())
    with reading(engine) as db:
        if not job_rows.any_ready(db, now()):
            return 0
    with writing(engine) as db:
        held = jobs.claim(db, now())
    for job in held:
        work(engine, job, now)
    return len(held)


def _tidy(engine: Engine, now: datetime) -> None:
    with writing(engine) as db:
        tidy(db, now)


def _wake(engine: Engine, now: datetime) -> None:
    with reading(engine) as db:
        waiting = bool(job_rows.pending(db, None, 1))
    if waiting:
        with writing(engine) as db:
            job_rows.wake_heard(db, now)


def work(engine: Engine, job: Job, now: Clock) -> None:
    """Carry out one leased job in one transaction; a failure is noted in another and tried again later."""
    try:
        with writing(engine) as db:
            _do(_desk(db, now()), job)
    except LostLease:
        log.warning("job %s was taken over by another worker", job.id)
    except Exception as error:
        log.warning("job %s (%s %s) of case %s failed: %r", job.id, job.kind, job.name, job.case_id, error)
        _note_failure(engine, job, now(), error)


def _note_failure(engine: Engine, job: Job, now: datetime, error: Exception) -> None:
    why = str(error) or type(error).__name__
    with writing(engine) as db:
        desk = _desk(db, now)
        if jobs.failed(desk, job, why):
            cases.job_failed(desk, job, why)


def _desk(db: Connection, now: datetime) -> Desk:
    return Desk(db, SYSTEM, now, calendars.load(db))


def _do(desk: Desk, job: Job) -> None:
    if job.kind == "timer":
        _fire(desk, job)
    elif job.kind == "message":
        (jobs.done if messages.deliver(desk, job) else jobs.wait)(desk, job)
    elif job.kind == "signal":
        messages.broadcast(desk, job)
        jobs.done(desk, job)
    elif job.kind == "effect":
        _effect(desk, job)
    elif job.kind == "start":
        starts.begin(desk, job)
        jobs.done(desk, job)
    elif job.kind == "plan":
        starts.plan(desk)
        jobs.done(desk, job)
    else:
        raise ValueError(f"no such kind of job: {job.kind}")


def _fire(desk: Desk, job: Job) -> None:
    """The case itself keeps its timers' rows: one that fired is gone or has its next moment."""
    assert job.case_id is not None
    cases.fire(desk, job.case_id, job.step, job.name or job.element or "")


def _effect(desk: Desk, job: Job) -> None:
    assert job.case_id is not None
    case = case_rows.head(desk.db, job.case_id, case_rows.everything())
    if case is None:
        raise operations.EffectFailed(T("办件已不存在"))
    operations.carry_out(desk, job, deployments.definition(desk.db, case.version_id))
    jobs.done(desk, job)
