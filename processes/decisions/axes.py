"""One input column cut into pieces inside which every cell answers alike, so that rules become bit masks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from processes.decisions.cellsets import Cellset
from processes.expressions import values as feel_values
from processes.expressions.ranges import Range

Mask = int
ORDERED = frozenset({"number", "date", "date and time", "days and time duration", "years and months duration"})
LISTED = frozenset({"string", "boolean"})


@dataclass(frozen=True)
class Bounds:
    """What a cell surely matches and what it may match; both equal when the cell is understood."""

    sure: Mask
    possible: Mask


@dataclass(frozen=True)
class Axis:
    """The pieces of a column: for ordered values alternately an open interval and a point, then perhaps null."""

    kind: str
    points: tuple[Any, ...]
    closed: bool  # no value but the points exists
    null: bool  # null is a piece of its own
    exists: Mask  # the pieces that hold any value

    def bounds(self, cell: Cellset) -> Bounds:
        """The pieces a cell matches."""
        sure, possible = cell.masks(self)
        return Bounds(sure & self.exists, possible & self.exists)

    @property
    def ordered(self) -> bool:
        return self.kind in ORDERED

    @property
    def pieces(self) -> int:
        base = 2 * len(self.points) + 1 if self.ordered else len(self.points) + (not self.closed)
        return base + self.null

    @property
    def everything(self) -> Mask:
        return (1 << self.pieces) - 1

    @property
    def null_piece(self) -> Mask:
        return 1 << (self.pieces - 1) if self.null else 0

    def at(self, value: Any) -> Mask | None:
        """The piece of one value; None when this column does not hold such values."""
        if value is None:
            return self.null_piece
        place = self._index(value)
        if place is None:
            return None
        return 1 << (2 * place + 1 if self.ordered else place)

    def within(self, span: Range) -> Mask | None:
        """The pieces of a range of values; None for columns without order."""
        if not self.ordered:
            return None
        last = 2 * len(self.points)
        low, high = 0, last
        if not span.missing_low:
            place = self._index(span.low)
            if place is None:
                return None
            low = 2 * place + (1 if span.low_closed else 2)
        if not span.missing_high:
            place = self._index(span.high)
            if place is None:
                return None
            high = 2 * place + (1 if span.high_closed else 0)
        return sum(1 << piece for piece in range(low, high + 1))

    def _index(self, value: Any) -> int | None:
        return next((i for i, point in enumerate(self.points) if _alike(point, value)), None)

    def describe(self, mask: Mask) -> str:
        """The pieces in FEEL, as a designer would write the cell."""
        if mask & self.exists == self.exists:
            return "-"
        solid = mask & self.exists & ~self.null_piece
        parts = [self._run(first, last) for first, last in _runs(solid, self)] if self.ordered else self._listed(solid)
        return ", ".join([*parts, *(["null"] if mask & self.null_piece else [])])

    def _listed(self, mask: Mask) -> list[str]:
        """Named values; with the unnamed ones, all but the values outside."""
        if mask >> len(self.points) & 1:
            outside = [show(point) for place, point in enumerate(self.points) if not mask >> place & 1]
            return [f"not({', '.join(outside)})"] if outside else []
        return [show(point) for place, point in enumerate(self.points) if mask >> place & 1]

    def _run(self, first: int, last: int) -> str:
        if first == last and first % 2:
            return show(self.points[first // 2])
        end = 2 * len(self.points)
        if first == 0:
            return f"{'<=' if last % 2 else '<'} {show(self.points[last // 2])}"
        low = show(self.points[(first - 1) // 2])
        if last == end:
            return f"{'>=' if first % 2 else '>'} {low}"
        return f"{'[' if first % 2 else '('}{low}..{show(self.points[last // 2])}{']' if last % 2 else ')'}"


def axis_for(cells: Iterable[Cellset], allowed: Cellset | None, whole: bool) -> Axis | None:
    """The pieces of a column; None when its cells compare values of different kinds."""
    every = [*cells, *([allowed] if allowed else [])]
    constants = [value for cell in every for value in cell.constants()]
    kinds = {feel_values.kind(value) for value in constants} - {"null"}
    if len(kinds) > 1 or not kinds <= ORDERED | LISTED:
        return None
    kind = kinds.pop() if kinds else "string"
    points = (False, True) if kind == "boolean" else _points(constants, kind)
    if points is None:
        return None
    closed = kind == "boolean"
    rough = Axis(kind, points, closed, any(value is None for value in constants), -1)
    exists = rough.everything
    if whole or kind == "date":
        exists &= ~_hollow(points, rough)
    if allowed is not None:
        sure, possible = allowed.masks(rough)
        exists &= (sure if sure == possible else rough.everything) | rough.null_piece
    return Axis(kind, points, closed, rough.null, exists)


def show(value: Any) -> str:
    """A constant as FEEL text."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return f'date and time("{value.isoformat()}")'
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value) if isinstance(value, int) else f'duration("{value}")'


def _points(constants: list[Any], kind: str) -> tuple[Any, ...] | None:
    unique: list[Any] = []
    for value in constants:
        if value is not None and not any(_alike(value, known) for known in unique):
            unique.append(value)
    if kind not in ORDERED:
        return tuple(unique)
    if any(feel_values.order(value, unique[0]) is None for value in unique):
        return None  # moments with and without a time zone have no order
    return tuple(sorted(unique, key=cmp_to_key(lambda a, b: feel_values.order(a, b) or 0)))


def _hollow(points: tuple[Any, ...], axis: Axis) -> Mask:
    """Pieces between neighbours where no whole number or day lies."""
    mask = 0
    for place, point in enumerate(points):
        if axis.kind == "number" and point != int(point):
            mask |= 1 << (2 * place + 1)
        if place and _next(points[place - 1]) >= point:
            mask |= 1 << (2 * place)
    return mask


def _next(point: Any) -> Any:
    if isinstance(point, date):
        return point + timedelta(days=1) if point < date.max else point
    return int(point // 1) + 1


def _alike(one: Any, other: Any) -> bool:
    return (isinstance(one, bool) == isinstance(other, bool) and feel_values.order(one, other) == 0) or one is other


def _runs(mask: Mask, axis: Axis) -> Iterator[tuple[int, int]]:
    """Neighbouring pieces together; pieces without any value join what stands around them."""
    first: int | None = None
    last = 0
    for piece in range(axis.pieces):
        if mask >> piece & 1:
            first = piece if first is None else first
            last = piece
        elif first is not None and axis.exists >> piece & 1:
            yield first, last
            first = None
    if first is not None:
        yield first, last
