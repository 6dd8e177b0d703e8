"""Queries about units, persons, posts and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update

from services.store.prepared import Prepared
from services.store.rows import Found
from services.store.tables import persons, posts, sessions, throttles, units
from services.store.upsert import upsert

# --- units ---

_UNIT = select(units)


_BY_CODE = Prepared(lambda _: _UNIT.where(units.c.code == bindparam("code")))


def unit(db: Connection, code: str) -> Any:
    """The unit with this code, or None."""
    return _BY_CODE.one(db, {"code": code})


_BY_ID = Prepared(lambda _: _UNIT.where(units.c.id == bindparam("unit")))


def unit_by_id(db: Connection, unit_id: int) -> Any:
    """The unit with this id, which must exist."""
    return _BY_ID.one(db, {"unit": unit_id})


def all_units(db: Connection, level: str | None = None, under: str | None = None) -> Sequence[Found]:
    """Units by level and below a path, in the order they were entered."""
    wish = _UNIT.where(units.c.active).order_by(units.c.id)
    if level:
        wish = wish.where(units.c.level == level)
    if under:
        wish = wish.where(units.c.path.like(f"{under}%"), units.c.path != under)
    return db.execute(wish).all()


def add_unit(db: Connection, row: dict[str, Any], above: str) -> int:
    """Insert a unit below the path `above`; its own path ends in its id."""
    unit_id: int = db.execute(insert(units).values(**row, path="").returning(units.c.id)).scalar_one()
    db.execute(update(units).where(units.c.id == unit_id).values(path=f"{above}{unit_id}/"))
    return unit_id


def change_unit(db: Connection, unit_id: int, **changes: Any) -> None:
    """Change columns of a unit."""
    db.execute(update(units).where(units.c.id == unit_id).values(**changes))


def lift(db: Connection, path: str, level: str) -> Found | None:
    """The nearest unit of a level on a path, the path's own unit included."""
    ids = [int(part) for part in path.split("/") if part]
    wish = _UNIT.where(units.c.id.in_(ids), units.c.level == level).order_by(func.length(units.c.path).desc())
    return db.execute(wish.limit(1)).one_or_none()


def locality(db: Connection, path: str) -> str | None:
    """The rule table named by the nearest unit of a path that names one."""
    ids = [int(part) for part in path.split("/") if part]
    wish = select(units.c.locality).where(units.c.id.in_(ids), units.c.locality != "")
    return db.execute(wish.order_by(func.length(units.c.path).desc()).limit(1)).scalar()


# --- persons and posts ---


def person(db: Connection, login: str) -> Found | None:
    """The person with this login name."""
    return db.execute(select(persons).where(persons.c.login == login)).one_or_none()


def person_by_id(db: Connection, person_id: int) -> Found | None:
    """The person with this id."""
    return db.execute(select(persons).where(persons.c.id == person_id)).one_or_none()


def all_persons(db: Connection) -> Sequence[Found]:
    """Every person, one row per post (or one without)."""
    joined = persons.outerjoin(posts, posts.c.person_id == persons.c.id).outerjoin(units, units.c.id == posts.c.unit_id)
    wish = select(persons, posts.c.role, units.c.code.label("unit_code"), units.c.name.label("unit_name"))
    return db.execute(wish.select_from(joined).order_by(persons.c.login, posts.c.role, units.c.code)).all()


def add_person(db: Connection, **row: Any) -> int:
    """Insert a person."""
    return int(db.execute(insert(persons).values(**row).returning(persons.c.id)).scalar_one())


def change_person(db: Connection, person_id: int, **changes: Any) -> None:
    """Change columns of a person."""
    db.execute(update(persons).where(persons.c.id == person_id).values(**changes))


def add_post(db: Connection, person_id: int, role: str, unit_id: int) -> None:
    """Give a post; giving it twice changes nothing."""
    upsert(db, posts, [{"person_id": person_id, "role": role, "unit_id": unit_id}], update=())


