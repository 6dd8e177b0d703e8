"""`params.x` must name a line of the rule tables; a mistyped one would silently be null."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from processes.check.registry import at, named
from processes.check.stock import PROCEDURE, Stock, kind_of
from processes.check.texts import spots
from processes.check.view import View
from processes.findings import Finding
from processes.localities import parameter_names
from processes.text import T, Text

_PARAMETER = re.compile(r"(?<![\w.])params\.([^\W\d]\w*)")


@dataclass(frozen=True)
class Line:
    """A line of a text file as a place."""

    id: str
    line: int


def parameters(files: Mapping[str, bytes], stock: Stock, views: list[View]) -> Iterator[Finding]:
    """Parameters of the place read in diagrams, forms, tables and documents, and those listed in procedure.toml."""
    if not stock.own:
        return
    known = parameter_names()
    for view in views:
        for spot in spots(view):
            for name in _unknown(spot.text, known):
                yield view.at("parameter-unknown", spot.place, _say(named(spot.place), name, known))
    for file, content in sorted(files.items()):
        if kind_of(file) in {"document", "form", "decision"}:
            text = content.decode("utf-8", "replace")
            for name in _unknown(text, known):
                place = Line(name, text.count("\n", 0, text.index(f"params.{name}")) + 1)
                yield at("parameter-unknown", file, place, _say(file, name, known))
    listed = stock.procedure.get("parameters")
    for name in listed if isinstance(listed, list) else []:
        if str(name) not in known:
            yield at("parameter-unknown", PROCEDURE, None, _say(PROCEDURE, str(name), known))


def unknown_parameters(place: str, text: str) -> Iterator[Finding]:
    """Parameters that a text of procedure.toml reads and no rule table has."""
    known = parameter_names()
    for name in _unknown(text, known):
        yield at("parameter-unknown", PROCEDURE, None, _say(place, name, known))


def _unknown(text: str, known: frozenset[str]) -> list[str]:
    return sorted(set(_PARAMETER.findall(text)) - known)


def _say(place: str, name: str, known: frozenset[str]) -> Text:
    near = get_close_matches(name, known, 1)
    if near:
        return T("{place} 用到参数 {name}，但参数登记表里没有它。是不是 {near}？", place=place, name=name, near=near[0])
    return T("{place} 用到参数 {name}，但参数登记表里没有它。请先登记。", place=place, name=name)
