"""The one place where decisions meet the expression language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from processes.expressions import (
    Env,
    Expression,
    FeelBudgetError,
    FeelError,
    FeelSyntaxError,
    Function,
    Range,
    Type,
    UnaryTests,
    compile_expression,
    compile_unary,
    kind,
)
from processes.expressions.compiler import Compiler
from processes.expressions.expression import Types, constant
from processes.expressions.frames import Frame, Scope
from processes.expressions.syntax import Literal, Node
from processes.text import T

if TYPE_CHECKING:
    from processes.decisions.types import Parameter

Refused = FeelSyntaxError
NOT_CONSTANT: Final = object()
_PATH = re.compile(r"\.(?!\d)")
__all__ = ["NOT_CONSTANT", "Refused", "call", "constant", "constant_node", "expression", "function", "items", "unary"]


def expression(text: str, names: frozenset[str], types: Types = ()) -> Expression:
    """Compile an expression; raises Refused."""
    return compile_expression(text, names, types)


def unary(text: str, names: frozenset[str], types: Types = ()) -> UnaryTests:
    """Compile the tests of a cell; raises Refused."""
    return compile_unary(text, names, types)


def constant_node(node: Node, env: Env) -> Any:
    """The value of a part of an expression that needs no data; NOT_CONSTANT when it has none."""
    try:
        value = Compiler(frozenset()).compile(node, Scope(None, None))(Frame({}, None, env))
    except (FeelSyntaxError, FeelBudgetError):
        return NOT_CONSTANT
    return value if value is not None or (isinstance(node, Literal) and node.value is None) else NOT_CONSTANT


def function(
    name: str,
    parameters: Sequence[Parameter],
    body: Callable[[Mapping[str, Any], Env], Any],
    result: Type | None = None,
) -> Function:
    """A function value whose body gets its arguments by name."""
    names = tuple(parameter.name for parameter in parameters)

    def call(env: Env, arguments: list[Any]) -> Any:
        return body(_scope(names, arguments), env)

    return Function(name, names, call, [parameter.type for parameter in parameters], result)


def call(function: Any, arguments: Mapping[str, Any], env: Env) -> Any:
    """Call a function value with named arguments; null with a note when that makes no sense."""
    if not isinstance(function, Function):
        return env.note(T("“{kind}”不是函数", kind=kind(function)))
    try:
        return function.call_named(env, arguments)
    except FeelError as error:
        return env.note(error.message)


def _scope(names: Sequence[str], arguments: Sequence[Any]) -> dict[str, Any]:
    """Arguments under their names; a name with dots means an entry inside a context."""
    scope: dict[str, Any] = {}
    for name, value in zip(names, arguments, strict=True):
        *outer, last = _PATH.split(name)
        place = scope
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return scope


def items(value: Any, env: Env) -> list[Any]:
    """What a loop runs over: a list, the whole numbers of a range, or one value; each item costs a step."""
    if isinstance(value, list):
        found = value
    elif isinstance(value, Range):
        found = _numbers(value, env)
    else:
        found = [] if value is None else [value]
    env.spend(len(found))
    return found


def _numbers(span: Range, env: Env) -> list[Any]:
    if not (_whole(span.low) and _whole(span.high)):
        return []
    low, high = int(span.low), int(span.high)
    step = 1 if low <= high else -1
    env.spend(abs(high - low))
    return list(range(low, high + step, step))


def _whole(value: Any) -> bool:
    return not isinstance(value, bool) and hasattr(value, "as_integer_ratio") and value == int(value)
