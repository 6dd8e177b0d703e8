"""Repetition: parallel and sequential instances over a list or a number, and standard loops.

An instance's answers stay in its own row and are folded into the output collection once, at the end.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from processes.engine.tokens import MISSING, Incident, Scope, Step
from processes.model import Node
from processes.text import T

MOST_INSTANCES = 5_000


def repeats(node: Node) -> bool:
    """True when the activity has a loop marker."""
    return node.loop is not None


def iterate(step: Step) -> bool | None:
    """Begin the repetitions; True when there is nothing to repeat."""
    if step.task_spec.node.loop.kind == "standard":
        return _begin_loop(step)
    items = _items(step)
    step.notes["multi"] = {"total": len(items), "next": 0, "done": 0}
    if not items:
        _fold(step)
        return True
    if step.task_spec.node.loop.kind == "parallel":
        for item in items:
            _start(step, item)
    else:
        step.workflow.put(step.scope.home, _parked(step), items)
        _start(step, items[0])
    return None


def _items(step: Step) -> list[Any]:
    """The list to go through; a number n stands for 1…n."""
    loop = step.task_spec.node.loop
    text = loop.collection or loop.cardinality
    if text is None:
        raise Incident(T("多实例没有写明对哪个列表或多少次"))
    value = step.workflow.evaluate(step, text)
    if isinstance(value, list):
        items = value
    elif isinstance(value, int | Decimal) and not isinstance(value, bool) and value == int(value) >= 0:
        items = [Decimal(n) for n in range(1, min(int(value), MOST_INSTANCES + 1) + 1)]
    else:
        raise Incident(T("多实例的「{text}」既不是列表也不是次数", text=text))
    if len(items) > MOST_INSTANCES:
        raise Incident(T("多实例的「{text}」超过 {n} 个", text=text, n=MOST_INSTANCES))
    return items


def _parked(step: Step) -> str:
    """The hidden variable that keeps a sequential list, so that it is written once and not at every turn."""
    return f"\u00a7{step.id}"


def _start(step: Step, item: Any) -> None:
    number = step.notes["multi"]["next"]
    step.notes["multi"]["next"] = number + 1
    local: dict[str, Any] = {"loopCounter": Decimal(number + 1)}
    if element := step.task_spec.node.loop.element:
        local[element] = item
    step.workflow.touch(step)
    step.workflow.enter(
        step.scope, step.task_spec.node.id, **{"as": "instance", "under": step.id, "index": number, "local": local}
    )


def conclude(instance: Step) -> None:
    """Fix an instance's result before it ends, while a fault in its expressions can still be mended and tried again."""
    if "index" not in instance.notes:
        return
    step = instance.workflow.tasks[instance.notes["under"]]
    instance.result = _output(instance)
    if _enough(step, instance):
        instance.notes["enough"] = True


def instance_done(instance: Step) -> None:
    """Keep one instance's result, and go on, stop early, or fold everything when it was the last."""
    workflow = instance.workflow
    step = workflow.tasks[instance.notes["under"]]
    if "loop" in step.notes:
        workflow.attempt(step, lambda: _next_turn(step))
        return
    counts = step.notes["multi"]
    step.results[instance.notes["index"]] = instance.result
    instance.notes.pop("local", None)
    instance.notes["kept"] = step.id
    counts["done"] += 1
    workflow.touch(step)
    if instance.notes.get("enough"):
        for other in list(workflow.under.get(step.id, {}).values()):
            if other.notes.get("as") == "instance":
                workflow.drop(other)
        workflow.attempt(step, lambda: _finish(step))
    elif counts["next"] < counts["total"] and step.task_spec.node.loop.kind == "sequential":
        _start(step, step.scope.home.data[_parked(step)][counts["next"]])
    elif counts["done"] == counts["total"]:
        workflow.attempt(step, lambda: _finish(step))


def resume(step: Step) -> None:
    """Go on after an incident of the repeating activity itself."""
    if "loop" in step.notes:
        _next_turn(step)
    elif step.notes["multi"]["done"] == step.notes["multi"]["total"] or not step.workflow.under.get(step.id):
        _finish(step)


def _enough(step: Step, instance: Step) -> bool:
    """The completion condition, which sees the counts under OMG's and Camunda's names."""
    text = step.task_spec.node.loop.completion
    counts = step.notes["multi"]
    if not text:
        return False
    total, done = Decimal(counts["total"]), Decimal(counts["done"] + 1)
    seen = {"numberOfInstances": total, "numberOfCompletedInstances": done, "nrOfInstances": total}
    return bool(step.workflow.truth(instance, text, seen | {"nrOfCompletedInstances": done}))


def _output(instance: Step) -> Any:
    """What one instance contributes: the output element, else the variables it wrote."""
    loop = instance.task_spec.node.loop
    if loop.output_element:
        return instance.workflow.evaluate(instance, loop.output_element)
    own = instance.notes.get("local") or {}
    return {name: value for name, value in own.items() if name not in (loop.element, "loopCounter")}


def _finish(step: Step) -> None:
    _fold(step)
    step.complete()


def _fold(step: Step) -> None:
    """Write the collected results once, in the order of the list."""
    loop = step.task_spec.node.loop
    if loop.output_collection:
        step.workflow.write(step, loop.output_collection, [step.results[i] for i in sorted(step.results)])
    if step.results:
        step.workflow.folded.append(step.id)
    home: Scope = step.scope.home
    if home.data is not None and _parked(step) in home.data:
        step.workflow.put(home, _parked(step), MISSING)


def _begin_loop(step: Step) -> bool | None:
    loop = step.task_spec.node.loop
    step.notes["loop"] = {"turn": 0}
    if loop.test_before and not _again(step):
        return True
    _turn(step)
    return None


def _turn(step: Step) -> None:
    step.notes["loop"]["turn"] += 1
    step.workflow.touch(step)
    step.workflow.enter(step.scope, step.task_spec.node.id, **{"as": "instance", "under": step.id})


def _next_turn(step: Step) -> None:
    if _again(step):
        _turn(step)
    else:
        step.complete()


def _again(step: Step) -> bool:
    loop, turn = step.task_spec.node.loop, step.notes["loop"]["turn"]
    if loop.maximum is not None:
        most = step.workflow.evaluate(step, loop.maximum)
        if not isinstance(most, int | Decimal) or isinstance(most, bool):
            raise Incident(T("循环的最多次数「{text}」不是一个数", text=loop.maximum))
        if turn >= most:
            return False
    if not loop.condition:
        return True
    return bool(step.workflow.truth(step, loop.condition, {"loopCounter": Decimal(turn)}))
