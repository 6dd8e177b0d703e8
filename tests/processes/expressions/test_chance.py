"""Chance writes expressions; only the errors of the language may come out."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from processes.expressions import (
    BUILTIN_NAMES,
    Env,
    FeelBudgetError,
    FeelSyntaxError,
    compile_expression,
    compile_unary,
    dumps,
    from_json,
    loads,
    to_json,
)
from processes.expressions.builtins import BUILTINS
from processes.workdays import Calendar
from tests.processes.expressions.feel import NOW

_ATOMS = r"""["a".."c"] ¦ function(x) x ¦ function(a, b) a < b ¦ function() null ¦ abs ¦ sum ¦ x ¦ x.y ¦ ? ¦ item ¦
partial ¦ @"P1D" ¦ @"-PT1.5S" ¦ @"P999999999999999D" ¦ @"P999999999999999Y" ¦ @"-P1M" ¦ [1..5] ¦ (< 3) ¦
(= 3) ¦ (> null) ¦ @"2026-01-01T10:00:00" ¦ @"2026-03-29T02:30:00@Europe/Paris" ¦ @"9999-12-31T23:59:59Z" ¦
@"0001-01-01T00:00:00+10:00" ¦ @"2026-01-01" ¦ @"0001-01-01" ¦ @"9999-12-31" ¦ @"10:00:00" ¦
@"10:00:00+08:00" ¦ @"10:00:00@Europe/Paris" ¦ ["a", null] ¦ [[1], [2]] ¦ [true, false] ¦ {} ¦ {a: 1} ¦
{key: "a", value: 1} ¦ {amount: 5, unit: "WD"} ¦ 0 ¦ 1 ¦ -1 ¦ 2.5 ¦ -0.0 ¦ 1e6144 ¦ 1e-6143 ¦ 1e30 ¦
9999999999999999999999999999999999 ¦ true ¦ false ¦ null ¦ "" ¦ "a" ¦ "2026-01-01" ¦ "P1D" ¦ "(a+" ¦ "$1" ¦
"\uD83D\uDC0E" ¦ "[1..2]" ¦ [] ¦ [1] ¦ [1, 2, 3] ¦ [null]"""
ATOMS = st.sampled_from([each.strip() for each in _ATOMS.split("¦")])
NAMES = st.sampled_from(sorted(BUILTIN_NAMES))


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(inner, max_size=4).map(", ".join)
    operators = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"])
    return st.one_of(
        st.builds("{}({})".format, NAMES, some),
        st.builds("{}({})".format, NAMES, some),
        st.builds("({} {} {})".format, inner, operators, inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("[{}]".format, some),
        st.builds("{{a: {}, b: {}}}".format, inner, inner),
        st.builds("[{}..{}]".format, inner, inner),
        st.builds("for i in {} return {}".format, inner, inner),
        st.builds("some i in {} satisfies {}".format, inner, inner),
        st.builds("if {} then {} else {}".format, inner, inner, inner),
        st.builds("({}) between {} and {}".format, inner, inner, inner),
        st.builds("({}) instance of list<number>".format, inner),
        st.builds(
            "({}).{}".format,
            inner,
            st.sampled_from(["a", "year", "second", "time offset", "start", "days", "timezone"]),
        ),
        st.builds("-({})".format, inner),
    )


EXPRESSIONS = st.recursive(ATOMS, _combined, max_leaves=8)
SIGNS = st.sampled_from(list("aix1.0\"'()[]{}<>=!+-*/,:;?@#\\ \n中（")) | st.sampled_from(
    [" and ", " in ", "..", "if ", "for "]
)


def _run(text: str) -> Any:
    env = Env(NOW, Calendar.seeded(), fuel=20_000)
    try:
        found = compile_expression(text).evaluate({"x": {"y": [1, "a"]}}, env)
        return loads(dumps(to_json(found)))
    except (FeelSyntaxError, FeelBudgetError):
        return None


@given(EXPRESSIONS)
@settings(max_examples=1500, deadline=2000)
def test_any_expression_ends_well(text: str) -> None:
    shown = _run(text)
    from_json(shown)


@given(st.data())
@settings(max_examples=1000, deadline=2000)
def test_any_named_call_ends_well(data: st.DataObject) -> None:
    builtin = BUILTINS[data.draw(NAMES)]
    names = data.draw(st.permutations([each.name for each in data.draw(st.sampled_from(builtin.variants)).parameters]))
    _run(f"{builtin.name}({', '.join(f'{name}: {data.draw(ATOMS)}' for name in names)})")


@given(st.lists(SIGNS, max_size=6).map("".join))
@settings(max_examples=1500, deadline=2000)
def test_any_text_ends_well(text: str) -> None:
    _run(text)
    try:
        compile_unary(text).test(1, {}, Env(NOW, fuel=20_000))
    except (FeelSyntaxError, FeelBudgetError):
        return
