"""What expressions mean."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from processes.expressions import compile_expression
from tests.processes.expressions.feel import env, show, value

DATA: dict[str, Any] = {
    "budget": 120,
    "level": "district",
    "预算": Decimal("80.5"),
    "units": [{"code": "a", "population": 300, "groups": [1, 2]}, {"code": "b", "population": 900, "groups": [3]}],
    "limit": 500,
    "empty": None,
    "count": 7,
    "yes": True,
}

CASES = [
    # numbers are exact, 34 digits
    ("0.1 + 0.2 = 0.3", "true"),
    ("1 / 3", "0.3333333333333333333333333333333333"),
    ("2 ** 10", "1024"),
    ("-2 ** 2", "4"),
    ("10 - 2 - 3", "5"),
    ("2 + 3 * 4", "14"),
    ("(2 + 3) * 4", "20"),
    (".5 * 2", "1"),
    ("1.5e3", "1500"),
    ("1 / 0", "null"),
    ('1 + "a"', "null"),
    ('"a" + "b"', '"ab"'),
    # three values
    ("true and null", "null"),
    ("false and null", "false"),
    ("null and false", "false"),
    ("true or null", "true"),
    ("null or false", "null"),
    ('true and "x"', "null"),
    ("true and true and null and false", "false"),
    ("not(null)", "null"),
    ("not(false)", "true"),
    # comparing
    ("1 = 1.0", "true"),
    ('1 = "1"', "null"),
    ("null = null", "true"),
    ("empty = null", "true"),
    ("missing = null", "true"),
    ("1 = null", "false"),
    ("1 != null", "true"),
    ('1 < "a"', "null"),
    ("[1, 2] = [1, 2]", "true"),
    ("[1, 2] = [2, 1]", "false"),
    ("{a: 1, b: 2} = {b: 2, a: 1}", "true"),
    ('"a" < "b"', "true"),
    ("5 between 1 and 5", "true"),
    ("1 < 2 and 2 < 3 or false", "true"),
    # in and ranges
    ("5 in [1..5]", "true"),
    ("5 in [1..5)", "false"),
    ("5 in ]1..5[", "false"),
    ("3 in (1, 3)", "true"),
    ("3 in (< 2, > 2)", "true"),
    ("3 in >= 3", "true"),
    ("3 in [[1..2], [3..4]]", "true"),
    ('"b" in ["a", "b"]', "true"),
    ("[1..5].start included", "true"),
    ("(1..5].start included", "false"),
    ("5 in (> limit)", "false"),
    ("[5..1]", "null"),
    # lists, filters, paths
    ("[10, 20, 30][2]", "20"),
    ("[10, 20, 30][-1]", "30"),
    ("[10, 20, 30][4]", "null"),
    ("[10, 20, 30][item > 10]", "[20, 30]"),
    ("[10, 20, 30][yes]", "[10, 20, 30]"),
    ("units[population > limit].code", '["b"]'),
    ("units[population > limit][1].code", '"b"'),
    ('units[code = "a"].groups[1]', "[1, 2]"),
    ("units.population", "[300, 900]"),
    ("units[count(groups) = 2].code", '["a"]'),
    ("[{item: 1}, {item: 2}][item = 2]", '[{"item": 2}]'),
    ("[1, 2, 3][count([1, 2])]", "2"),
    ("5[1]", "5"),
    ("{a: {b: 3}}.a.b", "3"),
    ("{a: 1}.b", "null"),
    ("empty.b", "null"),
    # contexts
    ("{a: 1, b: a + 1}", '{"a": 1, "b": 2}'),
    ('{"总人数": 3, x: 总人数 * 2}.x', "6"),
    ("{first part: 1, second part: first part + 1}.second part", "2"),
    ("{budget: 1, b: budget}.b", "1"),
    # loops
    ("for i in 1..3 return i * i", "[1, 4, 9]"),
    ("for i in 3..1 return i", "[3, 2, 1]"),
    ("for i in [1..3] return i", "[1, 2, 3]"),
    ("for i in (1..3) return i", "[2]"),
    ("for i in 1..2, j in [10, 20] return i + j", "[11, 21, 12, 22]"),
    ("for i in 1..3, j in 1..i return j", "[1, 1, 2, 1, 2, 3]"),
    ("for i in 1..5 return if i <= 2 then 1 else partial[-1] + partial[-2]", "[1, 1, 2, 3, 5]"),
    ("for u in units return u.population + limit", "[800, 1400]"),
    ('for d in date("2026-02-27")..date("2026-03-01") return d.day', "[27, 28, 1]"),
    ("for i in empty return i", "null"),
    ("some u in units satisfies u.population > 500", "true"),
    ("every u in units satisfies u.population > 500", "false"),
    ("every x in [] satisfies false", "true"),
    ("some x in [null, true] satisfies x", "true"),
    ("every x in [null, true] satisfies x", "null"),
    # choice
    ('if budget > 100 then "big" else "small"', '"big"'),
    ('if null then "a" else "b"', '"b"'),
    # functions
    ("(function(x) x * 2)(21)", "42"),
    ("{f: function(x, y) x - y, r: f(y: 1, x: 10)}.r", "9"),
    ("{fact: function(n) if n <= 1 then 1 else n * fact(n - 1), r: fact(10)}.r", "3628800"),
    ('{f: function(x: number) x, r: f("a")}.r', "null"),
    ("{f: function(x: number) x, r: f([5])}.r", "5"),
    ("{f: function(x) x, r: f(1, 2)}.r", "null"),
    ("{k: 3, add: function(x) x + k, k2: (for i in [1, 2] return add(i))}.k2", "[4, 5]"),
    ("sort(units, function(a, b) a.population > b.population)[1].code", '"b"'),
    ("{apply: function(f, x) f(x), r: apply(abs, -3)}.r", "3"),
    # types
    ("1 instance of number", "true"),
    ("-1 instance of number", "true"),
    ("[1] instance of list<number>", "true"),
    ('[1, "a"] instance of list<number>', "false"),
    ("null instance of number", "false"),
    ("1 instance of Any", "true"),
    ("{a: 1} instance of context<a: number>", "true"),
    ("[1..2] instance of range<number>", "true"),
    ("abs instance of function<number> -> number", "true"),
    ('date("2026-01-01") instance of date', "true"),
    ('@"P1Y" instance of years and months duration', "true"),
    # names of our own
    ("预算 > 80", "true"),
    ("budget > 100 and level = \"district\"", "true"),
    ("count", "7"),
    ("count([1, 2]) + count", "9"),
    ("trueish", "null"),
    # comments, white space
    ("1 // one\n + 2 /* two */", "3"),
    ("=\t1 +\n2", "3"),
    # strings
    (r'"a\"b\\c\nd"', r'"a\"b\\c\nd"'),
    (r'"\u4e2d"', '"中"'),
    (r'string length("\uD83D\uDC0E")', "1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_value(text: str, expected: str) -> None:
    assert show(text, DATA) == expected


def test_a_note_says_why_a_value_is_null() -> None:
    where = env()
    assert value("1 +\n missing * 2", {}, where) is None
    assert [(note.line, note.column) for note in where.warnings] == [(2, 2), (2, 10), (1, 3)]
    assert "missing" in str(where.warnings[0])


def test_names_are_the_free_variables() -> None:
    text = "sum(units[population > limit].n) + (for i in items return i * 预算)[1] + {a: 1, b: a}.b + count(q)"
    assert compile_expression(text).names == {"units", "items", "预算", "q"}
    assert compile_expression(text).possible == {"population", "limit"}
    assert compile_expression("function(x) x + y").names == {"y"}


def test_variables_with_spaces_are_given() -> None:
    expression = compile_expression("Monthly Income * 12 > Person's limit", names=["Monthly Income", "Person's limit"])
    assert expression.names == {"Monthly Income", "Person's limit"}
    assert expression.evaluate({"Monthly Income": 10, "Person's limit": 100}, env()) is True


def test_compiled_once() -> None:
    assert compile_expression("1 + 41") is compile_expression("1 + 41")
    assert compile_expression(" = a").text == " = a"


def test_plain_python_values_are_taken_as_feel_values() -> None:
    assert value("a + 0.2", {"a": 0.1}) == Decimal("0.3")
    assert value("a[2]", {"a": (1, 2)}) == 2
    assert value("a > 1", {"a": True}) is None
