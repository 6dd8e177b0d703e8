"""The two kinds of FEEL duration: days and time, years and months."""

from __future__ import annotations

import re
from dataclasses import dataclass

SECOND = 1_000_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86400 * SECOND
LARGEST = 10**15  # years, days or seconds a duration may hold; keeps every later step small

_DAYS = re.compile(
    r"(-)?P(?:([0-9]{1,15})D)?(?:T(?:([0-9]{1,15})H)?(?:([0-9]{1,15})M)?(?:([0-9]{1,15})(?:\.([0-9]{0,30}))?S)?)?"
)
_MONTHS = re.compile(r"(-)?P(?:([0-9]{1,15})Y)?(?:([0-9]{1,15})M)?")


@dataclass(frozen=True, order=True, slots=True)
class DayTimeDuration:
    """A length of time in nanoseconds."""

    nanos: int

    @classmethod
    def of(cls, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> DayTimeDuration:
        return cls(days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND)

    def __str__(self) -> str:
        days, rest = divmod(abs(self.nanos), DAY)
        hours, rest = divmod(rest, HOUR)
        minutes, rest = divmod(rest, MINUTE)
        seconds, fraction = divmod(rest, SECOND)
        second = f"{seconds}.{fraction:09d}".rstrip("0").rstrip(".") if fraction else str(seconds)
        clock = (
            (f"{hours}H" * bool(hours)) + (f"{minutes}M" * bool(minutes)) + (f"{second}S" * bool(seconds or fraction))
        )
        text = (f"{days}D" * bool(days)) + (f"T{clock}" * bool(clock))
        return ("-" if self.nanos < 0 else "") + "P" + (text or "T0S")


@dataclass(frozen=True, order=True, slots=True)
class YearMonthDuration:
    """A length of time in months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" * bool(years)) + (f"{months}M" * bool(months))
        return ("-" if self.months < 0 else "") + "P" + (text or "0M")


Duration = DayTimeDuration | YearMonthDuration


def parse_duration(text: str) -> Duration | None:
    """Read ISO 8601 text (`P1DT2H`, `-P1Y6M`); None when it is none. Years and days do not mix."""
    if text.endswith(("P", "T")):
        return None
    if found := _MONTHS.fullmatch(text):
        sign, years, months = found.groups()
        total = int(years or 0) * 12 + int(months or 0)
        return YearMonthDuration(-total if sign else total)
    if found := _DAYS.fullmatch(text):
        return _day_time(*found.groups())
    return None


def _day_time(
    sign: str | None,
    days: str | None,
    hours: str | None,
    minutes: str | None,
    seconds: str | None,
    fraction: str | None,
) -> DayTimeDuration:
    whole = DayTimeDuration.of(int(days or 0), int(hours or 0), int(minutes or 0), int(seconds or 0)).nanos
    total = whole + int(((fraction or "") + "0" * 9)[:9])
    return DayTimeDuration(-total if sign else total)
