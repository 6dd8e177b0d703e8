"""How a case comes into the world: who may start it, where, under which number, with which first data."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from processes.definition import Definition
from processes.expressions import FeelError, compile_expression
from processes.localities import DEFAULT, Locality, load_localities
from processes.numbers import numbered, series
from processes.run import Run
from processes.text import T
from processes.workdays import BEIJING, today
from services import jobs
from services.deployments import VersionRow
from services.desk import Actor, Desk
from services.errors import Invalid, NotFound
from services.store import cases as rows
from services.store import people, register, values


@dataclass
class Born:
    """A case about to be inserted: its row, and the data it starts with."""

    definition: Definition
    process: str
    row: dict[str, Any]
    data: dict[str, Any]
    settings: dict[str, Any]


def processes(definition: Definition) -> list[dict[str, Any]]:
    """The processes of a procedure as procedure.toml lists them."""
    return list(definition.procedure.get("process", [])) or [{"id": process} for process in definition.processes]


def settings(definition: Definition, process: str) -> dict[str, Any]:
    """What procedure.toml says of a process, or NotFound."""
    if process not in definition.processes:
        raise NotFound(T("没有流程“{process}”。", process=process))
    return {"id": process, **definition.settings(process)}


def may_start(actor: Actor, process: Mapping[str, Any]) -> bool:
    """True for the roles listed; an empty list means that only a message starts it, no list that anybody does."""
    roles = process.get("start")
    return actor.system or roles is None or actor.has(*roles)


# --- where ---


def street(desk: Desk, process: Mapping[str, Any], code: str | None) -> Any:
    """The unit a case belongs to: the one named, if it is the actor's, else the only one the actor serves."""
    found = {unit.code: unit for unit in _streets(desk, process)}
    if code is not None:
        if code not in found:
            raise NotFound(T("没有编码为“{code}”的街道。", code=code))
        return found[code]
    if len(found) != 1:
        raise Invalid({"street": T("请选择街道")})
    return next(iter(found.values()))


def _streets(desk: Desk, process: Mapping[str, Any]) -> list[Any]:
    streets = people.all_units(desk.db, "street")
    if desk.actor.system:
        return list(streets)
    roles = process.get("start")
    paths = [post.path for post in desk.actor.posts if roles is None or post.role in roles]
    return [s for s in streets if any(s.path.startswith(path) or path.startswith(s.path) for path in paths)]


def street_by_id(desk: Desk, unit_id: int) -> Any:
    """The unit a message's sender belongs to."""
    return people.unit_by_id(desk.db, unit_id)


@lru_cache(maxsize=1)
def _localities() -> dict[str, Locality]:
    return load_localities()[0]


def locality(desk: Desk, unit: Any) -> Locality:
    """The rule table of a unit: its own, else the nearest above it, else the default."""
    named = people.locality(desk.db, unit.path)
    return _localities().get(named or DEFAULT) or _localities()[DEFAULT]


def params(desk: Desk, unit: Any) -> dict[str, Any]:
    """The rule table of a unit as case data, with what the unit has set otherwise."""
    changed = values.get(desk.db, f"params/{unit.code}")
    return locality(desk, unit).params(json.loads(changed) if changed else None)


def set_params(desk: Desk, code: str, changes: Mapping[str, Any]) -> None:
    """Set parameters of a street otherwise than its rule table; cases already started keep theirs."""
    values.put(desk.db, f"params/{code}", json.dumps(changes, ensure_ascii=False, default=str))
    jobs.replan(desk)


# --- with what ---


