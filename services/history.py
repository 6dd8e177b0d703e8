"""Who did what, when, with which answers: lines are only ever added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.expressions import from_json
from processes.text import Text
from services.desk import Desk
from services.store import events as rows
from services.store.json import dumps, loads

Telling = Callable[[str | None, str | None, dict[str, Any]], list[tuple[str, str]]]
"""Turns (element, form, answers) into label/words pairs."""


@dataclass(frozen=True)
class EventRow:
    """`what` is a sentence, `detail` free text (may be empty), `answers` label/words pairs as given."""

    at: datetime
    who: str
    what: Text
    detail: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    act: str = ""
    element: str | None = None


@dataclass(frozen=True)
class Act:
    """What is about to be done, as history will tell it; `code` is a stable word for programs."""

    code: str
    what: Text
    element: str | None = None
    task_id: int | None = None
    detail: str = ""


def record(desk: Desk, case_id: int | None, act: Act, answers: str | None = None) -> None:
    """Add a line in the transaction of the act itself; `answers` is JSON text, answers to tasks stand with the task."""
    rows.add(
        desk.db,
        {
            "case_id": case_id,
            "at": desk.now,
            "person_id": desk.actor.person_id,
            "who": desk.actor.name,
            "act": act.code,
            "element": act.element,
            "task_id": act.task_id,
            "what": act.what.msgid,
            "params": dumps({name: str(value) for name, value in act.what.params.items()}),
            "detail": act.detail,
            "answers": answers,
        },
    )


def of_case(
    desk: Desk, case_id: int, tell: Telling, last: int | None = None, readable: Callable[[Any], bool] | None = None
) -> list[EventRow]:
    """The lines of a case, oldest first; with `last` only so many of the newest.

    Answers to tasks stand with them unless `readable` says no.
    """
    return [_event(row, tell, readable) for row in rows.of_case(desk.db, case_id, last)]


def _event(row: Any, tell: Telling, readable: Callable[[Any], bool] | None) -> EventRow:
    stored = row.task_answers or row.answers
    if row.task_answers and readable is not None and not readable(row):
        stored = None
    told = tell(row.element, row.form, from_json(loads(stored))) if stored else []
    what = Text(row.what, loads(row.params))
    return EventRow(row.at, row.who, what, row.detail, tuple(told), row.act, row.element)
