"""Ranges of values, open or closed at each end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Range:
    """Values between `low` and `high`; None is no bound on that side."""

    low: Any
    high: Any
    low_closed: bool = True
    high_closed: bool = True
    missing_low: bool = False
    missing_high: bool = False
