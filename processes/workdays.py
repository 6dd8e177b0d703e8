"""Terms of time: working days with the State Council calendar, calendar days, months; all in Beijing time."""

from __future__ import annotations

import csv
import hashlib
import io
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import cache
from pathlib import Path

from processes.findings import Finding, Severity
from processes.text import T, Text

BEIJING = timezone(timedelta(hours=8))
SEED = Path(__file__).parent.parent / "bpmn" / "calendar" / "cn.csv"
EXPECTED = "预计"  # source of days that no published notice names yet
COLUMNS = ["date", "kind", "name", "source"]


class Unit(StrEnum):
    """Working day, calendar day, month."""

    WD = "WD"
    CD = "CD"
    MO = "MO"


class Kind(StrEnum):
    """What a notice makes of a day: rest, or work although it is a weekend."""

    REST = "rest"
    WORK = "work"


@dataclass(frozen=True, order=True)
class Day:
    """One line of the calendar; days without a line follow the week (Monday to Friday are worked)."""

    date: date
    kind: Kind
    name: str
    source: str

    @property
    def expected(self) -> bool:
        """True while the day is our guess and no notice says so."""
        return self.source.startswith(EXPECTED)


class Calendar:
    """Which days are worked; immutable, any question costs a few binary searches, no year is ever an error."""

    def __init__(self, days: Iterable[Day]) -> None:
        by_date = {d.date: d for d in days}
        self.rows: tuple[Day, ...] = tuple(by_date[d] for d in sorted(by_date))
        self._rest = [d.date.toordinal() for d in self.rows if d.kind is Kind.REST and d.date.weekday() < 5]
        self._work = [d.date.toordinal() for d in self.rows if d.kind is Kind.WORK and d.date.weekday() >= 5]
        self._published = frozenset(d.date.year for d in self.rows if not d.expected)
        self.version = hashlib.sha256(to_csv(self.rows).encode()).hexdigest()[:12]

    @classmethod
    def from_rows(cls, rows: Iterable[Day]) -> Calendar:
        """A calendar of these days and no others."""
        return cls(rows)

    @classmethod
    def seeded(cls) -> Calendar:
        """The calendar that comes with the product (bpmn/calendar/cn.csv)."""
        return _seeded()

    def merged(self, rows: Iterable[Day]) -> Calendar:
        """The calendar after an import: new lines win over old ones of the same date.

        A first notice for a year drops all that was expected of it. A notice may reach into the December before.
        """
        new = list(rows)
        noticed = {d.date.year for d in new if not d.expected}
        return Calendar([d for d in self.rows if not (d.expected and d.date.year in noticed)] + new)

    def provisional(self, year: int) -> bool:
        """True while no notice of this year is known; dates in it are shown as 预计."""
        return year not in self._published

    @property
    def published_years(self) -> frozenset[int]:
        """Years with a published notice."""
        return self._published

    def is_working_day(self, day: date) -> bool:
        """True for a day that is worked, make-up workdays (调休) included."""
        number = day.toordinal()
        return self._up_to(number) > self._up_to(number - 1)

    def next_working_day(self, day: date) -> date:
        """The day itself when it is worked, else the first worked day after it."""
        number = day.toordinal()
        return self._nth(self._up_to(number - 1) + 1, number)

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which is not counted itself; before it when `count` is negative.

        Zero gives the day back. OverflowError beyond the year 9999.
        """
        number = day.toordinal()
        if count > 0:
            return self._nth(self._up_to(number) + count, number)
        if count < 0:
            first = number + 2 * count - len(self._rest) - 7
            return self._nth(self._up_to(number - 1) + count + 1, max(1, first))
        return date.fromordinal(number)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` is earlier."""
        return self._up_to(end.toordinal()) - self._up_to(start.toordinal())

    def _up_to(self, number: int) -> int:
        """Working days from 0001-01-01 (a Monday) up to and with this ordinal."""
        weeks, rest = divmod(number, 7)
        return weeks * 5 + min(rest, 5) - bisect_right(self._rest, number) + bisect_right(self._work, number)

    def _nth(self, target: int, low: int) -> date:
        """The working day with this running number, looked for from `low` on."""
        if target < 1:
            raise OverflowError("before the year 1")
        high = low + max(0, target - self._up_to(low)) * 7 // 5 + len(self._rest) + 7
        high = min(high, date.max.toordinal())
        number = low + bisect_left(range(low, high + 1), target, key=self._up_to)
        if number > high:
            raise OverflowError("after the year 9999")
        return date.fromordinal(number)


