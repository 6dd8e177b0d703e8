"""Closures that go through lists: for, some, every, filters, contexts, ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from processes.expressions.budget import Env, Place
from processes.expressions.decimals import NUMBERS, whole
from processes.expressions.frames import Frame, Run
from processes.expressions.functions import Function
from processes.expressions.ranges import Range
from processes.expressions.values import kind, order, plain
from processes.text import T


class Level(NamedTuple):
    """One `name in source[..until]` of a loop."""

    name: str
    source: Run
    until: Run | None
    place: Place


def values_of(level: Level, frame: Frame) -> Iterable[Any] | None:
    """What a loop goes through; None with a note when it is nothing countable."""
    source = level.source(frame)
    if level.until is not None:
        return counted(source, level.until(frame), frame.env, level.place)
    source = plain(source)
    if type(source) is list:
        return source
    if type(source) is Range:
        return _range_values(source, frame.env, level.place)
    if source is None:
        frame.env.note(T("循环的列表是空值"), level.place)
        return None
    return [source]


def _range_values(span: Range, env: Env, place: Place) -> Iterable[Any] | None:
    if span.missing_low or span.missing_high:
        env.note(T("没有两端的区间不能循环"), place)
        return None
    found = counted(span.low, span.high, env, place)
    if found is None:
        return None
    return (
        value
        for value in found
        if (span.low_closed or order(value, span.low) != 0) and (span.high_closed or order(value, span.high) != 0)
    )


def counted(start: Any, end: Any, env: Env, place: Place) -> Iterable[Any] | None:
    """Whole numbers or days from start to end, either way; made one by one."""
    if type(start) in NUMBERS and type(end) in NUMBERS:
        first, last = whole(start), whole(end)
        if first is not None and last is not None:
            return _numbers(first, last)
    if type(start) is date and type(end) is date:
        return _days(start, end)
    env.note(T("“{a}”到“{b}”不能循环", a=kind(start), b=kind(end)), place)
    return None


def _numbers(first: int, last: int) -> Iterator[Decimal]:
    step = 1 if last >= first else -1
    return (Decimal(number) for number in range(first, last + step, step))


def _days(first: date, last: date) -> Iterator[date]:
    step = 1 if last >= first else -1
    return (first + timedelta(days=number) for number in range(0, (last - first).days + step, step))


def _turns(levels: list[Level], frame: Frame, results: list[Any] | None, cost: int) -> Iterator[Frame | None]:
    """A frame per turn of nested loops; None when a level cannot be gone through."""
    level, rest = levels[0], levels[1:]
    values = values_of(level, frame)
    if values is None:
        yield None
        return
    env, name = frame.env, level.name
    for value in values:
        env.left -= cost
        if env.left < 0:
            env.spend(0)
        turn = Frame({name: value}, frame, env)
        if rest:
            yield from _turns(rest, turn, results, cost)
        else:
            if results is not None:
                env.spend(len(results) >> 2)
                turn.vars = {name: value, "partial": results.copy()}
            yield turn


def collected(levels: list[Level], body: Run, partial: bool, cost: int) -> Run:
    """`for … return …`; the results so far stand under `partial`."""

    def run(frame: Frame) -> list[Any] | None:
        results: list[Any] = []
        for turn in _turns(levels, frame, results if partial else None, cost):
            if turn is None:
                return None
            results.append(body(turn))
        return results

    return run


def quantified(levels: list[Level], condition: Run, some: bool, cost: int) -> Run:
    """`some` and `every` over three values."""

    def run(frame: Frame) -> bool | None:
        unknown = False
        for turn in _turns(levels, frame, None, cost):
            value = None if turn is None else condition(turn)
            if type(value) is bool and value is some:
                return value
            unknown = unknown or type(value) is not bool
        return None if unknown else not some

    return run


def element(source: Run, position: Any) -> Run:
    """`list[2]`: counted from 1, negative from the end."""

    def run(frame: Frame) -> Any:
        return at(source(frame), position, frame.env)

    return run


def at(value: Any, position: Any, env: Env) -> Any:
    value = plain(value)
    items = value if type(value) is list else [] if value is None else [value]
    index = whole(position)
    if index is not None and 1 <= abs(index) <= len(items):
        return items[index - 1 if index > 0 else index]
    return env.note(T("列表没有第 {position} 项", position=position))


def filtered(source: Run, condition: Run, truth: bool, cost: int) -> Run:
    """`list[condition]`; entries of the element are names in the condition, `item` is the element."""

    def run(frame: Frame) -> Any:
        value = plain(source(frame))
        env = frame.env
        if value is None:
            return None if not truth else []
        items = value if type(value) is list else [value]
        if not items and not truth:
            return _of_empty(condition, frame)
        kept: list[Any] = []
        for item in items:
            env.left -= cost
            if env.left < 0:
                env.spend(0)
            found = condition(_item_frame(item, frame))
            if found is True:
                kept.append(item)
            elif type(found) in NUMBERS and not kept:
                return at(items, found, env)
        return kept

    return run


def _item_frame(item: Any, frame: Frame) -> Frame:
    item = plain(item)
    return Frame(item if type(item) is dict else {}, frame, frame.env, item)


def _of_empty(condition: Run, frame: Frame) -> Any:
    found = condition(Frame({}, frame, frame.env))
    return None if type(found) in NUMBERS else []


def context(entries: list[tuple[str, Run]]) -> Run:
    """`{a: 1, b: a + 1}`: later entries see earlier ones."""

    def run(frame: Frame) -> dict[str, Any]:
        made: dict[str, Any] = {}
        inner = Frame(made, frame, frame.env)
        frame.env.spend(1 + len(entries))
        for key, value in entries:
            found = value(inner)
            if type(found) is Function and not found.name:
                found.name = key
            made[key] = found
        return made

    return run


Closed = tuple[bool, bool]
_Ordered = Callable[[Any, Any], int | None]


def make_range(low: Any, high: Any, closed: Closed, env: Env, place: Place) -> Range | None:
    """A range of two comparable ends."""
    if low is None and high is None:
        env.note(T("区间没有端点"), place)
        return None
    low, high = plain(low), plain(high)
    found = order(high if low is None else low, low if high is None else high)
    if found is None or found > 0:
        env.note(T("“{a}”与“{b}”不能作区间两端", a=kind(low), b=kind(high)), place)
        return None
    return Range(low, high, *closed)
