"""A compiled FEEL condition beside the same condition evaluated from text by the stock engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import Any

from processes.expressions import Env, compile_expression
from tests.bench.figures import Figure
from tests.bench.floor import StockEngine

DATA = {"budget": 150, "level": "district"}
FEEL, PYTHON = 'budget > 100 and level = "district"', 'budget > 100 and level == "district"'
TURNS, ROUNDS = 20_000, 9


def condition() -> Figure:
    """Evaluations a second; the larger the ratio the better."""
    compiled, env = compile_expression(FEEL), Env(datetime(2026, 9, 14, tzinfo=UTC))
    workflow = StockEngine().chain()
    task = workflow.get_next_task(manual=True)
    task.data.update(DATA)
    engine = workflow.script_engine
    assert compiled.evaluate(DATA, env) is True and engine.evaluate(task, PYTHON) is True
    rounds = [
        (_rate(lambda: compiled.evaluate(DATA, env)), _rate(lambda: engine.evaluate(task, PYTHON)))
        for _ in range(ROUNDS)
    ]
    ours, theirs = median(ours for ours, _ in rounds), median(theirs for _, theirs in rounds)
    about = "FEEL condition, compiled; floor: SpiffWorkflow evaluating text"
    return Figure("feel_condition", ours, theirs, "evaluations/s", about, ">= 3.0")


def _rate(act: Callable[[], Any]) -> float:
    begin = perf_counter()
    for _ in range(TURNS):
        act()
    return TURNS / (perf_counter() - begin)
