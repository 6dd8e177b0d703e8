"""Cases: start, advance (the only road into the engine), fire, send, retry, jump, cancel, view, find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from processes.forms import Form
from processes.model import Diagram
from services.desk import Desk
from services.documents import DocumentRow
from services.history import EventRow


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


@dataclass(frozen=True)
class WaitRow:
    """What a case waits for; kind is task | timer | message | signal | condition | incident; task_id only for tasks."""

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


@dataclass(frozen=True)
class Startable:
    """A process this person may start, with its start form if it has one."""

    procedure: str
    process: str
    title: str
    form: Form | None


def startable(desk: Desk) -> list[Startable]:
    """The processes the actor's posts may start."""
    raise NotImplementedError


def start(
    desk: Desk, procedure: str, process: str, posted: Mapping[str, Any], key: str, street: str | None = None
) -> CaseHead:
    """Start a case; the same key and answers give the same case. `street` only when the actor serves several."""
    raise NotImplementedError


def view(desk: Desk, case_id: int) -> CaseView:
    """Where a case stands; NotFound when it is not for this person."""
    raise NotImplementedError


def find(desk: Desk, query: str = "", state: str | None = None, limit: int = 50, offset: int = 0) -> list[CaseHead]:
    """Cases this person may see, newest first; `query` matches number and title."""
    raise NotImplementedError


def retry(desk: Desk, case_id: int, step: int) -> None:
    """Let a case go on from an incident."""
    raise NotImplementedError


def cancel(desk: Desk, case_id: int, reason: str) -> None:
    """Stop a case for good."""
    raise NotImplementedError