def remove_post(db: Connection, person_id: int, role: str, unit_id: int) -> None:
    """Take a post away."""
    found = and_(posts.c.person_id == person_id, posts.c.role == role, posts.c.unit_id == unit_id)
    db.execute(delete(posts).where(found))


_POSTS = (
    select(posts.c.role, units.c.id, units.c.code, units.c.name, units.c.path)
    .join(units, units.c.id == posts.c.unit_id)
    .where(posts.c.person_id == bindparam("person"))
    .order_by(units.c.path, posts.c.role)
)


def posts_of(db: Connection, person_id: int) -> Sequence[Found]:
    """Posts of a person as (role, unit id, code, name, path)."""
    return db.execute(_POSTS, {"person": person_id}).all()


def holders(db: Connection, role: str, unit_id: int) -> Sequence[Found]:
    """Active persons who hold a role at a unit."""
    wish = select(persons).join(posts, posts.c.person_id == persons.c.id)
    return db.execute(
        wish.where(posts.c.role == role, posts.c.unit_id == unit_id, persons.c.active).order_by(persons.c.login)
    ).all()


def lone_pools(db: Connection, held: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
    """Of these posts, those that only one active person holds."""
    if not held:
        return set()
    any_of = or_(*(and_(posts.c.role == role, posts.c.unit_id == unit) for role, unit in held))
    wish = (
        select(posts.c.role, posts.c.unit_id)
        .join(persons, persons.c.id == posts.c.person_id)
        .where(any_of, persons.c.active)
        .group_by(posts.c.role, posts.c.unit_id)
        .having(func.count() == 1)
    )
    return {(row.role, row.unit_id) for row in db.execute(wish)}


# --- sessions and throttling ---


def add_session(db: Connection, **row: Any) -> None:
    """Insert a session."""
    db.execute(insert(sessions).values(**row))


_SESSION = (
    select(
        persons.c.id, persons.c.login, persons.c.name, persons.c.locale, persons.c.active,
        sessions.c.csrf, sessions.c.expires_at, sessions.c.seen_at,
        posts.c.role, units.c.id.label("unit_id"), units.c.code, units.c.name.label("unit_name"), units.c.path,
    )
    .select_from(sessions)
    .join(persons, persons.c.id == sessions.c.person_id)
    .outerjoin(posts, posts.c.person_id == persons.c.id)
    .outerjoin(units, units.c.id == posts.c.unit_id)
    .where(sessions.c.token_hash == bindparam("hash"))
    .order_by(units.c.path, posts.c.role)
)  # fmt: skip


def session(db: Connection, token_hash: str) -> Sequence[Found]:
    """A session with its person, one row per post."""
    return db.execute(_SESSION, {"hash": token_hash}).all()


def touch_session(db: Connection, token_hash: str, now: datetime) -> None:
    """Remember that a session was used."""
    db.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))


def end_session(db: Connection, token_hash: str) -> None:
    """Forget one session."""
    db.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def end_sessions(db: Connection, person_id: int) -> None:
    """Forget all sessions of a person."""
    db.execute(delete(sessions).where(sessions.c.person_id == person_id))


def drop_expired(db: Connection, now: datetime) -> None:
    """Forget sessions and throttles that are over."""
    db.execute(delete(sessions).where(sessions.c.expires_at < now))


def throttled(db: Connection, keys: Sequence[str]) -> dict[str, Found]:
    """Failures counted under these keys."""
    return {row.key: row for row in db.execute(select(throttles).where(throttles.c.key.in_(keys)))}


def count_failure(db: Connection, key: str, failures: int, until: datetime) -> None:
    """Store how often a key failed and until when it waits."""
    upsert(db, throttles, [{"key": key, "failures": failures, "until": until}], update=("failures", "until"))


def clear_failures(db: Connection, keys: Sequence[str]) -> None:
    """Forget failures after a success."""
    db.execute(delete(throttles).where(throttles.c.key.in_(keys)))
