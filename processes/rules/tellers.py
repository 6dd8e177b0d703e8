"""Who may count: the officers of a vote (V10 of the project vote)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from processes.rules.values import rows, say, text, texts, whole
from processes.text import T, Text

CHIEF, SCRUTINEER, COUNTER = "总监票人", "监票人", "计票人"


def count_officers(
    officers: Any, owner_units: Any = (), proposers: Any = (), chiefs: Any = 1, scrutineers: Any = 2, counters: Any = 2
) -> dict[str, Any]:
    """Whether officers ({name, unit, duty}) are enough and none counts votes on a matter of his own: {ok, problems}.

    Nobody holds two duties, works in a unit that would carry out a candidate project, or proposed one. `chiefs` are
    exact, `scrutineers` and `counters` at least.
    """
    table = rows(officers, "officers")
    units, people = set(texts(owner_units, "ownerUnits")), set(texts(proposers, "proposers")) - {""}
    names = [text(row, "name", "officers").strip() for row in table]
    duties = Counter(text(row, "duty", "officers") for row in table)
    problems: list[Text] = [T("“{name}”担任了两项", name=n) for n, times in Counter(names).items() if times > 1]
    if duties[CHIEF] != whole(chiefs, "chiefs"):
        problems.append(T("{duty}应为 {wanted} 人，现为 {found} 人", duty=CHIEF, wanted=chiefs, found=duties[CHIEF]))
    for duty, least in ((SCRUTINEER, whole(scrutineers, "scrutineers")), (COUNTER, whole(counters, "counters"))):
        if duties[duty] < least:
            problems.append(T("{duty}至少 {wanted} 人，现为 {found} 人", duty=duty, wanted=least, found=duties[duty]))
    for row, name in zip(table, names, strict=True):
        if row.get("unit") in units:
            problems.append(T("“{name}”是候选项目责任单位{unit}的人，不能监票计票", name=name, unit=row["unit"]))
        if name in people:
            problems.append(T("“{name}”提出过候选项目，不能监票计票", name=name))
    return {"ok": not problems, "problems": say(*problems)}
