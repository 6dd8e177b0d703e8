"""Queries about ballots. Content is read by one function only, and only closing a round calls it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, insert, or_, select, update

from services.store.prepared import Prepared
from services.store.rows import Found
from services.store.tables import ballot_officers, ballot_papers, ballot_roll, ballot_rounds, ballots, persons, posts
from services.store.tables import units as unit_table

# --- rounds ---

_ROUND = select(ballot_rounds).where(ballot_rounds.c.id == bindparam("round"))
_SHARED = Prepared(lambda dialect: _ROUND if dialect == "sqlite" else _ROUND.with_for_update(read=True))
_LOCKED = _ROUND.with_for_update()


def add_round(db: Connection, row: dict[str, Any]) -> int | None:
    """Insert a round; None when its origin is known already."""
    known = select(ballot_rounds.c.id).where(ballot_rounds.c.origin == row["origin"])
    if db.execute(known).first() is not None:
        return None
    found: int = db.execute(insert(ballot_rounds).values(**row).returning(ballot_rounds.c.id)).scalar_one()
    return found


def round_of(db: Connection, round_id: int) -> Found | None:
    """A round by id."""
    return db.execute(_ROUND, {"round": round_id}).one_or_none()


def shared(db: Connection, round_id: int) -> Any:
    """A round whose state cannot change while this transaction lasts; many may hold it so at once."""
    return _SHARED.one(db, {"round": round_id})


def locked(db: Connection, round_id: int) -> Found | None:
    """A round for this transaction alone."""
    return db.execute(_LOCKED, {"round": round_id}).one_or_none()


def change(db: Connection, round_id: int, **values: Any) -> None:
    """Change columns of a round."""
    db.execute(update(ballot_rounds).where(ballot_rounds.c.id == round_id).values(**values))


def rounds_for(db: Connection, person: int | None, streets: Sequence[int], limit: int) -> Sequence[Found]:
    """Rounds of these streets, and those on whose roll or among whose officers the person stands; newest first."""
    mine = [
        exists(select(table.c.person_id).where(table.c.round_id == ballot_rounds.c.id, table.c.person_id == person))
        for table in (ballot_roll, ballot_officers)
    ]
    wish = select(ballot_rounds).where(or_(ballot_rounds.c.street_id.in_(streets), *mine))
    return db.execute(wish.order_by(ballot_rounds.c.id.desc()).limit(limit)).all()


def with_key(db: Connection, street_id: int, key: str) -> Sequence[Found]:
    """Rounds of a street with a key, oldest first."""
    wish = select(ballot_rounds).where(ballot_rounds.c.street_id == street_id, ballot_rounds.c.key == key)
    return db.execute(wish.order_by(ballot_rounds.c.id)).all()


# --- the roll ---


def electorate(db: Connection, roles: Sequence[str], path: str, above: Sequence[int]) -> Sequence[Found]:
    """Active persons who hold one of the roles at a unit of this path or below, or at one of the units above."""
    at = or_(unit_table.c.path.like(f"{path}%"), unit_table.c.id.in_(above))
    wish = (
        select(persons.c.id, persons.c.name, func.min(unit_table.c.name).label("unit"))
        .join(posts, posts.c.person_id == persons.c.id)
        .join(unit_table, unit_table.c.id == posts.c.unit_id)
        .where(posts.c.role.in_(roles), persons.c.active, at)
        .group_by(persons.c.id, persons.c.name)
    )
    return db.execute(wish.order_by(persons.c.name, persons.c.id)).all()


def named(db: Connection, logins: Sequence[str]) -> Sequence[Found]:
    """Active persons by login name."""
    wish = select(persons.c.id, persons.c.name).where(persons.c.login.in_(logins), persons.c.active)
    return db.execute(wish.order_by(persons.c.name, persons.c.id)).all()


def add_roll(db: Connection, rows: list[dict[str, Any]]) -> None:
    """Write the roll of a new round."""
    if rows:
        db.execute(insert(ballot_roll), rows)


def roll(db: Connection, round_id: int) -> Sequence[Found]:
    """The roll in order of name."""
    wish = select(ballot_roll).where(ballot_roll.c.round_id == round_id)
    return db.execute(wish.order_by(ballot_roll.c.name, ballot_roll.c.person_id)).all()


_VOTER = select(ballot_roll).where(
    ballot_roll.c.round_id == bindparam("round"), ballot_roll.c.person_id == bindparam("person")
)


def voter(db: Connection, round_id: int, person: int) -> Found | None:
    """One line of the roll."""
    return db.execute(_VOTER, {"round": round_id, "person": person}).one_or_none()


def set_voter(db: Connection, round_id: int, person: int, **values: Any) -> None:
    """Change a line of the roll."""
    line = and_(ballot_roll.c.round_id == round_id, ballot_roll.c.person_id == person)
    db.execute(update(ballot_roll).where(line).values(**values))


class _NoLine(Exception):
    """The roll has no line that may be ticked."""


_TICK = Prepared(
    lambda _: (
        update(ballot_roll)
        .where(
            ballot_roll.c.round_id == bindparam("round"),
            ballot_roll.c.person_id == bindparam("person"),
            ballot_roll.c.channel == "phone",
            ballot_roll.c.issued.is_(True),
            ballot_roll.c.voted.is_(False),
        )
        .values(voted=True, token=bindparam("mark"))
    )
)


def tick(db: Connection, round_id: int, person: int, token: str) -> bool:
    """This deputy has voted by phone; False when the roll does not allow it."""
    try:
        _TICK.only(db, {"round": round_id, "person": person, "mark": token}, _NoLine())
    except _NoLine:
        return False
    return True


def counts(db: Connection, round_id: int) -> dict[tuple[str, bool, bool], int]:
    """How many lines of the roll there are, by (channel, issued, voted)."""
    c = ballot_roll.c
    wish = select(c.channel, c.issued, c.voted, func.count()).where(c.round_id == round_id)
    return {(r[0], bool(r[1]), bool(r[2])): int(r[3]) for r in db.execute(wish.group_by(c.channel, c.issued, c.voted))}


# --- ballots ---

_CAST = insert(ballots)
_PUT_IN = Prepared(lambda _: _CAST, ("round_id", "id", "content"))


def put_in(db: Connection, round_id: int, content: bytes) -> None:
    """One ballot into the box, under a random key."""
    _PUT_IN.all(db, [{"round_id": round_id, "id": secrets.token_bytes(16), "content": content}])


def take_out(db: Connection, round_id: int) -> list[bytes]:
    """Everything in the box. Only `closing` may call this."""
    return list(db.execute(select(ballots.c.content).where(ballots.c.round_id == round_id)).scalars())


def lay_back(db: Connection, round_id: int, contents: Iterable[bytes]) -> None:
    """Replace what is in the box, all under new random keys, and touch every line of the roll in the same breath.

    What a database remembers of a row's last writer is the same for all rows afterwards.
    """
    db.execute(delete(ballots).where(ballots.c.round_id == round_id))
    rows = [{"round_id": round_id, "id": secrets.token_bytes(16), "content": content} for content in contents]
    if rows:
        db.execute(_CAST, rows)
    db.execute(update(ballot_roll).where(ballot_roll.c.round_id == round_id).values(voted=ballot_roll.c.voted))


# --- officers and the papers they read ---


def officers(db: Connection, round_id: int) -> Sequence[Found]:
    """The officers of a round, the chief first."""
    wish = select(ballot_officers).where(ballot_officers.c.round_id == round_id)
    return db.execute(wish.order_by(ballot_officers.c.duty, ballot_officers.c.name)).all()


def helpers(db: Connection, round_id: int, path: str) -> Sequence[Found]:
    """Who is at hand to count: active persons on the roll, and those who hold the post of teller below a path."""
    on_roll = select(ballot_roll.c.person_id).where(ballot_roll.c.round_id == round_id)
    tellers = select(posts.c.person_id).join(unit_table, unit_table.c.id == posts.c.unit_id)
    tellers = tellers.where(posts.c.role == "teller", unit_table.c.path.like(f"{path}%"))
    wish = select(persons).where(persons.c.active, or_(persons.c.id.in_(on_roll), persons.c.id.in_(tellers)))
    return db.execute(wish.order_by(persons.c.name, persons.c.id)).all()


def set_officer(db: Connection, round_id: int, person: int, name: str, duty: str) -> None:
    """Give a person a duty in a round, or another one."""
    drop_officer(db, round_id, person)
    db.execute(insert(ballot_officers).values(round_id=round_id, person_id=person, name=name, duty=duty))


def drop_officer(db: Connection, round_id: int, person: int) -> None:
    """Take the duty away, and what the person read of the papers with it."""
    for table in (ballot_officers, ballot_papers):
        db.execute(delete(table).where(table.c.round_id == round_id, table.c.person_id == person))


def sign(db: Connection, round_id: int, person: int, now: Any) -> None:
    """An officer puts his name to the result, once."""
    line = and_(
        ballot_officers.c.round_id == round_id,
        ballot_officers.c.person_id == person,
        ballot_officers.c.signed_at.is_(None),
    )
    db.execute(update(ballot_officers).where(line).values(signed_at=now))


def put_papers(db: Connection, round_id: int, person: int, read: dict[int, bytes]) -> None:
    """What an officer read on paper ballots, by number; reading again replaces."""
    known = (ballot_papers.c.round_id == round_id, ballot_papers.c.person_id == person)
    db.execute(delete(ballot_papers).where(*known, ballot_papers.c.number.in_(list(read))))
    rows = [{"round_id": round_id, "person_id": person, "number": n, "content": c} for n, c in read.items()]
    if rows:
        db.execute(insert(ballot_papers), rows)


def papers(db: Connection, round_id: int, person: int | None = None) -> Sequence[Found]:
    """Papers as read, of one officer or of all, in order of number."""
    wish = select(ballot_papers).where(ballot_papers.c.round_id == round_id)
    if person is not None:
        wish = wish.where(ballot_papers.c.person_id == person)
    return db.execute(wish.order_by(ballot_papers.c.number, ballot_papers.c.person_id)).all()


def drop_papers(db: Connection, round_id: int) -> None:
    """The papers have been taken over into the box."""
    db.execute(delete(ballot_papers).where(ballot_papers.c.round_id == round_id))


def posts_at(db: Connection, person: int, path: str) -> bool:
    """True when the person holds any post at this unit or below."""
    wish = select(posts.c.role).join(unit_table, unit_table.c.id == posts.c.unit_id)
    wish = wish.where(posts.c.person_id == person, unit_table.c.path.like(f"{path}%"))
    return db.execute(wish.limit(1)).first() is not None


def unit_named(db: Connection, words: str, path: str) -> Found | None:
    """The unit below a path with this code or this name."""
    either = or_(unit_table.c.code == words, unit_table.c.name == words)
    wish = select(unit_table).where(either, unit_table.c.path.like(f"{path}%")).order_by(unit_table.c.id)
    return db.execute(wish.limit(1)).one_or_none()
