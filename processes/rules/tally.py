"""Counting in exact integers: projects, officers and satisfaction (V-D3, V-D4), 差额 and quorum of the project vote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from processes.rules.ballot import CHANNELS, EQUAL, RANK, REVIEW, ids_of, judge, mode_of
from processes.rules.values import Row, RuleError, rows, say, share, whole
from processes.text import T, Text

BASES = ("all", "present", "plurality")
VOID = "作废"
WORDS = ("满意", "基本满意", "不满意")


def quorum(members: Any, present: Any, threshold: Any = "1/2", inclusive: Any = False) -> dict[str, Any]:
    """Whether enough members are present: more than the `threshold` of all (or exactly that, with `inclusive`).

    Gives {ok, members, present, needed, missing, problems}; nobody more can be present than there are members.
    """
    total, here = whole(members, "members"), whole(present, "present")
    part = share(threshold, "threshold") * total
    needed = -(-part.numerator // part.denominator) if inclusive else part.numerator // part.denominator + 1
    problems: list[Text] = []
    if here > total:
        problems.append(T("到会 {present} 人多于应到 {total} 人", present=here, total=total))
    if here < needed:
        problems.append(T("应到 {total} 人，到会 {here} 人，少于 {needed} 人", total=total, here=here, needed=needed))
    return {
        "ok": not problems,
        "members": total,
        "present": here,
        "needed": needed,
        "missing": max(0, needed - here),
        "problems": say(*problems),
    }


def differential(candidates: Any, seats: Any, margin: Any = "1/5") -> dict[str, Any]:
    """Whether there are enough candidates: candidates ≥ seats·(1 + margin); with one fifth, 5c ≥ 6n in integers.

    Gives {ok, candidates, seats, needed, lacking, seatsPossible, equation, message}: the message names how many
    candidates are lacking and how many seats the candidates at hand allow.
    """
    found, places, extra = whole(candidates, "candidates"), whole(seats, "seats"), share(margin, "margin")
    below, above = extra.denominator, extra.denominator + extra.numerator
    ok = places > 0 and below * found >= above * places
    needed = -(-above * places // below)
    possible = below * found // above
    sign = "≥" if below * found >= above * places else "<"
    equation = f"{below}×{found}={below * found} {sign} {above}×{places}={above * places}"
    message = T(
        "候选 {found} 个、应选 {places} 个，差额够了：{equation}", found=found, places=places, equation=equation
    )
    if not ok:
        message = T(
            "候选 {found} 个、应选 {places} 个，差额不够：{equation}。还少 {lacking} 个候选项目（至少要 {needed} 个），"
            "或者把应选数减到 {possible} 个",
            found=found,
            places=places,
            equation=equation,
            lacking=max(0, needed - found),
            needed=needed,
            possible=possible,
        )
    return {
        "ok": ok,
        "candidates": found,
        "seats": places,
        "needed": needed,
        "lacking": max(0, needed - found),
        "seatsPossible": possible,
        "equation": equation,
        "message": str(message),
    }


def satisfaction(
    base: Any, satisfied: Any, basic: Any, dissatisfied: Any, abstained: Any = 0, half_is_pass: Any = False
) -> dict[str, Any]:
    """The verdict of a satisfaction vote over `base` persons: 满意, else with 基本满意, needs more than half of them.

    With `halfIsPass` exactly half is enough (the published 镇海 note contradicts itself there). Gives {verdict, base,
    satisfied, basic, dissatisfied, abstained, equations}; RuleError when more voted than `base`.
    """
    total = whole(base, "base")
    good, fair, bad = whole(satisfied, "satisfied"), whole(basic, "basic"), whole(dissatisfied, "dissatisfied")
    none = whole(abstained, "abstained")
    if good + fair + bad + none > total:
        raise RuleError(T("测评票合计 {sum}，多于基数 {base}", sum=good + fair + bad + none, base=total))
    equations: list[dict[str, Any]] = []
    verdict = WORDS[2]
    for word, count in ((WORDS[1], good + fair), (WORDS[0], good)):
        passed = count > 0 and (2 * count > total or (bool(half_is_pass) and 2 * count == total))
        verdict = word if passed else verdict
        equations.insert(0, {"text": _half(word, count, total), "holds": passed})
    return {
        "verdict": verdict,
        "base": total,
        "satisfied": good,
        "basic": fair,
        "dissatisfied": bad,
        "abstained": none,
        "equations": equations,
    }


def _half(word: str, count: int, base: int) -> str:
    sign = ">" if 2 * count > base else "=" if 2 * count == base else "<"
    return str(
        T(
            "“{word}”{count} 票：2×{count}={twice} {sign} {base}",
            word=word,
            count=count,
            twice=2 * count,
            sign=sign,
            base=base,
        )
    )


# --- a round of ballots ---


@dataclass(frozen=True)
class Count:
    """What was found in the boxes: how many ballots of each sort, and rows of votes by candidate."""

    returned: int
    valid: int
    invalid: int
    abstained: int
    lines: list[dict[str, Any]]


def tally(
    mode: Any,
    candidates: Any,
    seats: Any,
    members: Any,
    signed_in: Any,
    issued: Any,
    base: Any = "all",
    present: Any = None,
    ballots: Any = None,
    counted: Any = None,
    returned: Any = None,
    earlier: Any = (),
    half_is_pass: Any = False,
) -> dict[str, Any]:
    """Count a round and say who is in, who is tied at the cut and what is lacking (V-D3; V-D4 with the mode 测评).

    `ballots` as `validity` reads them, with a channel paper|phone; or `counted` {returned, valid, invalid, abstained,
    lines: [{id, votes, paper?, phone?, points?, for|against|… }]}. `returned` is the number of papers in the boxes when
    it was taken before. `seats` are those of the whole vote: what `earlier` rounds (results of this rule) filled is
    taken off. In are those with 2·votes > base (all members, those present, or nothing with plurality), by votes (排序:
    by points); who is level at the cut is tied and nobody of them is in. More returned than issued: the round is void
    and nothing is counted. Gives {round, mode, base, baseNumber, places, members, signedIn, issued, returned, valid,
    invalid, abstained, votes, elected, carried, allElected, tied, placesLeft, shortfall, void, ok, equations}.
    """
    word, listed = mode_of(mode), rows(candidates, "candidates")
    ids, history = ids_of(listed), rows(earlier or (), "earlier")
    carried = [i for one in history for i in one.get("elected") or []]
    places = whole(seats, "seats") - len(carried)
    if places < 0:
        raise RuleError(T("前几轮当选的多于应选数"))
    numbers = {"members": whole(members, "members"), "signedIn": whole(signed_in, "signedIn")}
    numbers["present"] = numbers["signedIn"] if present is None else whole(present, "present")
    numbers["issued"] = whole(issued, "issued")
    if base not in BASES:
        raise RuleError(T("计票基数应为 all、present 或 plurality，现为“{value}”", value=base))
    number = {"all": numbers["members"], "present": numbers["present"], "plurality": 0}[base]
    taken = None if returned is None else whole(returned, "returned")
    count = _count(word, listed, ids, places, ballots, counted, taken, numbers["issued"])
    void = count.returned > numbers["issued"]
    equations = _equations(word, numbers, count, places, void)
    ok = all(e["holds"] for e in equations)
    lines, outcome = count.lines, _nobody(places)
    if ok and word == REVIEW:
        lines = [{**line, **_verdict(line, number, half_is_pass)} for line in lines]
    elif ok:
        outcome = _cut(lines, places, number, "points" if word == RANK else "votes")
    return {
        "round": len(history) + 1,
        "mode": word,
        "base": base,
        "baseNumber": number,
        "places": places,
        **numbers,
        "returned": count.returned,
        "valid": count.valid,
        "invalid": count.invalid,
        "abstained": count.abstained,
        "votes": lines,
        **outcome,
        "carried": carried,
        "allElected": carried + outcome["elected"],
        "void": void,
        "ok": ok,
        "equations": equations,
    }


def _count(
    mode: str,
    listed: list[Row],
    ids: list[str],
    places: int,
    ballots: Any,
    counted: Any,
    returned: int | None,
    issued: int,
) -> Count:
    """Read the boxes; nothing is opened when more came back than was issued."""
    if (ballots is None) == (counted is None):
        raise RuleError(T("选票和已点的票数，要有且只有一样"))
    if ballots is None:
        return _given(mode, listed, counted, returned, issued)
    papers = rows(ballots, "ballots")
    found = len(papers) if returned is None else returned
    if max(found, len(papers)) > issued:
        return Count(max(found, len(papers)), 0, 0, 0, [])
    judged = [(_channel(b), judge(b, mode, ids, places)) for b in papers]
    good = [(channel, verdict) for channel, verdict in judged if verdict["valid"]]
    abstained = sum(verdict["abstention"] for _, verdict in good)
    return Count(found, len(good), len(judged) - len(good), abstained, _votes(mode, listed, places, good))


def _channel(ballot: Row) -> str:
    channel = ballot.get("channel", "paper")
    if channel not in CHANNELS:
        raise RuleError(T("投票方式应为 paper 或 phone，现为“{value}”", value=channel))
    return str(channel)


def _votes(mode: str, listed: list[Row], places: int, good: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """One row a candidate: marks of valid ballots by channel; by word in the modes that have words."""
    cells: Counter[tuple[str, str, str]] = Counter()
    points: Counter[str] = Counter()
    for channel, verdict in good:
        for mark in verdict["marks"]:
            one = mark if isinstance(mark, str) else mark["id"]
            cells[one, channel, "" if isinstance(mark, str) else mark.get("choice", "")] += 1
            points[one] += places + 1 - mark["rank"] if mode == RANK else 0
        for one in verdict["struck"]:
            cells[one, channel, VOID] += 1
    return [_row(mode, row, cells, points, len(good)) for row in listed]


def _row(mode: str, row: Row, cells: Counter[tuple[str, str, str]], points: Counter[str], valid: int) -> dict[str, Any]:
    one = str(row["id"])
    word = {EQUAL: "赞成", REVIEW: "满意"}.get(mode, "")
    by = {channel: cells[one, channel, word] for channel in CHANNELS}
    made: dict[str, Any] = {
        "id": one,
        "title": row.get("title") or row.get("name") or one,
        "votes": sum(by.values()),
        **by,
    }
    said = {w: sum(cells[one, channel, w] for channel in CHANNELS) for w in ("反对", "基本满意", "不满意", VOID)}
    if mode == RANK:
        made["points"] = points[one]
    if mode in (EQUAL, REVIEW):
        names = {"反对": "against"} if mode == EQUAL else {"基本满意": "basic", "不满意": "dissatisfied"}
        made |= {name: said[w] for w, name in names.items()} | {"voided": said[VOID]}
        made["abstained"] = valid - made["votes"] - sum(said.values())
    if mode == REVIEW:
        made["satisfied"] = made["votes"]
    return made


def _given(mode: str, listed: list[Row], counted: Any, returned: int | None, issued: int) -> Count:
    """Figures somebody counted by hand."""
    if not isinstance(counted, Mapping):
        raise RuleError(T("“{name}”应为一组数据", name="counted"))
    found = whole(counted.get("returned"), "returned") if returned is None else returned
    if found > issued:
        return Count(found, 0, 0, 0, [])
    by = {row.get("id"): row for row in rows(counted.get("lines"), "lines")}
    strangers = [i for i in by if i not in {row["id"] for row in listed}]
    if strangers:
        raise RuleError(T("计票单上有候选名单以外的项目：{names}", names="、".join(map(str, strangers))))
    lines = [_given_row(mode, row, by.get(row["id"], {})) for row in listed]
    sorts = {name: whole(counted.get(name, 0), name) for name in ("valid", "invalid", "abstained")}
    return Count(found, sorts["valid"], sorts["invalid"], sorts["abstained"], lines)


def _given_row(mode: str, row: Row, found: Row) -> dict[str, Any]:
    by = {channel: whole(found.get(channel, 0), channel) for channel in CHANNELS}
    votes = whole(found.get("votes", found.get("satisfied", sum(by.values()))), "votes")
    if not any(by.values()):
        by["paper"] = votes
    more = {
        EQUAL: ("against", "abstained", "voided"),
        RANK: ("points",),
        REVIEW: ("basic", "dissatisfied", "abstained", "voided"),
    }
    made = {"id": row["id"], "title": row.get("title") or row.get("name") or row["id"], "votes": votes, **by}
    made |= {name: whole(found.get(name, 0), name) for name in more.get(mode, ())}
    return made | ({"satisfied": votes} if mode == REVIEW else {})


def _equations(mode: str, n: Mapping[str, int], count: Count, places: int, void: bool) -> list[dict[str, Any]]:
    """What must hold between the numbers of a round, in words for the form that is signed."""
    made = [
        _fits(T("签到 {a} 人 ≤ 应到 {b} 人", a=n["signedIn"], b=n["members"]), n["signedIn"] <= n["members"]),
        _fits(T("到会 {a} 人 ≤ 签到 {b} 人", a=n["present"], b=n["signedIn"]), n["present"] <= n["signedIn"]),
        _fits(T("发出 {a} 张 ≤ 签到 {b} 人", a=n["issued"], b=n["signedIn"]), n["issued"] <= n["signedIn"]),
        _fits(T("收回 {a} 张 ≤ 发出 {b} 张", a=count.returned, b=n["issued"]), not void),
    ]
    if void:
        return made
    total, channels = sum(v["votes"] for v in count.lines), sum(v[c] for v in count.lines for c in CHANNELS)
    limit = count.valid * (len(count.lines) if mode in (EQUAL, REVIEW) else min(places, len(count.lines)))
    most = max((v["votes"] for v in count.lines), default=0)
    sides = {"a": count.valid, "b": count.invalid, "c": count.returned}
    made += [
        _fits(T("有效 {a} 张 + 无效 {b} 张 = 收回 {c} 张", **sides), count.valid + count.invalid == count.returned),
        _fits(T("弃权 {a} 张 ≤ 有效 {b} 张", a=count.abstained, b=count.valid), count.abstained <= count.valid),
        _fits(T("得票合计 {a} ≤ 最多可得 {b}", a=total, b=limit), total <= limit),
        _fits(
            T("得票最多 {a} ≤ 未弃权的有效票 {b} 张", a=most, b=count.valid - count.abstained),
            most <= count.valid - count.abstained,
        ),
        _fits(T("纸质票和手机票得票 {a} = 得票合计 {b}", a=channels, b=total), channels == total),
    ]
    if mode in (EQUAL, REVIEW):
        kinds = ("votes", "against", "basic", "dissatisfied", "abstained", "voided")
        sums = [sum(v.get(k, 0) for k in kinds) for v in count.lines]
        made.append(_fits(T("每行各项合计 = 有效 {a} 张", a=count.valid), all(s == count.valid for s in sums)))
    return made


def _fits(said: Text, holds: bool) -> dict[str, Any]:
    return {"text": str(said), "holds": holds}


def _verdict(line: Row, base: int, half_is_pass: Any) -> dict[str, Any]:
    good, fair, bad, none = (line[k] for k in ("satisfied", "basic", "dissatisfied", "abstained"))
    found = satisfaction(base, good, fair, bad, none, half_is_pass)
    return {"verdict": found["verdict"], "base": base, "reasons": [e["text"] for e in found["equations"]]}


def _nobody(places: int) -> dict[str, Any]:
    return {"elected": [], "tied": [], "placesLeft": places, "shortfall": 0}


def _cut(lines: list[dict[str, Any]], places: int, base: int, order: str) -> dict[str, Any]:
    """Take those with a majority down to the last place; who is level there stays out, all of them."""
    able = sorted((v for v in lines if 2 * v["votes"] > base), key=lambda v: -v[order])
    if len(able) <= places:
        elected, tied = able, []
    else:
        edge = able[places - 1][order] if places else None
        level = places > 0 and able[places][order] == edge
        tied = [v for v in able if v[order] == edge] if level else []
        elected = [v for v in able if v[order] > edge] if level else able[:places]
    left = places - len(elected)
    return {
        "elected": [v["id"] for v in elected],
        "tied": [v["id"] for v in tied],
        "placesLeft": left,
        "shortfall": 0 if tied else left,
    }
