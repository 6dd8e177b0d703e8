"""Queries about tasks, drafts and remembered requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    false,
    func,
    or_,
    select,
    text,
    update,
)

from services.errors import Conflict, KeyReused
from services.store.prepared import Prepared
from services.store.rows import Found
from services.store.tables import cases, drafts, persons, requests, tasks, units
from services.store.upsert import insert_only, upsert

STEPS_PER_CASE = 1_000_000


def task_id(case_id: int, step: int) -> int:
    """The id of a step's task."""
    return case_id * STEPS_PER_CASE + step


def place(task: int) -> tuple[int, int]:
    """The case and step of a task."""
    return divmod(task, STEPS_PER_CASE)


# --- completing ---

_OPENED = Prepared(
    lambda _: (
        select(tasks, requests.c.digest, requests.c.reply)
        .select_from(tasks)
        .outerjoin(requests, and_(requests.c.actor == bindparam("actor"), requests.c.key == bindparam("key")))
        .where(tasks.c.id == bindparam("task"))
    )
)


def opened(db: Connection, task: int, actor: int, key: str) -> Any:
    """A task with the answer once given to this key, if any."""
    return _OPENED.one(db, {"task": task, "actor": actor, "key": key})


_DONE = Prepared(
    lambda _: (
        update(tasks)
        .where(tasks.c.id == bindparam("task"), tasks.c.state == "open")
        .values(
            state="done",
            done_by=bindparam("person"),
            done_name=bindparam("name"),
            done_at=bindparam("now"),
            answers=bindparam("said"),
            version=tasks.c.version + 1,
        )
    )
)


def finish(db: Connection, task: int, person: int | None, name: str, now: datetime, answers: str) -> None:
    """Mark a task done; Conflict when it is not open any more."""
    values = {"task": task, "person": person, "name": name, "now": now, "said": answers}
    _DONE.only(db, values, Conflict())


REOPENED = ("title", "role", "unit_id", "unit_title", "pool", "form", "due_date", "since", "state")


def add(db: Connection, rows: list[dict[str, Any]]) -> None:
    """Insert tasks; a step that is tried again gets its task back."""
    upsert(db, tasks, rows, update=REOPENED)


def drop(db: Connection, case_id: int, steps: Sequence[int]) -> None:
    """Nobody needs to do these any more."""
    wish = update(tasks).where(tasks.c.case_id == case_id, tasks.c.state == "open", tasks.c.step.in_(steps))
    db.execute(wish.values(state="gone", version=tasks.c.version + 1))


def move_due(db: Connection, task: int, due: date) -> None:
    """Another day is the last one."""
    db.execute(update(tasks).where(tasks.c.id == task).values(due_date=due))


def remember(db: Connection, actor: int, key: str, digest: str, reply: str, now: datetime) -> None:
    """Keep the answer to a key; KeyReused when the key is taken."""
    row = {"actor": actor, "key": key, "digest": digest, "reply": reply, "at": now}
    insert_only(db, requests, row, KeyReused())


def claim_key(db: Connection, actor: int, key: str, digest: str, now: datetime) -> None:
    """Take a key for this transaction; whoever comes second waits here for the first."""
    row = {"actor": actor, "key": key, "digest": digest, "reply": "", "at": now}
    upsert(db, requests, [row], update=())


def settle_key(db: Connection, actor: int, key: str, reply: str) -> None:
    """Write the answer to a claimed key."""
    db.execute(update(requests).where(requests.c.actor == actor, requests.c.key == key).values(reply=reply))


_REQUEST = select(requests).where(requests.c.actor == bindparam("actor"), requests.c.key == bindparam("key"))


def remembered(db: Connection, actor: int, key: str) -> Found | None:
    """The answer once given to a key."""
    return db.execute(_REQUEST, {"actor": actor, "key": key}).one_or_none()


# --- reading ---

_ROW = (
    select(
        tasks,
        cases.c.no,
        cases.c.title.label("case_title"),
        cases.c.procedure_title,
        persons.c.name.label("assignee_name"),
    )
    .join(cases, cases.c.id == tasks.c.case_id)
    .outerjoin(persons, persons.c.id == tasks.c.assignee_id)
)
_SOONEST = (tasks.c.due_date.is_(None), tasks.c.due_date, tasks.c.priority.desc(), tasks.c.id)


def one(db: Connection, task: int) -> Found | None:
    """One task with its case."""
    return db.execute(_ROW.where(tasks.c.id == task)).one_or_none()


