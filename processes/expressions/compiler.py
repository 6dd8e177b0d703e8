"""A tree into closures; nothing of the text is left to decide while running."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from processes.expressions import arithmetic, comparing, frames, loops, properties, syntax
from processes.expressions.budget import Place
from processes.expressions.builtins import BUILTINS
from processes.expressions.calls import call_dynamic, call_known
from processes.expressions.decimals import NUMBERS
from processes.expressions.errors import FeelError, FeelNameError
from processes.expressions.frames import Frame, Run, Scope
from processes.expressions.functions import Function
from processes.expressions.ranges import Range
from processes.expressions.syntax import Node
from processes.expressions.types import Type
from processes.expressions.values import order, plain
from processes.text import T

TURN = 4  # steps a turn of a loop costs besides its body


class Compiler:
    """Compiles one text. `lent` are the names of variables that may hold functions."""

    def __init__(self, lent: frozenset[str]) -> None:
        self.lent = lent
        self.free: set[str] = set()
        self.possible: set[str] = set()
        self.size = 0

    def compile(self, node: Node, scope: Scope) -> Run:
        self.size += 1
        return self._READERS[type(node)](self, node, scope)

    def body(self, node: Node, scope: Scope) -> tuple[Run, int]:
        """A part that runs many times, and the steps each time costs."""
        before = self.size
        run = self.compile(node, scope)
        return run, TURN + (self.size - before) // 2

    def literal(self, node: syntax.Literal, scope: Scope) -> Run:
        value = node.value
        return lambda frame: value

    def name(self, node: syntax.Name, scope: Scope) -> Run:
        found, free = frames.find(scope, node.name)
        if free:
            (self.free if len(found) == 1 else self.possible).add(node.name)
        if free and node.name in BUILTINS and node.name not in self.lent:
            return self._name_or_builtin(node.name, found)
        return frames.reader(node.name, found, node.place)

    def _name_or_builtin(self, name: str, found: list[tuple[int, bool]]) -> Run:
        """A variable may be called `count`; otherwise the function itself is meant."""
        function = BUILTINS[name].as_value()

        def run(frame: Frame) -> Any:
            each: Frame | None = frame
            while each is not None:
                if name in each.vars:
                    return each.vars[name]
                each = each.up
            return function

        return run

    def path(self, node: syntax.Path, scope: Scope) -> Run:
        source, name, get = self.compile(node.source, scope), node.name, properties.get

        def run(frame: Frame) -> Any:
            value = source(frame)
            if type(value) is dict and name in value:
                return value[name]
            return get(value, name, frame.env)

        return run

    def filter(self, node: syntax.Filter, scope: Scope) -> Run:
        source = self.compile(node.source, scope)
        if isinstance(node.condition, syntax.Literal) and type(node.condition.value) in NUMBERS:
            return loops.element(source, node.condition.value)
        condition, cost = self.body(node.condition, Scope(None, scope))
        return loops.filtered(source, condition, _tells_truth(node.condition), cost)

    def call(self, node: syntax.Call, scope: Scope) -> Run:
        self.size += 8
        arguments = [self.compile(each, scope) for each in node.arguments]
        if isinstance(node.function, syntax.Name) and self._is_builtin(node.function, scope):
            builtin = BUILTINS[node.function.name]
            return call_known(builtin, arguments, node.names, node.function.place)
        function = self.compile(node.function, scope)
        return call_dynamic(function, arguments, node.names, node.place)

    def _is_builtin(self, node: syntax.Name, scope: Scope) -> bool:
        _, free = frames.find(scope, node.name)
        if not free or node.name in self.lent:
            return False
        if node.name in BUILTINS:
            return True
        raise FeelNameError(T("没有“{name}”这个函数", name=node.name), *node.place)

    def binary(self, node: syntax.Binary, scope: Scope) -> Run:
        left, right = self.compile(node.left, scope), self.compile(node.right, scope)
        if node.operator in arithmetic.OPERATIONS:
            return _calculation(node.operator, left, right, node.place)
        constant = node.right.value if isinstance(node.right, syntax.Literal) else None
        return comparing.comparison(node.operator, left, right, node.place, constant)

    def junction(self, node: syntax.Junction, scope: Scope) -> Run:
        parts = [self.compile(part, scope) for part in node.parts]
        return _junction(parts, node.operator == "or")

    def negation(self, node: syntax.Negation, scope: Scope) -> Run:
        value, place = self.compile(node.value, scope), node.place

        def run(frame: Frame) -> Any:
            try:
                return arithmetic.negate(value(frame))
            except FeelError as error:
                return frame.env.note(error.message, place)

        return run

    def between(self, node: syntax.Between, scope: Scope) -> Run:
        value, low, high = (self.compile(each, scope) for each in (node.value, node.low, node.high))
        return comparing.between(value, low, high, node.place)

    def membership(self, node: syntax.In, scope: Scope) -> Run:
        value = self.compile(node.value, scope)
        test = comparing.any_test([self.test(each, scope) for each in node.tests])
        return lambda frame: test(value(frame), frame)

    def test(self, node: Node, scope: Scope) -> comparing.Test:
        """One positive unary test as a closure of value and frame."""
        if isinstance(node, syntax.Comparison):
            constant = node.value.value if isinstance(node.value, syntax.Literal) else None
            if type(constant) in NUMBERS and node.operator not in ("=", "!="):
                return comparing.number_test(node.operator, constant, node.place)
            return comparing.compare_test(node.operator, self.compile(node.value, scope), node.place)
        if isinstance(node, syntax.RangeOf):
            low, high = self.compile(node.low, scope), self.compile(node.high, scope)
            return comparing.range_test(low, high, node.low_closed, node.high_closed, node.place)
        if isinstance(node, syntax.Literal) and type(node.value) is str:
            return comparing.text_test(node.value, node.place)
        return comparing.value_test(self.compile(node, scope), mentions(node, "?"), node.place)

    def comparison(self, node: syntax.Comparison, scope: Scope) -> Run:
        end, sign, place = self.compile(node.value, scope), node.operator, node.place

        def run(frame: Frame) -> Any:
            value = plain(end(frame))
            if sign == "!=" or order(value, value) is None:
                return frame.env.note(T("“{sign}”后面没有可比较的值", sign=sign), place)
            if sign == "=":
                return Range(value, value, sign="=")
            if sign in ("<", "<="):
                return Range(None, value, False, sign == "<=", sign)
            return Range(value, None, sign == ">=", False, sign)

        return run

    def range(self, node: syntax.RangeOf, scope: Scope) -> Run:
        low, high = self.compile(node.low, scope), self.compile(node.high, scope)
        closed, place = (node.low_closed, node.high_closed), node.place
        return lambda frame: loops.make_range(low(frame), high(frame), closed, frame.env, place)

    def instance(self, node: syntax.InstanceOf, scope: Scope) -> Run:
        value, kind = self.compile(node.value, scope), node.type

        def run(frame: Frame) -> bool:
            found = value(frame)
            if kind.deep:
                frame.env.weigh(found)
            return Type.holds(kind, found)  # allowed values a named type adds do not matter here

        return run

    def choice(self, node: syntax.If, scope: Scope) -> Run:
        condition, then, otherwise = (self.compile(each, scope) for each in (node.condition, node.then, node.otherwise))
        return lambda frame: then(frame) if condition(frame) is True else otherwise(frame)

    def loop(self, node: syntax.For, scope: Scope) -> Run:
        partial = mentions(node.body, "partial")
        levels, inner = self.iterations(node.iterations, scope, {"partial"} if partial else set())
        body, cost = self.body(node.body, inner)
        return loops.collected(levels, body, partial, cost)

    def quantified(self, node: syntax.Quantified, scope: Scope) -> Run:
        levels, inner = self.iterations(node.iterations, scope, set())
        condition, cost = self.body(node.condition, inner)
        return loops.quantified(levels, condition, node.kind == "some", cost)

    def iterations(
        self, nodes: tuple[syntax.Iteration, ...], scope: Scope, extra: set[str]
    ) -> tuple[list[loops.Level], Scope]:
        levels: list[loops.Level] = []
        for number, node in enumerate(nodes, 1):
            source = self.compile(node.source, scope)
            until = self.compile(node.until, scope) if node.until else None
            levels.append(loops.Level(node.name, source, until, node.place))
            scope = Scope({node.name} | (extra if number == len(nodes) else set()), scope)
        return levels, scope

    def context(self, node: syntax.Context, scope: Scope) -> Run:
        inner = Scope(set(), scope)
        entries: list[tuple[str, Run]] = []
        for entry in node.entries:
            if isinstance(entry.value, syntax.Lambda):
                inner.names.add(entry.key)  # type: ignore[union-attr]  # a function may call itself
            entries.append((entry.key, self.compile(entry.value, inner)))
            inner.names.add(entry.key)  # type: ignore[union-attr]
        return loops.context(entries)

    def items(self, node: syntax.ListOf, scope: Scope) -> Run:
        parts = [self.compile(each, scope) for each in node.items]

        def run(frame: Frame) -> list[Any]:
            frame.env.spend(1 + len(parts))
            return [part(frame) for part in parts]

        return run

    def function(self, node: syntax.Lambda, scope: Scope) -> Run:
        body, cost = self.body(node.body, Scope(set(node.parameters), scope))
        parameters, types = node.parameters, node.types
        return lambda frame: make_function(parameters, types, body, cost, frame)

    _READERS: ClassVar[dict[type[Node], Callable[[Any, Any, Scope], Run]]] = {
        syntax.Literal: literal,
        syntax.Name: name,
        syntax.Path: path,
        syntax.Filter: filter,
        syntax.Call: call,
        syntax.Binary: binary,
        syntax.Junction: junction,
        syntax.Negation: negation,
        syntax.Between: between,
        syntax.In: membership,
        syntax.Comparison: comparison,
        syntax.RangeOf: range,
        syntax.InstanceOf: instance,
        syntax.If: choice,
        syntax.For: loop,
        syntax.Quantified: quantified,
        syntax.Context: context,
        syntax.ListOf: items,
        syntax.Lambda: function,
    }


def make_function(
    parameters: tuple[str, ...], types: tuple[Type | None, ...], body: Run, cost: int, outer: Frame
) -> Function:
    def call(env: Any, arguments: list[Any]) -> Any:
        env.spend(cost)
        return body(Frame(dict(zip(parameters, arguments, strict=True)), outer, env))

    return Function("", parameters, call, types)


def _calculation(sign: str, left: Run, right: Run, place: Place) -> Run:
    fast, slow = arithmetic.FAST[sign], arithmetic.OPERATIONS[sign]

    def run(frame: Frame) -> Any:
        a, b = left(frame), right(frame)
        try:
            if type(a) in NUMBERS and type(b) in NUMBERS:
                return fast(a, b)
            return slow(a, b, frame.env)
        except FeelError as error:
            return frame.env.note(error.message, place)
        except ArithmeticError:
            return frame.env.note(T("{sign} 运算没有结果", sign=sign), place)

    return run


def _junction(parts: list[Run], decisive: bool) -> Run:
    """`and`/`or` over three values; `decisive` is the value that settles the matter."""
    if len(parts) == 2:
        return _pair(parts[0], parts[1], decisive)

    def run(frame: Frame) -> Any:
        unknown = False
        for part in parts:
            value = part(frame)
            if value is decisive:
                return decisive
            if type(value) is not bool:
                unknown = True
        return None if unknown else not decisive

    return run


def _pair(left: Run, right: Run, decisive: bool) -> Run:
    def run(frame: Frame) -> Any:
        a = left(frame)
        if a is decisive:
            return decisive
        b = right(frame)
        if b is decisive:
            return decisive
        return (not decisive) if type(a) is bool and type(b) is bool else None

    return run


def _tells_truth(node: Node) -> bool:
    """Whether a filter's condition can only be true, false or null, never a position."""
    if isinstance(node, syntax.Binary):
        return node.operator in comparing._PYTHON or node.operator in ("=", "!=")
    if isinstance(node, syntax.Literal):
        return not isinstance(node.value, Decimal)
    return isinstance(node, syntax.Junction | syntax.Between | syntax.In | syntax.InstanceOf | syntax.Quantified)


def mentions(node: Node, name: str) -> bool:
    """Whether a name stands anywhere in the expression."""
    return (isinstance(node, syntax.Name) and node.name == name) or any(
        mentions(each, name) for each in node.children()
    )
