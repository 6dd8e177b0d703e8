"""Values written as text that holds nothing but literals."""

from __future__ import annotations

from typing import Any

from processes.expressions import temporal
from processes.expressions.constructs import parse_expression
from processes.expressions.durations import parse_duration
from processes.expressions.errors import FeelSyntaxError
from processes.expressions.ranges import Range
from processes.expressions.syntax import Call, Literal, Name, Node, RangeOf
from processes.expressions.values import order

_READERS = {
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_moment,
    "duration": parse_duration,
}


def range_literal(text: str) -> Range | None:
    """The range a text like `[1..3]` means; None when it is none, or upside down, or not of literals."""
    try:
        tree = parse_expression(text, frozenset(_READERS), {})
    except FeelSyntaxError:
        return None
    if not isinstance(tree, RangeOf):
        return None
    low, high = _value(tree.low), _value(tree.high)
    found = order(low, high)
    return Range(low, high, tree.low_closed, tree.high_closed) if found is not None and found <= 0 else None


def _value(node: Node) -> Any:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Call) and isinstance(node.function, Name) and len(node.arguments) == 1:
        argument, read = node.arguments[0], _READERS.get(node.function.name)
        if read is not None and isinstance(argument, Literal) and type(argument.value) is str:
            return read(argument.value)
    return None