def some(db: Connection, ids: Sequence[int]) -> Sequence[Found]:
    """These tasks with their cases, the most urgent first."""
    return db.execute(_ROW.where(tasks.c.id.in_(ids)).order_by(*_SOONEST)).all() if ids else []


def mine(person: int, lone: Sequence[str]) -> ColumnElement[bool]:
    """Open tasks given to or taken by a person, or in a pool where there is nobody else."""
    own: ColumnElement[bool] = tasks.c.assignee_id == person
    alone = and_(tasks.c.assignee_id.is_(None), tasks.c.pool.in_(lone)) if lone else false()
    return and_(text("tasks.state = 'open'"), or_(own, alone))


def group(pools: Sequence[str]) -> ColumnElement[bool]:
    """Open tasks free to take in these pools."""
    if not pools:
        return false()
    return and_(text("tasks.state = 'open'"), tasks.c.assignee_id.is_(None), tasks.c.pool.in_(pools))


def page(db: Connection, wish: ColumnElement[bool], limit: int, offset: int) -> Sequence[Found]:
    """Open tasks, the most urgent first."""
    return db.execute(_ROW.where(wish).order_by(*_SOONEST).limit(limit).offset(offset)).all()


def done_by(db: Connection, person: int, limit: int, offset: int) -> Sequence[Found]:
    """What a person has done, newest first."""
    return db.execute(
        _ROW.where(tasks.c.done_by == person).order_by(tasks.c.done_at.desc()).limit(limit).offset(offset)
    ).all()


def count(db: Connection, wish: ColumnElement[bool], today: date) -> tuple[int, int, int]:
    """How many tasks, how many of them overdue, how many due today."""
    overdue = func.coalesce(func.sum(text("CASE WHEN tasks.due_date < :today THEN 1 ELSE 0 END")), 0)
    now = func.coalesce(func.sum(text("CASE WHEN tasks.due_date = :today THEN 1 ELSE 0 END")), 0)
    row = db.execute(select(func.count(), overdue, now).select_from(tasks).where(wish), {"today": today}).one()
    return int(row[0]), int(row[1]), int(row[2])


def count_done(db: Connection, person: int) -> int:
    """How many tasks a person has done."""
    return int(db.execute(select(func.count()).where(tasks.c.done_by == person)).scalar_one())


def of_case(db: Connection, case_id: int) -> Sequence[Found]:
    """All tasks of a case in order."""
    return db.execute(_ROW.where(tasks.c.case_id == case_id).order_by(tasks.c.id)).all()


def units_of(db: Connection, ids: Sequence[int]) -> dict[int, Found]:
    """Units by id."""
    return {row.id: row for row in db.execute(select(units).where(units.c.id.in_(ids)))}


# --- taking and drafts ---


def take(db: Connection, task: int, person: int, name: str) -> bool:
    """Take a free task."""
    wish = update(tasks).where(tasks.c.id == task, tasks.c.state == "open", tasks.c.assignee_id.is_(None))
    return db.execute(wish.values(assignee_id=person, taker=name, version=tasks.c.version + 1)).rowcount == 1


def give_back(db: Connection, task: int, person: int) -> bool:
    """Give a taken task back; one that was given by the diagram stays."""
    wish = update(tasks).where(tasks.c.id == task, tasks.c.assignee_id == person, tasks.c.taker.is_not(None))
    wish = wish.where(tasks.c.state == "open")
    return db.execute(wish.values(assignee_id=None, taker=None, version=tasks.c.version + 1)).rowcount == 1


def free(db: Connection, person: int, pool: str | None = None) -> None:
    """Give a person's open tasks, of one pool or all, back to those who hold the post."""
    wish = update(tasks).where(tasks.c.assignee_id == person, tasks.c.state == "open")
    if pool is not None:
        wish = wish.where(tasks.c.pool == pool)
    db.execute(wish.values(assignee_id=None, taker=None, version=tasks.c.version + 1))


def keep_draft(db: Connection, task: int, person: int, body: str, now: datetime) -> None:
    """Store a person's unfinished answers."""
    row = {"task_id": task, "person_id": person, "body": body, "at": now}
    upsert(db, drafts, [row], update=("body", "at"))


def draft(db: Connection, task: int, person: int) -> str | None:
    """A person's unfinished answers."""
    return db.execute(select(drafts.c.body).where(drafts.c.task_id == task, drafts.c.person_id == person)).scalar()


def drop_drafts(db: Connection, task: int) -> None:
    """Forget all unfinished answers to a task."""
    db.execute(delete(drafts).where(drafts.c.task_id == task))
