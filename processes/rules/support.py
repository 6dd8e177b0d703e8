"""Support of a nomination: joint signatures (N13) and the assembly of residents' representatives (N15)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from processes.rules.values import Row, rows, say, share, text, whole
from processes.text import T, Text

VALID, TWICE, STRANGER, OVER, SELF, UNCHECKED = "有效", "重复", "非本单位居民", "超出名额", "本人", "未核实"


def signatures(
    nominee: Any, signers: Any, minimum: Any, limit: Any = None, earlier: Any = (), self_counts: Any = False
) -> dict[str, Any]:
    """Count the valid signatures of a joint nomination: distinct, verified, resident, within the signer's limit.

    Signers are {name, idLast4, resident, verified}; `resident` and `verified` count as no only when false.
    `earlier` holds signers of nominations already accepted in the unit; with `limit` (the unit's seats) a further
    signature of somebody who has signed that often is void (by analogy with 选举法 30). Gives {valid, ok, verdict
    "ok"|"return"|"reject", results: [{name, idLast4, verifyResult}]}.
    """
    needed = whole(minimum, "minimum")
    used = Counter(_identity(s) for s in rows(earlier or (), "earlier"))
    most = None if limit is None else whole(limit, "limit")
    person = _identity(nominee) if isinstance(nominee, dict) else None
    seen: set[tuple[str, str]] = set()
    results = []
    for signer in rows(signers, "signers"):
        who = _identity(signer)
        word = _judge(signer, who in seen, who == person and not self_counts, most is not None and used[who] >= most)
        seen.add(who)
        results.append({"name": who[0], "idLast4": who[1], "verifyResult": word})
    valid = sum(r["verifyResult"] == VALID for r in results)
    verdict = "ok" if valid >= needed else "return" if valid else "reject"
    return {"valid": valid, "ok": verdict == "ok", "verdict": verdict, "results": results}


def _identity(signer: Row) -> tuple[str, str]:
    return text(signer, "name", "signers").strip(), str(signer.get("idLast4") or "").strip().upper()


def _judge(signer: Row, twice: bool, himself: bool, over: bool) -> str:
    if twice:
        return TWICE
    if himself:
        return SELF
    if signer.get("verified") is False:
        return UNCHECKED
    if signer.get("resident") is False:
        return STRANGER
    return OVER if over else VALID


def assembly(
    total: Any, present: Any, votes_for: Any, against: Any, abstain: Any, quorum: Any = "2/3", majority: Any = "1/2"
) -> dict[str, Any]:
    """Judge a vote of residents' representatives: present·3 ≥ total·2, for·2 > present (居委会法 29, 村委会法 30).

    Gives {ok, quorate, passed, problems}; `ok` is false when the counts do not fit together.
    """
    members, here = whole(total, "total"), whole(present, "present")
    yes, no, none = whole(votes_for, "votesFor"), whole(against, "against"), whole(abstain, "abstain")
    problems: list[Text] = []
    if here > members:
        problems.append(T("到会 {present} 人多于应到 {total} 人", present=here, total=members))
    if yes + no + none != here:
        problems.append(T("赞成、反对、弃权合计 {sum} 票，与到会 {present} 人不符", sum=yes + no + none, present=here))
    quorate = here > 0 and here >= share(quorum, "quorum") * members
    passed = not problems and quorate and yes > share(majority, "majority") * here
    return {"ok": not problems, "quorate": quorate, "passed": passed, "problems": say(*problems)}
