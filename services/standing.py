"""Where a case stands: its head, what it waits for, the steps as a list and as marks on the drawing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from processes.definition import Definition
from processes.expressions import from_json
from processes.model import Diagram, Node
from processes.text import T
from processes.workdays import today, working_days_left
from services import deployments, documents, forms, history, scope
from services.desk import Desk
from services.documents import DocumentRow
from services.history import EventRow
from services.roles import role_title
from services.store import cases as rows
from services.store import jobs as job_rows
from services.store import tasks as task_rows

SHOWN = frozenset(
    {
        "userTask", "manualTask", "task", "receiveTask", "sendTask", "serviceTask", "businessRuleTask", "callActivity",
        "subProcess", "transaction", "intermediateCatchEvent", "intermediateThrowEvent", "endEvent",
    }
)  # fmt: skip
NAMED = 3


@dataclass(frozen=True)
class CaseHead:
    """One case in a line; `state` is running | incident | ended | cancelled, `outcome` the name of the end reached."""

    id: int
    no: str
    title: str
    procedure: str
    procedure_title: str
    process: str
    state: str
    outcome: str | None
    street: str
    street_name: str
    started_at: datetime
    started_by: str
    version: int
    moved_at: datetime | None = None
    parent_id: int | None = None


@dataclass(frozen=True)
class WaitRow:
    """What a case waits for; kind is task | timer | message | signal | incident; task_id only for tasks."""

    step: int
    element: str
    kind: str
    name: str
    who: str
    since: datetime
    due: date | None
    left: int | None
    reason: str = ""
    task_id: int | None = None
    job_id: int | None = None


@dataclass(frozen=True)
class StepRow:
    """One element of the diagram as a list line; state is done | doing | wait | stuck | skipped."""

    element: str
    name: str
    lane: str
    state: str
    since: datetime | None
    until: datetime | None
    who: str
    count: int


@dataclass(frozen=True)
class CaseView:
    """Everything the case page shows; `marks` maps element ids to states for the drawing."""

    head: CaseHead
    waiting: list[WaitRow]
    steps: list[StepRow]
    history: list[EventRow]
    documents: list[DocumentRow]
    data: list[tuple[str, str]]
    diagram: Diagram
    marks: dict[str, str]
    children: list[CaseHead] = field(default_factory=list)


def head(row: Any) -> CaseHead:
    """The head of a case from its row."""
    return CaseHead(
        row.id, row.no, row.title, row.procedure, row.procedure_title, row.process, row.state, row.outcome,
        row.street_code, row.street_name, row.started_at, row.started_name, row.version, row.moved_at, row.parent_id,
    )  # fmt: skip


def view(desk: Desk, row: Any) -> CaseView:
    """Everything about a case whose row the actor may see."""
    definition = deployments.definition(desk.db, row.version_id)
    reads = scope.reads(desk, row.street_id)
    data = from_json(rows.root_variables(desk.db, row.id))
    tasks = task_rows.of_case(desk.db, row.id)
    taken = rows.all_steps(desk.db, row.id)
    diagram = next(d for d in definition.diagrams if row.process in d.processes)
    marks = _marks(diagram, row, taken)
    return CaseView(
        head=head(row),
        waiting=_waiting(desk, row.id, definition, tasks),
        steps=_steps(diagram, row.process, marks, taken, tasks),
        history=history.of_case(
            desk, row.id, forms.telling(definition, desk.at.env(), data), readable=readable(desk, reads)
        ),
        documents=documents.of_case(desk, row.id),
        data=forms.material(definition, row.process, desk.at.env(), data, hidden(definition, reads)),
        diagram=diagram,
        marks=marks,
        children=[head(child) for child in rows.children(desk.db, row.id)],
    )


def readable(desk: Desk, reads: bool) -> Callable[[Any], bool] | None:
    """Which answers in the history may be read; None means all."""
    return None if reads else lambda row: scope.own_answers(desk.actor, row)


def hidden(definition: Definition, reads: bool) -> frozenset[str]:
    """Forms whose answers are kept from somebody who does not read everything."""
    return frozenset() if reads else forms.confidential(definition)


# --- what it waits for ---


def left(desk: Desk, due: date | None) -> int | None:
    """Working days to a date, negative when it has passed."""
    return None if due is None else working_days_left(today(desk.now), due, desk.calendar)


def _waiting(desk: Desk, case_id: int, definition: Definition, tasks: Iterable[Any]) -> list[WaitRow]:
    names = {node.id: node.name or node.id for d in definition.diagrams for node in d.nodes.values()}
    found = [_stuck(incident, names) for incident in rows.incidents_in(desk.db, case_id)]
    found += [_task(desk, task) for task in tasks if task.state == "open"]
    for job in job_rows.of_case(desk.db, case_id):
        if job.kind == "timer" and job.state == "ready":
            due = today(job.due_at)
            found.append(
                WaitRow(
                    job.step, job.element, "timer", names.get(job.element, ""), "", job.created_at, due, left(desk, due)
                )
            )
    for wait in rows.listening(desk.db, case_id):
        name = names.get(wait.element, wait.name) or wait.name
        since = datetime.fromisoformat(wait.created_at)
        found.append(WaitRow(wait.step, wait.element, wait.kind, name, "", since, None, None, wait.name))
    return found


def _stuck(incident: Any, names: Mapping[str, str]) -> WaitRow:
    name = names.get(incident.element, incident.element)
    return WaitRow(
        incident.step or 0, incident.element, "incident", name, "", incident.since, None, None, incident.reason,
        job_id=incident.job_id,
    )  # fmt: skip


def _task(desk: Desk, task: Any) -> WaitRow:
    who = holder(task)
    return WaitRow(
        task.step, task.element, "task", task.title, who, task.since, task.due_date, left(desk, task.due_date),
        task_id=task.id,
    )  # fmt: skip


def holder(task: Any) -> str:
    """Whom a task waits for, in words."""
    if task.assignee_name:
        return f"{task.unit_title} {task.assignee_name}"
    return f"{task.unit_title} {role_title(task.role)}" if task.role else str(task.unit_title)


# --- the steps as a list and as marks ---

RANK = {"skipped": 0, "wait": 1, "done": 2, "doing": 3, "stuck": 4}
LIVE = {"waiting": "doing", "ready": "doing", "started": "doing", "error": "stuck", "completed": "done"}


def _marks(diagram: Diagram, row: Any, taken: Iterable[Any]) -> dict[str, str]:
    over = row.state in ("ended", "cancelled")
    marks = {node.id: "skipped" if over else "wait" for node in diagram.nodes.values()}
    for step in taken:
        state = LIVE.get(step.state)
        if state and step.element in marks and RANK[state] > RANK[marks[step.element]] and not _armed(step):
            marks[step.element] = state
    return marks


def _armed(step: Any) -> bool:
    """A boundary event that only watches is not where the case stands."""
    return step.kind == "boundaryEvent" and step.state not in ("completed", "error")


def _steps(
    diagram: Diagram, process: str, marks: Mapping[str, str], taken: Iterable[Any], tasks: Iterable[Any]
) -> list[StepRow]:
    by_element: dict[str, list[Any]] = {}
    for step in taken:
        by_element.setdefault(step.element, []).append(step)
    people: dict[str, list[Any]] = {}
    for task in tasks:
        people.setdefault(task.element, []).append(task)
    shown = [
        node for node in _in_order(diagram, process) if node.kind in SHOWN and (node.name or node.kind != "endEvent")
    ]
    return [
        _step(diagram, node, marks[node.id], by_element.get(node.id, []), people.get(node.id, [])) for node in shown
    ]


def _step(diagram: Diagram, node: Node, state: str, taken: list[Any], tasks: list[Any]) -> StepRow:
    since = min((datetime.fromisoformat(s.created_at) for s in taken), default=None)
    ended = [datetime.fromisoformat(s.ended_at) for s in taken if s.ended_at]
    until = max(ended) if ended and state in ("done", "skipped") else None
    lane = diagram.lanes.get(node.lane) if node.lane else None
    return StepRow(
        node.id, node.name or node.id, lane.name if lane else "", state, since, until, _who(tasks), len(taken)
    )


def _who(tasks: list[Any]) -> str:
    names = [task.done_name or holder(task) for task in tasks if task.state in ("done", "open")]
    distinct = list(dict.fromkeys(names))
    if len(distinct) > NAMED:
        return str(T("{names} 等 {n} 人", names="、".join(distinct[:NAMED]), n=len(distinct)))
    return "、".join(distinct)


def _in_order(diagram: Diagram, process: str) -> list[Node]:
    """Nodes as a token would meet them: along the flows, a sub-process followed by its inside."""
    children: dict[str, list[Node]] = {}
    for node in diagram.nodes.values():
        children.setdefault(node.scope, []).append(node)
    found: dict[str, Node] = {}

    def walk(scope: str) -> None:
        inside = children.get(scope, [])
        queue = deque([n for n in inside if not n.incoming and n.kind == "startEvent"] or inside[:1])
        while queue or any(n.id not in found for n in inside):
            node = queue.popleft() if queue else next(n for n in inside if n.id not in found)
            if node.id in found:
                continue
            found[node.id] = node
            walk(node.id)
            queue.extend(b for b in inside if b.attached_to == node.id)
            queue.extend(diagram.nodes[diagram.flows[f].target] for f in node.outgoing if f in diagram.flows)

    walk(process)
    return list(found.values())
