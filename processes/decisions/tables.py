"""Decision tables: which rules hit, and what the hit policy makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from processes.decisions.model import DecisionError, Logic, Place, Values
from processes.decisions.types import coerce
from processes.expressions import Env
from processes.expressions.types import Type
from processes.expressions.values import equal
from processes.text import T


class Hit(StrEnum):
    """How several hits become one result (DMN 1.5 §8.2.8)."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


class Aggregation(StrEnum):
    """What COLLECT does with the collected numbers."""

    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


class Tests(Protocol):
    """The unary tests of a cell."""

    @property
    def names(self) -> frozenset[str]: ...

    def test(self, value: Any, context: Values, env: Env) -> bool | None: ...


@dataclass(frozen=True)
class Cell:
    """One condition of a rule: its text and its compiled tests."""

    text: str
    tests: Tests
    place: Place


@dataclass(frozen=True)
class Input:
    """One input column."""

    label: str
    text: str
    expression: Logic
    type: Type
    allowed: Cell | None
    place: Place


@dataclass(frozen=True)
class Output:
    """One output column; `values` in order of priority."""

    name: str
    label: str
    type: Type
    values: tuple[Any, ...]
    default: Logic | None
    place: Place

    def priority(self, value: Any, env: Env) -> int:
        """Smaller comes first; what is not listed comes last."""
        return next((i for i, listed in enumerate(self.values) if equal(listed, value, env)), len(self.values))


@dataclass(frozen=True)
class Rule:
    """One row; `number` counts from 1 as people do."""

    number: int
    id: str | None
    cells: tuple[Cell, ...]
    outputs: tuple[Logic, ...]
    place: Place


@dataclass(frozen=True)
class Table:
    """A decision table; evaluating it gives a value, a context of outputs, or a list of these."""

    title: str
    hit: Hit
    aggregation: Aggregation | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    place: Place

    @property
    def names(self) -> frozenset[str]:
        """Free names of all cells."""
        parts: list[frozenset[str]] = [column.expression.names for column in self.inputs]
        parts += [cell.tests.names for rule in self.rules for cell in rule.cells]
        parts += [entry.names for rule in self.rules for entry in rule.outputs]
        parts += [output.default.names for output in self.outputs if output.default]
        return frozenset().union(*parts) - {"?"}

    def evaluate(self, context: Values, env: Env) -> Any:
        """Apply the hit policy; raises DecisionError naming the rules."""
        hits = self._hits(self._input_values(context, env), context, env)
        if self.hit in (Hit.FIRST, Hit.UNIQUE):
            return self._one(hits, context, env)
        rows = [(rule, self._row(rule.outputs, context, env)) for rule in hits]
        if self.hit is Hit.ANY:
            return self._any(rows, context, env)
        if self.hit in (Hit.PRIORITY, Hit.OUTPUT_ORDER):
            rows.sort(key=lambda row: self._priority(row[1], env))
        if self.hit is Hit.PRIORITY:
            return self._shape(rows[0][1]) if rows else self._default(context, env)
        return self._collected([self._shape(values) for _, values in rows], context, env)

    def _input_values(self, context: Values, env: Env) -> list[Any]:
        values = []
        for column in self.inputs:
            value = coerce(column.type, column.expression.evaluate(context, env))
            self._refuse_foreign(column, value, context, env)
            values.append(value)
        return values

    def _refuse_foreign(self, column: Input, value: Any, context: Values, env: Env) -> None:
        if column.allowed is None or value is None:
            return
        if column.allowed.tests.test(value, context, env) is not True:
            raise self._error(
                T("决策表“{table}”：输入“{input}”的值 {value} 不在允许值 {allowed} 之内",
                  table=self.title, input=column.label, value=value, allowed=column.allowed.text)
            )  # fmt: skip

    def _hits(self, values: Sequence[Any], context: Values, env: Env) -> Iterator[Rule]:
        for rule in self.rules:
            if all(
                cell.tests.test(value, context, env) is True for cell, value in zip(rule.cells, values, strict=True)
            ):
                yield rule

    def _one(self, hits: Iterator[Rule], context: Values, env: Env) -> Any:
        first = next(hits, None)
        if first is None:
            return self._default(context, env)
        if self.hit is Hit.UNIQUE:
            self._refuse_overlap([first, *hits])
        return self._shape(self._row(first.outputs, context, env))

    def _refuse_overlap(self, hits: list[Rule]) -> None:
        if len(hits) > 1:
            raise self._error(
                T("决策表“{table}”只允许一行命中，但第 {rules} 行同时命中", table=self.title, rules=_numbers(hits))
            )

    def _any(self, rows: list[tuple[Rule, list[Any]]], context: Values, env: Env) -> Any:
        if not rows:
            return self._default(context, env)
        if not all(equal(values, rows[0][1], env) for _, values in rows):
            raise self._error(
                T("决策表“{table}”命中的第 {rules} 行结果不一致", table=self.title, rules=_numbers(r for r, _ in rows))
            )
        return self._shape(rows[0][1])

    def _priority(self, values: list[Any], env: Env) -> list[int]:
        return [output.priority(value, env) for output, value in zip(self.outputs, values, strict=True)]

    def _collected(self, results: list[Any], context: Values, env: Env) -> Any:
        if not results and any(output.default for output in self.outputs):
            return self._default(context, env)
        if self.hit is not Hit.COLLECT or self.aggregation is None:
            return results
        return self._aggregate(self.aggregation, results)

    def _aggregate(self, how: Aggregation, results: list[Any]) -> Any:
        if how is Aggregation.COUNT:
            return len(results)
        if not results:
            return None
        try:
            return _AGGREGATES[how](results)
        except TypeError:
            raise self._error(T("决策表“{table}”的结果不能汇总：{values}", table=self.title, values=results)) from None

    def _row(self, entries: Sequence[Logic], context: Values, env: Env) -> list[Any]:
        pairs = zip(self.outputs, entries, strict=True)
        return [coerce(output.type, entry.evaluate(context, env)) for output, entry in pairs]

    def _shape(self, values: list[Any]) -> Any:
        if len(self.outputs) == 1:
            return values[0]
        return {output.name: value for output, value in zip(self.outputs, values, strict=True)}

    def _default(self, context: Values, env: Env) -> Any:
        if not any(output.default for output in self.outputs):
            return None
        values = [output.default.evaluate(context, env) if output.default else None for output in self.outputs]
        return self._shape([coerce(output.type, v) for output, v in zip(self.outputs, values, strict=True)])

    def _error(self, message: Any) -> DecisionError:
        return DecisionError(message, self.place.element)


_AGGREGATES: dict[Aggregation, Callable[[list[Any]], Any]] = {
    Aggregation.SUM: sum,
    Aggregation.MIN: min,
    Aggregation.MAX: max,
}


def _numbers(rules: Iterable[Rule]) -> str:
    return "、".join(str(rule.number) for rule in rules)
