"""Units in a tree, persons with posts, passwords and sessions."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from processes.text import T
from services import jobs
from services.desk import Actor, Desk, Post
from services.errors import Invalid, NotFound, TooManyAttempts
from services.lists import BadCell
from services.roles import LEVELS, ROLES
from services.roster import SHORTEST_PASSWORD, judged
from services.store import people as rows
from services.store import tasks as task_rows
from services.store.db import Connection

SESSION_HOURS = 12
FREE_FAILURES = 3
LONGEST_WAIT = 900


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
class Imported:
    """What an import did; when `bad` is not empty nothing was changed."""

    units: int
    persons: int
    posts: int
    bad: list[BadCell]


# --- log-in ---


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=47_104, parallelism=1)


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_hex(16))


def login(
    db: Connection, login: str, password: str, now: datetime, address: str = "", hours: int = SESSION_HOURS
) -> str | None:
    """Check a password: a fresh session token good for so many hours, or None.

    After three failures of one account from one address the wait doubles from one second up to 15 minutes
    (TooManyAttempts); strangers elsewhere cannot lock an account. The caller commits also when None comes back.
    """
    keys = _throttle_keys(login, address)
    _refuse_hasty(db, keys, now)
    person = rows.person(db, login)
    stored = person.password if person is not None and person.active and person.password else _nobody()
    if not _fits(stored, password) or person is None or stored != person.password:
        _count_failure(db, keys, now)
        return None
    rows.clear_failures(db, list(keys)[:1])
    rows.drop_expired(db, now)
    return _new_session(db, person.id, now, hours)


def _throttle_keys(login: str, address: str) -> dict[str, tuple[int, int]]:
    """Keys with the failures each forgives and its longest wait in seconds; a whole office may share one address."""
    name = hashlib.sha256(login.strip().lower().encode()).hexdigest()[:40]
    keys = {f"who:{name}@{address}"[:128]: (FREE_FAILURES, LONGEST_WAIT)}
    return {**keys, f"from:{address}"[:128]: (30, 30)} if address else keys


def _refuse_hasty(db: Connection, keys: Iterable[str], now: datetime) -> None:
    waits = [row.until - now for row in rows.throttled(db, list(keys)).values() if row.until > now]
    if waits:
        raise TooManyAttempts(-(-max(waits) // timedelta(seconds=1)))


def _count_failure(db: Connection, keys: Mapping[str, tuple[int, int]], now: datetime) -> None:
    known = rows.throttled(db, list(keys))
    for key, (free, longest) in keys.items():
        failures = known[key].failures + 1 if key in known else 1
        wait = min(2 ** min(failures - free, 20), longest) if failures >= free else 0
        rows.count_failure(db, key, failures, now + timedelta(seconds=wait))


def _fits(stored: str, password: str) -> bool:
    try:
        return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _new_session(db: Connection, person_id: int, now: datetime, hours: int) -> str:
    token = secrets.token_urlsafe(32)
    rows.add_session(
        db,
        token_hash=_token_hash(token),
        person_id=person_id,
        csrf=secrets.token_urlsafe(32),
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    return token


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def session(db: Connection, token: str, now: datetime, idle_minutes: int = 0) -> Actor | None:
    """Who holds this token now; None when unknown, expired, idle too long (0 = never) or disabled."""
    found = rows.session(db, _token_hash(token))
    if not found or not found[0].active or found[0].expires_at <= now:
        return None
    if idle_minutes and found[0].seen_at + timedelta(minutes=idle_minutes) <= now:
        return None
    first = found[0]
    posts = tuple(Post(r.role, r.unit_id, r.code, r.unit_name, r.path) for r in found if r.role)
    return Actor(first.id, first.name, posts, login=first.login, csrf=first.csrf, locale=first.locale)


def touch(db: Connection, token: str, now: datetime) -> None:
    """Remember that a session was used; only needed where idle sessions end."""
    rows.touch_session(db, _token_hash(token), now)


def logout(db: Connection, token: str) -> None:
    """End one session."""
    rows.end_session(db, _token_hash(token))


def actor(db: Connection, login: str) -> Actor:
    """The actor for a login, for command line and tests; NotFound when unknown or disabled."""
    person = rows.person(db, login)
    if person is None or not person.active:
        raise NotFound(T("没有登录名为“{login}”的在岗人员。", login=login))
    posts = tuple(Post(row.role, row.id, row.code, row.name, row.path) for row in rows.posts_of(db, person.id))
    return Actor(person.id, person.name, posts, login=person.login, locale=person.locale)


# --- units ---


def add_unit(
    desk: Desk, code: str, name: str, level: str, parent: str | None = None, population: int | None = None
) -> int:
    """Add a unit under the unit with code `parent`; Invalid when the code is taken or the parent is missing."""
    above = rows.unit(desk.db, parent) if parent else None
    wrong = {}
    if not code or rows.unit(desk.db, code) is not None:
        wrong["code"] = T("编码“{code}”为空或已被使用", code=code)
    if level not in LEVELS:
        wrong["level"] = T("没有“{level}”这个级别", level=level)
    if parent and above is None:
        wrong["parent"] = T("没有编码为“{code}”的上级单位", code=parent)
    if wrong:
        raise Invalid(wrong)
    if level == "street":
        jobs.replan(desk)
    row = {"code": code, "name": name, "level": level, "population": population}
    return rows.add_unit(desk.db, {**row, "parent_id": above.id if above else None}, above.path if above else "/")


def _unit_row(row: Any) -> UnitRow:
    return UnitRow(row.id, row.code, row.name, row.level, row.parent_id, row.path, row.population, row.active)


def unit(desk: Desk, code: str) -> UnitRow:
    """The unit with this code, or NotFound."""
    found = rows.unit(desk.db, code)
    if found is None:
        raise NotFound(T("没有编码为“{code}”的单位。", code=code))
    return _unit_row(found)


def units(desk: Desk, level: str | None = None, under: str | None = None) -> list[UnitRow]:
    """Units, by level and below a unit code, in the order they were entered."""
    path = unit(desk, under).path if under else None
    return [_unit_row(row) for row in rows.all_units(desk.db, level, path)]


def set_locality(desk: Desk, code: str, locality: str) -> None:
    """Give a unit, and all below it that have none of their own, a rule table of bpmn/localities."""
    rows.change_unit(desk.db, unit(desk, code).id, locality=locality)
    jobs.replan(desk)


# --- persons ---


def add_person(desk: Desk, login: str, name: str, password: str | None = None) -> int:
    """Add a person; without a password nobody can log in as them. Invalid when the login is taken."""
    if not login or rows.person(desk.db, login) is not None:
        raise Invalid({"login": T("登录名“{login}”为空或已被使用", login=login)})
    return rows.add_person(desk.db, login=login, name=name, password=_hash(password) if password else None)


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid({"password": T("密码至少 {n} 个字符", n=SHORTEST_PASSWORD)})
    return _hasher().hash(password)


def person_id(db: Connection, login: str) -> int:
    """The id behind a login, or NotFound."""
    found = rows.person(db, login)
    if found is None:
        raise NotFound(T("没有登录名为“{login}”的人员。", login=login))
    return int(found.id)


def add_post(desk: Desk, login: str, role: str, unit: str) -> None:
    """Give a person a post at the unit with this code; twice changes nothing."""
    if role not in ROLES:
        raise Invalid({"role": T("没有“{role}”这个岗位", role=role)})
    rows.add_post(desk.db, person_id(desk.db, login), role, _unit_id(desk, unit))


def remove_post(desk: Desk, login: str, role: str, unit: str) -> None:
    """Take a post away; holds from the next request. What the person had taken in it goes back to the group."""
    person, at = person_id(desk.db, login), _unit_id(desk, unit)
    rows.remove_post(desk.db, person, role, at)
    task_rows.free(desk.db, person, f"{at}:{role}")


def _unit_id(desk: Desk, code: str) -> int:
    return unit(desk, code).id


def set_password(desk: Desk, login: str, password: str) -> None:
    """Store a new password (argon2id) and end all sessions of the person."""
    person = person_id(desk.db, login)
    rows.change_person(desk.db, person, password=_hash(password))
    rows.end_sessions(desk.db, person)


def disable(desk: Desk, login: str) -> None:
    """Shut a person out now: all sessions end, and open tasks go back to those who hold the post."""
    person = person_id(desk.db, login)
    rows.change_person(desk.db, person, active=False)
    rows.end_sessions(desk.db, person)
    task_rows.free(desk.db, person)


def enable(desk: Desk, login: str) -> None:
    """Let a person in again."""
    rows.change_person(desk.db, person_id(desk.db, login), active=True)


def persons(desk: Desk) -> list[PersonRow]:
    """All persons with their posts."""
    found: dict[int, PersonRow] = {}
    for row in rows.all_persons(desk.db):
        held = ((row.role, row.unit_code, row.unit_name),) if row.role else ()
        before = found[row.id].posts if row.id in found else ()
        found[row.id] = PersonRow(row.id, row.login, row.name, row.active, (*before, *held))
    return list(found.values())


# --- lists ---


def import_file(desk: Desk, path: Path) -> Imported:
    """Read units and persons from CSV or XLSX; every bad cell is named, and any bad cell means nothing changes.

    Known unit codes get their new name and population, known logins their new posts; nothing is removed.
    """
    names = {row.login: row.name for row in rows.all_persons(desk.db)}
    found = judged(path, (row.code for row in rows.all_units(desk.db)), names)
    if found.bad:
        return Imported(0, 0, 0, found.bad)
    for line in found.units:
        _put_unit(desk, line.cells)
    for line in found.persons:
        _put_person(desk, line.cells)
    logins = {line.cells["登录名"] for line in found.persons}
    return Imported(len(found.units), len(logins), sum(bool(p.cells["岗位"]) for p in found.persons), [])


def _put_unit(desk: Desk, cells: dict[str, str]) -> None:
    population = int(cells["人口"]) if cells["人口"] else None
    known = rows.unit(desk.db, cells["编码"])
    if known is None:
        add_unit(desk, cells["编码"], cells["名称"], cells["级别"], cells["上级编码"] or None, population)
    else:
        rows.change_unit(desk.db, known.id, name=cells["名称"], population=population)


def _put_person(desk: Desk, cells: dict[str, str]) -> None:
    if rows.person(desk.db, cells["登录名"]) is None:
        add_person(desk, cells["登录名"], cells["姓名"], cells["初始密码"] or None)
    if cells["岗位"]:
        add_post(desk, cells["登录名"], cells["岗位"], cells["单位编码"])
