"""Three nominations of the street: one finished, one at the election of group leaders, one half-way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from processes.text import T
from processes.workdays import BEIJING, Calendar, Unit, deadline, today
from services.demo import answers, nominees, place
from services.demo.answers import Book
from services.demo.play import Office, Tell
from services.store.db import Engine


def _office(engine: Engine, calendar: Calendar, now: datetime, days_ago: int, tell: Tell) -> Office:
    """The officers, so many working days before now, at nine in the morning."""
    day = today(now)
    while days_ago:
        day -= timedelta(days=1)
        days_ago -= calendar.is_working_day(day)
    return Office(engine, calendar, datetime.combine(day, time(9, 0), tzinfo=BEIJING), now, tell)


def finished(engine: Engine, calendar: Calendar, now: datetime, tell: Tell) -> None:
    """116 nominations, 70 deputies, with three objections during the notice."""
    tell(T("第一次推选：116人推荐，确定70名代表"))
    office = _office(engine, calendar, now, 60, tell)
    book = Book(nominees.nominations(today(office.clock), nominees.full()))
    case = office.start("ganshi", "nomination", answers.start(today(office.clock), sum(nominees.QUOTA)))
    objections = Objections(office, book)
    office.heard.append(objections.hear)

    def over() -> bool:
        objections.register()
        return office.ended(case)

    office.work_until(over, book)


@dataclass
class Objections:
    """The objections of a round, each registered the day after its community has posted the notice."""

    office: Office
    book: Book
    posted: list[tuple[date, date, Mapping[str, Any]]] = field(default_factory=list)

    def hear(self, element: str, data: Mapping[str, Any]) -> None:
        """A notice is posted today: remember who of its list is objected to."""
        if element == "N25":
            day = today(self.office.clock)
            term = data["params"]["noticeDays"]
            end = deadline(day, term["amount"], Unit(term["unit"]), self.office.calendar)
            self.posted += [(day, end, one) for one in data["list"] if self.book.of(one).objection]

    def register(self) -> None:
        """The clerk registers what has come in since."""
        day = today(self.office.clock)
        for one in [one for one in self.posted if one[0] < day]:
            self.posted.remove(one)
            self.office.start("ganshi", "nomination_objection", answers.objection(one[2], one[1], day))


def grouping(engine: Engine, calendar: Calendar, now: datetime, tell: Tell) -> None:
    """A small nomination up to the election of group leaders and the filing."""
    tell(T("试点推选：每个社区1名，办到小组推选组长"))
    office = _office(engine, calendar, now, 9, tell)
    book = Book(nominees.nominations(today(office.clock), nominees.one_each(), first=200))
    office.start("zhuren", "nomination", answers.start(today(office.clock), len(place.NAMES)))
    office.work_until(lambda: office.open["N34T"] > 0, book, lambda element, _data: element in ("N34T", "N32"))


def half_way(engine: Engine, calendar: Calendar, now: datetime, tell: Tell) -> None:
    """Communities, clerk and departments at work, and a resignation before the party committee."""
    tell(T("第二次推选：办到一半，各岗位都有待办"))
    office = _office(engine, calendar, now, 3, tell)
    office.leave()
    book = Book(nominees.nominations(today(office.clock), nominees.one_each(more=12), first=300))
    office.start("ganshi", "nomination", answers.start(today(office.clock), len(place.NAMES) + 6))
    office.start("ganshi", "nomination_resignation", answers.resignation(today(office.clock)))
    office.work_until(lambda: False, book, _hold)


HELD = {
    "N20B": ("U01", "U02", "U03"),
    "N20": ("U04", "U05", "U17"),
    "N21T": ("U06", "U07", "U08"),
}
"""Where the half-way nomination stands still: element and communities."""


def _hold(element: str, data: Mapping[str, Any]) -> bool:
    unit = data["candidate"]["unit"] if "candidate" in data else data.get("unit", {}).get("code")
    return element == "RS1" or unit in HELD.get(element, ())
