"""Values to JSON and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.expressions import (
    DayTimeDuration,
    FeelBudgetError,
    Range,
    YearMonthDuration,
    dumps,
    from_json,
    loads,
    to_json,
)
from tests.processes.expressions.feel import value

OFFSETS = st.sampled_from([None, UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30))])
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**33), 10**33),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6),
    st.text(),
    st.dates(),
    st.times().map(lambda t: t.replace(fold=0)),
    st.datetimes(timezones=OFFSETS),
    st.integers(-(10**20), 10**20).map(DayTimeDuration),
    st.integers(-(10**9), 10**9).map(YearMonthDuration),
    st.tuples(st.integers(0, 9), st.integers(10, 20), st.booleans(), st.booleans()).map(lambda r: Range(*r)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
)


@given(VALUES)
def test_every_value_returns_exactly(given_value: Any) -> None:
    text = dumps(to_json(given_value))
    assert "\n" not in text
    assert from_json(loads(text)) == given_value
    json.loads(text)
    text.encode()


def test_shapes() -> None:
    shown = to_json(
        {
            "n": Decimal("3.00"),
            "d": date(2026, 1, 1),
            "t": time(10, 30, tzinfo=timezone(timedelta(hours=8))),
            "m": datetime(2026, 1, 1, 10, tzinfo=ZoneInfo("Europe/Paris")),
            "s": [YearMonthDuration(14)],
            "f": value("function(x) x"),
        }
    )
    assert dumps(shown) == (
        '{"n": 3, "d": {"@": "date(\\"2026-01-01\\")"}, "t": {"@": "time(\\"10:30:00+08:00\\")"}, '
        '"m": {"@": "date and time(\\"2026-01-01T10:00:00@Europe/Paris\\")"}, '
        '"s": [{"@": "duration(\\"P1Y2M\\")"}], "f": null}'
    )


def test_numbers_are_plain_literals() -> None:
    assert dumps([Decimal("0.1"), Decimal("1E+3"), Decimal("1.50"), 7]) == "[0.1, 1000, 1.5, 7]"
    assert loads("[0.1, 1e3, 12345678901234567890123]") == [Decimal("0.1"), Decimal(1000), 12345678901234567890123]
    assert type(loads("3")) is int


@pytest.mark.parametrize("inner", ['date("2026-01-01")', 1, 'a"\\\b\f\n\t/b', [Decimal("0.5"), {"x": None}]])
def test_a_context_that_looks_like_a_mark_stays_a_context(inner: Any) -> None:
    odd = {"@": inner}
    assert from_json(loads(dumps(to_json(odd)))) == odd


@pytest.mark.parametrize("text", ["now()", "a", "1 +", 'date("2026-02-30") + x', "count([1])", "function(x) x"])
def test_only_literals_are_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json({"@": text})


def test_a_small_value_that_would_unfold_endlessly_is_refused() -> None:
    bomb: Any = [1]
    for _ in range(60):
        bomb = [bomb, bomb]
    with pytest.raises(FeelBudgetError):
        to_json(bomb)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{", "1e9999", "'a'"])
def test_no_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        loads(text)
