"""办件: where each case stands, in a picture and in an equal list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from processes.model import Diagram
from processes.text import T
from services import cases, ledgers, rulebook
from services.cases import CaseView, WaitRow
from services.roles import MANAGES
from services.web import words
from services.web.deps import Here, Id, Visit
from services.web.picture import draw
from services.web.render import page
from services.web.security import Permission, Reach, declare

router = APIRouter()
PAGE = 50
STATES = ("running", "incident", "ended", "cancelled")


@router.get("/cases")
@declare(Permission.SIGNED_IN, Reach.CASES)
def listing(visit: Here, q: str = "", state: str = "", page_no: int = 1) -> Response:
    """Cases my posts may see, newest first."""
    page_no = min(max(page_no, 1), 10_000)
    chosen = state if state in STATES else None
    found = cases.find(visit.desk, q.strip()[:100], chosen, PAGE + 1, (page_no - 1) * PAGE)
    return page(
        visit, "cases.html", cases=found[:PAGE], more=len(found) > PAGE, q=q.strip()[:100], state=chosen or "",
        page_no=page_no, known=STATES, ledgers=ledgers.offered(visit.desk),
    )  # fmt: skip


@router.get("/cases/{case_id}")
@declare(Permission.SIGNED_IN, Reach.CASES)
def show(visit: Here, case_id: Id) -> Response:
    """Who, what, until when, and then what; below it the whole way."""
    view = cases.view(visit.desk, case_id)
    return page(visit, "case.html", **_told(visit, view))


@router.get("/cases/{case_id}/diagram")
@declare(Permission.SIGNED_IN, Reach.CASES)
def diagram(visit: Here, case_id: Id) -> Response:
    """The diagram alone, for small screens and for print."""
    view = cases.view(visit.desk, case_id)
    return page(visit, "diagram.html", **_told(visit, view))


@router.post("/cases/{case_id}/retry")
@declare(Permission.SIGNED_IN, Reach.CASES)
def retry(visit: Here, case_id: Id) -> Response:
    """Let a stopped case go on."""
    step, job = visit.posted("step"), visit.posted("job")
    if job.isdecimal():
        cases.retry_job(visit.desk, case_id, int(job))
    else:
        cases.retry(visit.desk, case_id, int(step) if step.isdecimal() else -1)
    answer = RedirectResponse(f"/cases/{case_id}", 303)
    visit.tell(answer, T("已经让它继续往下走。"))
    return answer


@dataclass(frozen=True)
class Wait:
    """One thing a case waits for, with what comes after it; `count` equal ones are told once."""

    row: WaitRow
    after: list[str]
    count: int = 1


def _told(visit: Visit, view: CaseView) -> dict[str, Any]:
    waiting = with_limits(view.diagram, view.waiting)
    waits = [Wait(rows[0], following(view.diagram, rows[0].element), len(rows)) for rows in _alike(waiting)]
    days = (words.local_day(visit.now) - words.local_day(view.head.started_at)).days
    return {
        "view": view,
        "head": view.head,
        "waits": waits,
        "days": days,
        "drawing": draw(view, visit.locale),
        "manager": visit.desk.actor.has(*MANAGES),
        "rules": rulebook.of_case(visit.desk, view.head.id),
    }


def with_limits(diagram: Diagram, rows: list[WaitRow]) -> list[WaitRow]:
    """A timer on the edge of a step is that step's last day, not something the case waits for besides."""
    hosts = {r.element: n.attached_to for r in rows if r.kind == "timer" and (n := diagram.nodes.get(r.element))}
    waited = {r.element for r in rows if r.kind != "timer"}
    limits: dict[str, WaitRow] = {}
    for row in rows:
        host = hosts.get(row.element)
        if host in waited:
            limits.setdefault(str(host), row)
    kept = [r for r in rows if not (r.kind == "timer" and hosts.get(r.element) in waited)]
    return [
        replace(r, due=limits[r.element].due, left=limits[r.element].left)
        if r.due is None and r.element in limits
        else r
        for r in kept
    ]


def _alike(rows: list[WaitRow]) -> list[list[WaitRow]]:
    """Waits of the same step and kind together, those with a task of mine and the earliest day first."""
    groups: dict[tuple[str, str], list[WaitRow]] = {}
    order = sorted(rows, key=lambda r: (r.kind != "incident", r.kind != "task", r.due or date.max))
    for row in order:
        groups.setdefault((row.element, row.kind), []).append(row)
    return list(groups.values())


NAMED = frozenset(
    {"userTask", "manualTask", "receiveTask", "sendTask", "serviceTask", "callActivity", "subProcess", "endEvent"}
)


def following(diagram: Diagram, element: str) -> list[str]:
    """Names of the steps that may come next, gateways and unnamed events skipped; at most three."""
    found: list[str] = []
    seen, front = {element}, _targets(diagram, element)
    while front and len(found) < 3:
        node_id = front.pop(0)
        if node_id in seen or node_id not in diagram.nodes:
            continue
        seen.add(node_id)
        node = diagram.nodes[node_id]
        if node.kind in NAMED and node.name:
            found.append(node.name.replace("\n", ""))
        else:
            front += _targets(diagram, node_id)
    return found


def _targets(diagram: Diagram, node_id: str) -> list[str]:
    node = diagram.nodes.get(node_id)
    return [diagram.flows[f].target for f in node.outgoing if f in diagram.flows] if node else []
