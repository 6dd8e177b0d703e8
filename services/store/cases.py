"""Queries about cases and the engine's rows. Everything on the way of a completion is compiled once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from processes.snapshot import LIVE, Changes, Rows
from services.errors import Conflict
from services.store.json import dumps, loads
from services.store.prepared import Prepared
from services.store.rows import Found
from services.store.tables import cases, incidents, numbers, scopes, steps, tasks, units, variables, waits
from services.store.upsert import upsert

_LOCKED = select(
    cases.c.id,
    cases.c.no,
    cases.c.title,
    cases.c.procedure,
    cases.c.procedure_title,
    cases.c.process,
    cases.c.version_id,
    cases.c.street_id,
    cases.c.state,
    cases.c.version,
    cases.c.stamp,
).where(cases.c.id == bindparam("case"))
_LOCK = Prepared(lambda dialect: _LOCKED if dialect == "sqlite" else _LOCKED.with_for_update())


def lock(db: Connection, case_id: int) -> Any:
    """Take the case for this transaction; on SQLite the transaction itself is the lock."""
    return _LOCK.one(db, {"case": case_id})


_HEAD = select(
    cases,
    units.c.code.label("street_code"),
    units.c.name.label("street_name"),
).join(units, units.c.id == cases.c.street_id)


def head(db: Connection, case_id: int, visible: ColumnElement[bool]) -> Found | None:
    """One case if the condition lets it be seen."""
    return db.execute(_HEAD.where(cases.c.id == case_id, visible)).one_or_none()


def find(
    db: Connection, visible: ColumnElement[bool], query: str, state: str | None, limit: int, offset: int
) -> Sequence[Found]:
    """Cases that may be seen, newest first."""
    wish = _HEAD.where(visible).order_by(cases.c.id.desc()).limit(limit).offset(offset)
    if query:
        wish = wish.where(
            or_(cases.c.no.contains(query, autoescape=True), cases.c.title.contains(query, autoescape=True))
        )
    if state:
        wish = wish.where(cases.c.state == state)
    return db.execute(wish).all()


Condition = ColumnElement[bool]


def visible(person: int | None, pools: Sequence[str], paths: Sequence[str]) -> ColumnElement[bool]:
    """The one condition on which cases a person sees: those under the paths, and those the person has a part in."""
    part: list[ColumnElement[bool]] = [tasks.c.assignee_id == person, tasks.c.done_by == person]
    if pools:
        part.append(tasks.c.pool.in_(pools))
    ways: list[ColumnElement[bool]] = [
        cases.c.started_by == person,
        exists(select(1).where(tasks.c.case_id == cases.c.id, or_(*part))),
    ]
    if paths:
        below = select(units.c.id).where(or_(*(units.c.path.like(f"{path}%") for path in paths)))
        ways.append(cases.c.street_id.in_(below))
    return or_(*ways)


def everything() -> ColumnElement[bool]:
    """The condition for the system itself."""
    return text("1 = 1")  # type: ignore[return-value]


def next_number(db: Connection, street_id: int, year: int, series: str) -> int:
    """The next number of a series in a street and year; waits for whoever is taking one."""
    key = {"street_id": street_id, "year": year, "series": series}
    upsert(db, numbers, [{**key, "last": 0}], update=())
    mine = and_(*(numbers.c[name] == value for name, value in key.items()))
    taken = update(numbers).where(mine).values(last=numbers.c.last + 1).returning(numbers.c.last)
    return int(db.execute(taken).scalar_one())


def add(db: Connection, row: dict[str, Any]) -> int:
    """Insert a case."""
    return int(db.execute(insert(cases).returning(cases.c.id), row).scalar_one())


MOVED = ("version", "stamp", "header", "state", "moved_at", "outcome", "outcome_code", "ended_at")
_MOVE = Prepared(
    lambda _: (
        update(cases)
        .where(cases.c.id == bindparam("case"), cases.c.version == bindparam("was"))
        .values({name: bindparam(f"new_{name}") for name in MOVED})
    )
)


def move(db: Connection, case_id: int, was: int, row: dict[str, Any]) -> None:
    """Write the case's own row; Conflict when somebody else has since version `was`."""
    values = {f"new_{name}": value for name, value in row.items()}
    _MOVE.only(db, {"case": case_id, "was": was, **values}, Conflict())


def children(db: Connection, case_id: int) -> Sequence[Found]:
    """Cases that this case has started."""
    return db.execute(_HEAD.where(cases.c.parent_id == case_id).order_by(cases.c.id)).all()


# --- the engine's rows ---

STEP = ("element", "kind", "scope", "state", "live", "keep", "created_at", "ended_at", "body")


