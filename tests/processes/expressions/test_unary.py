"""The cells of decision tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from processes.expressions import compile_unary
from tests.processes.expressions.feel import env

CASES: list[tuple[str, Any, bool | None]] = [
    ("-", 5, True),
    ("", None, True),
    ("5", 5, True),
    ("5", Decimal("5.0"), True),
    ("-5", -5, True),
    ('"a","b"', "b", True),
    ('"a","b"', "c", False),
    ('not("a","b")', "c", True),
    ('not("a","b")', "a", False),
    ("not(> 5)", 5, True),
    ("> 5", 5, False),
    ("[0.5..1], > 5", Decimal("0.5"), True),
    ("[0.5..1], > 5", 3, False),
    ("(1..5)", 5, False),
    ("]1..5]", 5, True),
    ('< date("2026-01-01")', date(2025, 12, 31), True),
    ("true", True, True),
    ("false", True, False),
    ("null", None, True),
    ("null", 1, False),
    ("> 5", None, None),
    ("> limit", 11, True),
    ("limit", 10, True),
    ("limit + 1", 11, True),
    ("allowed", "x", True),
    ("allowed", "z", False),
    ("not(allowed)", "z", True),
    ("? > 5 and ? < 8", 7, True),
    ("? > 5 and ? < 8", 9, False),
    ('starts with(?, "永")', "永中", True),
    ("count(?) > 1", [1, 2], True),
    ("? in [1, 2]", 2, True),
    ("list contains(allowed, ?)", "x", True),
    ("not(? = 5)", 5, False),
    ("[1..3], 7", 7, True),
    ("not(true)", True, False),
    ("not(true) = ?", False, True),
]


@pytest.mark.parametrize(("text", "given", "expected"), CASES, ids=[f"{text} | {given}" for text, given, _ in CASES])
def test_cell(text: str, given: Any, expected: bool | None) -> None:
    assert compile_unary(text).test(given, {"limit": 10, "allowed": ["x", "y"]}, env()) is expected


def test_names_leave_out_the_input() -> None:
    assert compile_unary("? > limit, other").names == {"limit", "other"}
