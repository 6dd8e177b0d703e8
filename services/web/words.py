"""Dates, terms and states in the words of the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Protocol, TypeVar

from processes.text import T, Text
from processes.workdays import BEIJING
from services.history import EventRow

WEEKDAYS = (T("星期一"), T("星期二"), T("星期三"), T("星期四"), T("星期五"), T("星期六"), T("星期日"))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# State of a case or step: the word and the shape that goes with it (see app.css).
STATES: dict[str, tuple[Text, str]] = {
    "running": (T("在办"), "doing"),
    "incident": (T("停住"), "stuck"),
    "ended": (T("办结"), "done"),
    "cancelled": (T("已终止"), "wait"),
    "done": (T("已办"), "done"),
    "doing": (T("在办"), "doing"),
    "wait": (T("未开始"), "wait"),
    "stuck": (T("停住"), "stuck"),
    "skipped": (T("没有走到"), "wait"),
}

# What a case may wait for when it is no person.
KINDS: dict[str, Text] = {
    "task": T("经办人"),
    "timer": T("时间到"),
    "message": T("对方来文"),
    "signal": T("统一通知"),
    "condition": T("条件满足"),
    "incident": T("管理员处理"),
}


def local_day(moment: datetime) -> date:
    """The day in Beijing."""
    return moment.astimezone(BEIJING).date()


def day_words(day: date, today: date, locale: str) -> str:
    """11月24日, with the year when it is another one; 24 Nov in English."""
    if locale == "en":
        return f"{day.day} {MONTHS[day.month - 1]}" + ("" if day.year == today.year else f" {day.year}")
    return ("" if day.year == today.year else f"{day.year}年") + f"{day.month}月{day.day}日"


def moment_words(moment: datetime, today: date, locale: str) -> str:
    """11月18日 09:12, Beijing time."""
    local = moment.astimezone(BEIJING) if moment.tzinfo else moment.replace(tzinfo=UTC).astimezone(BEIJING)
    return f"{day_words(local.date(), today, locale)} {local:%H:%M}"


def due_class(left: int | None, due: date | None, today: date) -> str:
    """over, soon (today or tomorrow) or nothing."""
    if due is None:
        return ""
    if due < today or (left is not None and left < 0):
        return "over"
    return "soon" if left is not None and left <= 1 and (due - today).days <= 1 else ""


class HasDue(Protocol):
    """Rows that carry a last day."""

    @property
    def due_date(self) -> date | None: ...


def period(row: HasDue, today: date) -> str:
    """The group of the inbox a row stands in: today, week, later or none."""
    if row.due_date is None:
        return "none"
    if row.due_date <= today:
        return "today"
    return "week" if row.due_date.isocalendar()[:2] == today.isocalendar()[:2] else "later"


Row = TypeVar("Row", bound=HasDue)

PERIODS: dict[str, Text] = {
    "today": T("今天办完"),
    "week": T("本周办完"),
    "later": T("以后"),
    "none": T("没有期限"),
}


def by_period(rows: Sequence[Row], today: date) -> list[tuple[str, list[Row]]]:
    """Rows in the groups of the inbox, in the order of the groups."""
    order = list(PERIODS)
    sorted_rows = sorted(rows, key=lambda r: order.index(period(r, today)))
    return [(name, list(found)) for name, found in groupby(sorted_rows, key=lambda r: period(r, today))]


@dataclass(frozen=True)
class Told:
    """A line of the record; `count` equal lines in a row are told once."""

    event: EventRow
    count: int = 1


def record(events: Sequence[EventRow]) -> list[Told]:
    """The record of a case, newest first; what the system did over and over stands in one line."""
    told: list[Told] = []
    for event in reversed(events):
        last = told[-1] if told else None
        same = last and (last.event.who, str(last.event.what)) == (event.who, str(event.what))
        if last and same and not event.answers and not event.detail and not last.event.answers:
            told[-1] = Told(last.event, last.count + 1)
        else:
            told.append(Told(event))
    return told
