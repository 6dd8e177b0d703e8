"""Dates, times and moments: reading, writing, properties and arithmetic."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from processes.expressions.durations import DAY, SECOND, DayTimeDuration, YearMonthDuration

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?([Zz]|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+/-]{1,60})?"
)
_OFFSET_LIMIT = 18 * 3600
_MIDNIGHT = datetime.combine(date(1, 1, 1), time())
Moment = date | time | datetime


@lru_cache(maxsize=1000)
def zone(mark: str) -> tzinfo | None:
    """The zone `Z`, `+08:00` or `@Asia/Shanghai` means; None when there is none of that name."""
    if mark in ("Z", "z"):
        return UTC
    if mark.startswith("@"):
        try:
            return ZoneInfo(mark[1:])
        except (ValueError, OSError, KeyError):
            return None
    parts = [int(part) for part in mark[1:].split(":")]
    seconds = parts[0] * 3600 + parts[1] * 60 + sum(parts[2:])
    if parts[1] > 59 or sum(parts[2:]) > 59 or seconds > _OFFSET_LIMIT:
        return None
    return offset_zone(-seconds if mark[0] == "-" else seconds)


def offset_zone(seconds: int) -> tzinfo:
    return timezone(timedelta(seconds=seconds)) if seconds else UTC


def parse_date(text: str) -> date | None:
    """Read `2026-03-01`; None when it is no date of the years 1 to 9999."""
    found = _DATE.fullmatch(text)
    return make_date(*(int(part) for part in found.groups())) if found else None


def make_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def parse_time(text: str) -> time | None:
    """Read `10:30:00`, with fraction and zone if given; None when it is no time."""
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second, fraction, mark = found.groups()
    where = zone(mark) if mark else None
    if mark and where is None:
        return None
    try:
        return time(int(hour), int(minute), int(second), int(((fraction or "") + "000000")[:6]), where)
    except ValueError:
        return None


def parse_moment(text: str) -> datetime | None:
    """Read `2026-03-01T10:30:00+08:00`, or a date alone (its midnight)."""
    first, mark, rest = text.partition("T")
    day = parse_date(first)
    if mark and rest.startswith("24:00:00"):  # the end of a day is the beginning of the next
        if day is None or rest[8:9] == "." or day == date.max:
            return None
        rest, day = "00" + rest[2:], day + timedelta(days=1)
    clock = parse_time(rest) if mark else time(0)
    return datetime.combine(day, clock) if day is not None and clock is not None else None


def show_zone(value: time | datetime) -> str:
    where = value.tzinfo
    if where is None:
        return ""
    if isinstance(where, ZoneInfo):
        return f"@{where.key}"
    seconds = offset_of(value) or 0
    if seconds == 0:
        return "Z"
    sign, seconds = ("-" if seconds < 0 else "+"), abs(seconds)
    text = f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return text + (f":{seconds % 60:02d}" if seconds % 60 else "")


def offset_of(value: time | datetime) -> int | None:
    """Offset from UTC in seconds; None without zone, or for a time in a zone whose offset depends on the day."""
    delta = value.utcoffset()
    return None if delta is None else int(delta.total_seconds())


def show(value: Moment) -> str:
    """ISO text, fraction only when there is one, zone as `Z`, offset or `@name`."""
    if isinstance(value, datetime):
        return f"{show(value.date())}T{show(value.timetz())}"
    if isinstance(value, date):
        return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
    text = f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}"
    if value.microsecond:
        text += f".{value.microsecond:06d}".rstrip("0")
    return text + show_zone(value)


def at_literal(text: str) -> Any:
    """The value of `@"…"`: date, moment, time or duration; None when it is none."""
    from processes.expressions.durations import parse_duration

    if "T" in text and not text.startswith(("P", "-P")):
        return parse_moment(text)
    for read in (parse_date, parse_time, parse_duration):
        value = read(text)
        if value is not None:
            return value
    return None


def nanos_of_day(value: time) -> int:
    return (value.hour * 3600 + value.minute * 60 + value.second) * SECOND + value.microsecond * 1000


def time_key(value: time) -> tuple[bool, int]:
    """(has a zone, nanoseconds of the UTC day): times compare by this."""
    offset = offset_of(value)
    return value.tzinfo is not None, nanos_of_day(value) - (offset or 0) * SECOND


def add_months(value: date, months: int) -> date | None:
    """The same day so many months later, or the month's last day. Keeps the clock of a moment."""
    month = value.year * 12 + value.month - 1 + months
    year, month = month // 12, month % 12 + 1
    if not 1 <= year <= 9999:
        return None
    for day in (value.day, 30, 29, 28):
        if day <= value.day:
            try:
                return value.replace(year=year, month=month, day=day)
            except ValueError:
                continue
    return None


def add_span(value: Moment, nanos: int) -> Moment | None:
    """A moment, day or time so many nanoseconds later; times wrap at midnight."""
    if isinstance(value, time):
        total = (nanos_of_day(value) + nanos) % DAY // 1000
        return (_MIDNIGHT + timedelta(microseconds=total)).time().replace(tzinfo=value.tzinfo)
    try:
        if isinstance(value, datetime):
            return _shift(value, timedelta(microseconds=nanos // 1000))
        return (datetime.combine(value, time.min) + timedelta(microseconds=nanos // 1000)).date()
    except OverflowError:
        return None


def _shift(value: datetime, span: timedelta) -> datetime:
    if value.tzinfo is None:
        return value + span
    return (value.astimezone(UTC) + span).astimezone(value.tzinfo)


def as_moment(value: date) -> datetime:
    """A day as the moment it begins in UTC."""
    return value if isinstance(value, datetime) else datetime.combine(value, time.min, UTC)


def difference(a: Moment, b: Moment) -> DayTimeDuration | None:
    """a - b; None when only one of them has a zone or a time meets a date."""
    if isinstance(a, time) or isinstance(b, time):
        if not (isinstance(a, time) and isinstance(b, time)):
            return None
        (zone_a, nanos_a), (zone_b, nanos_b) = time_key(a), time_key(b)
        return DayTimeDuration(nanos_a - nanos_b) if zone_a == zone_b else None
    a, b = as_moment(a), as_moment(b)
    if (a.tzinfo is None) != (b.tzinfo is None):
        return None
    try:
        span = a - b if a.tzinfo is None else a.astimezone(UTC) - b.astimezone(UTC)
    except OverflowError:
        return None
    return DayTimeDuration((span // timedelta(microseconds=1)) * 1000)


def months_between(start: date, end: date) -> YearMonthDuration:
    """Full months from start to end, negative when end is earlier."""
    if end < start:
        return YearMonthDuration(-months_between(end, start).months)
    months = (end.year - start.year) * 12 + end.month - start.month
    return YearMonthDuration(months - (1 if end.day < start.day else 0))
