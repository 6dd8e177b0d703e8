"""Processes that begin by the clock: the timer start events of a procedure, and when each is due in a street."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from processes.definition import Definition
from processes.expressions import Env, FeelError, compile_expression
from processes.model import Node
from processes.workdays import end_of


@dataclass(frozen=True)
class Start:
    """One timer start event: the process it begins, and its element."""

    process: str
    node: Node

    @property
    def element(self) -> str:
        """The id of the start event."""
        return self.node.id

    def due(self, place: Mapping[str, Any], env: Env) -> datetime | None:
        """The moment, aware UTC; None while something it needs is not known. A date means when that day is over."""
        text = (self.node.event.text or "").strip() if self.node.event else ""
        value = _literal(text) or _value(text, place, env)
        if isinstance(value, datetime):
            return value.astimezone(UTC) if value.tzinfo else None
        return end_of(value) if isinstance(value, date) else None

    def needless(self, place: Mapping[str, Any], cases: Sequence[Mapping[str, Any]], env: Env) -> bool:
        """True when `yishi:unless` holds, or, where nothing is written, while a case of the process is running.

        `cases` are {no, startedOn, state: running | ended | cancelled, outcome} of the process in the street.
        """
        text = self.node.ext.get("unless")
        if not text:
            return any(case["state"] == "running" for case in cases)
        return _value(text, {**place, "cases": list(cases)}, env) is True


def starts(definition: Definition) -> Iterator[Start]:
    """Every timer start event of a procedure, in the order of its processes."""
    for process, compiled in definition.processes.items():
        for element in compiled.timer_starts:
            yield Start(process, compiled.elements[element].node)


def place(params: Mapping[str, Any], code: str, name: str, term_end: date | None) -> dict[str, Any]:
    """What a timer start may read of a street (`cases` besides, in `unless`); its deputies' term counts first."""
    return {"params": params, "street": {"code": code, "name": name}, "termEnd": term_end or _day(params)}


def _literal(text: str) -> date | None:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return None


def _day(params: Mapping[str, Any]) -> date | None:
    try:
        return date.fromisoformat(str(params.get("termEnd") or ""))
    except ValueError:
        return None


def _value(text: str, data: Mapping[str, Any], env: Env) -> Any:
    try:
        return compile_expression(text).evaluate(data, env) if text else None
    except FeelError:
        return None
