"""台账 as a workbook: what procedure.toml lists of a procedure's cases, a sheet for each street and ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from processes.expressions import from_json
from processes.ledgers import Ledger, covered, ledgers, masks
from processes.text import T
from processes.workdays import today
from services import deployments, scope, workbooks
from services.desk import Desk
from services.errors import NotAllowed, NotFound
from services.roles import READS_ALL, role_title
from services.store import ledgers as rows
from services.store import people
from services.workbooks import Table

WAITS = 3  # more are only counted


@dataclass(frozen=True)
class Offer:
    """A ledger the actor may take along."""

    procedure: str
    key: str
    title: str


@dataclass(frozen=True)
class Written:
    """A workbook with what to call it; `rows` counts cases."""

    name: str
    content: bytes
    sheets: int
    rows: int


def offered(desk: Desk) -> list[Offer]:
    """Every ledger there is, for those who read all cases of a street; nothing for others."""
    if not _streets(desk):
        return []
    return [
        Offer(version.procedure, one.key, one.title)
        for version, definition in deployments.all_current(desk.db)
        for one in ledgers(definition.procedure)
    ]


def write(desk: Desk, procedure: str, key: str | None = None) -> Written:
    """The ledgers of a procedure, or one of them.

    Raises NotFound for an unknown procedure or ledger and NotAllowed for those who read all cases of no street.
    """
    _, definition = deployments.current(desk.db, procedure)
    wanted = [one for one in ledgers(definition.procedure) if key in (None, one.key)]
    if not wanted:
        raise NotFound(T("程序“{procedure}”没有台账“{key}”。", procedure=procedure, key=key or ""))
    streets = _streets(desk)
    if not streets:
        raise NotAllowed(T("台账写着一个街道的全部办件，只有能看全部办件的岗位可以导出。"))
    tables = [_table(desk, procedure, one, street, len(streets) > 1) for one in wanted for street in streets]
    tables = [table for table in tables if table.rows] or tables[:1]  # a street without cases needs no sheet
    title = wanted[0].title if len(wanted) == 1 else f"{definition.title}台账"
    place = streets[0].name if len(streets) == 1 else ""
    name = f"{place}{title}{today(desk.now):%Y%m%d}.xlsx"
    return Written(name, workbooks.write(tables, desk.now), len(tables), sum(len(table.rows) for table in tables))


def _streets(desk: Desk) -> list[Any]:
    """The streets all of whose cases the actor reads."""
    streets = list(people.all_units(desk.db, "street"))
    if desk.actor.system:
        return streets
    paths = [post.path for post in desk.actor.posts if post.role in READS_ALL]
    return [street for street in streets if any(street.path.startswith(path) for path in paths)]


def _table(desk: Desk, procedure: str, ledger: Ledger, street: Any, several: bool) -> Table:
    listed = rows.listed(desk.db, scope.cases(desk), street.id, procedure, ledger.process)
    found = _rows(desk, ledger, listed)
    day = today(desk.now)
    return Table(
        name=f"{street.name}{ledger.title}" if several else ledger.title,
        title=f"{street.name}{ledger.title}",
        left=f"单位：{street.name}",
        right=f"共 {len(found)} 件    制表日期：{day.year}年{day.month}月{day.day}日",
        heads=[("序号", 6), *((column.title, column.width) for column in ledger.columns)],
        rows=[[number, *cells] for number, cells in enumerate(found, 1)],
    )


def _rows(desk: Desk, ledger: Ledger, listed: Iterable[Any]) -> list[list[Any]]:
    cases = list(listed)
    ids = [case.id for case in cases]
    known = rows.read(desk.db, ids, sorted(ledger.names | {"case"}))
    tasks, listening = rows.open_tasks(desk.db, ids), rows.listening(desk.db, ids)
    versions = {id_: _version(desk, id_) for id_ in {case.version_id for case in cases}}
    found = []
    for case in cases:
        version = versions[case.version_id]
        data: dict[str, Any] = covered(from_json(known.get(case.id, {})), version.masks)
        data["case"] = {**(data.get("case") or {}), **_facts(desk, case, tasks.get(case.id, []))}
        data["case"]["waits"] = _waits(case, tasks.get(case.id, []), listening.get(case.id, []), version.names)
        found.append(ledger.row(data, desk.at.env()))
    return [row for row in found if row is not None]


@dataclass(frozen=True)
class _Version:
    """What rows need of the version their case runs on: answers to cover, names of steps."""

    masks: Mapping[str, str]
    names: Mapping[str, str]


def _version(desk: Desk, version_id: int) -> _Version:
    definition = deployments.definition(desk.db, version_id)
    names = {node.id: node.name for diagram in definition.diagrams for node in diagram.nodes.values() if node.name}
    return _Version(masks(definition.forms.values()), names)


def _facts(desk: Desk, case: Any, tasks: list[Any]) -> dict[str, Any]:
    """What `case` holds besides its variables, all but `waits`; see `processes.ledgers.FACTS`."""
    due = next((task.due_date for task in tasks if task.due_date), None)
    return {
        "id": case.id,
        "no": case.no,
        "title": case.title,
        "street": case.street_code,
        "streetName": case.street_name,
        "startedBy": case.started_name,
        "startedOn": today(case.started_at),
        "state": case.state,
        "stateName": STATES.get(case.state, case.state),
        "outcome": case.outcome,
        "endedOn": today(case.ended_at) if case.ended_at else None,
        "dueDate": due,
        "overdue": due is not None and due < today(desk.now),
        "parentNo": case.parent_no,
    }


STATES = {"running": "在办", "incident": "停住", "ended": "办结", "cancelled": "已终止"}


def _waits(case: Any, tasks: list[Any], listening: list[str], names: Mapping[str, str]) -> str:
    """What is waited for and from whom, in words, equal ones once; word from elsewhere when there is no task."""
    if case.state in ("ended", "cancelled"):
        return ""
    words = [f"{names.get(task.element, task.title)}（{_holder(task)}）" for task in tasks]
    told = [word.replace("\n", "") for word in dict.fromkeys(words or [names.get(e, e) for e in listening])]
    return "、".join(told[:WAITS]) + (f"等 {len(told)} 步" if len(told) > WAITS else "")


def _holder(task: Any) -> str:
    return f"{task.unit_title} {role_title(task.role)}" if task.role else str(task.unit_title)