@cache
def _seeded() -> Calendar:
    days, findings = parse_csv(SEED.name, SEED.read_text(encoding="utf-8"))
    if findings:
        raise ValueError(str(findings[0].message))
    return Calendar(days)


def deadline(start: date, amount: int, unit: Unit | str, calendar: Calendar) -> date:
    """The last day of a term.

    The first day is not counted; a term in calendar days or months that ends on a rest day runs to the next working
    day; without a corresponding day a month term ends on the last day of the month (by analogy with 民法典 201–203).
    A negative amount counts backwards and is never moved.
    """
    unit = Unit(unit)
    if unit is Unit.WD:
        return calendar.add_working_days(start, amount) if amount else calendar.next_working_day(start)
    raw = add_months(start, amount) if unit is Unit.MO else start + timedelta(days=amount)
    return calendar.next_working_day(raw) if amount >= 0 else raw


def add_months(start: date, months: int) -> date:
    """The same day of the month `months` later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, _month_length(year, month + 1)))


def _month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def end_of(day: date) -> datetime:
    """The moment this day is over: 24:00 in Beijing, as aware UTC."""
    return datetime.combine(day, time(16), tzinfo=UTC)


def today(now: datetime) -> date:
    """The date in Beijing at this aware moment."""
    return now.astimezone(BEIJING).date()


def working_days_left(today: date, last_day: date, calendar: Calendar) -> int:
    """Working days that remain after today; 0 on the last day, at most -1 as soon as it has passed."""
    left = calendar.working_days_between(today, last_day)
    return min(left, -1) if today > last_day else left


def to_csv(rows: Iterable[Day]) -> str:
    """The calendar as the text of an editable file, one day a line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((d.date.isoformat(), d.kind, d.name, d.source) for d in rows)
    return out.getvalue()


def parse_csv(file: str, text: str) -> tuple[list[Day], list[Finding]]:
    """Read a calendar file (date, kind rest|work, name, source); every bad line is a finding, none raises."""
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    if [c.strip() for c in next(lines, [])] != COLUMNS:
        return [], [_finding(file, 1, T("第一行应为表头：{columns}", columns=",".join(COLUMNS)))]
    days: dict[date, Day] = {}
    findings: list[Finding] = []
    for cells in lines:
        if not any(c.strip() for c in cells):
            continue
        day = _parse_day(cells)
        if isinstance(day, Text):
            findings.append(_finding(file, lines.line_num, day))
        elif day.date in days:
            findings.append(_finding(file, lines.line_num, T("日期 {day} 重复", day=day.date.isoformat())))
        else:
            days[day.date] = day
    return sorted(days.values()), findings


def _parse_day(cells: list[str]) -> Day | Text:
    if len(cells) != len(COLUMNS):
        return T("应有 {count} 列", count=len(COLUMNS))
    day, kind, name, source = (c.strip() for c in cells)
    if kind not in set(Kind):
        return T("“{kind}”应为 rest（休息）或 work（上班）", kind=kind)
    if not source:
        return T("缺少来源")
    try:
        return Day(date.fromisoformat(day), Kind(kind), name, source)
    except ValueError:
        return T("“{day}”不是日期，应写成 2026-10-01", day=day)


def _finding(file: str, line: int, message: Text) -> Finding:
    return Finding(Severity.ERROR, "calendar", file, message, line=line)
