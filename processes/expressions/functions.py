"""Functions as values: lambdas, built-ins and what other modules lend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from processes.expressions.budget import CALL_LIMIT, Env, too_deep
from processes.expressions.errors import FeelError
from processes.text import T

if TYPE_CHECKING:
    from processes.expressions.types import Type

Body = Callable[[Env, list[Any]], Any]


class Function:
    """A FEEL function value. `body(env, arguments)` gets one argument per parameter, in order.

    `types` are the declared parameter types (None = any); a value that does not fit makes the call null.
    """

    __slots__ = ("body", "name", "parameters", "result", "types")

    def __init__(
        self,
        name: str,
        parameters: Sequence[str],
        body: Body,
        types: Sequence[Type | None] = (),
        result: Type | None = None,
    ) -> None:
        self.name = name
        self.parameters = tuple(parameters)
        self.body = body
        self.types = tuple(types) or (None,) * len(self.parameters)
        self.result = result

    def call(self, env: Env, arguments: list[Any]) -> Any:
        """Call with positional arguments; FeelError when number or types do not fit."""
        if len(arguments) != len(self.parameters):
            raise FeelError(T("函数“{name}”的参数个数不对", name=self.name))
        fitted = [
            value if kind is None else self._fit(kind, value, env)
            for kind, value in zip(self.types, arguments, strict=True)
        ]
        env.spend(1)
        env.depth += 1
        if env.depth > CALL_LIMIT:
            raise too_deep()
        try:
            result = self.body(env, fitted)
        finally:
            env.depth -= 1
        if self.result is None:
            return result
        if self.result.deep:
            env.weigh(result)
        return self.result.coerce(result)

    def call_named(self, env: Env, arguments: Mapping[str, Any]) -> Any:
        """Call with named arguments; missing ones are null, unknown names are a FeelError."""
        if not set(arguments) <= set(self.parameters) or len(arguments) != len(self.parameters):
            raise FeelError(T("函数“{name}”没有这样的参数名", name=self.name))
        return self.call(env, [arguments.get(name) for name in self.parameters])

    def _fit(self, kind: Type, value: Any, env: Env) -> Any:
        if kind.deep:
            env.weigh(value)
        fitted = kind.coerce(value)
        if fitted is None and value is not None:
            raise FeelError(T("函数“{name}”的参数类型不对", name=self.name))
        return fitted
