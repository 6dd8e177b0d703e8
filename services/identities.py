"""Who an unnamed person is: kept beside the case, opened only by the working committee, for a reason, on record.

What a form marks `apart` never reaches the variables, history or answers of a case. This is protection inside the
product; whoever holds the database file reads the table.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from processes.text import T
from services import history, scope
from services.desk import Desk
from services.errors import Invalid, NotAllowed
from services.history import Act
from services.store import identities as rows
from services.store import people

OPENS = frozenset({"snc_clerk", "snc_director"})
DIGITS = 10


def keep(desk: Desk, case_id: int, apart: Mapping[str, Any]) -> None:
    """Take what a form kept apart, in the transaction that takes its other answers."""
    if apart:
        rows.keep(desk.db, case_id, {label: str(value) for label, value in apart.items()}, desk.now)


def issue(desk: Desk, case_id: int) -> None:
    """Give a case its query code, drawn by lot; once given it stays."""
    rows.code(desk.db, case_id, f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", desk.now)


def read(desk: Desk, case_id: int, reason: str) -> dict[str, str]:
    """Open what is kept of the person: labels and words, and 查询码. The reason is written into the history.

    Raises NotFound, NotAllowed for everybody but the working committee of the street, Invalid without a reason.
    """
    case = scope.case(desk, case_id)
    if not _opens(desk, case.street_id):
        raise NotAllowed(T("提出人身份只有人大街道工委可以查看。"))
    if not reason.strip():
        raise Invalid({"reason": T("请写明查看的理由。")})
    history.record(desk, case_id, Act("identity", T("查看了提出人身份：{reason}", reason=reason.strip()[:200])))
    found = rows.one(desk.db, case_id) or {"said": {}, "code": None}
    return {**found["said"], **({"查询码": found["code"]} if found["code"] else {})}


def _opens(desk: Desk, street_id: int) -> bool:
    street = people.unit_by_id(desk.db, street_id)
    return any(post.role in OPENS and street.path.startswith(post.path) for post in desk.actor.posts)


def case_of(desk: Desk, code: str) -> int | None:
    """The case a query code opens, for a page without login; None for an unknown code."""
    plain = "".join(sign for sign in code if sign.isdigit())
    return rows.case_of(desk.db, plain) if len(plain) == DIGITS else None
