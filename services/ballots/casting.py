"""Casting by phone: the roll is ticked, the ballot falls into the box, one commit; nothing else is written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from processes.rules.ballot import FREE, RANK, judge
from processes.rules.values import RuleError
from processes.text import T
from services.ballots import rounds, slips
from services.ballots.roll import may_vote
from services.ballots.rounds import Round
from services.ballots.rules import AgainstRule
from services.desk import Desk
from services.errors import Invalid, NotFound
from services.store import ballots as rows


def cast(desk: Desk, round_id: int, marks: Sequence[Any], key: str) -> bool:
    """Cast the actor's own ballot; the same key again is the same ballot and counts once (then False).

    `marks` as the rule `validity` reads them. AgainstRule: too many marks, no check-in, a second ballot, after the
    end. Neither content nor time is kept with the roll, so a repeated key is not compared with what was cast before.
    """
    round = rounds.read(rows.shared(desk.db, round_id))
    person, token = desk.actor.person_id or 0, hashlib.sha256(f"{round_id}:{key}".encode()).hexdigest()
    content = slips.pack(round.mode, round.ids, checked(round, marks)) if round.state == "voting" else b""
    if content and rows.tick(desk.db, round_id, person, token):
        rows.put_in(desk.db, round_id, content)
        return True
    row = rows.voter(desk.db, round_id, person)
    if row is None:
        raise NotFound()
    if row.token == token:
        return False
    may_vote(round, row)
    raise AgainstRule(T("请先输入会场公布的开票码。"), round.rule("ballotCheckIn"))


def checked(round: Round, marks: Sequence[Any]) -> dict[str, Any]:
    """The ballot a phone may send: what would be void on paper is refused here, with the rule named."""
    ballot: dict[str, Any] = {"marks": list(marks), "channel": "phone"}
    try:
        verdict = judge(ballot, round.mode, round.ids, round.places)
    except RuleError as wrong:
        raise Invalid({"": T("{why}", why=str(wrong))}) from wrong
    if not verdict["valid"] or verdict["struck"]:
        why = T("{why}。", why=verdict["reason"]) if verdict["reason"] else T("同一行只能选一种意见。")
        if set(verdict["struck"]) - set(round.ids):
            why = T("票上有候选名单以外的项。")
        if round.mode == FREE and not verdict["struck"]:
            why = T("您选了 {n} 项，最多选 {most} 项。", n=len(set(marks)), most=round.places)
        raise AgainstRule(why, round.rule("ballotMarks"))
    return ballot


def chosen(round: Round, posted: Sequence[tuple[str, str]]) -> list[Any]:
    """Marks from the fields of a posted ballot: `p` for 差额, `r.<n>` with a rank, `c.<n>` with a word."""
    ids = round.ids
    if round.mode == FREE:
        return [value for name, value in posted if name == "p" and value]
    letter = "r." if round.mode == RANK else "c."
    found = []
    for name, value in posted:
        place = name.removeprefix(letter)
        if name != place and value.strip() and place.isdecimal() and len(place) < 5 and int(place) < len(ids):
            found.append(_mark(round.mode, ids[int(place)], value.strip()))
    return found


def _mark(mode: str, one: str, value: str) -> dict[str, Any]:
    if mode != RANK:
        return {"id": one, "choice": value}
    if not value.isdecimal() or len(value) > 3:
        raise Invalid({"": T("序号请填数字")})
    return {"id": one, "rank": int(value)}