def save(db: Connection, case_id: int, changes: Changes) -> None:
    """Write what one act changed: a handful of statements, whatever the size of the case."""
    if changes.scopes:
        upsert(db, scopes, [_scope(case_id, row) for row in changes.scopes], update=("parent", "live", "body"))
    if changes.steps:
        upsert(db, steps, [_step(case_id, row) for row in changes.steps], update=STEP)
    if changes.variables:
        rows = [{"case_id": case_id, "scope": s, "name": n, "value": dumps(v)} for s, n, v in changes.variables]
        upsert(db, variables, rows, update=("value",))
    if changes.dropped or changes.dead_scopes or changes.folded:
        _save_endings(db, case_id, changes)


_DROP = delete(variables).where(
    variables.c.case_id == bindparam("case"),
    variables.c.scope == bindparam("s"),
    variables.c.name == bindparam("n"),
)
_FOLD = (
    update(steps)
    .where(steps.c.case_id == bindparam("case"), steps.c.keep.in_(bindparam("owners", expanding=True)))
    .values(keep=None)
)
_BURY = delete(scopes).where(scopes.c.case_id == bindparam("case"), scopes.c.id.in_(bindparam("ids", expanding=True)))
_FORGET = delete(variables).where(
    variables.c.case_id == bindparam("case"), variables.c.scope.in_(bindparam("ids", expanding=True))
)
ROOT = 1


def _save_endings(db: Connection, case_id: int, changes: Changes) -> None:
    if changes.dropped:
        db.execute(_DROP, [{"case": case_id, "s": scope, "n": name} for scope, name in changes.dropped])
    if changes.folded:
        db.execute(_FOLD, {"case": case_id, "owners": changes.folded})
    dead = [scope for scope in changes.dead_scopes if scope != ROOT]  # the outermost variables are the case's record
    if dead:
        db.execute(_BURY, {"case": case_id, "ids": dead})
        db.execute(_FORGET, {"case": case_id, "ids": dead})


def _scope(case_id: int, row: dict[str, Any]) -> dict[str, Any]:
    return {"case_id": case_id, "id": row["id"], "parent": row["parent"], "live": True, "body": dumps(row)}


def _step(case_id: int, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "id": row["id"],
        "element": row["element"],
        "kind": row["kind"],
        "scope": row["scope"],
        "state": row["state"],
        "live": row["state"] in LIVE,
        "keep": row["keep"],
        "created_at": row["created_at"],
        "ended_at": row["ended_at"],
        "body": dumps([row["data"], row["result"]]),
    }


_LIVE_STEPS = select(steps).where(steps.c.case_id == bindparam("case"), text("live"))
_KEPT_STEPS = select(steps).where(steps.c.case_id == bindparam("case"), steps.c.keep.is_not(None), text("NOT live"))
_SCOPES = select(scopes.c.body).where(scopes.c.case_id == bindparam("case"))
_VARIABLES = select(variables.c.scope, variables.c.name, variables.c.value).where(
    variables.c.case_id == bindparam("case")
)
_HEADER = select(cases.c.header).where(cases.c.id == bindparam("case"))


def rows(db: Connection, case_id: int) -> Rows:
    """What the engine needs to load a case."""
    key = {"case": case_id}
    found = [*db.execute(_LIVE_STEPS, key), *db.execute(_KEPT_STEPS, key)]
    return Rows(
        header=loads(db.execute(_HEADER, key).scalar_one()),
        scopes=[loads(row.body) for row in db.execute(_SCOPES, key)],
        steps=[_step_row(row) for row in found],
        variables=[(row.scope, row.name, loads(row.value)) for row in db.execute(_VARIABLES, key)],
    )


_ONE_STEP = Prepared(
    lambda _: select(steps).where(steps.c.case_id == bindparam("case"), steps.c.id == bindparam("step"))
)
_ONE_SCOPE = Prepared(
    lambda _: select(scopes.c.body).where(scopes.c.case_id == bindparam("case"), scopes.c.id == bindparam("scope"))
)


def step(db: Connection, case_id: int, number: int) -> dict[str, Any] | None:
    """One step with the engine's notes."""
    row = _ONE_STEP.one(db, {"case": case_id, "step": number})
    return None if row is None else _step_row(row)


def scope(db: Connection, case_id: int, number: int) -> dict[str, Any] | None:
    """One scope that is open."""
    row = _ONE_SCOPE.one(db, {"case": case_id, "scope": number})
    found: dict[str, Any] | None = None if row is None else loads(row.body)
    return found


def variables_of(db: Connection, case_id: int, number: int) -> dict[str, Any]:
    """The variables of one scope as JSON-able values."""
    found = db.execute(_VARIABLES.where(variables.c.scope == bindparam("scope")), {"case": case_id, "scope": number})
    return {row.name: loads(row.value) for row in found}


