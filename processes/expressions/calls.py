"""Closures that call functions, built in or given as values."""

from __future__ import annotations

from typing import Any

from processes.expressions.budget import Env, Place
from processes.expressions.builtins.registry import Builtin
from processes.expressions.errors import FeelError
from processes.expressions.frames import Frame, Run
from processes.expressions.functions import Function
from processes.expressions.values import kind
from processes.text import T

FAULTS = (ArithmeticError, ValueError, OverflowError)  # what numbers and dates raise when there is no result


def call_known(builtin: Builtin, arguments: list[Run], names: tuple[str, ...] | None, place: Place) -> Run:
    """A call of a built-in function; its errors become null with a note."""
    if names is not None:
        return _call_named(builtin, arguments, names, place)

    call = builtin.taking(len(arguments))

    def run(frame: Frame) -> Any:
        env = frame.env
        env.left -= 1
        values = [argument(frame) for argument in arguments]
        try:
            return call(env, values)
        except FeelError as error:
            return env.note(error.message, place)
        except FAULTS:
            return env.note(T("函数没有结果"), place)

    return run


def _call_named(builtin: Builtin, arguments: list[Run], names: tuple[str, ...], place: Place) -> Run:
    def run(frame: Frame) -> Any:
        env = frame.env
        env.spend(1)
        given = {name: argument(frame) for name, argument in zip(names, arguments, strict=True)}
        return guarded(lambda: builtin.call_named(env, given), env, place)

    return run


def guarded(call: Any, env: Env, place: Place) -> Any:
    """What the call gives, or null with a note when it has no answer."""
    try:
        return call()
    except FeelError as error:
        return env.note(error.message, place)
    except FAULTS:
        return env.note(T("函数没有结果"), place)


def call_dynamic(function: Run, arguments: list[Run], names: tuple[str, ...] | None, place: Place) -> Run:
    """A call of whatever function value an expression gives."""

    def run(frame: Frame) -> Any:
        env = frame.env
        env.spend(1)
        called = function(frame)
        values = [argument(frame) for argument in arguments]
        if not isinstance(called, Function):
            return env.note(T("“{kind}”不是函数", kind=kind(called)), place)
        if names is None:
            return guarded(lambda: called.call(env, values), env, place)
        return guarded(lambda: called.call_named(env, dict(zip(names, values, strict=True))), env, place)

    return run
