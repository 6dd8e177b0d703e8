"""投票: the deputy's ballot on a phone, the desk of the meeting, the reading of papers, the count."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from processes.rules.ballot import CHOICES, FREE, RANK, REVIEW
from processes.text import T, Text
from services import ballots, errors
from services.ballots import casting, closing, papers, reports, rounds
from services.ballots.roll import PAPER, PHONE, counts
from services.ballots.roll import mine as own_line
from services.ballots.rounds import Round
from services.web.deps import Here, Id, Visit
from services.web.render import page
from services.web.security import DOCUMENT_POLICY, Permission, Reach, declare

router = APIRouter()
PER_PAGE = 10
SHOWN = 400


@router.get("/ballots")
@declare(Permission.SIGNED_IN, Reach.BALLOTS)
def listing(visit: Here) -> Response:
    """The rounds I vote in or count, newest first."""
    desk = visit.desk
    found = [(round, rounds.runs(desk, round)) for round in ballots.listed(desk)]
    return page(visit, "ballots.html", rounds=found, states=rounds.STATES, kinds=rounds.KINDS)


@router.get("/ballots/secrecy")
@declare(Permission.SIGNED_IN, Reach.NONE)
def secrecy(visit: Here) -> Response:
    """What this form of secrecy promises, and what it does not."""
    return page(visit, "ballot_secrecy.html")


@router.get("/ballots/over.css")
@declare(Permission.ANYONE, Reach.NONE)
def over(visit: Here, places: int = Query(1, ge=1, le=rounds.MOST_PLACES)) -> Response:
    """Without scripts: the line “选多了” appears with the first mark too many."""
    many = f".ballot li:nth-child({places + 1} of :has(:checked)) ~ .dock"
    rules = f"{many} .overvote {{ display: block; }}\n{many} .fine {{ display: none; }}\n"
    return Response(rules, media_type="text/css", headers={"cache-control": "public, max-age=86400"})


# ---- the deputy ----


@router.get("/ballots/{round_id}")
@declare(Permission.SIGNED_IN, Reach.BALLOTS)
def show(visit: Here, round_id: Id) -> Response:
    """My ballot, or where I stand with it; those at the desk without a vote go to the desk."""
    return _ballot(visit, ballots.seen(visit.desk, round_id))


def _ballot(
    visit: Visit, round: Round, marks: list[Any] | None = None, refused: Text | None = None, status: int = 200
) -> Response:
    mine = own_line(visit.desk, round.id)
    if mine is None:
        return RedirectResponse(f"/ballots/{round.id}/desk", 303)
    ready = round.state == "voting" and mine.channel == PHONE and mine.issued and not mine.voted
    template = "ballot.html" if ready else "ballot_wait.html"
    return page(
        visit, template, status, round=round, mine=mine, how=reports.how(round), refused=refused, state=rounds.STATES,
        marked=_marked(round, marks or []), words=CHOICES.get(round.mode, ()), free=round.mode == FREE,
        rank=round.mode == RANK, subject=reports.subject(round),
    )  # fmt: skip


def _marked(round: Round, marks: list[Any]) -> dict[str, Any]:
    """What is marked, by candidate: True, a rank or a word."""
    return {
        m if isinstance(m, str) else m["id"]: True if isinstance(m, str) else m.get("rank") or m.get("choice")
        for m in marks
    }


@router.post("/ballots/{round_id}")
@declare(Permission.SIGNED_IN, Reach.BALLOTS)
def act(visit: Here, round_id: Id) -> Response:
    """Enter the code, look over the ballot, go back to it, or cast it."""
    round = ballots.seen(visit.desk, round_id)
    verb = visit.posted("_do", "check")
    if verb == "code":
        return _code(visit, round)
    marks: list[Any] = []
    try:
        marks = casting.chosen(round, [(name, str(value)) for name, value in visit.pairs])
        if verb == "cast":
            return _cast(visit, round, marks)
        ballot = casting.checked(round, marks)
    except (ballots.AgainstRule, errors.Invalid) as why:
        return _ballot(visit, round, marks, _told(why), 422)
    return _ballot(visit, round, marks) if verb == "edit" else _look_over(visit, round, ballot["marks"])


def _told(why: errors.Rejected) -> Text:
    fields: dict[str, Text] = getattr(why, "fields", {})
    return next(iter(fields.values()), why.message)


def _code(visit: Visit, round: Round) -> Response:
    try:
        opened = ballots.unlock(visit.desk, round.id, visit.posted("code")[:20])
    except ballots.AgainstRule as why:
        return _ballot(visit, round, refused=why.message, status=422)
    if not opened:
        return _ballot(visit, round, refused=T("开票码不对，请看会场屏幕再输一遍。"), status=422)
    return RedirectResponse(f"/ballots/{round.id}", 303)


def _look_over(visit: Visit, round: Round, marks: list[Any]) -> Response:
    marked = _marked(round, marks)
    hidden = [
        ("p", one) if round.mode == FREE else (f"{'r' if round.mode == RANK else 'c'}.{place}", str(marked[one]))
        for place, one in enumerate(round.ids)
        if one in marked
    ]
    return page(
        visit, "ballot_check.html", round=round, marked=marked, hidden=hidden, free=round.mode == FREE,
        rank=round.mode == RANK, left=round.places - len(marked), key=secrets.token_urlsafe(24),
    )  # fmt: skip


def _cast(visit: Visit, round: Round, marks: list[Any]) -> Response:
    key = visit.posted("_key")[:64]
    if len(key) < 16:
        raise errors.Invalid({"": T("请从核对选票的页面投出")})
    ballots.cast(visit.desk, round.id, marks, key)
    return RedirectResponse(f"/ballots/{round.id}", 303)


# ---- the desk of the meeting ----


@router.get("/ballots/{round_id}/desk")
@declare(Permission.SIGNED_IN, Reach.BALLOTS)
def desk(visit: Here, round_id: Id, q: str = "") -> Response:
    """Roll, check-in, paper ballots, officers, beginning and end."""
    return _desk(visit, round_id, q=q)


def _desk(visit: Visit, round_id: int, refused: Text | None = None, q: str = "") -> Response:
    listed = ballots.roll(visit.desk, round_id)
    round = ballots.seen(visit.desk, round_id)
    wanted = q.strip()[:40]
    found = [v for v in listed if wanted in v.name or wanted in v.unit] if wanted else listed
    return page(
        visit, "ballot_desk.html", 422 if refused else 200, round=round, counts=counts(visit.desk, round),
        roll=found[:SHOWN], q=wanted, refused=refused, state=rounds.STATES, duties=rounds.DUTIES,
        officers=closing.signed(visit.desk, round_id), few=int(round.rule("ballotPhoneMin").words),
        print=round.body["print"], people=rounds.at_hand(visit.desk, round),
    )  # fmt: skip


@router.post("/ballots/{round_id}/desk")
@declare(Permission.SIGNED_IN, Reach.BALLOTS)
def at_desk(visit: Here, round_id: Id) -> Response:
    """One act at the desk; a refusal is told on the same page."""
    verb, _, whom = visit.posted("_do").partition(":")
    person = int(whom) if whom.isdecimal() and len(whom) < 16 else 0
    acts: dict[str, Callable[[], Any]] = {
        "paper": lambda: ballots.check_in(visit.desk, round_id, person, PAPER),
        "phone": lambda: ballots.check_in(visit.desk, round_id, person, PHONE),
        "issue": lambda: ballots.issue(visit.desk, round_id, person),
        "appoint": lambda: ballots.appoint(
            visit.desk, round_id, visit.posted("login").replace("\x00", "")[:64], visit.posted("duty")
        ),
        "dismiss": lambda: ballots.dismiss(visit.desk, round_id, person),
        "begin": lambda: ballots.begin(visit.desk, round_id),
        "end": lambda: ballots.end(visit.desk, round_id),
    }
    if verb not in acts:
        raise errors.NotFound
    try:
        acts[verb]()
    except (ballots.AgainstRule, errors.Invalid) as why:
        return _desk(visit, round_id, _told(why), visit.posted("q"))
    target = {"begin": "board", "end": "papers"}.get(verb, "desk")
    query = f"?q={visit.posted('q')}" if target == "desk" and visit.posted("q") else ""
    mark = f"#v{person}" if person else ""
    return RedirectResponse(f"/ballots/{round_id}/{target}{query}{mark}", 303)


@router.get("/ballots/{round_id}/board")
@declare(Permission.SIGNED_IN, Reach.BALLOTS)
def board(visit: Here, round_id: Id) -> Response:
    """For the screen of the hall: where to go, the code, how many ballots are out and in."""
    round = rounds.kept(visit.desk, round_id, *rounds.STATES)
    where = str(visit.request.base_url).rstrip("/") + f"/ballots/{round_id}"
    return page(
        visit, "ballot_board.html", round=round, counts=counts(visit.desk, round), where=where,
        state=rounds.STATES, how=reports.how(round),
    )  # fmt: skip


# ---- paper ballots ----


@router.get("/ballots/{round_id}/papers")
@declare(Permission.SIGNED_IN, Reach.BALLOTS)
def read_papers(visit: Here, round_id: Id, page_no: int = 1) -> Response:
    """My own reading of the papers, ten at a time; the other officer's is not shown unless a line differs."""
    return _papers(visit, round_id, page_no)


