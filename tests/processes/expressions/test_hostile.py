"""Nothing reaches Python, nothing runs for ever, nothing fills the memory."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import pytest

from processes.expressions import (
    Env,
    FeelBudgetError,
    FeelSyntaxError,
    compile_expression,
    compile_unary,
    dumps,
    to_json,
)
from processes.workdays import Calendar
from tests.processes.expressions import hostile
from tests.processes.expressions.feel import NOW

SECONDS = 0.2  # of processor time, the best of three, because a busy machine slows us down
REFUSED = "refused"
REACHED: list[str] = []


class Stranger:
    """An object of Python that has no business in an expression."""

    secret = "SECRET"

    def reveal(self) -> str:
        REACHED.append("reveal")
        return self.secret

    def __call__(self) -> str:
        REACHED.append("call")
        return self.secret


def reach(*_: Any) -> str:
    REACHED.append("reach")
    return "SECRET"


CONTEXT = {"stranger": Stranger(), "reach": reach, "person": {"name": "x"}, "number": 5, "text": "abc", "x": [1]}


def outcome(text: str) -> str:
    """The value as text, or that it was refused; fails when it took too long three times over."""
    for _ in range(3):
        begun = time.process_time()
        found = _outcome(text)
        took = time.process_time() - begun
        if took < SECONDS:
            return found
    raise AssertionError(f"took {took:.3f} s")


def _outcome(text: str) -> str:
    try:
        return dumps(to_json(compile_expression(text).evaluate(CONTEXT, Env(NOW, Calendar.seeded()))))
    except (FeelSyntaxError, FeelBudgetError):
        return REFUSED


def short(text: str) -> str:
    return text[:60]


@pytest.mark.parametrize("text", hostile.REACHING_OUT, ids=short)
def test_python_is_out_of_reach(text: str) -> None:
    REACHED.clear()
    found = outcome(text)
    assert "SECRET" not in found
    assert "class" not in found
    assert "0x" not in found
    assert REACHED == []


@pytest.mark.parametrize("text", hostile.ENDLESS, ids=short)
def test_endless_work_stops(text: str) -> None:
    assert len(outcome(text)) < 100


@pytest.mark.parametrize("text", hostile.FILLING, ids=short)
def test_memory_does_not_fill(text: str) -> None:
    outcome(text)
    tracemalloc.start()
    try:
        compile_expression(text).evaluate(CONTEXT, Env(NOW, fuel=20_000))
    except FeelBudgetError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("text", hostile.MALFORMED, ids=short)
def test_monstrous_texts_are_refused(text: str) -> None:
    assert outcome(text) == REFUSED


@pytest.mark.parametrize("text", hostile.MALFORMED, ids=short)
def test_monstrous_cells_are_refused(text: str) -> None:
    with pytest.raises((FeelSyntaxError, FeelBudgetError)):
        compile_unary(text).test(1, CONTEXT, Env(NOW))


def test_more_than_a_hundred() -> None:
    assert len(set(hostile.ALL)) >= 100


def test_a_budget_is_spent_once_for_nested_evaluations() -> None:
    env = Env(NOW)
    with env.one_budget(), pytest.raises(FeelBudgetError):
        for _ in range(100):
            compile_expression("count(for i in 1..10000 return i)").evaluate({}, env)
    assert compile_expression("1").evaluate({}, env) == 1


def test_ordinary_work_has_fuel_enough() -> None:
    units = [{"code": str(n), "population": n * 7, "grids": list(range(30))} for n in range(500)]
    text = """{
        big: units[population > 700 and count(grids) >= 10],
        total: sum(for u in big return u.population * 1.13),
        names: string join(for u in sort(big, function(a, b) a.population > b.population) return u.code, "、"),
        found: every u in big satisfies list contains(u.grids, 3)
    }.found"""
    assert compile_expression(text).evaluate({"units": units}, Env(NOW)) is True
