"""Boxed expressions other than decision tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from processes.decisions import feel
from processes.decisions.model import DecisionError, Logic, Place, Values
from processes.decisions.types import Parameter, coerce
from processes.expressions import Env
from processes.expressions.types import Type
from processes.text import T, Text


@dataclass(frozen=True)
class Broken:
    """Logic that could not be read; taking the decision fails, reading the file does not."""

    message: Text
    place: Place
    names: frozenset[str] = frozenset()

    def evaluate(self, context: Values, env: Env) -> Any:
        raise DecisionError(
            T("决策 {element} 有错误，不能执行：{reason}", element=self.place.element, reason=self.message),
            self.place.element,
        )

    def test(self, value: Any, context: Values, env: Env) -> bool | None:
        return bool(self.evaluate(context, env))


@dataclass(frozen=True)
class Typed:
    """Logic whose value must fit a type; what does not fit becomes null."""

    logic: Logic
    type: Type

    @property
    def names(self) -> frozenset[str]:
        return self.logic.names

    def evaluate(self, context: Values, env: Env) -> Any:
        return coerce(self.type, self.logic.evaluate(context, env))


@dataclass(frozen=True)
class Context:
    """Named entries, each seeing the ones before; an entry without a name is the result."""

    entries: tuple[tuple[str | None, Logic], ...]

    @property
    def names(self) -> frozenset[str]:
        free: set[str] = set()
        bound: set[str] = set()
        for name, logic in self.entries:
            free |= logic.names - bound
            bound |= {name} if name else set()
        return frozenset(free)

    def evaluate(self, context: Values, env: Env) -> Any:
        inner, result = dict(context), {}
        for name, logic in self.entries:
            value = logic.evaluate(inner, env)
            if name is None:
                return value
            inner[name] = result[name] = value
        return result


@dataclass(frozen=True)
class Invocation:
    """A call with named arguments."""

    called: Logic
    arguments: tuple[tuple[str, Logic], ...]

    @property
    def names(self) -> frozenset[str]:
        return _union(self.called.names, (logic.names for _, logic in self.arguments))

    def evaluate(self, context: Values, env: Env) -> Any:
        function = self.called.evaluate(context, env)
        return feel.call(function, {name: logic.evaluate(context, env) for name, logic in self.arguments}, env)


@dataclass(frozen=True)
class Items:
    """A list, one logic per item."""

    items: tuple[Logic, ...]

    @property
    def names(self) -> frozenset[str]:
        return _union((), (logic.names for logic in self.items))

    def evaluate(self, context: Values, env: Env) -> Any:
        return [logic.evaluate(context, env) for logic in self.items]


@dataclass(frozen=True)
class Relation:
    """A table of values: a list of contexts, one per row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Logic, ...], ...]

    @property
    def names(self) -> frozenset[str]:
        return _union((), (logic.names for row in self.rows for logic in row))

    def evaluate(self, context: Values, env: Env) -> Any:
        return [
            {column: logic.evaluate(context, env) for column, logic in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]


@dataclass(frozen=True)
class Function:
    """A function value that remembers the data around it."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Logic

    @property
    def names(self) -> frozenset[str]:
        return self.body.names - {parameter.name for parameter in self.parameters}

    def evaluate(self, context: Values, env: Env) -> Any:
        around = dict(context)

        def call(arguments: Values, call_env: Env) -> Any:
            return self.body.evaluate({**around, **arguments}, call_env)

        return feel.function(self.name, self.parameters, call)


@dataclass(frozen=True)
class Conditional:
    """If, then, else; null takes the else part, what is no truth value gives null."""

    condition: Logic
    then: Logic
    otherwise: Logic

    @property
    def names(self) -> frozenset[str]:
        return _union((), (self.condition.names, self.then.names, self.otherwise.names))

    def evaluate(self, context: Values, env: Env) -> Any:
        answer = self.condition.evaluate(context, env)
        if answer is not None and not isinstance(answer, bool):
            return None
        return (self.then if answer else self.otherwise).evaluate(context, env)


@dataclass(frozen=True)
class Filter:
    """The items for which the condition is true; `item` is the item, its entries are in scope."""

    source: Logic
    match: Logic

    @property
    def names(self) -> frozenset[str]:
        return _union(self.source.names, (self.match.names - {"item"},))

    def evaluate(self, context: Values, env: Env) -> Any:
        kept = []
        for item in feel.items(self.source.evaluate(context, env), env):
            inner = {**context, **(item if isinstance(item, dict) else {}), "item": item}
            found = self.match.evaluate(inner, env)
            if not isinstance(found, bool):
                return None
            if found:
                kept.append(item)
        return kept


@dataclass(frozen=True)
class For:
    """One result per item; `partial` holds the results so far."""

    variable: str
    source: Logic
    body: Logic

    @property
    def names(self) -> frozenset[str]:
        return _union(self.source.names, (self.body.names - {self.variable, "partial"},))

    def evaluate(self, context: Values, env: Env) -> Any:
        results: list[Any] = []
        inner, looks_back = dict(context), "partial" in self.body.names
        for item in feel.items(self.source.evaluate(context, env), env):
            inner[self.variable] = item
            if looks_back:
                inner["partial"] = list(results)
            results.append(self.body.evaluate(dict(inner), env))
        return results


@dataclass(frozen=True)
class Quantified:
    """`some` or `every` with three-valued logic; an answer that is no truth value makes the whole null."""

    every: bool
    variable: str
    source: Logic
    condition: Logic

    @property
    def names(self) -> frozenset[str]:
        return _union(self.source.names, (self.condition.names - {self.variable},))

    def evaluate(self, context: Values, env: Env) -> Any:
        answers = [
            self.condition.evaluate({**context, self.variable: item}, env)
            for item in feel.items(self.source.evaluate(context, env), env)
        ]
        if any(answer is not None and not isinstance(answer, bool) for answer in answers):
            return None
        if (not self.every) in answers:
            return not self.every
        return None if None in answers else self.every


def _union(first: Iterable[str], others: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset(first).union(*others)
