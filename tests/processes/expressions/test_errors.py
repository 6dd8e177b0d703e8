"""Texts that are refused, with the place and the reason."""

from __future__ import annotations

import pytest

from processes.expressions import FeelNameError, FeelSyntaxError, compile_expression, compile_unary

SYNTAX = [
    ("", 1, 1),
    ("1 +", 1, 4),
    ("1 +\n  * 2", 2, 3),
    ("(1", 1, 3),
    ("[1, 2", 1, 6),
    ("1 2", 1, 3),
    ("if a then b", 1, 12),
    ("for x in y", 1, 11),
    ("a ；b", 1, 3),
    ('"abc', 1, 1),
    ("a > 1 and and b", 1, 11),
    ("1 < 2 < 3", 1, 7),
    ("{a: 1, a: 2}", 1, 8),
    ("{5: 1}", 1, 2),
    ("x instance of nothing", 1, 15),
    ("function(x) external {a: 1}", 1, 13),
    ("f(a: 1, 2)", 1, 9),
    ("a.1", 1, 2),
    ("12abc", 1, 3),
    ("[1..", 1, 5),
]


@pytest.mark.parametrize(("text", "line", "column"), SYNTAX, ids=[repr(each[0]) for each in SYNTAX])
def test_syntax_error_has_a_place(text: str, line: int, column: int) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value.message)


@pytest.mark.parametrize(
    "text", ["no such(1)", "nosuch(1)", "[1][nosuch(item)]", "a.b + nosuch()", "for i in nosuch(1) return i"]
)
def test_unknown_functions_are_refused_when_compiling(text: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    if "no such" not in text:
        assert isinstance(caught.value, FeelNameError)
        assert caught.value.column == text.index("nosuch") + 1
        assert "nosuch" in str(caught.value)


def test_given_names_may_be_called() -> None:
    assert compile_expression("tally(1)", names=["tally"]).names == {"tally"}


def test_unary_errors() -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_unary("[0.5..")
    assert (caught.value.line, caught.value.column) == (1, 7)
    with pytest.raises(FeelSyntaxError):
        compile_unary("1, ")
    with pytest.raises(FeelNameError):
        compile_unary("> nosuch(1)")


def test_messages_are_chinese() -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression("1 + )")
    assert str(caught.value) == "这里不应出现“)”（第 1 行第 5 列）"
