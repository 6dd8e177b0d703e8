from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.workdays import (
    Calendar,
    Day,
    Kind,
    Unit,
    add_months,
    deadline,
    end_of,
    parse_csv,
    to_csv,
    today,
    working_days_left,
)

CN = Calendar.seeded()
DAYS = st.dates(date(2004, 1, 1), date(2030, 12, 31))


def d(text: str) -> date:
    return date.fromisoformat(text)


def due(start: str, amount: int, unit: Unit) -> str:
    return deadline(d(start), amount, unit, CN).isoformat()


@pytest.mark.parametrize(
    ("posted", "last"),
    [
        ("2026-09-18", "2026-09-22"),
        ("2026-09-24", "2026-09-30"),
        ("2026-09-29", "2026-10-09"),
        ("2026-09-30", "2026-10-10"),
        ("2026-02-12", "2026-02-24"),
        ("2025-09-29", "2025-10-10"),
        ("2025-09-30", "2025-10-11"),
    ],
)
def test_a2_notice_of_three_working_days(posted: str, last: str) -> None:
    assert due(posted, 3, Unit.WD) == last


def test_a2_objection_check() -> None:
    received = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)  # 09:00 in Beijing
    assert received < end_of(d("2026-10-09"))
    assert due("2026-10-08", 5, Unit.WD) == "2026-10-14"
    late = datetime(2026, 10, 9, 16, 30, tzinfo=UTC)  # 2026-10-10 00:30 in Beijing
    assert late >= end_of(d("2026-10-09"))
    assert today(late) == d("2026-10-10")


@pytest.mark.parametrize(
    ("start", "amount", "unit", "last"),
    [
        ("2026-03-20", 10, Unit.WD, "2026-04-03"),
        ("2026-04-03", 2, Unit.MO, "2026-06-03"),
        ("2026-04-03", 3, Unit.MO, "2026-07-03"),
        ("2026-04-03", 6, Unit.MO, "2026-10-08"),
        ("2026-04-03", 5, Unit.WD, "2026-04-13"),
        ("2026-04-03", 1, Unit.MO, "2026-05-06"),
        ("2026-07-03", 15, Unit.WD, "2026-07-24"),
    ],
)
def test_a5_proposal_terms(start: str, amount: int, unit: Unit, last: str) -> None:
    assert due(start, amount, unit) == last


def test_a10_inquiry_terms() -> None:
    assert due("2026-04-27", 5, Unit.WD) == "2026-05-07"
    assert due("2026-04-27", 1, Unit.MO) == "2026-05-27"


def test_e8_term_that_ends_on_a_make_up_workday_is_not_moved() -> None:
    assert due("2026-03-20", 6, Unit.MO) == "2026-09-20"
    assert due("2025-11-30", 3, Unit.MO) == "2026-02-28"
    assert CN.add_working_days(d("2026-09-20"), -10) == d("2026-09-07")


def test_calendar_days_roll_over_to_the_next_working_day() -> None:
    assert due("2026-09-24", 7, Unit.CD) == "2026-10-08"
    assert due("2026-11-16", 4, Unit.CD) == "2026-11-20"
    assert due("2026-11-16", 5, Unit.CD) == "2026-11-23"


def test_backward_and_empty_terms() -> None:
    assert due("2026-10-31", -3, Unit.MO) == "2026-07-31"
    assert due("2026-10-03", -2, Unit.CD) == "2026-10-01"
    assert due("2026-10-03", 0, Unit.WD) == "2026-10-08"
    assert CN.add_working_days(d("2026-10-03"), 0) == d("2026-10-03")


def test_month_ends_and_leap_days() -> None:
    assert add_months(d("2027-11-30"), 3) == d("2028-02-29")
    assert add_months(d("2028-02-29"), 12) == d("2029-02-28")
    assert add_months(d("2026-01-31"), -2) == d("2025-11-30")
    assert add_months(d("2026-12-15"), 1) == d("2027-01-15")