def _papers(visit: Visit, round_id: int, page_no: int, refused: Text | None = None) -> Response:
    round = rounds.kept(visit.desk, round_id, *rounds.STATES)
    if round.state in ("closed", "void"):
        return RedirectResponse(f"/ballots/{round_id}/count", 303)
    read = papers.own(visit.desk, round_id) if round.state == "counting" else {}
    pages = max(1, -(-(round.papers or 0) // PER_PAGE))
    page_no = min(max(page_no, 1), pages)
    first = (page_no - 1) * PER_PAGE + 1
    shown = range(first, min(first + PER_PAGE, (round.papers or 0) + 1))
    return page(
        visit, "ballot_papers.html", 422 if refused else 200, round=round, counts=counts(visit.desk, round),
        refused=refused, progress=papers.progress(visit.desk, round), page_no=page_no, pages=pages, read=read,
        shown=[(n, n in read, _written(round, read.get(n)), _flaw(read.get(n))) for n in shown],
        words=CHOICES.get(round.mode, ()), free=round.mode == FREE, rank=round.mode == RANK,
        officer=rounds.duty(visit.desk, round_id) is not None,
    )  # fmt: skip


def _written(round: Round, ballot: dict[str, Any] | None) -> list[list[str]]:
    """What stands in each line of a paper, as words: several where two were ticked."""
    marks = ballot["marks"] if ballot else []
    found: dict[str, list[str]] = {one: [] for one in round.ids}
    for mark in marks:
        if isinstance(mark, str):
            found[mark].append("1")
        else:
            found[mark["id"]].append(str(mark.get("rank") or mark.get("choice")))
    return list(found.values())


def _flaw(ballot: dict[str, Any] | None) -> str:
    return (
        "" if ballot is None else "illegible" if ballot["illegible"] else "identified" if ballot["identified"] else ""
    )


@router.post("/ballots/{round_id}/papers")
@declare(Permission.SIGNED_IN, Reach.BALLOTS)
def write_papers(visit: Here, round_id: Id) -> Response:
    """How many came out of the box, or what I read on these ten."""
    page_no = int(number) if (number := visit.posted("page_no", "1")[:4]).isdecimal() else 1
    try:
        if visit.posted("_do") == "count":
            return _counted(visit, round_id)
        _enter(visit, round_id)
    except (ballots.AgainstRule, errors.Invalid) as why:
        return _papers(visit, round_id, page_no, _told(why))
    answer = RedirectResponse(f"/ballots/{round_id}/papers?page_no={page_no + 1}", 303)
    visit.tell(answer, T("第 {n} 页存好了。", n=page_no))
    return answer


def _counted(visit: Visit, round_id: int) -> Response:
    number = visit.posted("papers").strip()
    if not number.isdecimal() or len(number) > 6:
        raise errors.Invalid({"papers": T("请填收回的纸质票张数")})
    fine = ballots.count_papers(visit.desk, round_id, int(number))
    return RedirectResponse(f"/ballots/{round_id}/{'papers' if fine else 'count'}", 303)


def _enter(visit: Visit, round_id: int) -> None:
    round = ballots.seen(visit.desk, round_id)
    fields: dict[str, list[str]] = {}
    for name, value in visit.pairs:
        fields.setdefault(name, []).append(str(value))
    numbers = [int(n) for n in fields.get("n", []) if n.isdecimal() and len(n) < 7][:PER_PAGE]
    ballots.enter_paper(visit.desk, round_id, {n: papers.posted(round, n, fields) for n in numbers})


# ---- the count ----


@router.get("/ballots/{round_id}/count")
@declare(Permission.SIGNED_IN, Reach.BALLOTS)
def count(visit: Here, round_id: Id) -> Response:
    """Before the close only what is missing; after it the figures, the sums, the outcome, the signatures."""
    return _count(visit, round_id)


def _count(visit: Visit, round_id: int, refused: Text | None = None) -> Response:
    round = ballots.seen(visit.desk, round_id)
    runs, over = rounds.runs(visit.desk, round), round.state in ("closed", "void")
    if not over and not runs:
        raise errors.NotFound
    result = ballots.result(visit.desk, round_id) if over else None
    status = 422 if refused else 200
    shared = {"round": round, "counts": counts(visit.desk, round), "state": rounds.STATES, "refused": refused}
    if result is None:
        progress = papers.progress(visit.desk, round)
        officer = rounds.duty(visit.desk, round_id) is not None
        return page(visit, "ballot_close.html", status, **shared, progress=progress, officer=officer)
    officers = closing.signed(visit.desk, round_id)
    mine = next((o for o in officers if o.person_id == visit.desk.actor.person_id), None)
    return page(
        visit, "ballot_count.html", status, **shared, r=result, lines=reports.lines(round, result),
        heads=reports.heads(round), base=reports.base_words(result), outcome=reports.outcome(round, result),
        subject=reports.subject(round), officers=officers, mine=mine, duties=rounds.DUTIES, review=round.mode == REVIEW,
        runs=runs, titles=round.titles,
    )  # fmt: skip


@router.post("/ballots/{round_id}/count")
@declare(Permission.SIGNED_IN, Reach.BALLOTS)
def settle(visit: Here, round_id: Id) -> Response:
    """Count, or sign."""
    try:
        if visit.posted("_do") == "sign":
            ballots.sign(visit.desk, round_id)
        else:
            ballots.close(visit.desk, round_id)
    except ballots.AgainstRule as why:
        return _count(visit, round_id, why.message)
    return RedirectResponse(f"/ballots/{round_id}/count", 303)


# ---- sheets ----


@router.get("/ballots/{round_id}/sheet")
@declare(Permission.SIGNED_IN, Reach.BALLOTS)
def sheet(visit: Here, round_id: Id) -> Response:
    """计票结果报告单 to print and sign."""
    return _paper(ballots.sheet(visit.desk, round_id))


@router.get("/ballots/{round_id}/blank")
@declare(Permission.SIGNED_IN, Reach.BALLOTS)
def blank(visit: Here, round_id: Id) -> Response:
    """The paper ballot to print."""
    return _paper(reports.ballot_form(visit.desk, rounds.kept(visit.desk, round_id, *rounds.STATES)))


def _paper(html: str) -> Response:
    headers = {"content-security-policy": DOCUMENT_POLICY, "x-frame-options": "SAMEORIGIN"}
    return Response(html, media_type="text/html; charset=utf-8", headers=headers)
