"""What a cell matches, as a set; unknown where the cell needs data or functions to tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from processes.expressions.ranges import Range

if TYPE_CHECKING:
    from processes.decisions.axes import Axis

Pair = tuple[int, int]


class Cellset(Protocol):
    """A set of values of one column."""

    def constants(self) -> Iterator[Any]:
        """The values at which the answer may change."""
        ...

    def masks(self, axis: Axis) -> Pair:
        """The pieces surely inside and those possibly inside."""
        ...


@dataclass(frozen=True)
class Everything:
    """Any value."""

    def constants(self) -> Iterator[Any]:
        return iter(())

    def masks(self, axis: Axis) -> Pair:
        return axis.everything, axis.everything


@dataclass(frozen=True)
class Unknown:
    """Nobody can tell without running it."""

    def constants(self) -> Iterator[Any]:
        return iter(())

    def masks(self, axis: Axis) -> Pair:
        return 0, axis.everything


@dataclass(frozen=True)
class Point:
    """One value."""

    value: Any

    def constants(self) -> Iterator[Any]:
        yield self.value

    def masks(self, axis: Axis) -> Pair:
        return _exact(axis.at(self.value), axis)


@dataclass(frozen=True)
class Span:
    """The values of a range."""

    range: Range

    def constants(self) -> Iterator[Any]:
        if not self.range.missing_low:
            yield self.range.low
        if not self.range.missing_high:
            yield self.range.high

    def masks(self, axis: Axis) -> Pair:
        return _exact(axis.within(self.range), axis)


@dataclass(frozen=True)
class Either:
    """Values in any of these sets."""

    parts: tuple[Cellset, ...]

    def constants(self) -> Iterator[Any]:
        return (value for part in self.parts for value in part.constants())

    def masks(self, axis: Axis) -> Pair:
        sure = possible = 0
        for part in self.parts:
            one, other = part.masks(axis)
            sure, possible = sure | one, possible | other
        return sure, possible


@dataclass(frozen=True)
class Both:
    """Values in all of these sets."""

    parts: tuple[Cellset, ...]

    def constants(self) -> Iterator[Any]:
        return (value for part in self.parts for value in part.constants())

    def masks(self, axis: Axis) -> Pair:
        sure = possible = axis.everything
        for part in self.parts:
            one, other = part.masks(axis)
            sure, possible = sure & one, possible & other
        return sure, possible


@dataclass(frozen=True)
class Not:
    """Values outside a set; null is outside of ranges without being inside their opposite."""

    part: Cellset

    def constants(self) -> Iterator[Any]:
        return self.part.constants()

    def masks(self, axis: Axis) -> Pair:
        sure, possible = self.part.masks(axis)
        keep = ~self._null_trouble(axis)
        return axis.everything & ~possible & keep, axis.everything & ~sure

    def _null_trouble(self, axis: Axis) -> int:
        return axis.null_piece if any(isinstance(part, Span) for part in _leaves(self.part)) else 0


def _leaves(cell: Cellset) -> Iterator[Cellset]:
    if isinstance(cell, Either | Both):
        for part in cell.parts:
            yield from _leaves(part)
    elif isinstance(cell, Not):
        yield from _leaves(cell.part)
    else:
        yield cell


def _exact(mask: int | None, axis: Axis) -> Pair:
    return (0, axis.everything) if mask is None else (mask, mask)


def understood(cell: Cellset) -> bool:
    """True when no part of the set is unknown."""
    return not any(isinstance(leaf, Unknown) for leaf in _leaves(cell))
