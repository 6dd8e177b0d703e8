"""A compiled condition against the same condition as SpiffWorkflow evaluates it, in one run."""

from __future__ import annotations

from timeit import repeat
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec  # noqa: F401  (loads the engine's own parts first)

from processes.expressions import Env, compile_expression
from tests.processes.expressions.feel import NOW


class _Task:
    """As much of a task as evaluating needs."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data


def test_three_times_as_fast() -> None:
    data = {"budget": 120, "level": "district"}
    task, engine = _Task(data), PythonScriptEngine()
    condition, env = compile_expression('budget > 100 and level = "district"'), Env(NOW)
    theirs_text = 'budget > 100 and level == "district"'
    assert engine.evaluate(task, theirs_text) is True
    assert condition.evaluate(data, env) is True
    theirs = min(repeat(lambda: engine.evaluate(task, theirs_text), number=2000, repeat=7))
    ours = min(repeat(lambda: condition.evaluate(data, env), number=2000, repeat=7))
    assert ours * 3 <= theirs, f"ours {ours / 2000 * 1e6:.2f} us, theirs {theirs / 2000 * 1e6:.2f} us"
