"""From the tests of a cell to the set of values it matches."""

from __future__ import annotations

from typing import Any

from processes.decisions import feel
from processes.decisions.cellsets import Both, Cellset, Either, Everything, Not, Point, Span, Unknown
from processes.expressions import Env
from processes.expressions.ranges import Range
from processes.expressions.syntax import Between, Binary, Call, Comparison, In, Junction, Name, Node, RangeOf, Tests

_CONSTANT_MAKERS = frozenset({"date", "time", "date and time", "duration", "number"})
_NOTHING = Either(())


def read_cell(text: str, env: Env) -> Cellset:
    """The set a cell's text means; Unknown where it takes data or functions to tell."""
    try:
        return _tests(feel.unary(text, frozenset()).tree, env)
    except feel.Refused:
        return Unknown()


def _tests(tests: Tests, env: Env) -> Cellset:
    if not tests.parts:
        return Everything()
    either = Either(tuple(_test(part, env) for part in tests.parts))
    return Not(either) if tests.negated else either


def _test(node: Node, env: Env) -> Cellset:
    if isinstance(node, Comparison):
        return _compared(node.operator, node.value, env)
    if isinstance(node, RangeOf):
        return _ranged(node, env)
    if _asks_input(node):
        return _question(node, env)
    return _value(_constant(node, env))


def _question(node: Node, env: Env) -> Cellset:
    """An expression about `?`, such as `? > 3 and ? < 9`."""
    if isinstance(node, Junction):
        parts = tuple(_question(part, env) for part in node.parts)
        return Both(parts) if node.operator == "and" else Either(parts)
    if isinstance(node, Binary) and _is_input(node.left):
        return _compared(node.operator, node.right, env)
    if isinstance(node, Between) and _is_input(node.value):
        low, high = _compared(">=", node.low, env), _compared("<=", node.high, env)
        return Both((low, high))
    if isinstance(node, In) and _is_input(node.value):
        return Either(tuple(_test(part, env) for part in node.tests))
    if isinstance(node, Call) and isinstance(node.function, Name) and node.function.name == "not":
        return Not(_question(node.arguments[0], env)) if len(node.arguments) == 1 else Unknown()
    return Unknown()


def _compared(operator: str, end: Node, env: Env) -> Cellset:
    value = _constant(end, env)
    if operator == "=":
        return _value(value)
    if operator == "!=":
        return Not(_value(value))
    if not _bound(value) or operator not in ("<", "<=", ">", ">="):
        return Unknown()
    if operator[0] == "<":
        return Span(Range(None, value, False, operator == "<=", sign=operator))
    return Span(Range(value, None, operator == ">=", False, sign=operator))


def _ranged(node: RangeOf, env: Env) -> Cellset:
    low, high = _constant(node.low, env), _constant(node.high, env)
    if not _bound(low) or not _bound(high):
        return Unknown()
    return Span(Range(low, high, node.low_closed, node.high_closed))


def _value(value: Any) -> Cellset:
    if value is feel.NOT_CONSTANT or isinstance(value, dict):
        return Unknown()
    if isinstance(value, list):
        return Either(tuple(_value(item) for item in value)) if value else _NOTHING
    return Span(value) if isinstance(value, Range) else Point(value)


def _bound(value: Any) -> bool:
    """True for what can end a range."""
    return value is not feel.NOT_CONSTANT and value is not None and not isinstance(value, list | dict | Range)


def _constant(node: Node, env: Env) -> Any:
    return feel.constant_node(node, env) if _steady(node) else feel.NOT_CONSTANT


def _steady(node: Node) -> bool:
    """True when the node needs neither data nor clock nor calendar."""
    if isinstance(node, Call):
        makes = isinstance(node.function, Name) and node.function.name in _CONSTANT_MAKERS
        return makes and all(map(_steady, node.arguments))
    return not isinstance(node, Name) and all(map(_steady, node.children()))


def _asks_input(node: Node) -> bool:
    return _is_input(node) or any(map(_asks_input, node.children()))


def _is_input(node: Node) -> bool:
    return isinstance(node, Name) and node.name == "?"
