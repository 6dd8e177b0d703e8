"""Units in a tree, persons with posts, passwords and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from processes.text import Text
from services.desk import Actor, Desk
from services.store.db import Connection


@dataclass(frozen=True)
class UnitRow:
    """level: district, street, community, department, group or grid."""

    id: int
    code: str
    name: str
    level: str
    parent_id: int | None
    path: str
    population: int | None
    active: bool


@dataclass(frozen=True)
class PersonRow:
    """posts are (role, unit code, unit name)."""

    id: int
    login: str
    name: str
    active: bool
    posts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class BadCell:
    """Where an import file is wrong: sheet, row as people count it, column heading, what to mend."""

    sheet: str
    row: int
    column: str
    message: Text


@dataclass(frozen=True)
class Imported:
    """What an import did; when `bad` is not empty nothing was changed."""

    units: int
    persons: int
    posts: int
    bad: list[BadCell]


def login(db: Connection, login: str, password: str, now: datetime) -> str | None:
    """Check a password: a fresh session token, or None. TooManyAttempts after failures, with a growing delay."""
    raise NotImplementedError


def session(db: Connection, token: str, now: datetime) -> Actor | None:
    """Who holds this token now; None when unknown, expired or disabled."""
    raise NotImplementedError


def logout(db: Connection, token: str) -> None:
    """End one session."""
    raise NotImplementedError


def actor(db: Connection, login: str) -> Actor:
    """The actor for a login, for command line and tests; NotFound when unknown or disabled."""
    raise NotImplementedError


def add_unit(
    desk: Desk, code: str, name: str, level: str, parent: str | None = None, population: int | None = None
) -> int:
    """Add a unit under the unit with code `parent`; Invalid when the code is taken or the parent is missing."""
    raise NotImplementedError


def add_person(desk: Desk, login: str, name: str, password: str | None = None) -> int:
    """Add a person; without a password nobody can log in as them."""
    raise NotImplementedError


def add_post(desk: Desk, login: str, role: str, unit: str) -> None:
    """Give a person a post at the unit with this code; twice changes nothing."""
    raise NotImplementedError


def remove_post(desk: Desk, login: str, role: str, unit: str) -> None:
    """Take a post away; holds from the next request."""
    raise NotImplementedError


def set_password(desk: Desk, login: str, password: str) -> None:
    """Store a new password (argon2id) and end all sessions of the person."""
    raise NotImplementedError


def disable(desk: Desk, login: str) -> None:
    """Shut a person out now: all sessions end."""
    raise NotImplementedError


def units(desk: Desk, level: str | None = None, under: str | None = None) -> list[UnitRow]:
    """Units, by level and below a unit code, in order of code."""
    raise NotImplementedError


def persons(desk: Desk) -> list[PersonRow]:
    """All persons with their posts."""
    raise NotImplementedError


def import_file(desk: Desk, path: Path) -> Imported:
    """Read units and persons from CSV or XLSX; every bad cell is named, and any bad cell means nothing changes."""
    raise NotImplementedError
