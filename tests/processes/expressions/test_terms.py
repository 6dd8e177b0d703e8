"""Working days and deadlines in expressions, by the State Council's calendar of 2026."""

from __future__ import annotations

import pytest

from processes.expressions import Env, literal
from processes.workdays import Calendar
from tests.processes.expressions.feel import NOW, value

CASES = [
    # National Day 2026: 1 to 7 October are free, 20 September and 10 October are worked
    ('is working day(@"2026-10-01")', "false"),
    ('is working day(@"2026-10-10")', "true"),
    ('next working day(@"2026-10-01")', 'date("2026-10-08")'),
    ('add working days(@"2026-09-30", 1)', 'date("2026-10-08")'),
    ('add working days(@"2026-09-30", 3)', 'date("2026-10-10")'),
    ('working days between(@"2026-09-30", @"2026-10-10")', "3"),
    ('deadline(@"2026-09-30", 3, "WD")', 'date("2026-10-10")'),
    ('deadline(@"2026-09-24", 7, "CD")', 'date("2026-10-08")'),
    ('deadline(@"2026-09-30", {amount: 3, unit: "WD"})', 'date("2026-10-10")'),
    ("deadline(start, params.noticeDays)", 'date("2026-10-10")'),
    ('deadline(@"2026-01-31", 1, "MO")', 'date("2026-02-28")'),
    ('deadline(@"2026-09-30", 3, "YEARS")', "null"),
    ('deadline(@"2026-09-30", {amount: "3", unit: "WD"})', "null"),
    ('deadline(@"2026-09-30", {unit: "WD"})', "null"),
    ('deadline(@"2026-09-30", 1e9, "WD")', "null"),
    ('end of day(@"2026-10-10")', 'date and time("2026-10-11T00:00:00+08:00")'),
    ('is working day(@"2026-10-09T20:00:00Z")', "true"),  # the 10th in Beijing
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_term(text: str, expected: str) -> None:
    env = Env(NOW, Calendar.seeded())
    context = {"start": value('@"2026-09-30"'), "params": {"noticeDays": {"amount": 3, "unit": "WD"}}}
    assert literal(value(text, context, env)) == expected


def test_without_a_calendar_there_is_no_working_day() -> None:
    env = Env(NOW)
    assert value('add working days(@"2026-09-30", 1)', {}, env) is None
    assert "日历" in str(env.warnings[0])
