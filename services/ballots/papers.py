"""Paper ballots: counted as they come out of the box, read by two officers apart, taken over when both agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from processes.rules.ballot import FREE, RANK, judge
from processes.rules.values import RuleError
from processes.text import T, Text
from services.ballots import rounds, slips
from services.ballots.roll import counts
from services.ballots.rounds import Round
from services.ballots.rules import AgainstRule
from services.desk import Desk
from services.errors import Invalid
from services.store import ballots as rows


@dataclass(frozen=True)
class Difference:
    """A paper ballot that two officers read differently; `read` is (officer, what was read)."""

    number: int
    read: tuple[tuple[str, str], ...]

    @property
    def text(self) -> Text:
        """The line in one sentence."""
        said = "；".join(f"{who}：{what}" for who, what in self.read)
        return T("第 {n} 张不一致。{said}", n=self.number, said=said)


@dataclass(frozen=True)
class Progress:
    """How far the two readings are: (officer, ballots read); lines that differ; whether counting may go on."""

    papers: int | None
    readers: tuple[tuple[str, int], ...]
    differences: tuple[Difference, ...]
    ready: bool


def enter_paper(desk: Desk, round_id: int, read: Mapping[int, Mapping[str, Any]]) -> None:
    """What the actor read on paper ballots, by number from 1: {marks, illegible?, identified?}.

    A ballot beyond those that came back, or beyond those handed out, is refused with its rule. Too many marks are
    written down as they are: the count finds the ballot void.
    """
    round = rounds.kept(desk, round_id, "counting")
    rounds.officer(desk, round)
    if round.papers is None:
        raise Invalid({"papers": T("请先点清收回的纸质票有多少张")})
    issued = counts(desk, round).paper_issued
    for number in read:
        if not 1 <= number <= min(round.papers, issued):
            told = T(
                "发出纸质票 {issued} 张、收回 {papers} 张，没有第 {n} 张。",
                issued=issued,
                papers=round.papers,
                n=number,
            )
            raise AgainstRule(told, round.rule("ballotReturned"))
    packed = {n: slips.pack(round.mode, round.ids, _as_paper(round, ballot)) for n, ballot in read.items()}
    rows.put_papers(desk.db, round_id, desk.actor.person_id or 0, packed)


def _as_paper(round: Round, ballot: Mapping[str, Any]) -> dict[str, Any]:
    """A paper ballot that fits into its bytes: rank numbers beyond any place stay beyond."""
    try:
        judge({**ballot, "illegible": False, "identified": False}, round.mode, round.ids, round.places)
    except RuleError as wrong:
        raise Invalid({"": T("{why}", why=str(wrong))}) from wrong
    marks = list(ballot.get("marks") or [])
    if round.mode == RANK and len({m["id"] for m in marks}) < len(marks):
        return {**ballot, "channel": "paper", "illegible": True, "marks": []}
    return {**ballot, "marks": marks, "channel": "paper"}


def own(desk: Desk, round_id: int) -> dict[int, dict[str, Any]]:
    """What the actor has read so far."""
    round = rounds.kept(desk, round_id, "counting")
    found = rows.papers(desk.db, round_id, desk.actor.person_id or 0)
    return {row.number: slips.unpack(round.mode, round.ids, row.content) for row in found}


def progress(desk: Desk, round: Round) -> Progress:
    """Where the two readings stand; a line that differs is named with what each officer read."""
    names = {o.person_id: o.name for o in rows.officers(desk.db, round.id)}
    found = [row for row in rows.papers(desk.db, round.id) if row.person_id in names]
    readers = {person: sum(1 for row in found if row.person_id == person) for person in {r.person_id for r in found}}
    apart = [d for _, lines in groupby(found, key=lambda r: r.number) if (d := _apart(round, names, list(lines)))]
    full = sum(1 for many in readers.values() if many == round.papers)
    ready = round.papers == 0 or (round.papers is not None and full >= 2 and not apart)
    shown = tuple(sorted((names[person], many) for person, many in readers.items()))
    return Progress(round.papers, shown, tuple(apart), ready)


def _apart(round: Round, names: Mapping[int, str], lines: Sequence[Any]) -> Difference | None:
    if len({line.content for line in lines}) < 2:
        return None
    read = [(names[line.person_id], slips.words(round.mode, round.titles, line.content)) for line in lines]
    return Difference(lines[0].number, tuple(read))


def agreed(desk: Desk, round: Round) -> list[bytes]:
    """The papers as both officers read them; AgainstRule names the first line that differs or what is missing."""
    rule, found = round.rule("ballotTwice"), progress(desk, round)
    if found.papers is None:
        raise AgainstRule(T("还没有点清收回的纸质票。"), rule)
    if found.differences:
        raise AgainstRule(found.differences[0].text, rule)
    if not found.ready:
        read = "、".join(f"{name} {many} 张" for name, many in found.readers) or "还没有人录入"
        raise AgainstRule(T("纸质票 {n} 张，要两人各录一遍。现在：{read}。", n=found.papers, read=read), rule)
    return list({row.number: row.content for row in rows.papers(desk.db, round.id)}.values())


def posted(round: Round, number: int, fields: Mapping[str, list[str]]) -> dict[str, Any]:
    """One paper ballot from the fields of the entry page: `<n>.<place>` (a tick, a rank or words), `<n>.flaw`."""
    flaw = (fields.get(f"{number}.flaw") or [""])[0]
    marks: list[Any] = []
    for place, one in enumerate(round.ids):
        for value in (text.strip()[:4] for text in fields.get(f"{number}.{place}", [])):
            if round.mode == FREE and value:
                marks.append(one)
            elif round.mode == RANK and value.isdecimal() and int(value) > 0:
                marks.append({"id": one, "rank": int(value)})
            elif round.mode != RANK and value:
                marks.append({"id": one, "choice": value})
    return {"marks": marks, "illegible": flaw == "illegible", "identified": flaw == "identified"}
