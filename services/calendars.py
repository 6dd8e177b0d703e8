"""The working-day calendar as an editable table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from processes.workdays import Calendar
from services.desk import Desk
from services.store.db import Connection


@dataclass(frozen=True)
class Moved:
    """One open deadline that a new calendar changed."""

    case_id: int
    case_no: str
    element: str
    before: date
    after: date


def load(db: Connection) -> Calendar:
    """The calendar as it stands in the database, cached per process by its version; the packaged one when empty."""
    raise NotImplementedError


def import_(desk: Desk, rows: Iterable[tuple[date, bool, str]]) -> list[Moved]:
    """Replace the days of the years in `rows` (day, is working day, note) and recompute open deadlines.

    Each change is recorded in its case; no deadline moves before the day announced earlier.
    """
    raise NotImplementedError
