"""Printed sheets of a vote: the result form for signature, and the paper ballot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from processes.rules.ballot import CHOICES, FREE, RANK, REVIEW
from processes.templates import Template
from processes.workdays import BEIJING, today
from services import sheets
from services.ballots.rounds import DUTIES, Round
from services.desk import Desk


def result_form(desk: Desk, round: Round, result: Mapping[str, Any], officers: Sequence[Any]) -> str:
    """计票结果报告单: numbers, votes with paper and phone apart, the equations, lines for signatures."""
    data = {
        "title": round.title,
        "void": result["void"],
        "r": dict(result),
        "base": base_words(result),
        "subject": subject(round),
        "heads": heads(round),
        "lines": lines(round, result),
        "outcome": outcome(round, result),
        "earlier": [f"第 {n} 轮：{_told(one)}" for n, one in enumerate(round.body["earlier"], 1)],
        "officers": [_officer(o) for o in officers],
        "date": today(desk.now),
    }
    return sheets.render_html(_template("result.html"), data, desk.at.env())


def _told(result: Mapping[str, Any]) -> str:
    """A round before, in one line: every vote, who was in, who was level."""
    titles = {v["id"]: v["title"] for v in result.get("votes") or []}
    votes = "，".join(f"{v['title']} {v['votes']} 票" for v in result.get("votes") or [])
    inside, level = ("、".join(titles.get(one, one) for one in result.get(name) or []) for name in ("elected", "tied"))
    told = f"发出 {result.get('issued')} 张，收回 {result.get('returned')} 张，有效 {result.get('valid')} 张；{votes}。"
    return told + (f"当选：{inside}。" if inside else "没有当选的。") + (f"票数相等：{level}。" if level else "")


def _officer(row: Any) -> dict[str, str]:
    when = f"已签 {row.signed_at.astimezone(BEIJING):%m-%d %H:%M}" if row.signed_at else "（签名）"
    return {"duty": str(DUTIES[row.duty]), "name": row.name, "signed": when}


def ballot_form(desk: Desk, round: Round) -> str:
    """A paper ballot to print: no number, no mark, one like the other."""
    marks = {FREE: ["选"], RANK: ["序号"]}.get(round.mode) or list(CHOICES[round.mode])
    data = {
        "title": round.title, "how": how(round), "subject": subject(round), "heads": marks,
        "candidates": round.candidates, "rule": str(round.rule("ballotMarks").words),
    }  # fmt: skip
    return sheets.render_html(_template("ballot.html"), data, desk.at.env())


@cache
def _template(name: str) -> Template:
    return Template.load(name, Path(__file__).with_name(name).read_text(encoding="utf-8"))[0]


def how(round: Round) -> str:
    """How to fill in the ballot, in one line."""
    many = len(round.candidates)
    if round.mode == FREE:
        return f"{many} 项里最多选 {round.places} 项"
    if round.mode == RANK:
        return f"在 {many} 项里填 1 至 {round.places} 的序号，1 为最先"
    return "每一行选一种意见：" + "、".join(CHOICES[round.mode])


def subject(round: Round) -> str:
    """What the lines of the ballot are called."""
    return {"officers": "候选人"}.get(round.kind, "项目")


def base_words(result: Mapping[str, Any]) -> str:
    """What is needed to be in."""
    if result["base"] == "plurality":
        return "得票多的当选"
    who = "应到人数" if result["base"] == "all" else "到会人数"
    return f"超过{who} {result['baseNumber']} 的半数（{result['baseNumber'] // 2 + 1} 票）"


def heads(round: Round) -> list[str]:
    """The columns of figures."""
    if round.mode == REVIEW:
        return ["满意", "基本满意", "不满意", "弃权"]
    if round.mode == RANK:
        return ["纸质", "手机", "得票", "得分"]
    return ["纸质", "手机", "得票"] + (["反对", "弃权"] if round.mode not in (FREE, RANK) else [])


_COLUMNS = {
    "满意": "satisfied", "基本满意": "basic", "不满意": "dissatisfied", "弃权": "abstained", "纸质": "paper",
    "手机": "phone", "得票": "votes", "得分": "points", "反对": "against",
}  # fmt: skip


def lines(round: Round, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The candidates by votes (assessed matters in their own order), each with its figures, rank and outcome."""
    found = list(result["votes"])
    order = "points" if round.mode == RANK else "votes"
    if round.mode != REVIEW:
        found.sort(key=lambda v: -v[order])
    return [
        {
            "id": v["id"],
            "title": v["title"],
            "rank": 1 + sum(other[order] > v[order] for other in found),
            "numbers": [v.get(_COLUMNS[head], 0) for head in heads(round)],
            "outcome": _outcome(v, result),
            "state": _state(v, result),
        }
        for v in found
    ]


def _state(vote: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    if vote.get("verdict"):
        return "done" if vote["verdict"] != "不满意" else "check"
    return "done" if vote["id"] in result["elected"] else "check" if vote["id"] in result["tied"] else "wait"


def _outcome(vote: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    if vote.get("verdict"):
        return str(vote["verdict"])
    if not result["ok"]:
        return ""
    state = _state(vote, result)
    return {"done": "当选", "check": "票数相等，再投一次", "wait": "未当选"}[state]


def outcome(round: Round, result: Mapping[str, Any]) -> str:
    """The outcome as a sentence."""
    if result["void"]:
        return f"收回 {result['returned']} 张，多于发出 {result['issued']} 张，本轮无效，重新投票。"
    if not result["ok"]:
        return "数目对不上，不能宣布结果。"
    if round.mode == REVIEW:
        return "；".join(f"{v['title']}：{v['verdict']}" for v in result["votes"]) + "。"
    titles = round.titles
    named = "、".join(titles[one] for one in result["elected"])
    told = f"当选 {len(result['elected'])} 项：{named}。" if named else "没有当选的。"
    if result["tied"]:
        tied = "、".join(f"“{titles[one]}”" for one in result["tied"])
        told += f"还差 {result['placesLeft']} 项，{tied}票数相等，就这 {len(result['tied'])} 项再投一次。"
    elif result["shortfall"]:
        told += f"还差 {result['shortfall']} 项没有选足。"
    return told
