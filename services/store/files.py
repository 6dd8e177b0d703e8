"""Queries about stored bytes, published versions, documents and notices."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from services.store.rows import Found
from services.store.tables import blobs, documents, notices, versions
from services.store.upsert import upsert


def keep(db: Connection, content: bytes) -> str:
    """Store bytes once; gives their SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    upsert(db, blobs, [{"hash": digest, "content": content}], update=())
    return digest


def content(db: Connection, digest: str) -> bytes:
    """The bytes behind a hash."""
    return bytes(db.execute(select(blobs.c.content).where(blobs.c.hash == digest)).scalar_one())


def contents(db: Connection, digests: Iterable[str]) -> dict[str, bytes]:
    """The bytes behind several hashes."""
    wish = select(blobs.c.hash, blobs.c.content).where(blobs.c.hash.in_(list(digests)))
    return {row.hash: bytes(row.content) for row in db.execute(wish)}


# --- versions ---


def version(db: Connection, version_id: int) -> Found | None:
    """A version by id."""
    return db.execute(select(versions).where(versions.c.id == version_id)).one_or_none()


def version_of(db: Connection, procedure: str, digest: str) -> Found | None:
    """A version by what it contains."""
    wish = select(versions).where(versions.c.procedure == procedure, versions.c.hash == digest)
    return db.execute(wish).one_or_none()


def current(db: Connection, procedure: str | None = None) -> Sequence[Found]:
    """The version new cases start with, of one procedure or of all."""
    wish = select(versions).where(versions.c.current).order_by(versions.c.procedure)
    return db.execute(wish.where(versions.c.procedure == procedure) if procedure else wish).all()


def any_published(db: Connection) -> bool:
    """True when a procedure has been published."""
    return db.execute(select(versions.c.id).where(versions.c.current).limit(1)).first() is not None


def all_versions(db: Connection) -> Sequence[Found]:
    """All versions, newest first per procedure."""
    return db.execute(select(versions).order_by(versions.c.procedure, versions.c.number.desc())).all()


def add_version(db: Connection, row: dict[str, Any]) -> int:
    """Insert a version under the next number of its procedure."""
    last = select(func.coalesce(func.max(versions.c.number), 0) + 1).where(versions.c.procedure == row["procedure"])
    number = db.execute(last).scalar_one()
    return int(db.execute(insert(versions).returning(versions.c.id), {**row, "number": number}).scalar_one())


def make_current(db: Connection, procedure: str, version_id: int) -> None:
    """New cases of a procedure start with this version from now on."""
    mine = versions.c.procedure == procedure
    db.execute(update(versions).where(mine, versions.c.current).values(current=False))
    db.execute(update(versions).where(versions.c.id == version_id).values(current=True))


# --- documents ---

_ADD = insert(documents).returning(documents.c.id)


def add_document(db: Connection, row: dict[str, Any]) -> Found:
    """Insert a document unless its key is known; gives the stored row."""
    upsert(db, documents, [row], update=())
    return db.execute(select(documents).where(documents.c.key == row["key"])).one()


def document(db: Connection, document_id: int) -> Found | None:
    """A document without its bytes."""
    return db.execute(select(documents).where(documents.c.id == document_id)).one_or_none()


def documents_of(db: Connection, case_id: int) -> Sequence[Found]:
    """Documents of a case, oldest first."""
    return db.execute(select(documents).where(documents.c.case_id == case_id).order_by(documents.c.id)).all()


# --- notices ---


def add_notices(db: Connection, rows: list[dict[str, Any]]) -> None:
    """Insert notices whose keys are new."""
    upsert(db, notices, rows, update=())


def notices_for(db: Connection, person: int, limit: int) -> Sequence[Found]:
    """A person's notices, newest first."""
    wish = select(notices).where(notices.c.person_id == person).order_by(notices.c.id.desc()).limit(limit)
    return db.execute(wish).all()


def unread(db: Connection, person: int) -> int:
    """How many notices a person has not read."""
    wish = select(func.count()).where(notices.c.person_id == person, notices.c.read_at.is_(None))
    return int(db.execute(wish).scalar_one())


def mark_read(db: Connection, person: int, notice_id: int | None, now: datetime) -> None:
    """Mark one notice, or all, as read."""
    wish = update(notices).where(notices.c.person_id == person, notices.c.read_at.is_(None))
    if notice_id is not None:
        wish = wish.where(notices.c.id == notice_id)
    db.execute(wish.values(read_at=now))


def public_notices(db: Connection, units: Sequence[int], today: date, limit: int) -> Sequence[Found]:
    """Notices on the boards of some units that are still up."""
    up = or_(notices.c.until.is_(None), notices.c.until >= today)
    wish = select(notices).where(and_(notices.c.public, notices.c.unit_id.in_(units), up))
    return db.execute(wish.order_by(notices.c.id.desc()).limit(limit)).all()


def notices_of(db: Connection, case_id: int) -> Sequence[Found]:
    """All notices of a case."""
    return db.execute(select(notices).where(notices.c.case_id == case_id).order_by(notices.c.id)).all()
