"""Idempotency: the same key with the same answers gives the same reply, with others it is refused."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from services.desk import Desk
from services.errors import KeyReused
from services.store import tasks as rows

SYSTEM_ACTOR = 0


def digest(content: Any) -> str:
    """A fingerprint of what was asked for."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def actor_id(desk: Desk) -> int:
    """Under whom keys are remembered."""
    return desk.actor.person_id or SYSTEM_ACTOR


def begin(desk: Desk, key: str, content: Any) -> dict[str, Any] | None:
    """Claim a key, waiting for whoever is using it; gives the earlier reply if there is one, else None."""
    wanted = digest(content)
    rows.claim_key(desk.db, actor_id(desk), key, wanted, desk.now)
    known = rows.remembered(desk.db, actor_id(desk), key)
    assert known is not None
    return replay(known.digest, known.reply, wanted) if known.reply else None


def settle(desk: Desk, key: str, reply: dict[str, Any]) -> None:
    """Keep the reply to a claimed key."""
    rows.settle_key(desk.db, actor_id(desk), key, json.dumps(reply))


def replay(kept: str, reply: str, wanted: str) -> dict[str, Any]:
    """The reply once given, if the same was asked for; else KeyReused."""
    if kept != wanted:
        raise KeyReused()
    found: dict[str, Any] = json.loads(reply)
    return found


def remember(desk: Desk, key: str, wanted: str, reply: dict[str, Any]) -> None:
    """Keep a reply under a key nobody has used; KeyReused when somebody just has."""
    rows.remember(desk.db, actor_id(desk), key, wanted, json.dumps(reply), desk.now)
