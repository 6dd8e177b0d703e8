"""The officers at work: sweep after sweep through their inboxes, each act in a transaction of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from processes.text import T, Text
from processes.workdays import BEIJING, Calendar, today
from services import cases, runs, tasks, worker
from services.demo.place import POSTS, officers
from services.desk import SYSTEM, Desk
from services.people import actor
from services.store import db, overview
from services.store.db import Engine

HOURS = (time(9, 10), time(10, 40), time(14, 20), time(16, 0))
ACT = timedelta(seconds=4)

Hold = Callable[[str, Mapping[str, Any]], bool]
Tell = Callable[[Text], None]


class Book(Protocol):
    """What the officers answer."""

    def answer(self, element: str, data: Mapping[str, Any], today: date, /) -> dict[str, Any] | None:
        """What is written into the form of a task; None where it is left for another day."""


def nothing(_element: str, _data: Mapping[str, Any]) -> bool:
    """Hold nothing back."""
    return False


@dataclass
class Office:
    """The officers of the street with one clock that stops at `until`; `left` are tasks nobody is to touch any more."""

    engine: Engine
    calendar: Calendar
    clock: datetime
    until: datetime
    tell: Tell
    left: set[int] = field(default_factory=set)
    heard: list[Callable[[str, Mapping[str, Any]], None]] = field(default_factory=list)
    open: Counter[str] = field(default_factory=Counter)
    officers: dict[tuple[str, str], str] = field(
        default_factory=lambda: (
            {(role, unit): login for login, role, unit in POSTS}
            | {(one.role, one.unit): one.login for one in officers()}
        )
    )
    procedure: str = "nomination"

    @contextmanager
    def desk(self, login: str | None = None) -> Iterator[Desk]:
        """A transaction as this officer, committed at the end."""
        with db.writing(self.engine) as connection:
            yield Desk(connection, actor(connection, login) if login else SYSTEM, self.clock, self.calendar)

    def start(self, login: str, process: str, answers: Mapping[str, Any]) -> int:
        """Start a case; its id."""
        with self.desk(login) as desk:
            case = cases.start(desk, self.procedure, process, answers, f"demo-{process}-{self.clock.isoformat()}")
        self.clock += ACT
        self.follow_up()
        return case.id

    def follow_up(self) -> None:
        """The worker does what is due."""
        worker.run_due(self.engine, self.clock)

    def open_tasks(self) -> list[Any]:
        """What waits for somebody now, but for what is left alone."""
        with db.reading(self.engine) as connection:
            found = [row for row in overview.open_tasks(connection) if row.id not in self.left]
        self.open = Counter(row.element for row in found)
        return found

    def sweep(self, book: Book, hold: Hold = nothing) -> int:
        """Everybody answers what waits for him now, but for what is held back; how many answered."""
        done = sum(self.answer(task, book, hold) for task in self.open_tasks())
        self.follow_up()
        return done

    def answer(self, task: Any, book: Book, hold: Hold) -> bool:
        """The officer of the post answers one task; False when it is left alone, for good or for today."""
        with self.desk(self.officers[task.role, task.code]) as desk:
            data = runs.seen(desk, task.case_id, task.step)
            if hold(task.element, data):
                self.left.add(task.id)
                return False
            answers = book.answer(task.element, data, today(self.clock))
            if answers is None:
                return False
            tasks.complete(desk, task.id, answers, f"demo-{task.id}")
        for listener in self.heard:
            listener(task.element, data)
        self.clock += ACT
        return True

    def work_until(self, over: Callable[[], bool], book: Book, hold: Hold = nothing, days: int = 60) -> None:
        """Four sweeps each working day until it is over."""
        for _ in range(days):
            for hour in HOURS:
                if not self.at(hour):
                    return
                done = self.sweep(book, hold)
                if done:
                    local = self.clock.astimezone(BEIJING)
                    self.tell(T("{when}  办理{count}件", when=f"{local:%Y-%m-%d %H:%M}", count=done))
                if over():
                    return
            self.next_day()

    def at(self, hour: time) -> bool:
        """Later the same day; False when that would be in the future."""
        there = max(self.clock, datetime.combine(self.clock.astimezone(BEIJING).date(), hour, tzinfo=BEIJING))
        if there > self.until:
            return False
        self.clock = there
        self.follow_up()
        return True

    def next_day(self) -> None:
        """The next working day, everything due before it done at its own evening."""
        day = today(self.clock)
        for _ in range(30):
            day += timedelta(days=1)
            self.clock = datetime.combine(day, time(0, 1), tzinfo=BEIJING)
            self.follow_up()
            if self.calendar.is_working_day(day):
                return

    def days(self) -> Iterator[date]:
        """Every working day at ten, up to the end."""
        while self.at(HOURS[1]):
            yield today(self.clock)
            following = self.calendar.add_working_days(today(self.clock), 1)
            if following > today(self.until):
                return
            self.next_day()

    def number(self, case: int) -> str:
        """The number of a case."""
        with self.desk() as desk:
            return cases.head(desk, case).no

    def ended(self, case: int) -> bool:
        """True when a case is over."""
        with self.desk() as desk:
            return cases.head(desk, case).state not in ("running", "incident")

    def leave(self) -> None:
        """Whatever is open now stays for people to do by hand."""
        self.left |= {task.id for task in self.open_tasks()}


def since(engine: Engine, calendar: Calendar, now: datetime, days: int, tell: Tell, procedure: str) -> Office:
    """The officers so many working days before now, at nine in the morning; what is open then is not theirs."""
    day = today(now)
    while days or not calendar.is_working_day(day):
        day -= timedelta(days=1)
        days -= calendar.is_working_day(day)
    begin = datetime.combine(day, time(9, 0), tzinfo=BEIJING)
    office = Office(engine, calendar, begin, now, tell, procedure=procedure)
    office.leave()
    return office
