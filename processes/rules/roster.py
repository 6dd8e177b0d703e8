"""Lists of people: the same person twice, numbers on certificates."""

from __future__ import annotations

from typing import Any

from processes.rules.values import rows, text, whole


def duplicates(people: Any, key: Any = "idNo") -> dict[str, Any]:
    """People that stand on a list more than once by `key`: {ok, rows: [{key, people}]} in order of first appearance."""
    name = str(key)
    found: dict[str, list[Any]] = {}
    for person in rows(people, "people"):
        found.setdefault(text(person, name, "people"), []).append(person)
    twice = [{"key": value, "people": list(group)} for value, group in found.items() if len(group) > 1]
    return {"ok": not twice, "rows": twice}


def certificates(people: Any, prefix: Any, year: Any, first: Any = 1, width: Any = 3) -> list[dict[str, Any]]:
    """The people with certificate numbers like 永中议聘〔2026〕001 under `certNo`; who has one keeps it."""
    taken = {p.get("certNo") for p in rows(people, "people")}
    number, places, named = whole(first, "first"), whole(width, "width"), []
    for person in people:
        if person.get("certNo"):
            named.append(dict(person))
            continue
        while (text_ := f"{prefix}〔{whole(year, 'year')}〕{number:0{places}}") in taken:
            number += 1
        named.append({**person, "certNo": text_})
        number += 1
    return named
