"""A run as plain rows, and only those rows that changed.

Rows are dictionaries of JSON-able values; variables stand alone, so that a large case writes only the ones it set.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from SpiffWorkflow.task import TaskState

from processes.definition import Definition
from processes.engine.case import CaseWorkflow
from processes.engine.tokens import At, Scope, Step
from processes.expressions import from_json, to_json
from processes.run import Run

Row = dict[str, Any]
STATES = {
    TaskState.FUTURE: "waiting",
    TaskState.READY: "ready",
    TaskState.STARTED: "started",
    TaskState.COMPLETED: "completed",
    TaskState.CANCELLED: "cancelled",
    TaskState.ERROR: "error",
}
CODES = {name: code for code, name in STATES.items()}
LIVE = ("waiting", "ready", "started", "error")


@dataclass
class Changes:
    """What one act changed: the header always, the rest only where touched.

    `variables` are (scope, name, value) with `dropped` (scope, name) beside them; `folded` names multi-instance steps
    whose kept instance rows are no longer needed for loading; `dead_scopes` have ended with all their variables. The
    root scope never dies, so that a finished case can still be read.
    """

    header: Row
    scopes: list[Row] = field(default_factory=list)
    dead_scopes: list[int] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    variables: list[tuple[int, str, Any]] = field(default_factory=list)
    dropped: list[tuple[int, str]] = field(default_factory=list)
    folded: list[int] = field(default_factory=list)


@dataclass
class Rows:
    """Everything needed to load a run: live steps, kept results of open multi-instances, open scopes, variables."""

    header: Row
    scopes: list[Row]
    steps: list[Row]
    variables: list[tuple[int, str, Any]]


def header(run: Run) -> Row:
    """The few facts of a run that belong to no step."""
    flow = run.workflow
    return {
        "definition": flow.definition.hash,
        "process": flow.process.id,
        "status": flow.status,
        "ends": list(flow.ends),
        "next_step": flow.next_step,
        "next_scope": flow.next_scope,
    }


def changes(run: Run) -> Changes:
    """What has changed since the last call, or since the start or load."""
    flow = run.workflow
    found = Changes(header(run), folded=flow.folded)
    for scope in flow.touched_scopes.values():
        if scope.id in flow.scopes or scope is flow.root:
            found.scopes.append(scope_row(scope))
        else:
            found.dead_scopes.append(scope.id)
    for number, name in flow.touched_names:
        owner = flow.root if number == flow.root.id else flow.scopes.get(number)
        if owner is None or owner.data is None:
            continue
        if name in owner.data:
            found.variables.append((number, name, to_json(owner.data[name])))
        else:
            found.dropped.append((number, name))
    found.steps = [step_row(step) for step in flow.touched.values()]
    flow.touched, flow.touched_scopes, flow.touched_names, flow.folded = {}, {}, {}, []
    return found


def dump(run: Run) -> Rows:
    """Everything, as a fresh save would write it."""
    flow = run.workflow
    scopes = list(flow.scopes.values()) or [flow.root]
    steps = sorted(flow.tasks.values(), key=lambda s: s.id)
    kept = [kept_row(step, index, value) for step in steps for index, value in sorted(step.results.items())]
    variables = [(s.id, name, to_json(value)) for s in scopes for name, value in (s.data or {}).items()]
    return Rows(header(run), [scope_row(s) for s in scopes], [step_row(s) for s in steps] + kept, variables)


def load(definition: Definition, rows: Rows, at: At) -> Run:
    """A run made from its rows; the definition must be the one named in the header."""
    flow = CaseWorkflow(definition, definition.processes[rows.header["process"]], at)
    flow.ends = list(rows.header["ends"])
    _load_scopes(flow, rows.scopes)
    for number, name, value in rows.variables:
        home = flow.scopes.get(number)
        if home is not None and home.data is not None:
            home.data[name] = from_json(value)
    _load_steps(flow, rows.steps)
    flow.next_step, flow.next_scope = rows.header["next_step"], rows.header["next_scope"]
    if rows.header["status"] != "running":
        flow.finish(rows.header["status"])
    flow.touched.clear()
    return Run(flow)


def scope_row(scope: Scope) -> Row:
    """A scope without its variables."""
    return {
        "id": scope.id,
        "kind": scope.kind,
        "process": scope.process.id,
        "element": scope.element,
        "parent": scope.parent.id if scope.parent else None,
        "owner": scope.owner,
        "own": scope.data is not None,
        "state": {"records": scope.records},
    }


def step_row(step: Step) -> Row:
    """A step with what the engine remembers about it."""
    return {
        "id": step.id,
        "element": step.task_spec.name,
        "kind": step.task_spec.node.kind,
        "scope": step.scope.id,
        "state": STATES[step.state],
        "created_at": step.since.isoformat(),
        "ended_at": step.ended.isoformat() if step.ended else None,
        "data": to_json(step.notes),
        "result": to_json(step.result),
        "keep": step.notes.get("kept"),
    }


def kept_row(step: Step, index: int, value: Any) -> Row:
    """The row of a finished instance, as far as loading needs it."""
    return {
        "id": None,
        "element": step.task_spec.name,
        "kind": step.task_spec.node.kind,
        "scope": step.scope.id,
        "state": "completed",
        "created_at": step.since.isoformat(),
        "ended_at": None,
        "data": {"index": index},
        "result": to_json(value),
        "keep": step.id,
    }


def _load_scopes(flow: CaseWorkflow, rows: Iterable[Row]) -> None:
    for row in sorted(rows, key=lambda r: r["id"]):
        scope = Scope(
            id=row["id"],
            kind=row["kind"],
            process=flow.definition.processes[row["process"]],
            element=row["element"],
            parent=flow.scopes.get(row["parent"]),
            owner=row["owner"],
            data={} if row["own"] else None,
            records=[list(record) for record in row["state"]["records"]],
        )
        flow.scopes[scope.id] = scope
        if scope.parent is None:
            flow.root = scope


def _load_steps(flow: CaseWorkflow, rows: list[Row]) -> None:
    for row in sorted((r for r in rows if r["state"] in LIVE), key=lambda r: r["id"]):
        scope = flow.scopes[row["scope"]]
        step = Step(flow, scope.process.elements[row["element"]], scope, row["id"])
        step._state = CODES[row["state"]]
        step.notes.update(from_json(row["data"]))
        step.since = datetime.fromisoformat(row["created_at"])
        flow.hold(step)
    for row in rows:
        if row["keep"] is not None and row["state"] == "completed":
            owner = flow.tasks.get(row["keep"])
            if owner is not None:
                owner.results[int(row["data"]["index"])] = from_json(row["result"])
