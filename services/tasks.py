"""What waits for a person: find it, open it, answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from processes.forms import Resolved
from processes.text import Text
from services.cases import CaseHead
from services.desk import Desk
from services.history import EventRow


@dataclass(frozen=True)
class TaskRow:
    """One line of the inbox; `left` is working days (negative = overdue), `provisional` marks 预计 dates."""

    id: int
    title: str
    element: str
    case_id: int
    case_no: str
    case_title: str
    procedure_title: str
    unit_title: str
    role: str
    due_date: date | None
    since: datetime
    left: int | None
    provisional: bool
    state: str  # open | done | gone | incident
    waiting_for: str | None  # name of the person who took it, else None
    mine: bool = True


@dataclass(frozen=True)
class Inbox:
    """`counts` has the keys mine, group, done, overdue, today; `first` is the one to do first."""

    first: TaskRow | None
    rows: list[TaskRow]
    counts: dict[str, int]
    total: int = 0


@dataclass(frozen=True)
class TaskView:
    """Everything the task page shows; `material` are label/value pairs of the case."""

    row: TaskRow
    case: CaseHead
    form: Resolved
    material: list[tuple[str, str]]
    history: list[EventRow]
    next: str | None
    draft: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """What to tell the officer, and where the case waits now (only tasks this officer may do)."""

    case_id: int
    said: Text
    next: list[TaskRow]
    incident: bool = False


def inbox(desk: Desk, view: str = "mine", limit: int = 50, offset: int = 0) -> Inbox:
    """List tasks: "mine" = given to or taken by me or only I can do it, "group" = free to take, "done" = done by me."""
    raise NotImplementedError


def open(desk: Desk, task_id: int) -> TaskView:
    """Show one task with its form; NotFound when it is not for this person."""
    raise NotImplementedError


def complete(desk: Desk, task_id: int, posted: Mapping[str, Any], key: str) -> Done:
    """Answer a task; the same key and answers give the same reply.

    Raises Invalid, Conflict, NotFound, NotAllowed or KeyReused, and then nothing has changed.
    """
    raise NotImplementedError


def save_draft(desk: Desk, task_id: int, posted: Mapping[str, Any]) -> None:
    """Keep unfinished answers for this person."""
    raise NotImplementedError


def claim(desk: Desk, task_id: int) -> None:
    """Take a group task; Conflict when somebody else has it."""
    raise NotImplementedError


def release(desk: Desk, task_id: int) -> None:
    """Give a taken task back to its group."""
    raise NotImplementedError
