"""The engine alone as a world: no database, no people; the clock, the post and the numbering are kept here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from processes.definition import Definition
from processes.expressions import compile_expression
from processes.forms import Form
from processes.localities import Locality
from processes.numbers import numbered, series
from processes.rules.rounds import count_round
from processes.rules.values import RuleError
from processes.run import At, NotWaiting, Run, Sent, Waiting
from processes.scenarios.script import Given
from processes.scenarios.world import CaseState, Refused, Standing, Who
from processes.starts import Start, place, starts
from processes.text import T, Text
from processes.workdays import Calendar, today

ROUNDS = 10_000
"""Deliveries and timers one act may cause before the scenario is said to go in circles."""

CONFIRM = Form("", "", "", ())


@dataclass
class _Case:
    number: int
    no: str
    run: Run
    title: str = ""
    parent: int | None = None
    effects: list[Sent] = field(default_factory=list)


@dataclass(eq=False)
class _Letter:
    """A message on its way; `sender` None when it came from outside, `unheard` when nobody waited for it so far."""

    name: str
    key: Any
    payload: Mapping[str, Any]
    sender: int | None
    unheard: bool = False


class EngineWorld:
    """Plays a bundle in memory; see `World` for the verbs."""

    def __init__(self, definition: Definition, given: Given, place: Locality, calendar: Calendar) -> None:
        self.definition = definition
        self.given = given
        self.params = place.params(given.parameters)
        self.calendar = calendar
        self.clock = given.clock.astimezone(UTC)
        self.all: list[_Case] = []
        self.post: list[_Letter] = []
        self.trace: list[tuple[str, str | None]] = []
        self.numbers: Counter[str] = Counter()
        self.moved: dict[int, None] = {}
        self.begun: set[tuple[str, datetime]] = set()
        self.counted: list[Sent] = []

    @property
    def now(self) -> datetime:
        """Moves only with `advance`."""
        return self.clock

    @property
    def at(self) -> At:
        """This moment, as the engine wants it."""
        return At(self.clock, self.calendar)

    # ---- acts ------------------------------------------------------------------------------------------------------

    def start(self, who: Who | None, process: str, answers: Mapping[str, Any]) -> None:
        """Start a case through its start form."""
        if process not in self.definition.processes:
            raise Refused(T("没有流程“{process}”", process=process))
        declared = self.definition.settings(process)
        roles = declared.get("start")
        if who is not None and roles is not None and who.role not in roles:
            raise Refused(T("“{who}”不能启动“{process}”", who=who, process=process))
        data = self.born(process, who, None)
        self.begin(process, {**self.validated(declared.get("form"), data, answers), **data})
        self.settle()

    def complete(self, who: Who, standing: Standing, answers: Mapping[str, Any]) -> None:
        """Answer a task through its form."""
        del who  # the player has already matched person and task
        case = self.all[standing.case]
        wait = next((w for w in case.run.waiting() if w.step == standing.step), None)
        if wait is None:
            raise Refused(T("这一步已经办过了"))
        values = self.validated(wait.form, case.run.context(standing.step), answers)
        try:
            case.run.complete(standing.step, values, self.at)
        except NotWaiting as problem:
            raise Refused(T("{why}", why=str(problem))) from None
        self.moved[case.number] = None
        self.settle()

    def advance(self, until: datetime) -> None:
        """Fire timers in the order of their moments."""
        for _ in range(ROUNDS):
            due = self.next_due()
            if due is None or due > until:
                self.clock = max(self.clock, until.astimezone(UTC))
                return
            self.clock = max(self.clock, due)
            self.begin_due()
            for case in list(self.all):
                if case.run.status == "running" and case.run.fire(self.at):
                    self.moved[case.number] = None
            self.settle()
        raise Refused(T("定时事件没有尽头"))

    def next_due(self) -> datetime | None:
        """The earliest timer of any case, and of any process that begins by the clock."""
        due = [case.run.next_due() for case in self.all if case.run.status == "running"]
        due += [moment for _, moment in self.starting()]
        return min((moment for moment in due if moment is not None), default=None)

    def send(self, name: str, key: Any, payload: Mapping[str, Any]) -> None:
        """Hand a message from outside to whoever waits, or let it wait."""
        self.post.append(_Letter(name, key, payload, None))
        self.settle()

    def vote(self, key: Any, found: Mapping[str, Any]) -> None:
        """Count the round that waits under this key and send its result to the waiting case."""
        rounds = [(case, sent) for case in self.all for sent in case.effects if sent.name == "ballot"]
        over = {id(sent) for sent in self.counted}
        waiting = [(case, sent) for case, sent in rounds if sent.payload.get("key") == key and id(sent) not in over]
        if not waiting:
            raise Refused(T("没有在等计票的一轮“{key}”", key=key))
        case, sent = waiting[-1]
        try:
            result = count_round(sent.payload, found)
        except RuleError as wrong:
            raise Refused(wrong.message) from None
        self.counted.append(sent)
        self.post.append(_Letter("ballotClosed", key, {"result": result}, case.number))
        self.settle()

    # ---- looks -----------------------------------------------------------------------------------------------------

    def waiting(self) -> list[Standing]:
        """Tasks, messages and the rest, oldest case first; incidents are not waits."""
        return [self.standing(case, wait) for case in self.all for wait in _waits(case.run) if wait.kind != "incident"]

    def standing(self, case: _Case, wait: Waiting) -> Standing:
        """One wait, its unit defaulting to the street."""
        return standing(case.number, wait, case.run, self.given.street["code"])

    def cases(self) -> list[CaseState]:
        """All cases, oldest first."""
        return [case_state(case.number, case.run) for case in self.all]

    def pending(self) -> int:
        """Messages nobody waits for."""
        return len(self.post)

    def documents(self) -> list[str]:
        """Templates of `document` effects."""
        return [str(sent.payload.get("template")) for sent in self.effects("document")]

    def notices(self) -> list[str]:
        """Receivers of `notice` effects."""
        return [receiver for sent in self.effects("notice") for receiver in receivers(sent.payload)]

    def effects(self, name: str) -> list[Sent]:
        """Effects of one name in the order they were wished for."""
        return [sent for case in self.all for sent in case.effects if sent.name == name]

    # ---- births ----------------------------------------------------------------------------------------------------

    def born(self, process: str, who: Who | None, parent: int | None) -> dict[str, Any]:
        """The data every case has at its root."""
        head = {
            "id": len(self.all) + 1,
            "no": self.number(process),
            "title": "",
            "street": self.given.street["code"],
            "streetName": self.given.street["name"],
            "startedBy": str(who) if who else "",
            "startedOn": today(self.clock),
        }
        data: dict[str, Any] = {**self.given.data, "case": head, "params": self.params}
        place = {"units": self.given.units, "departments": self.given.departments, "grids": self.given.grids}
        wanted = self.definition.settings(process).get("load", self.definition.procedure.get("load", []))
        data.update({name: place[name] for name in wanted if name in place})
        if "siblings" in wanted:
            data["siblings"] = [{"no": c.no, "title": c.title} for c in self.open_ones(process)]
        if "register" in wanted:
            data["register"] = self.register()
        if parent is not None:
            data["parent"] = {"id": parent + 1, "no": self.all[parent].no}
        return data

    def open_ones(self, process: str) -> list[_Case]:
        """The cases of a process that have not ended."""
        return [case for case in self.all if case.run.process == process and case.run.status == "running"]

    def register(self) -> list[dict[str, Any]]:
        """All cases of the procedure's first process, as the services list them."""
        first = next((str(said["id"]) for said in self.definition.procedure.get("process", [])), None)
        waits: defaultdict[int, list[str]] = defaultdict(list)
        for case in self.all:
            owner = case.number if case.parent is None else case.parent
            waits[owner] += [wait.name for wait in _waits(case.run) if wait.kind == "task"]
        return [registered(case, waits[case.number]) for case in self.all if case.run.process == first]

    def number(self, process: str) -> str:
        """The next number of a process, as its procedure writes it."""
        pattern = self.definition.settings(process).get("number")
        row = series(pattern, self.params, today(self.clock).year, self.given.street["name"])
        self.numbers[row] += 1
        return numbered(row, self.numbers[row])

    def begin(
        self, process: str, data: dict[str, Any], letter: _Letter | None = None, element: str | None = None
    ) -> None:
        """Start a run."""
        title = self.title(process, {**(letter.payload if letter else {}), **data})
        data["case"]["title"] = title
        try:
            if letter is None:
                run = Run.start(self.definition, process, data, self.at, element=element)
            else:
                run = Run.start(self.definition, process, data, self.at, letter.name, letter.payload)
        except NotWaiting as problem:
            raise Refused(T("{why}", why=str(problem))) from None
        self.moved[len(self.all)] = None
        self.all.append(_Case(len(self.all), data["case"]["no"], run, title, letter.sender if letter else None))

    def starting(self) -> list[tuple[Start, datetime]]:
        """Timer starts whose moment is known and has not come yet, or not been looked at."""
        there, env = self.place(), self.at.env()
        found = [(start, start.due(there, env)) for start in starts(self.definition)]
        return [(start, due) for start, due in found if due is not None and (start.element, due) not in self.begun]

    def begin_due(self) -> None:
        """Begin what is due by the clock, once per moment, unless it is needless."""
        for start, due in self.starting():
            if due <= self.clock:
                self.begun.add((start.element, due))
                known = [listed(case) for case in self.all if case.run.process == start.process]
                if not start.needless(self.place(), known, self.at.env()):
                    self.begin(start.process, self.born(start.process, None, None), element=start.element)

    def place(self) -> dict[str, Any]:
        """What a timer start may read of the street."""
        ends = [sent.payload["termTo"] for sent in self.effects("deputies") if sent.payload.get("termTo")]
        return place(self.params, self.given.street["code"], self.given.street["name"], max(ends, default=None))

    def title(self, process: str, data: dict[str, Any]) -> str:
        """The title of a new case, as its procedure writes it."""
        said = self.definition.settings(process)
        text = said.get("caseTitle")
        found = compile_expression(str(text)).evaluate(data, self.at.env()) if text else None
        return str(found or said.get("title") or self.definition.title)[:200]

    def validated(self, form: str | None, data: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
        """Answers through the form, as every door does it; without a form there is nothing to answer."""
        asked = self.definition.forms.get(form or "", CONFIRM)
        checked = asked.resolve(data, self.at.env()).validate(answers)
        if checked.errors:
            raise Refused(T("有内容需要改正。"), checked.errors)
        return checked.values

    # ---- the post --------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Empty every outbox and deliver until nothing moves; what nobody hears stays."""
        self.begin_due()
        for _ in range(ROUNDS):
            self.collect()
            if not any(self.deliver(letter) for letter in self.post):
                for letter in self.post:
                    letter.unheard = True
                self.moved.clear()
                return
        raise Refused(T("消息往来没有尽头"))

    def collect(self) -> None:
        """Take what the moved cases sent: messages to the post, signals to all, effects to the record."""
        fresh = list(self.moved)
        while fresh:
            case = self.all[fresh.pop(0)]
            self.trace += case.run.take_trace()
            for sent in case.run.take_outbox():
                if sent.kind == "message":
                    self.post.append(_Letter(sent.name, sent.key, sent.payload, case.number))
                elif sent.kind == "signal":
                    fresh += self.broadcast(case, sent)
                else:
                    case.effects.append(sent)

    def broadcast(self, sender: _Case, sent: Sent) -> list[int]:
        """Everybody else who waits for a signal wakes; what they send is collected in the same turn."""
        others = (case for case in self.all if case is not sender and case.run.status == "running")
        woken = [case.number for case in others if case.run.signal(sent.name, sent.payload, self.at)]
        self.moved.update(dict.fromkeys(woken))
        return woken

    def deliver(self, letter: _Letter) -> bool:
        """To a waiting case first, else to a process that begins with this message."""
        for case in [self.all[number] for number in self.moved] if letter.unheard else self.all:
            if case.run.status == "running" and case.run.receive(letter.name, letter.key, letter.payload, self.at):
                self.post.remove(letter)
                self.moved[case.number] = None
                return True
        for process, compiled in self.definition.processes.items():
            if letter.name in compiled.message_starts:
                self.post.remove(letter)
                self.begin(process, self.born(process, None, letter.sender), letter)
                return True
        return False


def listed(case: _Case) -> dict[str, Any]:
    """One case as a timer start sees it."""
    return {
        "no": case.no,
        "startedOn": case.run.data["case"]["startedOn"],
        "state": case.run.status,
        "outcome": _outcome(case),
    }


def _outcome(case: _Case) -> str | None:
    over = case.run.status != "running" and case.run.ends
    return case.run.definition.node(case.run.process, case.run.ends[-1]).name if over else None


def registered(case: _Case, waits: list[str]) -> dict[str, Any]:
    """One line of a procedure's register."""
    head, over = case.run.data["case"], case.run.status != "running"
    return {
        "no": case.no, "title": case.title, "startedOn": head["startedOn"], "state": "ended" if over else "running",
        "outcome": _outcome(case), "waits": waits,
    }  # fmt: skip


def receivers(payload: Mapping[str, Any]) -> list[str]:
    """Whom a notice names: roles, logins, or public."""
    to = payload.get("to")
    return [str(one) for one in (to if isinstance(to, list) else [to]) if one]


def _waits(run: Run) -> list[Waiting]:
    return run.waiting() if run.status == "running" else []


def standing(case: int, wait: Waiting, run: Run, street: str) -> Standing:
    """One wait of a run as scenarios see it."""
    return Standing(
        case=case,
        process=run.process,
        step=wait.step,
        element=wait.element,
        kind=wait.kind,
        role=wait.role,
        unit=wait.unit or street,
        assignee=wait.assignee,
        due=wait.due_date,
        data=run.context(wait.step),
    )


def case_state(case: int, run: Run) -> CaseState:
    """One run as scenarios see it; an end event with a code counts under its code."""
    elements = run.workflow.process.elements
    ends = tuple(elements[one].node.ext.get("end") or one for one in run.ends)
    incidents = tuple(_incident(wait) for wait in _waits(run) if wait.kind == "incident")
    return CaseState(case, run.process, run.status, ends, run.data, incidents)


def _incident(wait: Waiting) -> str:
    why: Text | str = wait.reason or ""
    return f"{wait.element} {why}"
