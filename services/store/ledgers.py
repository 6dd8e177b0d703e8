"""Queries for a ledger: the cases of one process, the variables it reads, what the open ones wait for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, select

from services.store.json import loads
from services.store.rows import Found
from services.store.tables import cases, steps, tasks, units, variables, waits

MANY = 500  # ids in one statement

_parents = cases.alias("parents")


def listed(
    db: Connection, visible: ColumnElement[bool], street_id: int, procedure: str, process: str
) -> Sequence[Found]:
    """The cases of one process in a street that may be seen, oldest first, with the number of the parent."""
    mine = (cases.c.street_id == street_id, cases.c.procedure == procedure, cases.c.process == process)
    columns = (
        cases.c.id, cases.c.no, cases.c.title, cases.c.version_id, cases.c.state, cases.c.outcome, cases.c.started_at,
        cases.c.started_name, cases.c.ended_at, units.c.code.label("street_code"), units.c.name.label("street_name"),
        _parents.c.no.label("parent_no"),
    )  # fmt: skip
    wish = select(*columns).join(units, units.c.id == cases.c.street_id)
    wish = wish.join(_parents, _parents.c.id == cases.c.parent_id, isouter=True)
    return db.execute(wish.where(*mine, visible).order_by(cases.c.id)).all()


ROOT = 1
_VARIABLES = (
    select(variables.c.case_id, variables.c.scope, variables.c.name, variables.c.value)
    .where(
        variables.c.case_id.in_(bindparam("ids", expanding=True)),
        variables.c.name.in_(bindparam("names", expanding=True)),
    )
    .order_by(variables.c.case_id, variables.c.scope)
)


def read(db: Connection, ids: Sequence[int], names: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Of each case the variables with these names as JSON-able values.

    What stands outermost counts; what stands only inside an open part of the case is read there, the latest part last.
    """
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    outermost: dict[int, dict[str, Any]] = defaultdict(dict)
    for part in _parts(ids) if names else ():
        for row in db.execute(_VARIABLES, {"ids": part, "names": list(names)}):
            (outermost if row.scope == ROOT else found)[row.case_id][row.name] = loads(row.value)
    return {case: {**found[case], **outermost[case]} for case in {*found, *outermost}}


def open_tasks(db: Connection, ids: Sequence[int]) -> dict[int, list[Found]]:
    """The open tasks of each case and of those it has started, by the id of the listed case, soonest first."""
    columns = (
        tasks.c.title,
        tasks.c.element,
        tasks.c.role,
        tasks.c.unit_title,
        tasks.c.due_date,
        cases.c.id,
        cases.c.parent_id,
    )
    found: dict[int, list[Found]] = defaultdict(list)
    for part in _parts(ids):
        wish = select(*columns).join(cases, cases.c.id == tasks.c.case_id).where(tasks.c.state == "open")
        wish = wish.where(cases.c.id.in_(part) | cases.c.parent_id.in_(part))
        for row in db.execute(wish.order_by(tasks.c.due_date.is_(None), tasks.c.due_date, tasks.c.id)):
            for owner in {row.id, row.parent_id} & set(part):
                found[owner].append(row)
    return found


CATCHES = ("receiveTask", "intermediateCatchEvent")


def listening(db: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """The elements where each case stands and waits for word from elsewhere; what may come at any time is left out."""
    same = and_(steps.c.case_id == waits.c.case_id, steps.c.id == waits.c.step)
    found: dict[int, list[str]] = defaultdict(list)
    for part in _parts(ids):
        wish = select(waits.c.case_id, steps.c.element).join(steps, same)
        wish = wish.where(waits.c.case_id.in_(part), steps.c.kind.in_(CATCHES))
        for row in db.execute(wish.order_by(waits.c.case_id, waits.c.step)):
            found[row.case_id].append(row.element)
    return found


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    return (list(ids[start : start + MANY]) for start in range(0, len(ids), MANY))
