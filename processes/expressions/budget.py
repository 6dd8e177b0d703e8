"""The surroundings of one evaluation: clock, calendar, fuel and notes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from processes.expressions.errors import FeelBudgetError
from processes.text import T, Text

if TYPE_CHECKING:
    from processes.workdays import Calendar

FUEL = 200_000
TEXT_LIMIT = 20_000
NESTING_LIMIT = 60
CHAIN_LIMIT = 150
CALL_LIMIT = 60
STRING_LIMIT = 1_000_000
NOTES_LIMIT = 50


class Place(NamedTuple):
    """Where in the text something stands, counted from 1."""

    line: int
    column: int


NOWHERE = Place(1, 1)


@dataclass(frozen=True)
class Note:
    """Why a part of an expression gave null."""

    message: Text
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return str(
            T("{message}（第 {line} 行第 {column} 列）", message=self.message, line=self.line, column=self.column)
        )


class Env:
    """Clock, calendar and budget of an evaluation; `warnings` tells afterwards why something was null.

    `fuel` counts steps of one evaluation. Inside `one_budget()` several evaluations share it.
    """

    __slots__ = ("busy", "calendar", "depth", "fuel", "left", "now", "patterns", "warnings")

    def __init__(self, now: datetime, calendar: Calendar | None = None, fuel: int = FUEL) -> None:
        if now.tzinfo is None:
            raise ValueError("now must carry a time zone")
        self.now = now
        self.calendar = calendar
        self.fuel = fuel
        self.left = fuel
        self.depth = 0
        self.busy = False
        self.patterns: set[Any] = set()  # compiled so far: later uses of the same one cost less
        self.warnings: list[Note] = []

    def spend(self, steps: int) -> None:
        """Take steps from the fuel; FeelBudgetError when it is used up."""
        self.left -= steps
        if self.left < 0:
            raise FeelBudgetError(T("表达式计算步数超过上限"))

    def hold(self, length: int) -> None:
        """Answer for a string of this length before it is made."""
        if length > STRING_LIMIT:
            raise FeelBudgetError(T("表达式产生的文字过长"))
        self.spend(1 + (length >> 6))

    def weigh(self, value: Any) -> None:
        """Pay for looking through all parts of a value."""
        if type(value) in (list, dict):
            self.spend(1 + len(value))
            for item in value.values() if type(value) is dict else value:
                self.weigh(item)

    def note(self, message: Text, place: Place = NOWHERE, **params: Any) -> Any:
        """Remember why a value became null, and give that null. `params` fill the message, if it is kept at all."""
        if len(self.warnings) < NOTES_LIMIT:
            filled = T(message.msgid, **params) if params else message
            self.warnings.append(Note(filled, place.line, place.column))
        return None

    @contextmanager
    def one_budget(self) -> Iterator[None]:
        """Let all evaluations inside share one fuel."""
        if self.busy:
            yield
            return
        self.left, self.busy = self.fuel, True
        try:
            yield
        except (RecursionError, MemoryError):
            raise too_deep() from None
        finally:
            self.busy, self.depth = False, 0


def too_deep() -> FeelBudgetError:
    """The error for data or calls nested too deeply."""
    return FeelBudgetError(T("表达式或数据嵌套过深"))
