"""Citizen identity numbers: 18 places, a birthday in the middle and a check figure at the end."""

from __future__ import annotations

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FIGURES = "10X98765432"


def is_idcard(number: str) -> bool:
    """True for a number that GB 11643 allows: digits, a possible birthday and a fitting check figure."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    return birthday(number) is not None and check_figure(number[:17]) == number[17].upper()


def check_figure(first17: str) -> str:
    """The eighteenth place (ISO 7064 MOD 11-2)."""
    return _FIGURES[sum(w * int(d) for w, d in zip(_WEIGHTS, first17, strict=True)) % 11]


def birthday(number: str) -> date | None:
    """The day of birth in places 7 to 14, or None when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
