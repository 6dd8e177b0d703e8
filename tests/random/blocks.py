"""Random but well-formed diagrams, put together from blocks with one way in and one way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from tests.random.sheet import Model, Sheet

NUMBERS = ("n0", "n1", "n2")
TRUTHS = ("b0", "b1")
PEOPLE = {"y_form": "F", "y_role": "snc_clerk", "y_noLimit": "试用"}
Way = tuple[str, str]
"""The first and last node of a block; nothing else of it is joined to the rest."""


@dataclass
class Builder:
    """Draws blocks with the chances of one seed."""

    chance: Random
    model: Model
    deepest: int = 3
    calls: int = 0
    people: bool = False  # tasks with form, role and limit, and no faults, so that the model can be published

    def process(self, name: str) -> None:
        """Draw a whole process, its event sub-processes included."""
        sheet = Sheet(self.model)
        self._fill(sheet, self.deepest)
        self.model.process(name, sheet.text())

    # ---- scopes --------------------------------------------------------------------------------------------------

    def _fill(self, sheet: Sheet, depth: int, ending: str = "") -> None:
        """Start, some blocks, end; now and then something that waits beside it all."""
        start = sheet.node("startEvent")
        first, last = self.sequence(sheet, depth, free=True)
        sheet.flow(start, first)
        sheet.flow(last, sheet.node("endEvent", ending))
        if self.chance.random() < 0.25:
            self._event_sub_process(sheet, depth - 1)

    def _event_sub_process(self, sheet: Sheet, depth: int) -> None:
        inner = sheet.inner()
        start = inner.node("startEvent", self._trigger(), isInterrupting=self._flag(0.5))
        first, last = self.sequence(inner, min(depth, 1), free=False)
        inner.flow(start, first)
        inner.flow(last, inner.node("endEvent"))
        sheet.node("subProcess", inner.text(), triggeredByEvent="true")

    def sequence(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """Some blocks one after the other; `free` blocks may end the scope before their last node."""
        ways = [self.block(sheet, depth, free) for _ in range(self.chance.choice((1, 1, 2, 2, 3)))]
        for (_, before), (after, _) in pairwise(ways):
            sheet.flow(before, after)
        return ways[0][0], ways[-1][1]

    def block(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """One block, small when the depth is used up."""
        choices = _LEAVES if depth <= 0 else _LEAVES + _NESTS
        draw = self.chance.choices([each for each, _ in choices], [weight for _, weight in choices])[0]
        return draw(self, sheet, depth - 1, free)

    # ---- what waits or works -------------------------------------------------------------------------------------

    def task(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A person's task, sometimes with events at its edge."""
        name = sheet.node("userTask", **self._task_attributes())
        return self._edged(sheet, name, depth) if self.chance.random() < 0.35 else (name, name)

    def script(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A calculation; rarely one that fails until its variable is mended."""
        target = self.chance.choice(NUMBERS)
        text = f"{{{target}: {self._number()}, b1: {self._truth()}}}"
        name = sheet.node("scriptTask", f"<script>{_xml(text)}</script>")
        return name, name

    def catch(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A wait for a moment or a message."""
        name = sheet.node("intermediateCatchEvent", self._trigger(), **self._result())
        return name, name

    def receive(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A message task with a key."""
        message = self.model.root("message")
        name = sheet.node("receiveTask", messageRef=message, y_key="n0", **self._result())
        return self._edged(sheet, name, depth) if self.chance.random() < 0.2 else (name, name)

    def throw(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A message or signal that leaves the case."""
        if self.chance.random() < 0.5:
            message = self.model.root("message")
            name = sheet.node("sendTask", messageRef=message, y_payload="{n: n0}", y_key='"k"')
        else:
            event = f'<signalEventDefinition signalRef="{self.model.root("signal")}"/>'
            name = sheet.node("intermediateThrowEvent", event)
        return name, name

    def link(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A jump to the other half of a link."""
        event = f'<linkEventDefinition name="{self.model.fresh("link")}"/>'
        return sheet.node("intermediateThrowEvent", event), sheet.node("intermediateCatchEvent", event)

    def signal(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """Two branches, one of which wakes the other by a signal."""
        event = f'<signalEventDefinition signalRef="{self.model.root("signal")}"/>'
        split, join = sheet.node("parallelGateway"), sheet.node("parallelGateway")
        first, last = self.block(sheet, 0, False)
        sheet.flow(split, first)
        loud, quiet = sheet.node("intermediateThrowEvent", event), sheet.node("intermediateCatchEvent", event)
        for source, target in ((last, loud), (loud, join), (split, quiet), (quiet, join)):
            sheet.flow(source, target)
        return split, join

    def compensated(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A task, a decision whether to undo it, and perhaps the undoing."""
        done = sheet.node("userTask", **self._task_attributes())
        edge = sheet.node("boundaryEvent", "<compensateEventDefinition/>", attachedToRef=done)
        undo = sheet.node("userTask", isForCompensation="true", **(PEOPLE if self.people else {}))
        sheet.parts.append(f'<association id="{self.model.fresh("a")}" sourceRef="{edge}" targetRef="{undo}"/>')
        split, merge = sheet.node("exclusiveGateway"), sheet.node("exclusiveGateway")
        regret = sheet.node("intermediateThrowEvent", f'<compensateEventDefinition activityRef="{done}"/>')
        sheet.flow(done, split)
        sheet.flow(split, regret, self._truth())
        sheet.flow(regret, merge)
        sheet.default(split, sheet.flow(split, merge))
        return done, merge

    # ---- gateways ------------------------------------------------------------------------------------------------

    def choice(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """An exclusive gateway; a free branch may end the scope."""
        split, merge = sheet.node("exclusiveGateway"), sheet.node("exclusiveGateway")
        for condition in [self._truth() for _ in range(self.chance.randint(1, 2))]:
            first, last = self.sequence(sheet, depth, free)
            sheet.flow(split, first, condition)
            ends = free and self.chance.random() < 0.3
            sheet.flow(last, self._end(sheet) if ends else merge)
        self._default_branch(sheet, split, merge, depth)
        return split, merge

    def parallel(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A parallel gateway."""
        split, join = sheet.node("parallelGateway"), sheet.node("parallelGateway")
        for _ in range(self.chance.randint(2, 3)):
            self._branch(sheet, split, join, depth)
        return split, join

    def inclusive(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """An inclusive gateway."""
        split, join = sheet.node("inclusiveGateway"), sheet.node("inclusiveGateway")
        for _ in range(self.chance.randint(2, 3)):
            self._branch(sheet, split, join, depth, self._truth())
        self._default_branch(sheet, split, join, depth)
        return split, join

    def loop(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A way back, taken at most twice."""
        turns = self.model.fresh("turns")
        begin = sheet.node("scriptTask", f"<script>{{{turns}: 0}}</script>")
        merge, split = sheet.node("exclusiveGateway"), sheet.node("exclusiveGateway")
        once_more = sheet.node("scriptTask", f"<script>{{{turns}: {turns} + 1}}</script>")
        first, last = self.sequence(sheet, depth, free)
        for source, target in ((begin, merge), (merge, first), (last, once_more), (once_more, split)):
            sheet.flow(source, target)
        sheet.flow(split, merge, f"{turns} < {self.chance.randint(1, 3)} and {self._truth()}")
        out = sheet.node("exclusiveGateway")
        sheet.default(split, sheet.flow(split, out))
        return begin, out

    def race(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """An event-based gateway."""
        split, merge = sheet.node("eventBasedGateway"), sheet.node("exclusiveGateway")
        for event in [self._message(), self.chance.choice((self._timer(), self._message()))]:
            arm = sheet.node("intermediateCatchEvent", event, **self._result())
            sheet.flow(split, arm)
            first, last = self.block(sheet, depth, False)
            sheet.flow(arm, first)
            sheet.flow(last, merge)
        return split, merge

    # ---- activities with an inside -------------------------------------------------------------------------------

    def sub_process(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A sub-process, sometimes one that ends in an error caught at its edge."""
        inner = sheet.inner()
        if self.chance.random() < 0.3:
            error = self.model.root("error", f' errorCode="{self.model.fresh("code")}"')
            event = f'<errorEventDefinition errorRef="{error}"/>'
            self._fill(inner, depth, event if self.chance.random() < 0.5 else "")
            name = sheet.node("subProcess", inner.text())
            return self._edged(sheet, name, depth, [(event, True)])
        self._fill(inner, depth)
        name = sheet.node("subProcess", inner.text())
        return self._edged(sheet, name, depth) if self.chance.random() < 0.4 else (name, name)

    def many_tasks(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A task for each item of a list."""
        name = sheet.node("userTask", self._many(), **self._task_attributes())
        return self._edged(sheet, name, depth) if self.chance.random() < 0.3 else (name, name)

    def many_sub_processes(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A sub-process for each item of a list."""
        inner = sheet.inner()
        self._fill(inner, min(depth, 1))
        name = sheet.node("subProcess", self._many() + inner.text())
        return self._edged(sheet, name, depth) if self.chance.random() < 0.3 else (name, name)

    def repeated(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A task with a standard loop."""
        marker = f'<standardLoopCharacteristics loopMaximum="2" testBefore="{self._flag(0.5)}">'
        marker += f"<loopCondition>{_xml(self._truth())}</loopCondition></standardLoopCharacteristics>"
        name = sheet.node("userTask", marker, **self._task_attributes())
        return name, name

    def call(self, sheet: Sheet, depth: int, free: bool) -> Way:
        """A call of another process, with its own variables."""
        if self.calls >= 2:
            return self.task(sheet, depth, free)
        self.calls += 1
        called = self.model.fresh("called")
        Builder(self.chance, self.model, min(depth, 1), self.calls, self.people).process(called)
        values = "".join(f'<yishi:param name="{name}" value="{name}"/>' for name in (*NUMBERS, *TRUTHS, "items"))
        name = sheet.node(
            "callActivity",
            f"<extensionElements>{values}</extensionElements>",
            calledElement=called,
            y_result=self.model.fresh("out"),
        )
        return self._edged(sheet, name, depth) if self.chance.random() < 0.3 else (name, name)

    # ---- pieces --------------------------------------------------------------------------------------------------

    def _branch(self, sheet: Sheet, split: str, join: str, depth: int, condition: str | None = None) -> str:
        first, last = self.sequence(sheet, depth, free=False)
        sheet.flow(last, join)
        return sheet.flow(split, first, condition)

    def _default_branch(self, sheet: Sheet, split: str, join: str, depth: int) -> None:
        if self.chance.random() < 0.5:
            sheet.default(split, sheet.flow(split, join))
        else:
            sheet.default(split, self._branch(sheet, split, join, depth))

    def _end(self, sheet: Sheet) -> str:
        event = "<terminateEventDefinition/>" if self.chance.random() < 0.4 else ""
        return sheet.node("endEvent", event)

    def _edged(self, sheet: Sheet, host: str, depth: int, events: list[tuple[str, bool]] | None = None) -> Way:
        """Put events at the edge of an activity: interrupting ways join what follows, the others end by themselves."""
        merge = sheet.node("exclusiveGateway")
        sheet.flow(host, merge)
        found = list(events or ())
        for _ in range(self.chance.choice((1, 1, 2)) - bool(found)):
            found.append((self._trigger(), self.chance.random() < 0.5))
        for event, interrupting in found:
            edge = sheet.node(
                "boundaryEvent", event, attachedToRef=host, cancelActivity=str(interrupting).lower(), **self._result()
            )
            first, last = self.block(sheet, min(depth, 1), False)
            sheet.flow(edge, first)
            sheet.flow(last, merge if interrupting else sheet.node("endEvent"))
        return host, merge

    def _trigger(self) -> str:
        chance = self.chance.random()
        if chance < 0.1:
            return (
                f"<conditionalEventDefinition><condition>{_xml(self._truth())}</condition></conditionalEventDefinition>"
            )
        return self._timer() if chance < 0.5 else self._message()

    def _message(self) -> str:
        return f'<messageEventDefinition messageRef="{self.model.root("message")}"/>'

    def _timer(self) -> str:
        kind, text = self.chance.choice(
            [
                ("timeDuration", f"PT{self.chance.randint(1, 48)}H"),
                ("timeDuration", f'duration("P{self.chance.randint(1, 9)}D")'),
                ("timeDate", f"add working days(today(), {self.chance.randint(1, 5)})"),
                ("timeCycle", "R2/PT6H"),
            ]
        )
        return f"<timerEventDefinition><{kind}>{_xml(text)}</{kind}></timerEventDefinition>"

    def _many(self) -> str:
        source = self.chance.choice((' yishi:collection="items"', ' yishi:collection="[n0, n1, 7]"', ""))
        inner = "" if source else "<loopCardinality>3</loopCardinality>"
        if self.chance.random() < 0.3:
            inner += "<completionCondition>numberOfCompletedInstances &gt;= 2</completionCondition>"
        output = f'yishi:outputCollection="{self.model.fresh("all")}"'
        output += ' yishi:outputElement="{i: loopCounter, n: n0}"' if self.chance.random() < 0.7 else ""
        item = ' yishi:element="item0"' if source else ""
        return (
            f'<multiInstanceLoopCharacteristics isSequential="{self._flag(0.4)}"{source}{item} {output}>'
            f"{inner}</multiInstanceLoopCharacteristics>"
        )

    def _task_attributes(self) -> dict[str, str]:
        found = self._result() if self.chance.random() < 0.2 else {}
        found |= PEOPLE if self.people else {}
        if self.chance.random() < 0.3:
            found["y_due"] = "add working days(today(), n2 + 1)"
            found.pop("y_noLimit", None)
        return found

    def _result(self) -> dict[str, str]:
        return {"y_result": self.model.fresh("reply")} if self.chance.random() < 0.5 else {}

    def _truth(self) -> str:
        if not self.people and self.chance.random() < 0.02:
            return self.model.fresh("missing")
        return self.chance.choice(
            [
                self.chance.choice(TRUTHS),
                f"not({self.chance.choice(TRUTHS)})",
                f"{self.chance.choice(NUMBERS)} > {self.chance.randint(0, 8)}",
                f"{self.chance.choice(NUMBERS)} + {self.chance.choice(NUMBERS)} >= {self.chance.randint(0, 12)}",
                f"{self.chance.choice(TRUTHS)} or {self.chance.choice(NUMBERS)} < 4",
            ]
        )

    def _number(self) -> str:
        return self.chance.choice(("n0 + 1", "n1 * 2", "modulo(n0 + n1, 7)", "count(items)", "if b0 then n1 else n2"))

    def _flag(self, likely: float) -> str:
        return str(self.chance.random() < likely).lower()


Draw = Callable[[Builder, Sheet, int, bool], Way]
_LEAVES: list[tuple[Draw, int]] = [
    (Builder.task, 8),
    (Builder.script, 4),
    (Builder.catch, 2),
    (Builder.receive, 1),
    (Builder.throw, 1),
    (Builder.link, 1),
]
_NESTS: list[tuple[Draw, int]] = [
    (Builder.choice, 4),
    (Builder.parallel, 4),
    (Builder.inclusive, 2),
    (Builder.loop, 3),
    (Builder.race, 2),
    (Builder.sub_process, 3),
    (Builder.many_tasks, 3),
    (Builder.many_sub_processes, 2),
    (Builder.repeated, 1),
    (Builder.call, 3),
    (Builder.signal, 1),
    (Builder.compensated, 1),
]


def random_model(seed: int, people: bool = False) -> str:
    """The diagram of a seed as BPMN text; its process to start is `main`."""
    model = Model()
    Builder(Random(seed), model, people=people).process("main")
    return model.text()


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
