"""Deputies and grids: N35 of the nomination."""

from __future__ import annotations

from collections import Counter
from typing import Any

from processes.rules.values import RuleError, rows, say, text, texts, whole
from processes.text import T, Text


def grids(people: Any, grids: Any) -> dict[str, Any]:
    """Give every grid a deputy with loads that differ by one at most.

    People are {id, unit}, grids {code, unit}; both are walked unit by unit in the order of the grids, so that deputies
    stay near home. With more deputies than grids every deputy has one grid. Gives {rows: [{id, grids}], least, most}
    (grids per deputy, or deputies per grid where there are fewer grids).
    """
    places = rows(grids, "grids")
    order = {unit: n for n, unit in enumerate(dict.fromkeys(g.get("unit") for g in places))}
    codes = [text(g, "code", "grids") for g in sorted(places, key=lambda g: order[g.get("unit")])]
    ids = [text(p, "id", "people") for p in sorted(rows(people, "people"), key=lambda p: order.get(p.get("unit"), -1))]
    if not codes or not ids:
        raise RuleError(T("没有代表或没有网格，无法编入"))
    if len(set(codes)) < len(codes) or len(set(ids)) < len(ids):
        raise RuleError(T("代表或网格有重复"))
    if len(ids) <= len(codes):
        parts = [codes[a:b] for a, b in even_cuts(len(codes), len(ids))]
        loads = [len(p) for p in parts]
    else:
        cuts = even_cuts(len(ids), len(codes))
        parts = [[code] for code, (a, b) in zip(codes, cuts, strict=True) for _ in range(a, b)]
        loads = [b - a for a, b in cuts]
    made = [{"id": i, "grids": part} for i, part in zip(ids, parts, strict=True)]
    return {"rows": made, "least": min(loads), "most": max(loads)}


def even_cuts(count: int, parts: int) -> list[tuple[int, int]]:
    """Cut `count` items into runs whose lengths differ by one at most, spread evenly."""
    return [(count * n // parts, count * (n + 1) // parts) for n in range(parts)]


def grids_check(plan: Any, grids: Any, difference: Any = 1, every_grid: Any = True) -> dict[str, Any]:
    """Whether an edited `plan` ({id, grids}) covers every grid fairly: {ok, uncovered, least, most, problems}."""
    codes = [text(g, "code", "grids") for g in rows(grids, "grids")]
    given = {text(r, "id", "plan"): texts(r.get("grids"), "grids") for r in rows(plan, "plan")}
    covered = Counter(code for own in given.values() for code in own)
    uncovered = [c for c in codes if not covered[c]]
    problems: list[Text] = [T("没有“{grid}”这个网格", grid=c) for c in covered if c not in set(codes)]
    if every_grid:
        problems += [T("网格“{grid}”没有代表", grid=c) for c in uncovered]
    problems += [T("“{person}”没有网格", person=p) for p, own in given.items() if not own]
    loads = [len(own) for own in given.values()] if len(given) <= len(codes) else [covered[c] for c in codes]
    least, most = min(loads, default=0), max(loads, default=0)
    allowed = whole(difference, "difference")
    if most - least > allowed:
        problems.append(T("负担相差 {found}，应不超过 {allowed}", found=most - least, allowed=allowed))
    return {"ok": not problems, "uncovered": uncovered, "least": least, "most": most, "problems": say(*problems)}
