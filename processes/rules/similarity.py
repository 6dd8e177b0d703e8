"""Which of the matters already on hand may be the same (C03): a suggestion in exact fractions, decided by a person."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from processes.rules.values import percent, rows, share, whole
from processes.rules.values import text as entry

FEWEST = 2


def similar(text: Any, among: Any, threshold: Any = "1/2", most: Any = 5) -> dict[str, Any]:
    """Rows that read much like a text, the closest first: pairs of neighbouring characters they share.

    `among` holds {no, title}. Likeness is 2·shared / (pairs of both), at least `threshold` to be named; punctuation,
    spaces and case do not count. Gives {rows: [{no, title, numerator, denominator, percent}]}, `most` at the utmost.
    Equal likeness keeps the order given, so the older matter stands first.
    """
    least, limit = share(threshold, "threshold"), whole(most, "most")
    mine = _pairs(str(text))
    found = [(likeness(mine, _pairs(str(row.get("title") or ""))), row) for row in rows(among, "among")]
    close = sorted((pair for pair in found if pair[0] >= least and pair[0] > 0), key=lambda pair: -pair[0])
    return {"rows": [_row(degree, row) for degree, row in close[:limit]]}


def likeness(one: Counter[str], other: Counter[str]) -> Fraction:
    """Dice's coefficient of two bags of character pairs, 0 to 1; 0 when one of them is empty."""
    size = one.total() + other.total()
    return Fraction(2 * (one & other).total(), size) if one and other else Fraction(0)


def _pairs(words: str) -> Counter[str]:
    plain = "".join(sign for sign in words.casefold() if sign.isalnum())
    if len(plain) < FEWEST:
        return Counter([plain] if plain else [])
    return Counter(plain[i : i + 2] for i in range(len(plain) - 1))


def _row(degree: Fraction, row: Any) -> dict[str, Any]:
    return {
        "no": entry(row, "no", "among"),
        "title": str(row.get("title") or ""),
        "numerator": degree.numerator,
        "denominator": degree.denominator,
        "percent": percent(degree.numerator, degree.denominator),
    }
