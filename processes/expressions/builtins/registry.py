"""How built-in functions are declared: one line says names and kinds of the parameters.

`"substring(string: s, start position: p, length?: p)"` is one. Kinds: n number, i whole number, p position (cut to
a whole number), s text, b boolean, l list, c context, f function, r range, t date, time or moment, d date or moment,
u duration, a anything. A capital letter lets null through. `list*: l` takes one list or any number of arguments,
`list+: l` arguments only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from processes.expressions.budget import Env
from processes.expressions.decimals import NUMBERS, whole
from processes.expressions.durations import DayTimeDuration, YearMonthDuration
from processes.expressions.errors import FeelError
from processes.expressions.functions import Function
from processes.expressions.ranges import Range
from processes.expressions.values import plain
from processes.text import T

Body = Callable[..., Any]
_PARAMETER = re.compile(r"\s*([\w ]+?)([?*+]?)\s*:\s*([a-zA-Z])\s*")
_KINDS: dict[str, tuple[type, ...]] = {
    "s": (str,),
    "b": (bool,),
    "c": (dict,),
    "r": (Range,),
    "t": (date, time, datetime),
    "d": (date, datetime),
    "u": (DayTimeDuration, YearMonthDuration),
}


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: str
    optional: bool = False
    many: bool = False
    open: bool = False

    def fit(self, function: str, value: Any) -> Any:
        """The value as the body wants it; FeelError when it does not fit."""
        if value is None:
            if self.kind.isupper() or self.kind == "a":
                return None
            raise FeelError(T("函数“{function}”的参数“{name}”是空值", function=function, name=self.name))
        fitted = _fit(self.kind.lower(), value)
        if fitted is None:
            raise FeelError(T("函数“{function}”的参数“{name}”类型不对", function=function, name=self.name))
        return fitted


def _fit(kind: str, value: Any) -> Any:
    if kind == "l":
        if type(value) is list:
            return value
        value = plain(value)
        return value if type(value) is list else [value]
    value = plain(value)
    if kind == "a":
        return value
    if kind == "n" and type(value) in NUMBERS:
        return Decimal(value) if type(value) is int else value
    if kind == "i" and type(value) in NUMBERS:
        return whole(value)
    if kind == "p" and type(value) in NUMBERS:
        return int(value) if abs(value) < 10**18 else None
    if kind == "f" and isinstance(value, Function):
        return value
    if type(value) in _KINDS.get(kind, ()):
        return value
    if type(value) is list and len(value) == 1:
        return _fit(kind, value[0]) if value[0] is not None else None
    return None


@dataclass(frozen=True)
class Variant:
    """One way to call a function."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Body
    only_named: bool = False

    def takes(self, count: int) -> bool:
        if self.only_named:
            return False
        if self.parameters and self.parameters[-1].many:
            return count >= len(self.parameters)
        return sum(not each.optional for each in self.parameters) <= count <= len(self.parameters)

    def run(self, env: Env, values: list[Any]) -> Any:
        if self.parameters and self.parameters[-1].many:
            values = self._gather(env, values)
        fitted = [p.fit(self.name, value) for p, value in zip(self.parameters, values, strict=False)]
        return self.body(env, *fitted)

    def _gather(self, env: Env, values: list[Any]) -> list[Any]:
        fixed = len(self.parameters) - 1
        rest = values[fixed:]
        if len(rest) == 1 and self.parameters[-1].open and (rest[0] is None or type(rest[0]) is list):
            return [*values[:fixed], rest[0]]
        env.spend(len(rest) >> 3)
        return [*values[:fixed], rest]

    def run_named(self, env: Env, given: Mapping[str, Any]) -> Any:
        """Missing optional parameters in the middle count as null."""
        values = [given.get(each.name) for each in self.parameters]
        while values and self.parameters[len(values) - 1].name not in given:
            values.pop()
        fitted = [each.fit(self.name, value) for each, value in zip(self.parameters, values, strict=False)]
        return self.body(env, *fitted)

    def takes_named(self, names: set[str]) -> bool:
        mine = {each.name for each in self.parameters}
        return names <= mine and all(each.optional or each.name in names for each in self.parameters)


@dataclass
class Builtin:
    """A function with its variants; the first that takes the arguments is called."""

    name: str
    variants: list[Variant] = field(default_factory=list)

    def taking(self, count: int) -> Callable[[Env, list[Any]], Any]:
        """The quickest way to call with so many arguments."""
        fitting = [each for each in self.variants if each.takes(count)]
        return fitting[0].run if len(fitting) == 1 else self.call

    def call(self, env: Env, values: list[Any]) -> Any:
        return self._first([each for each in self.variants if each.takes(len(values))], lambda v: v.run(env, values))

    def call_named(self, env: Env, given: Mapping[str, Any]) -> Any:
        fitting = [each for each in self.variants if each.takes_named(set(given))]
        return self._first(fitting, lambda v: v.run_named(env, given))

    def _first(self, fitting: list[Variant], run: Callable[[Variant], Any]) -> Any:
        if not fitting:
            raise FeelError(T("函数“{name}”的参数不对", name=self.name))
        for each in fitting[:-1]:
            try:
                return run(each)
            except FeelError:
                continue
        return run(fitting[-1])

    def as_value(self) -> Function:
        return BuiltinFunction(self)


class BuiltinFunction(Function):
    """A built-in function handed round as a value."""

    __slots__ = ("builtin",)

    def __init__(self, builtin: Builtin) -> None:
        super().__init__(builtin.name, [each.name for each in builtin.variants[0].parameters], builtin.call)
        self.builtin = builtin

    def call(self, env: Env, arguments: list[Any]) -> Any:
        env.spend(1)
        return self.builtin.call(env, arguments)

    def call_named(self, env: Env, arguments: Mapping[str, Any]) -> Any:
        env.spend(1)
        return self.builtin.call_named(env, arguments)


class Registry:
    """Collects the functions of all modules."""

    def __init__(self) -> None:
        self.functions: dict[str, Builtin] = {}

    def named(self, signature: str, body: Body) -> None:
        """A way to call that needs the names of the arguments."""
        self.add(signature, body, True)

    def add(self, signature: str, body: Body, only_named: bool = False) -> None:
        name, _, rest = signature.partition("(")
        builtin = self.functions.setdefault(name, Builtin(name))
        builtin.variants.append(Variant(name, _parameters(rest.rstrip(")")), body, only_named))


def _parameters(text: str) -> tuple[Parameter, ...]:
    found = []
    for part in filter(None, text.split(",")):
        match = _PARAMETER.fullmatch(part)
        if match is None:
            raise ValueError(f"bad parameter {part!r}")
        name, mark, kind = match.groups()
        found.append(Parameter(name, kind, mark == "?", mark in ("*", "+"), mark == "*"))
    return tuple(found)