def bear(
    desk: Desk, version: VersionRow, definition: Definition, process: str, unit: Any, parent: int | None = None
) -> Born:
    """Everything but the answers: the row, and `case`, `params`, what the procedure loads, and `parent`."""
    said = settings(definition, process)
    data = {
        "case": {
            "id": None, "no": "", "title": "", "street": unit.code, "streetName": unit.name,
            "startedBy": desk.actor.name, "startedOn": today(desk.now),
        },
        "params": params(desk, unit),
        **_loaded(desk, said.get("load", definition.procedure.get("load", [])), unit),
        **_on_hand(desk, said.get("load", ()), definition, process, unit),
    }  # fmt: skip
    if parent is not None:
        sender = rows.head(desk.db, parent, rows.everything())
        data["parent"] = {"id": parent, "no": sender.no if sender is not None else ""}
    row = {
        "procedure": version.procedure,
        "procedure_title": str(said.get("title") or definition.title),
        "process": process,
        "version_id": version.id,
        "street_id": unit.id,
        "parent_id": parent,
        "state": "running",
        "started_at": desk.now,
        "started_by": desk.actor.person_id,
        "started_name": desk.actor.name,
        "moved_at": desk.now,
        "version": 0,
        "stamp": 0,
        "header": "{}",
    }
    return Born(definition, process, row, data, said)


def _loaded(desk: Desk, wanted: list[str], unit: Any) -> dict[str, Any]:
    return {name: LOADERS[name](desk, unit.path) for name in wanted if name in LOADERS}


def _on_hand(desk: Desk, wanted: Any, definition: Definition, process: str, unit: Any) -> dict[str, Any]:
    """`siblings`: the open cases of the same process; `register`: all of the procedure's first process, two years."""
    key, found = definition.key, {}
    if "siblings" in wanted:
        found["siblings"] = register.siblings(desk.db, unit.id, key, process)
    if "register" in wanted:
        since = datetime(today(desk.now).year - 1, 1, 1, tzinfo=BEIJING)
        waits = register.waits(desk.db, unit.id, key)
        listed = register.register(desk.db, unit.id, key, str(processes(definition)[0]["id"]), since)
        found["register"] = [_registered(row, waits.get(row.id, [])) for row in listed]
    return found


def _registered(row: Any, waits: list[str]) -> dict[str, Any]:
    over = row.state in register.OVER
    return {
        "no": row.no, "title": row.title, "startedOn": today(row.started_at), "state": "ended" if over else "running",
        "outcome": row.outcome if over else None, "waits": [] if over else waits,
    }  # fmt: skip


def _units(desk: Desk, path: str) -> list[dict[str, Any]]:
    found = people.all_units(desk.db, "community", path)
    return [{"code": u.code, "name": u.name, "population": u.population or 0} for u in found]


def _departments(desk: Desk, path: str) -> list[dict[str, Any]]:
    return [{"code": u.code, "name": u.name} for u in people.all_units(desk.db, "department", path)]


def _grids(desk: Desk, path: str) -> list[dict[str, Any]]:
    codes = {u.id: u.code for u in people.all_units(desk.db)}
    found = people.all_units(desk.db, "grid", path)
    return [{"code": u.code, "name": u.name, "unit": codes.get(u.parent_id)} for u in found]


LOADERS: dict[str, Callable[[Desk, str], list[dict[str, Any]]]] = {
    "units": _units,
    "departments": _departments,
    "grids": _grids,
}


# --- under which name ---


def name(desk: Desk, born: Born, data: dict[str, Any]) -> None:
    """Give the case its number and title; the title is FEEL over everything known at the start."""
    said = born.settings
    year = today(desk.now).year
    row = series(said.get("number"), data["params"], year, data["case"]["streetName"])
    no = numbered(row, rows.next_number(desk.db, born.row["street_id"], year, row[:120]))
    data["case"]["no"] = born.row["no"] = no[:64]
    data["case"]["title"] = born.row["title"] = (_title(desk, said, data) or str(born.row["procedure_title"]))[:200]


def _title(desk: Desk, said: Mapping[str, Any], data: dict[str, Any]) -> str:
    text = said.get("caseTitle")
    if not text:
        return ""
    try:
        value = compile_expression(str(text)).evaluate(data, desk.at.env())
    except FeelError:
        return ""
    return str(value) if value is not None else ""


# --- and how it ends ---


def outcome(run: Run) -> tuple[str | None, str | None]:
    """Code and words of the end a case has reached."""
    if not run.ends:
        return None, None
    node = run.definition.node(run.process, run.ends[-1])
    return node.ext.get("end") or node.id, node.name or node.id
