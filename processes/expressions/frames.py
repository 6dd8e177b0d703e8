"""Where a running expression finds its names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from processes.expressions.budget import Env, Place
from processes.text import T


class Frame:
    """One level of names. `item` is the element a filter looks at, when this level belongs to a filter."""

    __slots__ = ("env", "item", "up", "vars")

    def __init__(self, vars: Mapping[str, Any], up: Frame | None, env: Env, item: Any = None) -> None:
        self.vars = vars
        self.up = up
        self.env = env
        self.item = item


Run = Callable[[Frame], Any]


class Scope:
    """What the compiler knows about a frame: its names, or (`names` is None) that a filter's element decides."""

    __slots__ = ("names", "root", "up")

    def __init__(self, names: set[str] | None, up: Scope | None) -> None:
        self.names = names
        self.up = up
        self.root = up is None


def find(scope: Scope, name: str) -> tuple[list[tuple[int, bool]], bool]:
    """The frames that may hold a name as (levels up, is a filter's), and whether the search ends at the root."""
    found: list[tuple[int, bool]] = []
    level: int = 0
    each: Scope | None = scope
    while each is not None:
        if each.root:
            found.append((level, False))
            return found, True
        if each.names is None:
            found.append((level, True))
            if name == "item":
                return found, False
        elif name in each.names:
            found.append((level, False))
            return found, False
        level, each = level + 1, each.up
    return found, False


def reader(name: str, found: list[tuple[int, bool]], place: Place) -> Run:
    """A closure that reads a name from the frames it may be in."""
    if len(found) == 1 and not found[0][1]:
        return (_read_here, _read_up, _read_far)[min(found[0][0], 2)](name, found[0][0], place)
    return _read_somewhere(name, found, place)


_MISSING = T("没有“{name}”这个变量")


def missing(name: str, frame: Frame, place: Place) -> None:
    frame.env.note(_MISSING, place, name=name)


def _read_here(name: str, _level: int, place: Place) -> Run:
    def run(frame: Frame) -> Any:
        try:
            return frame.vars[name]
        except KeyError:
            return missing(name, frame, place)

    return run


def _read_up(name: str, _level: int, place: Place) -> Run:
    def run(frame: Frame) -> Any:
        try:
            return frame.up.vars[name]  # type: ignore[union-attr]
        except KeyError:
            return missing(name, frame, place)

    return run


def _read_far(name: str, level: int, place: Place) -> Run:
    def run(frame: Frame) -> Any:
        each = frame
        for _ in range(level):
            each = each.up  # type: ignore[assignment]
        try:
            return each.vars[name]
        except KeyError:
            return missing(name, frame, place)

    return run


def _read_somewhere(name: str, found: list[tuple[int, bool]], place: Place) -> Run:
    def run(frame: Frame) -> Any:
        each, level = frame, 0
        for target, of_filter in found:
            while level < target:
                each, level = each.up, level + 1  # type: ignore[assignment]
            if name in each.vars:
                return each.vars[name]
            if of_filter and name == "item":
                return each.item
        return missing(name, frame, place)

    return run
