"""Ranges of values, open or closed at each end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Range:
    """Values between `low` and `high`.

    `sign` tells a range written as a comparison: `(< 5)` has one end only, `(= 5)` two alike; it equals no other form.
    """

    low: Any
    high: Any
    low_closed: bool = True
    high_closed: bool = True
    sign: str = ""

    @property
    def missing_low(self) -> bool:
        return self.sign in ("<", "<=")

    @property
    def missing_high(self) -> bool:
        return self.sign in (">", ">=")
