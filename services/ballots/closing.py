"""Closing a round: the only place where ballots are read. All are shuffled, counted by the pure rule, and announced."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from processes.expressions import from_json, to_json
from processes.rules.rounds import count_round
from processes.text import T
from services import documents, jobs
from services.ballots import papers, reports, rounds, slips
from services.ballots.roll import counts
from services.ballots.rounds import Round
from services.ballots.rules import AgainstRule
from services.desk import Desk
from services.errors import Invalid, NotAllowed
from services.store import ballots as rows
from services.store.json import dumps, loads

CLOSED = "ballotClosed"


def close(desk: Desk, round_id: int) -> dict[str, Any]:
    """Count and announce; gives the result. Papers must have been read twice alike (AgainstRule names the line)."""
    round = rounds.kept(desk, round_id, "counting")
    rounds.officer(desk, round)
    box = rows.take_out(desk.db, round_id) + papers.agreed(desk, round)
    secrets.SystemRandom().shuffle(box)
    rows.lay_back(desk.db, round_id, box)
    rows.drop_papers(desk.db, round_id)
    found = counts(desk, round)
    ballots = [slips.unpack(round.mode, round.ids, content) for content in box]
    return settle(desk, round, {"signedIn": found.present, "issued": found.issued, "ballots": ballots})


def settle(desk: Desk, round: Round, figures: Mapping[str, Any]) -> dict[str, Any]:
    """The last step of a round: the rule `tally` over {signedIn, issued, ballots or counted, returned?, members?}.

    The result is kept and printed, and the waiting case gets the message. A void round is told to its case too, whose
    diagram repeats it; without a case it is opened again here.
    """
    result = count_round({**round.body, "mode": round.mode}, figures)
    state = "void" if result["void"] else "closed"
    rows.change(desk.db, round.id, state=state, closed_at=desk.now, result=dumps(to_json(result)))
    if result["void"]:
        told = T("收回 {a} 张，多于发出 {b} 张：{title}作废，选票封存，重新投票",
                 a=result["returned"], b=result["issued"], title=round.title)  # fmt: skip
    else:
        told = T("计票完毕：{title}，有效 {n} 张", title=round.title, n=result["valid"])
    rounds.record(desk, round.case_id, "ballot", told)
    if round.case_id is None:
        if result["void"]:
            rounds.again(desk, round)
        return result
    body = {"key": round.body["key"], "payload": {"result": result}, "element": None}
    key = f"ballot:{round.id}:closed"
    jobs.add(desk, [jobs.outgoing("message", key, round.case_id, round.street_id, CLOSED, body, desk.now)])
    _file(desk, round, result)
    return result


def count_papers(desk: Desk, round_id: int, number: int) -> bool:
    """How many paper ballots came out of the box; False when that voids the round: more than were handed out."""
    round = rounds.kept(desk, round_id, "counting")
    rounds.officer(desk, round)
    if number < 0:
        raise Invalid({"papers": T("请填收回的纸质票张数")})
    if rows.papers(desk.db, round_id):
        raise Invalid({"papers": T("已经开始录入，张数不能再改")})
    rows.change(desk.db, round_id, papers=number)
    if number > counts(desk, round).paper_issued:
        void(desk, round, number)
        return False
    return True


def void(desk: Desk, round: Round, returned: int) -> None:
    """More papers came back than were handed out: nothing is opened, the round is sealed and repeated."""
    issued = counts(desk, round).paper_issued
    settle(
        desk, round, {"signedIn": counts(desk, round).present, "issued": issued, "ballots": [], "returned": returned}
    )


def result(desk: Desk, round_id: int) -> dict[str, Any]:
    """The result of a closed round; before that AgainstRule, for everybody."""
    round = rounds.seen(desk, round_id)
    row = rows.round_of(desk.db, round_id)
    if row is None or row.result is None or round.state not in ("closed", "void"):
        raise AgainstRule(T("计票以前谁也看不到票数。"), round.rule("ballotSecret"))
    found: dict[str, Any] = from_json(loads(row.result))
    return found


def sign(desk: Desk, round_id: int) -> None:
    """An officer of the round signs its result; it cannot be taken back."""
    round = rounds.kept(desk, round_id, "closed", "void")
    if rounds.duty(desk, round_id) is None:
        raise NotAllowed(T("只有本轮的监票计票人员可以签字。"))
    rows.sign(desk.db, round_id, desk.actor.person_id or 0, desk.now)
    rounds.record(desk, round.case_id, "ballot", T("在计票结果报告单上签字：{title}", title=round.title))


# --- the printed form ---


def sheet(desk: Desk, round_id: int) -> str:
    """计票结果报告单 as a print page, with the reconciliation and the signatures as they stand."""
    found = result(desk, round_id)
    return reports.result_form(desk, rounds.seen(desk, round_id), found, signed(desk, round_id))


def signed(desk: Desk, round_id: int) -> Sequence[Any]:
    """The officers of a round with name, duty and the moment they signed, if they have; the chief last."""
    order = list(rounds.DUTIES)
    return sorted(rows.officers(desk.db, round_id), key=lambda o: (-order.index(o.duty), o.name))


def _file(desk: Desk, round: Round, result: Mapping[str, Any]) -> None:
    """The form is filed with the case."""
    assert round.case_id is not None
    html = reports.result_form(desk, round, result, signed(desk, round.id))
    title = f"计票结果报告单（{round.title}）"
    documents.produce(desk, round.case_id, f"ballot:{round.id}", title, html, role="teller")
