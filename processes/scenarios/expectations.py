"""What a scenario expects, compared with what stands: every difference in a sentence a designer understands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from processes.scenarios.script import Awaited, Expect, Truth
from processes.scenarios.world import CaseState, Standing, World
from processes.text import T, Text

Feel = Callable[[str, Mapping[str, Any]], Any]

ENOUGH_WAITING = 12
"""How many waiting steps a failure names before it says "and more"."""


class Differs(Exception):
    """The scenario and the world disagree; the first disagreement ends the play."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(str(message))


def look(expect: Expect, world: World, feel: Feel) -> None:
    """Raise the first difference between the expectation and the world."""
    for difference in differences(expect, world, feel):
        raise Differs(difference)


def differences(expect: Expect, world: World, feel: Feel) -> Iterator[Text]:
    """Incidents first: they explain what follows."""
    cases = world.cases()
    yield from _incidents(expect, cases)
    yield from _waiting(expect, world)
    yield from _counts(expect, cases, world)
    yield from _tally(T("结局"), expect.ends, Counter(end for case in cases for end in case.ends))
    yield from _truths(expect, cases, feel)
    if expect.documents:
        yield from _tally(T("文书"), expect.documents, Counter(world.documents()))
    if expect.notices:
        yield from _tally(T("通知"), expect.notices, Counter(world.notices()))


def describe(world: World) -> str:
    """What waits now, for a person who must find the difference."""
    found = Counter(f"{one.element}({_for_whom(one)})" for one in world.waiting())
    names = [name if count == 1 else f"{name}×{count}" for name, count in found.items()]
    if not names:
        return "-"
    return "、".join(names[:ENOUGH_WAITING]) + ("…" if len(names) > ENOUGH_WAITING else "")


def _for_whom(one: Standing) -> str:
    return "@".join(part for part in (one.role, one.unit) if part) or one.kind


def _waiting(expect: Expect, world: World) -> Iterator[Text]:
    """Each expected wait, then what waits besides."""
    if not (expect.waiting or expect.nothing_else):
        return
    standings = world.waiting()
    for awaited in expect.waiting:
        found = sum(_matches(awaited, one) for one in standings)
        if found == 0 if awaited.count is None else found != awaited.count:
            want = "" if awaited.count is None else f"×{awaited.count}"
            yield T(
                "应在等“{task}”{want}，实有{found}件；此刻在等：{now}",
                task=_named(awaited),
                want=want,
                found=found,
                now=describe(world),
            )
    if expect.nothing_else:
        named = {awaited.task for awaited in expect.waiting}
        for one in standings:
            if one.kind == "task" and one.element not in named:
                yield T("不应再等“{task}”", task=one.element)


def _truths(expect: Expect, cases: list[CaseState], feel: Feel) -> Iterator[Text]:
    """FEEL about the data of cases."""
    for truth in expect.data:
        found = list(_looked_at(truth, cases, feel))
        if truth.count is not None and len(found) != truth.count:
            where = truth.where or truth.process
            yield T("“{where}”应有{want}件，实有{got}件", where=where, want=truth.count, got=len(found))
        for case in found:
            value = feel(truth.text, case.data)
            if value is not True:
                yield T(
                    "办件{case}（{process}）：“{text}”不成立，得{value}",
                    case=case.case,
                    process=case.process,
                    text=truth.text,
                    value=value,
                )


def _looked_at(truth: Truth, cases: list[CaseState], feel: Feel) -> Iterator[CaseState]:
    """The first case, or all of a process for which the condition is true."""
    if truth.process is None:
        yield from cases[:1]
        return
    for case in cases:
        if case.process == truth.process and (truth.where is None or feel(truth.where, case.data) is True):
            yield case


def _incidents(expect: Expect, cases: list[CaseState]) -> Iterator[Text]:
    found = [(case.case, why) for case in cases for why in case.incidents]
    if len(found) != expect.incidents:
        why = "；".join(f"{case}：{text}" for case, text in found[:3])
        yield T("应有{want}处异常，实有{got}处：{why}", want=expect.incidents, got=len(found), why=why or "-")


def _counts(expect: Expect, cases: list[CaseState], world: World) -> Iterator[Text]:
    if expect.cases is not None and expect.cases != len(cases):
        yield T("应有{want}个办件，实有{got}个", want=expect.cases, got=len(cases))
    running = sum(case.status == "running" for case in cases)
    if expect.running is not None and expect.running != running:
        yield T("应有{want}个办件未结，实有{got}个", want=expect.running, got=running)
    if expect.pending is not None and expect.pending != world.pending():
        yield T("应有{want}条消息无人接收，实有{got}条", want=expect.pending, got=world.pending())


def _tally(what: Text, wanted: Mapping[str, int], found: Counter[str]) -> Iterator[Text]:
    for name, count in wanted.items():
        if found[name] != count:
            whole = "、".join(f"{k}×{v}" for k, v in sorted(found.items())) or "-"
            yield T(
                "{what}“{name}”应有{want}，实有{got}（全部：{all}）",
                what=what,
                name=name,
                want=count,
                got=found[name],
                all=whole,
            )


def _matches(awaited: Awaited, one: Standing) -> bool:
    wanted = (awaited.task, awaited.process, awaited.role, awaited.unit, awaited.assignee, awaited.due)
    got = (one.element, one.process, one.role, one.unit, one.assignee, one.due)
    return all(want is None or want == have for want, have in zip(wanted, got, strict=True))


def _named(awaited: Awaited) -> str:
    more = [str(part) for part in (awaited.process, awaited.role, awaited.unit, awaited.assignee, awaited.due) if part]
    return awaited.task + (f"（{'，'.join(more)}）" if more else "")
