"""Compiled expressions and unary tests, the two things other modules hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from processes.expressions import comparing
from processes.expressions.budget import Env, too_deep
from processes.expressions.builtins import BUILTIN_NAMES
from processes.expressions.compiler import Compiler, mentions
from processes.expressions.constructs import parse_expression, parse_tests
from processes.expressions.errors import FeelSyntaxError
from processes.expressions.frames import Frame, Run, Scope
from processes.expressions.syntax import (
    Call,
    Comparison,
    Context,
    Entry,
    ListOf,
    Literal,
    Name,
    Negation,
    Node,
    RangeOf,
    Tests,
)
from processes.expressions.types import Type
from processes.text import T

PROPERTY_NAMES = frozenset(("time offset", "start included", "end included"))
CACHED, CACHED_TEXT = 4000, 4000  # compiled texts kept, and the longest that is
MAKERS = frozenset(("date", "time", "date and time", "duration", "years and months duration", "range"))
LITERALS = (Literal, Negation, RangeOf, Comparison, ListOf, Context, Entry)
Types = tuple[tuple[str, Type], ...]


class Expression:
    """A FEEL expression ready to run.

    `names` are the variables it reads for certain, `possible` those a filter reads if the element lacks them.
    """

    __slots__ = ("names", "possible", "run", "text", "tree")

    def __init__(self, text: str, tree: Node, run: Run, compiler: Compiler) -> None:
        self.text = text
        self.tree = tree
        self.run = run
        self.names = frozenset(compiler.free)
        self.possible = frozenset(compiler.possible)

    def evaluate(self, context: Mapping[str, Any], env: Env) -> Any:
        """The value; what FEEL calls an error is None with a note in `env.warnings`. FeelBudgetError: too much work."""
        if env.busy:
            return self.run(Frame(context, None, env))
        env.left = env.fuel
        env.busy = True
        try:
            return self.run(Frame(context, None, env))
        except (RecursionError, MemoryError):
            raise too_deep() from None
        finally:
            env.busy = False
            env.depth = 0


class UnaryTests:
    """The tests of a decision table's cell, ready to run."""

    __slots__ = ("_inner", "_test", "names", "possible", "text", "tree")

    def __init__(self, text: str, tree: Tests, test: comparing.Test | None, compiler: Compiler) -> None:
        self.text = text
        self.tree = tree
        self._test = test
        self._inner = mentions(tree, "?")
        self.names = frozenset(compiler.free - {"?"})
        self.possible = frozenset(compiler.possible - {"?"})

    def test(self, value: Any, context: Mapping[str, Any], env: Env) -> bool | None:
        """Whether the value passes; None when that cannot be said."""
        if self._test is None:
            return True
        if env.busy:
            return self._run(value, context, env)
        with env.one_budget():
            return self._run(value, context, env)

    def _run(self, value: Any, context: Mapping[str, Any], env: Env) -> bool | None:
        frame = Frame(context, None, env)
        if self._inner:
            frame = Frame({"?": value}, frame, env)
        found = self._test(value, frame)  # type: ignore[misc]
        if self.tree.negated:
            return None if found is None else not found
        return found


def compile_expression(text: str, names: Iterable[str] = (), types: Types | Mapping[str, Type] = ()) -> Expression:
    """Compile a text (a leading `=` is dropped); cached.

    `names` are variables with spaces in their names, or holding functions. `types` are named types for `instance of`.
    FeelSyntaxError tells line and column; FeelNameError is an unknown function.
    """
    compiled = _expression if len(text) <= CACHED_TEXT else _expression.__wrapped__
    return compiled(text, frozenset(names), _pairs(types))


def compile_unary(text: str, names: Iterable[str] = (), types: Types | Mapping[str, Type] = ()) -> UnaryTests:
    """Compile the tests of a cell; an empty text or `-` passes always. Cached, errors as in `compile_expression`."""
    compiled = _tests if len(text) <= CACHED_TEXT else _tests.__wrapped__
    return compiled(text, frozenset(names), _pairs(types))


def _pairs(types: Types | Mapping[str, Type]) -> Types:
    return types if isinstance(types, tuple) else tuple(types.items())


@lru_cache(maxsize=CACHED)
def _expression(text: str, names: frozenset[str], types: Types) -> Expression:
    source = text.replace("=", " ", 1) if text.lstrip().startswith("=") else text
    with _deep():
        tree = parse_expression(source, names | BUILTIN_NAMES | PROPERTY_NAMES, dict(types))
        compiler = Compiler(names)
        return Expression(text, tree, compiler.compile(tree, Scope(None, None)), compiler)


@lru_cache(maxsize=CACHED)
def _tests(text: str, names: frozenset[str], types: Types) -> UnaryTests:
    with _deep():
        tree = parse_tests(text if text.strip() else "-", names | BUILTIN_NAMES | PROPERTY_NAMES, dict(types))
        compiler = Compiler(names)
        scope = Scope(None, None)
        if mentions(tree, "?"):
            scope = Scope({"?"}, scope)
        tests = [compiler.test(each, scope) for each in tree.parts]
        return UnaryTests(text, tree, comparing.any_test(tests) if tests else None, compiler)


class _deep:  # noqa: N801  (reads as a statement)
    """Turns running out of stack into a syntax error."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is RecursionError:
            raise FeelSyntaxError(T("表达式嵌套过深")) from None


def constant(text: str) -> Any:
    """The value of literals, ranges, lists, contexts and calls that make dates or durations; else FeelSyntaxError."""
    found = compile_expression(text)
    if not _is_constant(found.tree):
        raise FeelSyntaxError(T("“{text}”不是 FEEL 字面值", text=text[:80]))
    return found.evaluate({}, Env(datetime(2000, 1, 1, tzinfo=UTC)))


def _is_constant(node: Node) -> bool:
    if isinstance(node, Call):
        return (
            isinstance(node.function, Name) and node.function.name in MAKERS and all(map(_is_constant, node.arguments))
        )
    return isinstance(node, LITERALS) and all(map(_is_constant, node.children()))
