"""FEEL types, for `instance of`, declared parameters and item definitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from processes.expressions.durations import DayTimeDuration, YearMonthDuration
from processes.expressions.functions import Function
from processes.expressions.ranges import Range


@dataclass(frozen=True)
class Type:
    """`name` is a basic type or list, range, context, function; `of` its inner types, `fields` a context's entries."""

    name: str
    of: tuple[Type, ...] = ()
    fields: tuple[tuple[str, Type], ...] = ()

    @property
    def deep(self) -> bool:
        """Whether telling needs a look at the parts of a value."""
        return bool(self.of or self.fields)

    def holds(self, value: Any) -> bool:
        """Whether the value is an instance; null is one of `Null` only."""
        if value is None:
            return self.name == "Null"
        basic = BASIC.get(self.name)
        if basic is not None:
            return type(value) in basic
        if self.name == "Any":
            return True
        structured = self._STRUCTURED.get(self.name)
        return structured is not None and structured(self, value)

    def _holds_list(self, value: Any) -> bool:
        if type(value) is not list or not self.of:
            return type(value) is list
        return all(self.of[0].admits(item) for item in value)

    def _holds_context(self, value: Any) -> bool:
        return type(value) is dict and all(key in value and kind.admits(value[key]) for key, kind in self.fields)

    def _holds_range(self, value: Any) -> bool:
        if type(value) is not Range or not self.of:
            return type(value) is Range
        ends = ((value.low, value.missing_low), (value.high, value.missing_high))
        return all(missing or self.of[0].holds(end) for end, missing in ends)

    def _holds_function(self, value: Any) -> bool:
        if not isinstance(value, Function) or not self.of:
            return isinstance(value, Function)
        *parameters, result = self.of
        fits = all(its is None or mine.conforms(its) for mine, its in zip(parameters, value.types, strict=False))
        return fits and len(parameters) == len(value.types) and (value.result is None or value.result.conforms(result))

    def admits(self, value: Any) -> bool:
        """Like `holds`, but null fits everywhere (an element or entry may be unknown)."""
        return value is None or self.holds(value)

    def conforms(self, other: Type) -> bool:
        """Whether every value of this type is one of the other."""
        if other.name == "Any" or self.name == "Null" or self == other:
            return True
        if self.name != other.name:
            return False
        if self.name in ("list", "range"):
            return not other.of or (bool(self.of) and self.of[0].conforms(other.of[0]))
        if self.name == "context":
            mine = dict(self.fields)
            return all(key in mine and mine[key].conforms(kind) for key, kind in other.fields)
        return self._conforms_function(other) if self.name == "function" else True

    def _conforms_function(self, other: Type) -> bool:
        if not other.of:
            return True
        if len(self.of) != len(other.of):
            return False
        *mine, result = self.of
        *its, expected = other.of
        return result.conforms(expected) and all(b.conforms(a) for a, b in zip(mine, its, strict=True))

    def coerce(self, value: Any) -> Any:
        """The value if it fits, after the implied conversions (list of one <-> element, date -> moment) or None."""
        if self.admits(value):
            return value
        if self.name == "list" and type(value) is not list:
            return [value] if self.holds([value]) else None
        if type(value) is list and len(value) == 1:
            return self.coerce(value[0])
        if self.name == "date and time" and type(value) is date:
            return datetime.combine(value, time.min, UTC)
        return None

    _STRUCTURED: ClassVar[dict[str, Callable[[Type, Any], bool]]] = {
        "list": _holds_list,
        "context": _holds_context,
        "range": _holds_range,
        "function": _holds_function,
    }


ANY = Type("Any")
BASIC: dict[str, tuple[type, ...]] = {
    "number": (int, Decimal),
    "string": (str,),
    "boolean": (bool,),
    "date": (date,),
    "time": (time,),
    "date and time": (datetime,),
    "dateTime": (datetime,),
    "days and time duration": (DayTimeDuration,),
    "dayTimeDuration": (DayTimeDuration,),
    "years and months duration": (YearMonthDuration,),
    "yearMonthDuration": (YearMonthDuration,),
    "duration": (DayTimeDuration, YearMonthDuration),
}
