"""Queries about who unnamed people are. Nothing else reads this table, and no other query joins it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from services.store.json import dumps, loads
from services.store.tables import identities
from services.store.upsert import upsert


def keep(db: Connection, case_id: int, said: dict[str, Any], at: datetime) -> None:
    """Keep what was said of a person beside the case; a later word replaces an earlier one of the same label."""
    known = one(db, case_id)
    body = dumps({**(known or {}).get("said", {}), **said})
    upsert(db, identities, [{"case_id": case_id, "body": body, "kept_at": at}], update=("body", "kept_at"))


def code(db: Connection, case_id: int, code: str, at: datetime) -> None:
    """Give a case its query code unless it has one."""
    if one(db, case_id) is None:
        keep(db, case_id, {}, at)
    mine = (identities.c.case_id == case_id, identities.c.code.is_(None))
    db.execute(update(identities).where(*mine).values(code=code))


def one(db: Connection, case_id: int) -> dict[str, Any] | None:
    """What is kept of a case: {said, code}."""
    row = db.execute(select(identities.c.body, identities.c.code).where(identities.c.case_id == case_id)).first()
    return None if row is None else {"said": loads(row.body), "code": row.code}


def case_of(db: Connection, code: str) -> int | None:
    """The case a query code opens."""
    found: int | None = db.execute(select(identities.c.case_id).where(identities.c.code == code)).scalar()
    return found
