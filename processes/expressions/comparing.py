"""Closures for = != < <= > >=, between, in and unary tests."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from processes.expressions.budget import Env, Place
from processes.expressions.decimals import NUMBERS
from processes.expressions.frames import Frame, Run
from processes.expressions.ranges import Range
from processes.expressions.values import equal, inside, kind, order
from processes.text import T

_NO_ORDER = T("“{a}”与“{b}”不能比较大小")
_UNLIKE = T("“{a}”与“{b}”不能比较")
Test = Callable[[Any, Frame], bool | None]
_PYTHON: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def comparison(sign: str, left: Run, right: Run, place: Place, constant: Any = None) -> Run:
    """`constant` is the right side's value when it is a literal text or number."""
    if sign in ("=", "!="):
        return equality(sign == "=", left, right, place, constant)
    if type(constant) in NUMBERS:
        return _order_to_number(sign, left, constant, place)
    compare = _PYTHON[sign]

    def run(frame: Frame) -> bool | None:
        a, b = left(frame), right(frame)
        if type(a) in NUMBERS and type(b) in NUMBERS:
            return compare(a, b)
        return ordered(sign, a, b, frame.env, place)

    return run


def _order_to_number(sign: str, left: Run, constant: Any, place: Place) -> Run:
    compare = _PYTHON[sign]

    def run(frame: Frame) -> bool | None:
        a = left(frame)
        if type(a) in NUMBERS:
            return compare(a, constant)
        return ordered(sign, a, constant, frame.env, place)

    return run


def ordered(sign: str, a: Any, b: Any, env: Env, place: Place) -> bool | None:
    """a < b and so on for every kind of value; None with a note when there is no order."""
    if type(a) is list and len(a) == 1:
        a = a[0]
    if type(b) is list and len(b) == 1:
        b = b[0]
    if type(a) is str and type(b) is str:
        env.spend((min(len(a), len(b)) >> 10) + 1)
    found = order(a, b)
    if found is None:
        env.note(_NO_ORDER, place, a=kind(a), b=kind(b))
        return None
    return _PYTHON[sign](found, 0)


def equality(wanted: bool, left: Run, right: Run, place: Place, constant: Any) -> Run:
    if type(constant) is str:
        return _equal_to_text(wanted, left, constant, place)

    def run(frame: Frame) -> bool | None:
        return same(wanted, left(frame), right(frame), frame.env, place)

    return run


def _equal_to_text(wanted: bool, left: Run, constant: str, place: Place) -> Run:
    def run(frame: Frame) -> bool | None:
        a = left(frame)
        if type(a) is str:
            return (a == constant) is wanted
        return same(wanted, a, constant, frame.env, place)

    return run


def same(wanted: bool, a: Any, b: Any, env: Env, place: Place) -> bool | None:
    found = equal(a, b, env)
    if found is None and (type(a) is list) is not (type(b) is list):
        found = _opened(a, b, env)
    if found is None:
        env.note(_UNLIKE, place, a=kind(a), b=kind(b))
        return None
    return found is wanted


def _opened(a: Any, b: Any, env: Env) -> bool | None:
    """A list of one element compares as that element."""
    if type(a) is list and len(a) == 1:
        return equal(a[0], b, env)
    if type(b) is list and len(b) == 1:
        return equal(a, b[0], env)
    return None


def between(value: Run, low: Run, high: Run, place: Place) -> Run:
    def run(frame: Frame) -> bool | None:
        a, b, c = value(frame), low(frame), high(frame)
        above = ordered(">=", a, b, frame.env, place)
        below = ordered("<=", a, c, frame.env, place)
        return None if above is None or below is None else above and below

    return run


def compare_test(sign: str, right: Run, place: Place, constant: Any = None) -> Test:
    """`< 5` as a test of some value."""
    if sign in ("=", "!="):
        return lambda value, frame: same(sign == "=", value, right(frame), frame.env, place)
    compare = _PYTHON[sign]

    def test(value: Any, frame: Frame) -> bool | None:
        b = right(frame)
        if type(value) in NUMBERS and type(b) in NUMBERS:
            return compare(value, b)
        return ordered(sign, value, b, frame.env, place)

    return test


def number_test(sign: str, constant: Any, place: Place) -> Test:
    compare = _PYTHON[sign]

    def test(value: Any, frame: Frame) -> bool | None:
        if type(value) in NUMBERS:
            return compare(value, constant)
        return ordered(sign, value, constant, frame.env, place)

    return test


def range_test(low: Run, high: Run, low_closed: bool, high_closed: bool, place: Place) -> Test:
    above = compare_test(">=" if low_closed else ">", low, place)
    below = compare_test("<=" if high_closed else "<", high, place)

    def test(value: Any, frame: Frame) -> bool | None:
        first = above(value, frame)
        return first if first is not True else below(value, frame)

    return test


def text_test(constant: str, place: Place) -> Test:
    def test(value: Any, frame: Frame) -> bool | None:
        if type(value) is str:
            return value == constant
        return same(True, value, constant, frame.env, place)

    return test


def value_test(run: Run, uses_input: bool, place: Place) -> Test:
    """A test that is any expression: equal to it, in it, or (when it speaks of `?` or tells truth) true."""

    def test(value: Any, frame: Frame) -> bool | None:
        expected = run(frame)
        if uses_input and (type(expected) is bool or expected is None):
            return expected
        if type(expected) is bool and type(value) is not bool:
            return expected if value is not None else False
        return member(value, expected, frame.env, place)

    return test


def member(value: Any, expected: Any, env: Env, place: Place) -> bool | None:
    """Whether a value equals another, lies in a range, or is one of a list of both."""
    if type(expected) is Range:
        if type(value) is Range:
            return equal(value, expected, env)
        found = inside(value, expected)
        if found is None:
            env.note(_NO_ORDER, place, a=kind(value), b=kind(expected))
            return None
        return found
    if type(expected) is list:
        env.spend(1 + len(expected))
        if type(value) is list and equal(value, expected, env):
            return True
        return any(_one_of(value, each, env) for each in expected)
    return same(True, value, expected, env, place)


def _one_of(value: Any, each: Any, env: Env) -> bool:
    if type(each) is Range and type(value) is not Range:
        return inside(value, each) is True
    return equal(value, each, env) is True


def any_test(tests: list[Test]) -> Test:
    """True when one test is; else None when one is unknown."""
    if len(tests) == 1:
        return tests[0]

    def test(value: Any, frame: Frame) -> bool | None:
        unknown = False
        for each in tests:
            found = each(value, frame)
            if found is True:
                return True
            unknown = unknown or found is None
        return None if unknown else False

    return test
