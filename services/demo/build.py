"""Builds the street once: the place, the published procedure, a finished nomination, and work left for every post."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from processes.definition import Bundle
from processes.text import T
from processes.workdays import Calendar
from services import calendars, cases, deployments, documents, people
from services.demo import inquiries, place, proposals, rounds, votes
from services.demo.play import Tell
from services.desk import SYSTEM, Desk
from services.store import db
from services.store.db import Engine
from services.store.hurry import aside

PROCEDURES = Path(__file__).parents[2] / "bpmn"
BUNDLE = PROCEDURES / "nomination"
OTHERS = ("proposal", "project_vote", "inquiry")
MOST = 10_000


@dataclass(frozen=True)
class Built:
    """What stands in the database; `created` False when it stood there before."""

    created: bool
    cases: int
    ends: dict[str, int]
    documents: int

    def as_json(self) -> dict[str, Any]:
        """The stable shape of `yishi demo --json`."""
        shown = [o for o in place.officers() if o.shown]
        logins = [{"login": o.login, "name": o.name, "role": o.role, "unit": o.unit} for o in shown]
        return {
            "street": place.STREET[1],
            "created": self.created,
            "cases": self.cases,
            "ends": self.ends,
            "documents": self.documents,
            "logins": logins,
            "password": place.PASSWORD,
        }


def exists(engine: Engine, now: datetime) -> bool:
    """True when somebody has put units or procedures into the database."""
    with db.reading(engine) as connection:
        desk = _system(connection, now)
        return bool(people.units(desk) or deployments.versions(desk))


def _system(connection: db.Connection, now: datetime) -> Desk:
    return Desk(connection, SYSTEM, now, calendars.load(connection))


def build(engine: Engine, now: datetime, tell: Tell) -> Built:
    """Build everything into an empty database; on another only say what is there."""
    if exists(engine, now):
        return survey(engine, now, created=False)
    with aside(engine) as quick:
        calendar = _found(quick, now, tell)
        for play in (rounds.finished, rounds.grouping, rounds.half_way):
            play(quick, calendar, now, tell)
        _offices(quick, now)
        for room in (proposals, votes, inquiries):
            room.a_year(quick, calendar, now, tell)
    return survey(engine, now, created=True)


def survey(engine: Engine, now: datetime, created: bool) -> Built:
    """Count cases by the end they reached, and documents."""
    with db.reading(engine) as connection:
        desk = _system(connection, now)
        heads = cases.find(desk, limit=MOST)
        papers = sum(len(documents.of_case(desk, head.id)) for head in heads)
    ends = Counter(head.outcome for head in heads if head.outcome)
    return Built(created, len(heads), dict(ends), papers)


# --- the place ---


def _found(engine: Engine, now: datetime, tell: Tell) -> Calendar:
    tell(T("建立{street}：24个社区、{grids}个网格、各岗位人员", street=place.STREET[1], grids=place.GRIDS))
    with db.writing(engine) as connection:
        desk = _system(connection, now)
        _units(desk)
        for officer in place.officers():
            people.add_person(desk, officer.login, officer.name, place.PASSWORD if officer.shown else None)
            people.add_post(desk, officer.login, officer.role, officer.unit)
        deployments.publish(desk, Bundle.read(BUNDLE))
        return desk.calendar


def _offices(engine: Engine, now: datetime) -> None:
    """The offices that handle, and the other procedures; later, since a nomination asks every department it finds."""
    with db.writing(engine) as connection:
        desk = _system(connection, now)
        for code, name in place.OFFICES:
            people.add_unit(desk, code, name, "department", place.STREET[0])
        for login, role, unit in place.POSTS:
            people.add_post(desk, login, role, unit)
        for key in OTHERS:
            deployments.publish(desk, Bundle.read(PROCEDURES / key))


def _units(desk: Desk) -> None:
    people.add_unit(desk, *place.DISTRICT, "district")
    people.add_unit(desk, *place.STREET, "street", place.DISTRICT[0])
    people.set_locality(desk, place.STREET[0], place.LOCALITY)
    for level, units in (
        ("community", place.communities()),
        ("department", place.departments()),
        ("grid", place.grids()),
    ):
        for unit in units:
            people.add_unit(desk, unit.code, unit.name, level, unit.parent, unit.population)
