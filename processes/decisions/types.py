"""The types of a decision model: FEEL's own ones and those with allowed values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from processes.expressions import Env, UnaryTests
from processes.expressions.types import ANY, Type

# Allowed values are constants: any moment will do.
SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)
_NAMES = {
    "any": "Any", "null": "Null", "number": "number", "double": "number", "string": "string", "boolean": "boolean",
    "date": "date", "time": "time", "date and time": "date and time", "datetime": "date and time",
    "days and time duration": "days and time duration", "daytimeduration": "days and time duration",
    "years and months duration": "years and months duration", "yearmonthduration": "years and months duration",
    "context": "context", "list": "list", "function": "function", "range": "range",
}  # fmt: skip
_WHOLE = frozenset({"integer", "long"})


@dataclass(frozen=True)
class Whole(Type):
    """Numbers without a fraction."""

    def holds(self, value: Any) -> bool:
        return super().holds(value) and value == int(value)


@dataclass(frozen=True)
class Allowed(Type):
    """A type whose values must also pass tests; `text` is how the model writes them."""

    tests: UnaryTests | None = None
    text: str = ""

    def holds(self, value: Any) -> bool:
        if self.tests is None or not super().holds(value):
            return False
        return self.tests.test(value, {}, Env(SOME_DAY)) is True


WHOLE = Whole("number")


@dataclass(frozen=True)
class Parameter:
    """A formal parameter of a function."""

    name: str
    type: Type = ANY


def builtin(name: str) -> Type | None:
    """The FEEL type of this name in any of its spellings, None when it is not FEEL's."""
    key = name.strip().casefold()
    if key in _WHOLE:
        return WHOLE
    return Type(_NAMES[key]) if key in _NAMES else None


def allowed(base: Type, tests: UnaryTests, text: str) -> Type:
    """The base type restricted to what passes the tests."""
    return Allowed(base.name, base.of, base.fields, tests, text)


def coerce(kind: Type, value: Any) -> Any:
    """The value as this type, null when it is of another."""
    return value if kind is ANY else kind.coerce(value)