def _step_row(row: Any) -> dict[str, Any]:
    data, result = loads(row.body)
    names = ("id", "element", "kind", "scope", "state", "keep", "created_at", "ended_at")
    return {**{name: getattr(row, name) for name in names}, "data": data, "result": result}


def all_steps(db: Connection, case_id: int) -> Sequence[Found]:
    """Every step ever taken, without the engine's notes, in order."""
    columns = (steps.c.id, steps.c.element, steps.c.kind, steps.c.state, steps.c.created_at, steps.c.ended_at)
    return db.execute(select(*columns).where(steps.c.case_id == case_id).order_by(steps.c.id)).all()


def root_variables(db: Connection, case_id: int) -> dict[str, Any]:
    """The outermost variables as JSON-able values."""
    return dict(sorted(variables_of(db, case_id, ROOT).items()))


# --- what it listens to ---


def listen(db: Connection, rows: list[dict[str, Any]]) -> None:
    """A case begins to wait for messages or signals."""
    upsert(db, waits, rows, update=("kind", "name", "key"))


def unlisten(db: Connection, case_id: int, ended: Sequence[int]) -> None:
    """These steps wait no longer."""
    db.execute(delete(waits).where(waits.c.case_id == case_id, waits.c.step.in_(ended)))


def listeners(db: Connection, kind: str, name: str, key: str | None, street_id: int) -> Sequence[int]:
    """Cases of a street that wait for a message or signal, the longest waiting first; a wait without key hears all."""
    wish = select(waits.c.case_id).where(waits.c.kind == kind, waits.c.name == name, waits.c.street_id == street_id)
    if kind == "message":
        wish = wish.where(or_(waits.c.key == ANY_KEY, waits.c.key == key_text(key)))
    return list(dict.fromkeys(db.execute(wish.order_by(waits.c.case_id, waits.c.step)).scalars()))


def listening(db: Connection, case_id: int) -> Sequence[Found]:
    """What one case listens to, with the element that waits."""
    wish = select(waits, steps.c.element, steps.c.created_at).join(
        steps, and_(steps.c.case_id == waits.c.case_id, steps.c.id == waits.c.step)
    )
    return db.execute(wish.where(waits.c.case_id == case_id).order_by(waits.c.step)).all()


ANY_KEY = "*"


def key_text(key: str | None) -> str:
    """How a correlation key is stored: "*" hears everything, other keys stand behind "="."""
    return ANY_KEY if key is None else f"={key}"


# --- incidents ---


def open_incidents(db: Connection, rows: list[dict[str, Any]]) -> None:
    """Note where cases stand still."""
    if rows:
        db.execute(insert(incidents), rows)


def close_incidents(
    db: Connection, case_id: int, who: str, now: datetime, steps_: Sequence[int] | None = None, job: int | None = None
) -> None:
    """Note that it goes on: for some steps, for one job, or for the whole case."""
    wish = update(incidents).where(incidents.c.case_id == case_id, incidents.c.closed_at.is_(None))
    if job is not None:
        wish = wish.where(incidents.c.job_id == job)
    elif steps_ is not None:
        wish = wish.where(incidents.c.step.in_(steps_), incidents.c.job_id.is_(None))
    db.execute(wish.values(closed_at=now, closed_by=who))


def count_incidents(db: Connection, case_id: int) -> int:
    """How many places of a case stand still."""
    wish = select(func.count()).where(incidents.c.case_id == case_id, incidents.c.closed_at.is_(None))
    return int(db.execute(wish).scalar_one())


def incidents_of(db: Connection, visible: ColumnElement[bool], limit: int) -> Sequence[Found]:
    """Open incidents of the cases that may be seen, oldest first."""
    wish = (
        select(incidents, cases.c.no, cases.c.title, cases.c.procedure_title)
        .join(cases, cases.c.id == incidents.c.case_id)
        .where(incidents.c.closed_at.is_(None), visible)
        .order_by(incidents.c.since)
        .limit(limit)
    )
    return db.execute(wish).all()


def incidents_in(db: Connection, case_id: int) -> Sequence[Found]:
    """Open incidents of one case."""
    wish = select(incidents).where(incidents.c.case_id == case_id, incidents.c.closed_at.is_(None))
    return db.execute(wish.order_by(incidents.c.id)).all()


def running(db: Connection) -> Sequence[int]:
    """Ids of all cases that have not ended."""
    return list(
        db.execute(select(cases.c.id).where(cases.c.state.in_(("running", "incident"))).order_by(cases.c.id)).scalars()
    )


def set_state(db: Connection, case_id: int, state: str) -> None:
    """Mark a case without moving it."""
    db.execute(update(cases).where(cases.c.id == case_id).values(state=state))
