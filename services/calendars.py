"""The working-day calendar as an editable table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from processes.run import Run
from processes.text import T
from processes.workdays import Calendar, Day, Kind, today
from services import cases, history
from services.desk import Desk
from services.errors import NotAllowed
from services.roles import ADMINISTERS
from services.store import cases as case_rows
from services.store import values
from services.store.db import Connection

VERSION = "calendar"


@dataclass(frozen=True)
class Moved:
    """One open deadline that a new calendar changed."""

    case_id: int
    case_no: str
    element: str
    name: str
    before: date
    after: date


class _Known:
    """The calendar by its version; immutable, so sharing it is safe."""

    def __init__(self) -> None:
        self.calendar: Calendar = Calendar.seeded()


_known = _Known()


def load(db: Connection) -> Calendar:
    """The calendar as it stands in the database, kept per process by its version; the packaged one when empty."""
    version = values.get(db, VERSION)
    if version is None:
        return Calendar.seeded()
    if version != _known.calendar.version:
        _known.calendar = Calendar.from_rows(_day(row) for row in values.all_days(db))
    return _known.calendar


def _day(row: Any) -> Day:
    return Day(row.day, Kind(row.kind), row.name, row.source)


def import_(desk: Desk, rows: Iterable[Day]) -> list[Moved]:
    """Take new lines into the calendar and recompute open deadlines, each from the moment it began.

    Each change is recorded in its case; no deadline moves before the day announced earlier. Returns what moved.
    """
    if not (desk.actor.system or desk.actor.has(*ADMINISTERS, "district_affairs", "snc_director")):
        raise NotAllowed()
    calendar = load(desk.db).merged(rows)
    lines = [{"day": d.date, "kind": str(d.kind), "name": d.name, "source": d.source} for d in calendar.rows]
    values.replace_days(desk.db, lines)
    values.put(desk.db, VERSION, calendar.version)
    history.record(desk, None, history.Act("calendar", T("更新了工作日历"), detail=calendar.version))
    return [moved for case_id in case_rows.running(desk.db) for moved in _recount(desk, case_id, calendar)]


def _recount(desk: Desk, case_id: int, calendar: Calendar) -> list[Moved]:
    row = cases.locked(desk, case_id)
    found: list[Moved] = []

    def recount(run: Run) -> bool:
        found.extend(_moved(desk, row, run, calendar))
        return bool(found)

    cases.step(desk, row, recount, history.Act("calendar", T("按新的工作日历重算了期限")))
    for moved in found:
        what = T("“{name}”的期限由 {before} 改为 {after}", name=moved.name, before=moved.before, after=moved.after)
        history.record(desk, case_id, history.Act("recount", what, moved.element))
    return found


def _moved(desk: Desk, row: Any, run: Run, calendar: Calendar) -> list[Moved]:
    names = {wait.step: wait.name for wait in run.waiting()}
    return [
        Moved(row.id, row.no, m.element, names.get(m.step) or m.element, _last_day(m.before), _last_day(m.after))
        for m in run.recount(calendar)
    ]


def _last_day(text: str) -> date:
    """The day a deadline means: a moment at midnight ends the day before it."""
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return today(moment) if moment.hour != 16 or moment.minute else date.fromordinal(today(moment).toordinal() - 1)
