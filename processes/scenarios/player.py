"""Plays one scenario in a world: every step as its person, every expectation looked at, the first difference told."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from processes.expressions import Env, FeelBudgetError, FeelSyntaxError, compile_expression
from processes.scenarios.expectations import Differs, describe, look
from processes.scenarios.script import Advance, Answer, Given, Look, Repeat, Scenario, Send, Start, Step, Vote
from processes.scenarios.world import Refused, Standing, Who, World, may, nobody
from processes.text import T, Text
from processes.workdays import BEIJING, Calendar, Unit, deadline


@dataclass(frozen=True)
class Played:
    """How one scenario went; `step` is its place in the file, None for the final expectation or when all is well."""

    scenario: Scenario
    step: str | None = None
    message: Text | None = None
    steps: int = 0

    @property
    def passed(self) -> bool:
        """True when nothing differed."""
        return self.message is None

    def as_json(self) -> dict[str, Any]:
        """The stable shape inside `yishi scenario run --json`."""
        return {
            "name": self.scenario.name,
            "file": self.scenario.file,
            "passed": self.passed,
            "steps": self.steps,
            "step": self.step,
            "message": None if self.message is None else str(self.message),
        }


def play(scenario: Scenario, world: World, calendar: Calendar) -> Played:
    """Play to the end or to the first difference."""
    player = _Player(scenario, world, calendar)
    try:
        player.run(scenario.steps, {})
        player.at = None
        if scenario.expect:
            look(scenario.expect, world, player.feel)
    except (Differs, Refused) as problem:
        return Played(scenario, player.at, problem.message, player.steps)
    except (FeelSyntaxError, FeelBudgetError) as problem:
        return Played(scenario, player.at, T("表达式有误：{why}", why=str(problem)), player.steps)
    return Played(scenario, steps=player.steps)


class _Player:
    def __init__(self, scenario: Scenario, world: World, calendar: Calendar) -> None:
        self.given: Given = scenario.given
        self.world = world
        self.calendar = calendar
        self.at: str | None = None
        self.steps = 0
        self.people = {person.login: person for person in scenario.given.people}
        self.verbs: dict[type, Callable[[Any, dict[str, Any]], None]] = {
            Start: self.start,
            Answer: self.answer,
            Advance: self.advance,
            Send: self.send,
            Vote: self.vote,
            Repeat: self.repeat,
            Look: lambda _verb, _names: None,
        }

    def run(self, steps: tuple[Step, ...], names: dict[str, Any]) -> None:
        """Play steps in order; `names` are what enclosing repeats bound."""
        for step in steps:
            self.at = step.at
            self.verbs[type(step.verb)](step.verb, names)
            self.steps += 1
            if step.expect:
                self.at = step.at
                look(step.expect, self.world, self.feel)

    # ---- acts ------------------------------------------------------------------------------------------------------

    def start(self, verb: Start, names: dict[str, Any]) -> None:
        """A person starts a process."""
        who = self.who(verb.by, names) if verb.by else None
        answers = self.values(verb.answers, names)
        self.attempt(verb.refused, lambda: self.world.start(who, verb.process, answers))

    def answer(self, verb: Answer, names: dict[str, Any]) -> None:
        """One person, or each of several in the same role, answers what waits."""
        who = self.who(verb.by, names)
        found = self.mine(verb, who, names)
        for standing in found if verb.times is None else found[: verb.times]:
            answers = self.values(verb.answers, names, standing.data)
            actor = Who(who.role, standing.unit, who.login) if who.login is None else who
            self.attempt(verb.refused, lambda a=actor, s=standing, v=answers: self.world.complete(a, s, v))  # type: ignore[misc]

    def mine(self, verb: Answer, who: Who, names: dict[str, Any]) -> list[Standing]:
        """The waiting tasks the step means; too few are a difference."""
        named = [one for one in self.world.waiting() if one.kind == "task" and one.element == verb.task]
        meant = [one for one in named if verb.process in (None, one.process) and self.fits(verb.where, one, names)]
        found = [one for one in meant if may(who, one)]
        if meant and not found:
            raise nobody(who, meant[0])
        if len(found) < (verb.times or 1):
            raise Differs(
                T(
                    "“{task}”应有{want}件待办，实有{got}件；此刻在等：{now}",
                    task=verb.task,
                    want=verb.times or 1,
                    got=len(found),
                    now=describe(self.world),
                )
            )
        return found

    def fits(self, where: str | None, standing: Standing, names: dict[str, Any]) -> bool:
        """Is the condition on the task's data true."""
        return where is None or self.feel(where, _seen(names, standing.data)) is True

    def advance(self, verb: Advance, names: dict[str, Any]) -> None:
        """The clock moves, never back."""
        del names
        until = verb.until or later(self.world.now, verb.by or "", self.calendar)
        if until < self.world.now:
            raise Differs(T("时钟不能倒走：现在是{now}", now=self.world.now.astimezone(BEIJING).isoformat()))
        self.world.advance(until)

    def send(self, verb: Send, names: dict[str, Any]) -> None:
        """A message from outside."""
        key, payload = self.value(verb.key, names), self.values(verb.payload, names)
        self.world.send(verb.message, key, payload)

    def vote(self, verb: Vote, names: dict[str, Any]) -> None:
        """A round is counted; a ballot with `times` stands for so many equal ones."""
        found = self.values(verb.found, names)
        if "ballots" in found:
            cards = [({k: v for k, v in one.items() if k != "times"}, one.get("times", 1)) for one in found["ballots"]]
            found["ballots"] = [card for card, times in cards for _ in range(int(times))]
        self.world.vote(self.value(verb.key, names), found)

    def repeat(self, verb: Repeat, names: dict[str, Any]) -> None:
        """The inner steps once per item."""
        items = self.value(verb.over, names)
        if not isinstance(items, list):
            raise Differs(T("repeat的“{name}”不是列表", name=verb.name))
        for item in items:
            self.run(verb.steps, {**names, verb.name: item})

    def attempt(self, refused: tuple[str, ...], act: Callable[[], None]) -> None:
        """Do it; when a refusal is expected, exactly these fields must be the ones refused."""
        try:
            act()
        except Refused as problem:
            if refused and set(refused) == set(problem.fields):
                return
            raise Differs(_refusal(problem)) from None
        if refused:
            raise Differs(T("这些内容本应被退回：{fields}", fields="、".join(refused)))

    def who(self, text: str, names: dict[str, Any]) -> Who:
        """`role`, `role@unit`, a login, or FEEL that gives one of them."""
        text = str(self.value(text, names))
        if text in self.people:
            person = self.people[text]
            return Who(person.role, person.unit or self.given.street["code"], person.login)
        role, _, unit = text.partition("@")
        return Who(role, unit or None)

    # ---- values ----------------------------------------------------------------------------------------------------

    def values(
        self, raw: dict[str, Any], names: dict[str, Any], data: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Answers with their FEEL texts computed."""
        return {key: self.value(value, names, data) for key, value in raw.items()}

    def value(self, raw: Any, names: dict[str, Any], data: Mapping[str, Any] | None = None) -> Any:
        """One value; a text that begins with = is FEEL, lists and objects are walked through."""
        if isinstance(raw, str) and raw.startswith("="):
            return self.feel(raw[1:], _seen(names, data or {}, self.place()))
        if isinstance(raw, list):
            return [self.value(one, names, data) for one in raw]
        if isinstance(raw, dict):
            return {key: self.value(one, names, data) for key, one in raw.items()}
        return raw

    def place(self) -> dict[str, Any]:
        """The given lists, by the names a procedure would load them under."""
        given = self.given
        return {"units": given.units, "departments": given.departments, "grids": given.grids, "street": given.street}

    def feel(self, text: str, context: Mapping[str, Any]) -> Any:
        """The value of FEEL at the world's moment."""
        return compile_expression(text).evaluate(context, Env(now=self.world.now, calendar=self.calendar))


def later(now: datetime, amount: str, calendar: Calendar) -> datetime:
    """The moment an ISO duration (`P3D`, `PT2H`) or a term (`3 WD`) after now; terms keep the time of day."""
    if not amount.startswith("P"):
        number, unit = amount.split()
        local = now.astimezone(BEIJING)
        day = deadline(local.date(), int(number), Unit(unit), calendar)
        return datetime.combine(day, local.timetz())
    found = re.fullmatch(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", amount)
    if not found or not any(found.groups()):
        raise Differs(T("不认识的时长：{text}", text=amount))
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return now + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _seen(*maps: Mapping[str, Any]) -> Mapping[str, Any]:
    """One view of several, the first wins; nothing is copied."""
    return ChainMap(*cast("list[dict[str, Any]]", list(maps)))


def _refusal(problem: Refused) -> Text:
    if not problem.fields:
        return problem.message
    why = "；".join(f"{name}：{text}" for name, text in problem.fields.items())
    return T("填写的内容被退回：{why}", why=why)
