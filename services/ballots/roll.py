"""The roll: who is there, by which one way each votes, who has a ballot. No moment and no order is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from processes.text import T
from services.ballots import rounds
from services.ballots.rounds import Round
from services.ballots.rules import AgainstRule
from services.desk import Desk
from services.errors import Invalid, NotFound
from services.store import ballots as rows

PAPER, PHONE = "paper", "phone"
CHANNELS = (PAPER, PHONE)
TRIES = 10


@dataclass(frozen=True)
class Voter:
    """A line of the roll; `voted` is only known of phones, a paper ballot is anonymous from its issue on."""

    person: int
    name: str
    unit: str
    channel: str
    issued: bool
    voted: bool


@dataclass(frozen=True)
class Counts:
    """How many stand on the roll, are present, were given a ballot, have sent one in by phone. Never votes."""

    members: int
    present: int
    paper: int
    phone: int
    paper_issued: int
    phone_issued: int
    phone_returned: int

    @property
    def issued(self) -> int:
        """Ballots given out, both ways."""
        return self.paper_issued + self.phone_issued


def roll(desk: Desk, round_id: int) -> list[Voter]:
    """The roll for those at the desk of the meeting."""
    rounds.kept(desk, round_id, *rounds.STATES)
    return [_voter(row) for row in rows.roll(desk.db, round_id)]


def _voter(row: Any) -> Voter:
    return Voter(row.person_id, row.name, row.unit, row.channel, bool(row.issued), bool(row.voted))


def mine(desk: Desk, round_id: int) -> Voter | None:
    """The actor's own line, None when not on the roll."""
    row = rows.voter(desk.db, round_id, desk.actor.person_id or 0)
    return None if row is None else _voter(row)


def counts(desk: Desk, round: Round) -> Counts:
    """The numbers that may be shown while a vote is going on."""
    found = rows.counts(desk.db, round.id)

    def many(
        channels: Sequence[str], issued: Sequence[bool] = (True, False), voted: Sequence[bool] = (True, False)
    ) -> int:
        return sum(n for (c, i, v), n in found.items() if c in channels and i in issued and v in voted)

    return Counts(
        members=max(int(round.body["members"]), many(("", *CHANNELS))),
        present=many(CHANNELS),
        paper=many((PAPER,)),
        phone=many((PHONE,)),
        paper_issued=many((PAPER,), (True,)),
        phone_issued=many((PHONE,), (True,)),
        phone_returned=many((PHONE,), voted=(True,)),
    )


def check_in(desk: Desk, round_id: int, person: int, channel: str) -> None:
    """Somebody is present and votes this one way.

    The way may be changed while no paper ballot was handed out and no ballot sent in (a telephone that fails, once).
    """
    round = rounds.kept(desk, round_id, "prepared", "voting")
    if channel not in CHANNELS:
        raise Invalid({"channel": T("请选择纸质票或手机票")})
    row = _line(desk, round_id, person)
    once = round.rule("ballotOnce")
    if row.voted:
        raise AgainstRule(T("{name}已用手机投过票。", name=row.name), once)
    if row.channel == PAPER and row.issued and channel == PHONE:
        raise AgainstRule(T("{name}已领纸质票，不能再用手机投票。", name=row.name), once)
    if row.channel != channel:
        rows.set_voter(desk.db, round_id, person, channel=channel, issued=False, tries=0)


def _line(desk: Desk, round_id: int, person: int) -> Any:
    row = rows.voter(desk.db, round_id, person)
    if row is None:
        raise NotFound(T("名册上没有这个人。"))
    return row


def issue(desk: Desk, round_id: int, person: int) -> None:
    """Hand out one paper ballot to somebody who has checked in for paper."""
    round = rounds.kept(desk, round_id, "voting")
    row = _line(desk, round_id, person)
    if row.channel == "":
        raise AgainstRule(T("{name}还没有签到，不能发票。", name=row.name), round.rule("ballotCheckIn"))
    if row.channel == PHONE:
        raise AgainstRule(T("{name}签到时定的是手机投票，不能再发纸质票。", name=row.name), round.rule("ballotOnce"))
    if row.issued:
        found = counts(desk, round)
        told = T(
            "{name}已领过票。签到 {n} 人、发出 {m} 张，没有多的票。", name=row.name, n=found.present, m=found.issued
        )
        raise AgainstRule(told, round.rule("ballotIssued"))
    rows.set_voter(desk.db, round_id, person, issued=True)


def unlock(desk: Desk, round_id: int, code: str) -> bool:
    """Open the actor's own phone ballot with the code shown at the meeting; False when the code is wrong.

    The caller commits also then, for tries are counted: after ten the desk must help. AgainstRule without check-in,
    for who votes on paper, and outside the voting.
    """
    round = rounds.seen(desk, round_id)
    row = _line(desk, round_id, desk.actor.person_id or 0)
    may_vote(round, row)
    if row.issued:
        return True
    if row.tries >= TRIES:
        raise AgainstRule(T("开票码输错太多次，请到签到台办理。"), round.rule("ballotCheckIn"))
    if not rounds.fits(round, code):
        rows.set_voter(desk.db, round_id, row.person_id, tries=row.tries + 1)
        return False
    rows.set_voter(desk.db, round_id, row.person_id, issued=True)
    return True


def may_vote(round: Round, row: Any) -> None:
    """Refuse, with the rule named, whoever cannot cast a ballot by phone now."""
    if round.state == "prepared":
        raise AgainstRule(T("投票还没有开始。"), round.rule("ballotClose"))
    if round.state != "voting":
        raise AgainstRule(T("投票已经截止，不再收票。"), round.rule("ballotClose"))
    if row.channel == "":
        raise AgainstRule(T("您还没有签到。请先到签到台签到。"), round.rule("ballotCheckIn"))
    if row.channel == PAPER:
        raise AgainstRule(T("您签到时定的是纸质票，不能再用手机投一次。"), round.rule("ballotOnce"))
    if row.voted:
        raise AgainstRule(T("您已经投过票。"), round.rule("ballotOnce"))
