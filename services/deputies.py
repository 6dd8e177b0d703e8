"""The register of deputies: who serves, is suspended or has ended, each change with the case it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from processes.workdays import today
from services import jobs
from services.desk import Desk
from services.store import deputies as rows
from services.store.db import Connection

STATES = ("serving", "suspended", "ended")
TERM = (("termNo", "term_no"), ("termFrom", "term_from"), ("termTo", "term_to"))


@dataclass(frozen=True)
class DeputyRow:
    """One deputy of a street; `number` is that of the certificate, `state` serving | suspended | ended."""

    number: str
    name: str
    unit: str
    state: str
    reason: str
    since: date
    term_to: date | None
    case_id: int | None


def enter(
    desk: Desk, street_id: int, people: Sequence[Mapping[str, Any]], state: str, said: Mapping[str, Any], case: int
) -> None:
    """Enter people ({certNo, name, unit}) with a state; who is known keeps the term unless `said` has another.

    `said`: reason, since (default: today), termNo, termFrom, termTo. A new term may move what begins by the clock.
    """
    term = {column: said[name] for name, column in TERM if said.get(name) is not None}
    common = {
        "street_id": street_id,
        "state": state,
        "reason": str(said.get("reason") or ""),
        "since": said.get("since") or today(desk.now),
        "case_id": case,
        "changed_at": desk.now,
        **term,
    }
    rows.put(desk.db, [{**common, **_who(one)} for one in people], tuple(term))
    jobs.replan(desk)


def _who(person: Mapping[str, Any]) -> dict[str, Any]:
    unit = person.get("unit")
    return {"number": str(person["certNo"]), "name": str(person["name"]), "unit": str(unit or "")}


def listed(desk: Desk, street_id: int) -> list[DeputyRow]:
    """The deputies of a street in the order of their numbers."""
    return [
        DeputyRow(r.number, r.name, r.unit, r.state, r.reason, r.since, r.term_to, r.case_id)
        for r in rows.of_street(desk.db, street_id)
    ]


def term_end(db: Connection, street_id: int) -> date | None:
    """The last day of the latest term of those who have not ended; None when nobody is entered."""
    return rows.term_end(db, street_id)
