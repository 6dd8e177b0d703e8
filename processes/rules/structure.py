"""The make-up of the final set of deputies: N-D3 of the nomination."""

from __future__ import annotations

from typing import Any

from processes.rules.values import Row, percent, rows, say, share, text, whole
from processes.text import T


def structure(seats: Any, people: Any, targets: Any, units: Any = ()) -> dict[str, Any]:
    """Check a set of people against seats, units and shares, in exact fractions of the seats.

    `targets` are {label, count, min?, max?}: the diagram counts, the share comes from the rule table; “达到 65%” holds
    when count·100 ≥ 65·seats. Every unit ({code, name}) must have at least one person ({unit}).
    Gives {ok, enough, total, seats, shares, unitsWithout, problems}.
    """
    wanted, found = whole(seats, "seats"), len(rows(people, "people"))
    shares = [_share(target, wanted) for target in rows(targets, "targets")]
    present = {p.get("unit") for p in people}
    without = [u for u in rows(units, "units") if text(u, "code", "units") not in present]
    problems = []
    if found != wanted:
        problems.append(T("应确定 {wanted} 人，现为 {found} 人", wanted=wanted, found=found))
    problems += [T("{unit}没有人选", unit=u.get("name", u["code"])) for u in without]
    problems += [
        T("{label}占比 {percent}，要求{limit}", label=s["label"], percent=s["percent"], limit=s["limit"])
        for s in shares
        if not s["ok"]
    ]
    return {
        "ok": not problems,
        "enough": found >= wanted,
        "total": found,
        "seats": wanted,
        "shares": shares,
        "unitsWithout": [u["code"] for u in without],
        "problems": say(*problems),
    }


def _share(target: Row, seats: int) -> dict[str, Any]:
    label = text(target, "label", "targets")
    count = whole(target.get("count"), label)
    good, limits = True, []
    if target.get("min") is not None:
        least = share(target["min"], label)
        good = good and count >= least * seats
        limits.append(T("不低于 {percent}", percent=percent(least.numerator, least.denominator)))
    if target.get("max") is not None:
        most = share(target["max"], label)
        good = good and count <= most * seats
        limits.append(T("不高于 {percent}", percent=percent(most.numerator, most.denominator)))
    limit = "，".join(say(*limits))
    return {"label": label, "count": count, "of": seats, "percent": percent(count, seats), "limit": limit, "ok": good}
