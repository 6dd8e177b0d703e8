"""Messages to people inside the site, and what hangs on a unit's public board."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from processes.workdays import today
from services import scope
from services.desk import Desk
from services.store import files, people


@dataclass(frozen=True)
class NoticeRow:
    """One notice; `read` is None on public boards."""

    id: int
    title: str
    body: str
    at: datetime
    case_id: int | None
    read: bool | None
    until: date | None = None


def tell(desk: Desk, persons: Iterable[int], title: str, body: str, case_id: int | None, key: str) -> int:
    """Notify persons once per key; gives how many were addressed."""
    rows = [
        {
            "person_id": person, "unit_id": None, "case_id": case_id, "key": f"{key}:{person}", "title": title[:200],
            "body": body, "public": False, "at": desk.now, "until": None,
        }
        for person in dict.fromkeys(persons)
    ]  # fmt: skip
    files.add_notices(desk.db, rows)
    return len(rows)


def post(desk: Desk, unit_id: int, title: str, body: str, case_id: int | None, until: date | None, key: str) -> None:
    """Hang a notice on a unit's public board until a day is over."""
    row = {
        "person_id": None, "unit_id": unit_id, "case_id": case_id, "key": f"{key}:board:{unit_id}",
        "title": title[:200], "body": body, "public": True, "at": desk.now, "until": until,
    }  # fmt: skip
    files.add_notices(desk.db, [row])


def mine(desk: Desk, limit: int = 50) -> list[NoticeRow]:
    """The actor's notices, newest first."""
    return [_row(row) for row in files.notices_for(desk.db, desk.actor.person_id or 0, limit)]


def unread(desk: Desk) -> int:
    """How many notices the actor has not read."""
    return files.unread(desk.db, desk.actor.person_id or 0)


def read(desk: Desk, notice_id: int | None = None) -> None:
    """Mark one of the actor's notices as read, or all."""
    files.mark_read(desk.db, desk.actor.person_id or 0, notice_id, desk.now)


def board(desk: Desk, limit: int = 50) -> list[NoticeRow]:
    """What hangs on the boards of the actor's units and below."""
    paths = [post.path for post in desk.actor.posts]
    shown = {unit.id for path in paths for unit in people.all_units(desk.db) if unit.path.startswith(path)}
    return [_row(row) for row in files.public_notices(desk.db, sorted(shown), today(desk.now), limit)]


def of_case(desk: Desk, case_id: int) -> list[NoticeRow]:
    """All notices a case has caused; NotFound when the case is not for this person."""
    scope.case(desk, case_id)
    return [_row(row) for row in files.notices_of(desk.db, case_id)]


def _row(row: Any) -> NoticeRow:
    read = None if row.public else row.read_at is not None
    return NoticeRow(row.id, row.title, row.body, row.at, row.case_id, read, row.until)
