"""One measured figure beside its floor, as a person and as a program reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles
from time import perf_counter
from typing import Any


@dataclass(frozen=True)
class Figure:
    """`ratio` is figure / floor; `goal` says in words what it should be."""

    name: str
    figure: float
    floor: float
    unit: str
    about: str
    goal: str

    @property
    def ratio(self) -> float:
        return self.figure / self.floor

    def as_json(self) -> dict[str, Any]:
        """The stable shape of bench.json."""
        return {
            "figure": round(self.figure, 4),
            "floor": round(self.floor, 4),
            "ratio": round(self.ratio, 3),
            "unit": self.unit,
        }


def milliseconds(act: Callable[[], Any]) -> float:
    """How long one act takes."""
    begin = perf_counter()
    act()
    return (perf_counter() - begin) * 1000


def typical(times: Sequence[float]) -> float:
    """The lowest tenth's edge: what the act costs when nothing else wants the machine."""
    return quantiles(times, n=10)[0]


def typical_chain(chains: Sequence[Sequence[float]]) -> float:
    """The mean over the acts of a chain, each as it typically is at its place."""
    return fmean(typical(place) for place in zip(*chains, strict=True))


def tenths(times: Sequence[float]) -> tuple[float, float]:
    """The typical act of the first and of the last tenth."""
    size = max(2, len(times) // 10)
    return typical(times[:size]), typical(times[-size:])


def show(figures: Sequence[Figure]) -> str:
    """The figures as a table."""
    head = ("what", "figure", "floor", "unit", "ratio", "goal")
    rows = [(f.about, f"{f.figure:,.3f}", f"{f.floor:,.3f}", f.unit, f"{f.ratio:.2f}", f.goal) for f in figures]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [_line(row, widths) for row in (head, tuple("-" * width for width in widths), *rows)]
    return "\n".join(lines)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    aligned = [
        cell.rjust(width) if 0 < column < 3 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(aligned).rstrip()


def write(figures: Sequence[Figure], path: Path) -> None:
    """Write bench.json."""
    path.write_text(json.dumps({f.name: f.as_json() for f in figures}, indent=2) + "\n", encoding="utf-8")
