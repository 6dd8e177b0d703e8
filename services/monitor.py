"""What a manager watches: cases that stand still, messages nobody waits for, tasks nobody can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services import messages, scope
from services.desk import Desk
from services.store import cases as rows


@dataclass(frozen=True)
class IncidentRow:
    """A place where a case stands still; `step` is set for the engine's, `job_id` for a failed delivery or effect."""

    case_id: int
    case_no: str
    case_title: str
    element: str
    reason: str
    since: datetime
    step: int | None
    job_id: int | None


@dataclass(frozen=True)
class PendingRow:
    """A message that waits for a listener."""

    id: int
    name: str
    key: str
    case_id: int | None
    since: datetime


def incidents(desk: Desk, limit: int = 100) -> list[IncidentRow]:
    """Open incidents of the cases this person may see, oldest first."""
    found = rows.incidents_of(desk.db, scope.cases(desk), limit)
    return [IncidentRow(r.case_id, r.no, r.title, r.element, r.reason, r.since, r.step, r.job_id) for r in found]


def pending(desk: Desk, limit: int = 100) -> list[PendingRow]:
    """Messages nobody waits for in the actor's streets, oldest first."""
    found = messages.pending(desk, limit)
    return [PendingRow(r.id, r.name, r.match.removeprefix("="), r.case_id, r.created_at) for r in found]
