"""Writes bpmn/calendar/cn.csv anew: `python -m processes.calendar_seed`, after the chinesecalendar package was raised.

The package is read here, when the data is made, never when the product runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from processes.workdays import EXPECTED, SEED, Day, Kind, to_csv

NOTICE = "国务院办公厅关于{year}年部分节假日安排的通知"
HOLIDAY_RULES = f"{EXPECTED}：全国年节及纪念日放假办法（2024年修订）"
# Lunar and solar-term dates of the years without a notice: new year's day, 清明, 端午, 中秋.
COMING = {
    2027: ("2027-02-06", "2027-04-05", "2027-06-09", "2027-09-15"),
    2028: ("2028-01-26", "2028-04-04", "2028-05-28", "2028-10-03"),
    2029: ("2029-02-13", "2029-04-04", "2029-06-16", "2029-09-22"),
    2030: ("2030-02-03", "2030-04-05", "2030-06-05", "2030-09-12"),
}


def published() -> Iterator[Day]:
    """Days of all notices the package knows."""
    from chinese_calendar.constants import Holiday, holidays, workdays

    for kind, table in ((Kind.REST, holidays), (Kind.WORK, workdays)):
        for day, name in table.items():
            yield Day(day, kind, Holiday(name).chinese, NOTICE.format(year=day.year))


def expected(year: int) -> Iterator[Day]:
    """The statutory holidays of a year whose notice is not out; make-up days cannot be guessed."""
    spring, tomb, boat, moon = (date.fromisoformat(d) for d in COMING[year])
    runs = [
        (date(year, 1, 1), 1, "元旦"),
        (spring - timedelta(days=1), 4, "春节"),
        (tomb, 1, "清明"),
        (date(year, 5, 1), 2, "劳动节"),
        (boat, 1, "端午"),
        (moon, 1, "中秋"),
        (date(year, 10, 1), 3, "国庆节"),
    ]
    for first, length, name in runs:
        for n in range(length):
            yield Day(first + timedelta(days=n), Kind.REST, name, HOLIDAY_RULES)


def main() -> None:
    """Write the file."""
    days = {d.date: d for d in published()}
    known = {d.year for d in days}
    for year in COMING.keys() - known:
        days |= {d.date: d for d in expected(year) if d.date not in days}
    SEED.write_text(to_csv(sorted(days.values())), encoding="utf-8")


if __name__ == "__main__":
    main()
