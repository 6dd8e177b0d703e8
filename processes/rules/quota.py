"""Seats of units: N-D4 of the nomination."""

from __future__ import annotations

from typing import Any

from processes.rules.values import Row, RuleError, rows, say, text, whole
from processes.text import T


def quota(units: Any, seats: Any, unit_seats: Any = 0) -> dict[str, Any]:
    """Share seats among units: one each, the rest by population with the largest remainder.

    Ties go to the larger population, then to the smaller unit code; seats of organisations in the street
    (`unit_seats`) are taken off first. Units are {code, name, population}. Gives {rows, areaSeats, unitSeats, total};
    each row says how its seats came about (base, byPopulation, byRemainder).
    """
    table = rows(units, "units")
    total, taken = whole(seats, "seats"), whole(unit_seats, "unitSeats")
    if not table or total - taken < len(table):
        raise RuleError(
            T("{seats} 个名额不够 {units} 个单位每个一名", seats=total - taken, units=len(table)),
        )
    people = [whole(r.get("population"), "population") for r in table]
    codes = [text(r, "code", "units") for r in table]
    if len(set(codes)) < len(codes):
        raise RuleError(T("单位代码重复"))
    given, extra = largest_remainder(people, total - taken - len(table), codes)
    return {
        "rows": [_row(r, g, e) for r, g, e in zip(table, given, extra, strict=True)],
        "areaSeats": total - taken,
        "unitSeats": taken,
        "total": total,
    }


def _row(unit: Row, given: int, extra: int) -> dict[str, Any]:
    return {
        "code": unit["code"],
        "name": unit.get("name", unit["code"]),
        "population": unit["population"],
        "base": 1,
        "byPopulation": given,
        "byRemainder": extra,
        "seats": 1 + given + extra,
    }


def largest_remainder(weights: list[int], seats: int, codes: list[str]) -> tuple[list[int], list[int]]:
    """Whole quotients and the seats (0 or 1) given for the largest remainders, in exact integers."""
    total = sum(weights)
    if total == 0:
        raise RuleError(T("人口合计为 0，不能按人口分配名额"))
    parts = [divmod(w * seats, total) for w in weights]
    left = seats - sum(whole_part for whole_part, _ in parts)
    order = sorted(range(len(weights)), key=lambda i: (-parts[i][1], -weights[i], codes[i]))
    winners = set(order[:left])
    return [p for p, _ in parts], [int(i in winners) for i in range(len(weights))]


def quota_check(quota: Any, seats: Any, unit_seats: Any = 0) -> dict[str, Any]:
    """Whether an edited quota table adds up to the seats and leaves no unit out: {ok, total, missing, without}."""
    table = rows(quota, "quota")
    total = sum(whole(r.get("seats"), "seats") for r in table) + whole(unit_seats, "unitSeats")
    without = [text(r, "code", "quota") for r in table if not r.get("seats")]
    missing = whole(seats, "seats") - total
    return {"ok": missing == 0 and not without, "total": total, "missing": missing, "without": without}


def quota_table(quota: Any, seats: Any, unit_seats: Any = 0, organisations: Any = ()) -> dict[str, Any]:
    """Add the seats of organisations in the street to the units they belong to, and see whether all adds up.

    `quota` are area rows {code, name, population, seats}, `organisations` {name, unit: code, seats}; together they
    must give `seats`, the organisations alone `unit_seats`. Gives {ok, total, missing, without, problems, rows}; a row
    is {code, name, population, areaSeats, unitSeats, organisations: names, seats}.
    """
    table, hosted = rows(quota, "quota"), rows(organisations or (), "organisations")
    area = quota_check(table, seats, unit_seats)
    given, reserved = sum(whole(o.get("seats"), "seats") for o in hosted), whole(unit_seats, "unitSeats")
    codes = {text(r, "code", "quota") for r in table}
    problems = [
        T("“{name}”所在的单位 {unit} 不在名额表里", name=text(o, "name", "organisations"), unit=o.get("unit"))
        for o in hosted
        if o.get("unit") not in codes
    ]
    if given != reserved:
        problems.append(T("驻区单位名额应分 {wanted} 名，现分 {found} 名", wanted=reserved, found=given))
    if not area["ok"]:
        problems.append(T("各单位名额合计与总名额相差 {missing} 名，或有单位没有名额", missing=area["missing"]))
    return {**area, "ok": not problems, "problems": say(*problems), "rows": [_hosting(r, hosted) for r in table]}


def _hosting(row: Row, organisations: list[Row]) -> dict[str, Any]:
    """A row of the area with the seats of its organisations on top."""
    here = [o for o in organisations if o.get("unit") == row["code"]]
    area, extra = whole(row.get("seats"), "seats"), sum(whole(o.get("seats"), "seats") for o in here)
    names = [str(o["name"]) for o in here]
    return {**row, "areaSeats": area, "unitSeats": extra, "organisations": names, "seats": area + extra}


def shortfall(quota: Any, people: Any) -> dict[str, Any]:
    """Seats of each unit against the people chosen there ({unit}): {ok, missing, excess, rows}.

    `rows` lists only units with seats left, as {code, name, seats, chosen, missing}: the units of a further round.
    """
    table = rows(quota, "quota")
    chosen: dict[Any, int] = {}
    for person in rows(people, "people"):
        unit = person.get("unit")
        chosen[unit] = chosen.get(unit, 0) + 1
    open_rows = []
    excess = 0
    for row in table:
        seats, here = whole(row.get("seats"), "seats"), chosen.get(row.get("code"), 0)
        excess += max(0, here - seats)
        if here < seats:
            code = text(row, "code", "quota")
            name = row.get("name", code)
            open_rows.append({"code": code, "name": name, "seats": seats, "chosen": here, "missing": seats - here})
    missing = sum(r["missing"] for r in open_rows)
    return {"ok": missing == 0, "missing": missing, "excess": excess, "rows": open_rows}
