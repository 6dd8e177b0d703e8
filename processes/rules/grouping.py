"""Groups of deputies and their officers: N33 and N34 of the nomination."""

from __future__ import annotations

from collections import Counter
from typing import Any

from processes.rules.values import Row, RuleError, rows, say, share, text, texts, whole
from processes.text import T, Text


def grouping(units: Any, people: Any, groups: Any, units_min: Any, units_max: Any) -> dict[str, Any]:
    """Propose groups of neighbouring units with numbers of deputies as equal as possible.

    Units ({code, name}) stand in the order of the map: only units next to each other are joined. People are
    {id, unit}; who comes from no unit of the map (organisations in the street) joins the smallest group. Groups hold
    between `units_min` and `units_max` units. Gives {groups: [{no, title, units, unitNames,
    members, deputies}], least, most}.
    """
    table = rows(units, "units")
    members = _by_unit(rows(people, "people"))
    sizes = [len(members.get(text(u, "code", "units"), [])) for u in table]
    cuts = balanced_cuts(sizes, whole(groups, "groups"), whole(units_min, "unitsMin"), whole(units_max, "unitsMax"))
    made = [_group(no, table[a:b], members) for no, (a, b) in enumerate(cuts, 1)]
    codes = {u["code"] for u in table}
    for person in (m for unit, own in members.items() if unit not in codes for m in own):
        smallest = min(made, key=lambda g: (g["deputies"], g["no"]))
        smallest["members"].append(person)
        smallest["deputies"] += 1
    loads = [g["deputies"] for g in made]
    return {"groups": made, "least": min(loads), "most": max(loads)}


def _by_unit(people: list[Row]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for person in people:
        found.setdefault(person.get("unit"), []).append(text(person, "id", "people"))
    return found


def _group(no: int, units: list[Row], members: dict[Any, list[str]]) -> dict[str, Any]:
    codes = [u["code"] for u in units]
    people = [m for code in codes for m in members.get(code, [])]
    return {
        "no": no,
        "title": str(T("第{no}小组", no=no)),
        "units": codes,
        "unitNames": [u.get("name", u["code"]) for u in units],
        "members": people,
        "deputies": len(people),
    }


def balanced_cuts(sizes: list[int], groups: int, low: int, high: int) -> list[tuple[int, int]]:
    """Cut a row of numbers into runs of `low` to `high` items with the least sum of squared totals."""
    count = len(sizes)
    if groups < 1 or not groups * max(low, 1) <= count <= groups * high:
        raise RuleError(
            T(
                "{units} 个单位分不成 {groups} 个组，每组 {low} 至 {high} 个",
                units=count,
                groups=groups,
                low=low,
                high=high,
            )
        )
    sums = [0]
    for size in sizes:
        sums.append(sums[-1] + size)
    best: dict[int, tuple[int, list[tuple[int, int]]]] = {0: (0, [])}
    for _ in range(groups):
        further: dict[int, tuple[int, list[tuple[int, int]]]] = {}
        for start, (cost, cuts) in best.items():
            for end in range(start + max(low, 1), min(start + high, count) + 1):
                offer = (cost + (sums[end] - sums[start]) ** 2, [*cuts, (start, end)])
                if end not in further or offer < further[end]:
                    further[end] = offer
        best = further
    return best[count][1]


def grouping_check(groups: Any, units: Any, units_min: Any, units_max: Any) -> dict[str, Any]:
    """Whether groups ({no, units}) hold every unit once and have a lawful size: {ok, problems}."""
    table, low, high = rows(groups, "groups"), whole(units_min, "unitsMin"), whole(units_max, "unitsMax")
    names = {text(u, "code", "units"): u.get("name", u["code"]) for u in rows(units, "units")}
    problems: list[Text] = []
    seen: Counter[str] = Counter()
    for number, group in enumerate(table, 1):
        codes = texts(group.get("units"), "units")
        seen.update(codes)
        if not low <= len(codes) <= high:
            no = group.get("no", number)
            problems.append(
                T("第{no}小组有 {count} 个单位，应为 {low} 至 {high} 个", no=no, count=len(codes), low=low, high=high)
            )
    problems += [T("{unit}没有编组", unit=name) for code, name in names.items() if not seen[code]]
    problems += [T("{unit}编了 {count} 次", unit=names.get(c, c), count=n) for c, n in seen.items() if n > 1]
    problems += [T("没有“{unit}”这个单位", unit=code) for code in seen if code not in names]
    return {"ok": not problems, "problems": say(*problems)}


def officers_check(
    members: Any,
    leader: Any,
    vice_leaders: Any,
    leaders: Any = 1,
    vices: Any = 2,
    votes: Any = (),
    majority: Any = "1/2",
) -> dict[str, Any]:
    """Whether the officers of one group are its members, differ, and have their number and votes: {ok, problems}.

    `votes` ({id, votes}) may be left out where the group agreed without counting; otherwise each officer needs more
    than `majority` of all members.
    """
    group = set(texts(members, "members"))
    heads, deputies = texts(leader, "leader"), texts(vice_leaders, "viceLeaders")
    problems: list[Text] = []
    for found, wanted, word in (
        (heads, whole(leaders, "leaders"), "组长"),
        (deputies, whole(vices, "vices"), "副组长"),
    ):
        if len(found) != wanted:
            problems.append(T("{post}应为 {wanted} 人，现为 {found} 人", post=word, wanted=wanted, found=len(found)))
    everybody = heads + deputies
    if len(set(everybody)) < len(everybody):
        problems.append(T("一人不能兼任组长和副组长"))
    problems += [T("“{person}”不是本组成员", person=p) for p in dict.fromkeys(everybody) if p not in group]
    problems += _too_few_votes(everybody, votes, len(group), majority)
    return {"ok": not problems, "problems": say(*problems)}


def _too_few_votes(officers: list[str], votes: Any, members: int, majority: Any) -> list[Text]:
    counted = {text(v, "id", "votes"): whole(v.get("votes"), "votes") for v in rows(votes or (), "votes")}
    if not counted:
        return []
    needed = share(majority, "majority") * members
    return [
        T(
            "“{person}”得 {votes} 票，未超过 {members} 名组员的要求比例",
            person=p,
            votes=counted.get(p, 0),
            members=members,
        )
        for p in dict.fromkeys(officers)
        if counted.get(p, 0) <= needed
    ]
