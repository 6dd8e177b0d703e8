"""Short ways for the tests to ask for a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from processes.expressions import Env, compile_expression, literal

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)  # 01:30 of the 22nd in Beijing


def env() -> Env:
    return Env(NOW)


def value(text: str, context: Mapping[str, Any] | None = None, where: Env | None = None) -> Any:
    return compile_expression(text).evaluate(context or {}, where or env())


def show(text: str, context: Mapping[str, Any] | None = None) -> str:
    """The value as a FEEL literal, so that kinds and values are compared at once."""
    return literal(value(text, context))