def test_years_without_a_notice_are_expected_and_never_fail() -> None:
    assert CN.provisional(2027)
    assert not CN.provisional(2026)
    assert not CN.is_working_day(d("2027-01-01"))
    assert not CN.is_working_day(d("2027-02-08"))
    assert CN.is_working_day(d("2027-01-04"))
    assert CN.is_working_day(d("1900-01-01"))
    assert CN.add_working_days(d("2500-01-01"), 5) == d("2500-01-08")


def test_an_import_replaces_what_was_expected() -> None:
    notice = [
        Day(d("2027-02-05"), Kind.REST, "春节", "通知"),
        Day(d("2027-02-20"), Kind.WORK, "春节", "通知"),
        Day(d("2026-12-31"), Kind.REST, "元旦", "通知"),
    ]
    after = CN.merged(notice)
    assert not after.provisional(2027)
    assert after.is_working_day(d("2027-02-08"))  # expected before, not in the notice
    assert after.is_working_day(d("2027-02-20"))
    assert not after.is_working_day(d("2026-12-31"))
    assert after.is_working_day(d("2026-10-10"))  # 2026 keeps its own lines
    assert after.version != CN.version
    assert Calendar.from_rows(after.rows).version == after.version


def test_seed_agrees_with_its_package() -> None:
    day = d("2004-01-01")
    while day <= d("2026-12-31"):
        assert CN.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_file_round_trip_and_bad_lines() -> None:
    days, findings = parse_csv("cn.csv", "\ufeff" + to_csv(CN.rows))
    assert (tuple(days), findings) == (CN.rows, [])
    bad = "date,kind,name,source\n2027-13-01,rest,x,y\n2027-01-01,holiday,x,y\n2027-01-01,rest,x,\n2027-01-01,rest\n"
    days, findings = parse_csv("new.csv", bad + "2027-01-03,rest,a,b\n2027-01-03,work,a,b\n")
    assert [day.date for day in days] == [d("2027-01-03")]
    assert [f.line for f in findings] == [2, 3, 4, 5, 7]
    assert parse_csv("new.csv", "day;kind\n")[1][0].line == 1


def test_days_left_as_people_read_them() -> None:
    assert working_days_left(d("2026-09-29"), d("2026-10-09"), CN) == 3
    assert working_days_left(d("2026-10-09"), d("2026-10-09"), CN) == 0
    assert working_days_left(d("2026-10-03"), d("2026-09-30"), CN) == -1
    assert working_days_left(d("2026-10-12"), d("2026-10-08"), CN) == -3


def test_beyond_the_last_date_is_an_overflow() -> None:
    with pytest.raises(OverflowError):
        CN.add_working_days(d("9999-12-30"), 5)
    with pytest.raises(OverflowError):
        CN.add_working_days(d("0001-01-03"), -5)
    with pytest.raises(OverflowError):
        CN.add_working_days(d("2026-01-01"), 10**12)


def slow_add(day: date, count: int) -> date:
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not CN.is_working_day(day):
            day += step
    return day


@given(DAYS, st.integers(-80, 80))
def test_adding_equals_walking(day: date, count: int) -> None:
    assert CN.add_working_days(day, count) == slow_add(day, count)


@given(DAYS, st.integers(1, 500))
def test_between_undoes_adding(day: date, count: int) -> None:
    last = CN.add_working_days(day, count)
    assert CN.is_working_day(last)
    assert CN.working_days_between(day, last) == count


@given(DAYS, st.integers(1, 400), st.sampled_from(list(Unit)))
def test_a_term_ends_on_a_working_day_and_grows_with_its_length(day: date, amount: int, unit: Unit) -> None:
    last = deadline(day, amount, unit, CN)
    assert CN.is_working_day(last)
    assert day < last <= deadline(day, amount + 1, unit, CN)
