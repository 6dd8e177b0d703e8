"""A scenario file, read: what is given, the steps, what must stand at the end. See `bpmn/scenario.schema.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from processes.findings import Finding, Severity
from processes.scenarios.shape import faults
from processes.text import T, Text
from processes.workdays import BEIJING

FOUND = ("members", "signedIn", "present", "issued", "returned", "ballots", "counted")
OFFICE_OPENS = time(9, 0)
FIRST_CLOCK = datetime(2026, 9, 1, 9, 0, tzinfo=BEIJING)
STREET = {"code": "ZS", "name": "中山路街道"}


@dataclass(frozen=True)
class Person:
    """Somebody who acts by login; without a unit the post is in the street."""

    login: str
    name: str
    role: str
    unit: str | None = None


@dataclass(frozen=True)
class Given:
    """The place, its people and its clock before the first step."""

    clock: datetime = FIRST_CLOCK
    data: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    street: dict[str, Any] = field(default_factory=lambda: dict(STREET))
    units: list[dict[str, Any]] = field(default_factory=list)
    departments: list[dict[str, Any]] = field(default_factory=list)
    grids: list[dict[str, Any]] = field(default_factory=list)
    people: tuple[Person, ...] = ()


@dataclass(frozen=True)
class Awaited:
    """A step that must be waiting: element id and what else is said of it; `count` None = at least one."""

    task: str
    process: str | None = None
    role: str | None = None
    unit: str | None = None
    assignee: str | None = None
    due: date | None = None
    count: int | None = None


@dataclass(frozen=True)
class Truth:
    """FEEL that must be true in the first case (process None), or in every case of a process."""

    text: str
    process: str | None = None
    where: str | None = None
    count: int | None = None


@dataclass(frozen=True)
class Expect:
    """Where everything must stand; what is None or empty is not looked at."""

    waiting: tuple[Awaited, ...] = ()
    nothing_else: bool = False
    ends: dict[str, int] = field(default_factory=dict)
    cases: int | None = None
    running: int | None = None
    pending: int | None = None
    data: tuple[Truth, ...] = ()
    documents: dict[str, int] = field(default_factory=dict)
    notices: dict[str, int] = field(default_factory=dict)
    incidents: int = 0


@dataclass(frozen=True)
class Start:
    """Somebody starts a process with the answers to its start form."""

    process: str
    by: str | None
    answers: dict[str, Any]
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """Somebody answers a waiting task; `times` None = all that wait now."""

    task: str
    by: str
    process: str | None
    where: str | None
    answers: dict[str, Any]
    times: int | None = 1
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Advance:
    """The clock moves, by `by` (ISO duration or `3 WD`) or to `until`; everything due on the way happens."""

    by: str | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Send:
    """A message arrives from outside."""

    message: str
    key: Any
    payload: dict[str, Any]


@dataclass(frozen=True)
class Vote:
    """A round of ballots is counted: what was found in the boxes of the round with this key."""

    key: Any
    found: dict[str, Any]


@dataclass(frozen=True)
class Repeat:
    """The inner steps once per item, the item bound to `name`."""

    name: str
    over: Any
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Look:
    """Nothing happens; only the expectation is looked at."""


Verb = Start | Answer | Advance | Send | Vote | Repeat | Look


@dataclass(frozen=True)
class Step:
    """One line of the scenario; `at` says where it stands in the file (`steps[3]`)."""

    at: str
    verb: Verb
    expect: Expect | None = None
    say: str | None = None


@dataclass(frozen=True)
class Scenario:
    """A worked case of a procedure."""

    file: str
    name: str
    steps: tuple[Step, ...]
    locality: str | None = None
    given: Given = field(default_factory=Given)
    expect: Expect | None = None
    covers: tuple[str, ...] = ()


def read_scenario(file: str, content: bytes) -> tuple[Scenario | None, list[Finding]]:
    """Read a scenario file; with findings (all of them errors) there is no scenario."""
    try:
        raw = json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except json.JSONDecodeError as problem:
        return None, [_finding(file, T("不是合格的JSON：{why}", why=problem.msg), problem.lineno)]
    except (UnicodeDecodeError, RecursionError):
        return None, [_finding(file, T("文件不是UTF-8文本，或嵌套过深"))]
    findings = [_finding(file, T("{where}：{fault}", where=where or "/", fault=text)) for where, text in faults(raw)]
    if findings:
        return None, findings
    try:
        return _scenario(file, raw), []
    except ValueError as problem:
        return None, [_finding(file, T("日期或时间写法不对：{why}", why=str(problem)))]


def _finding(file: str, message: Text, line: int | None = None) -> Finding:
    return Finding(Severity.ERROR, "scenario-shape", file, message, line=line)


def moment(text: str) -> datetime:
    """`2026-09-01T09:00+08:00`; without an offset Beijing time; a bare date is 09:00 of that day."""
    if "T" not in text:
        return datetime.combine(date.fromisoformat(text), OFFICE_OPENS, tzinfo=BEIJING)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=BEIJING)


def _scenario(file: str, raw: dict[str, Any]) -> Scenario:
    return Scenario(
        file=file,
        name=raw["name"],
        steps=_steps(raw["steps"], "steps"),
        locality=raw.get("locality"),
        given=_given(raw.get("given", {})),
        expect=_expect(raw["expect"]) if "expect" in raw else None,
        covers=tuple(raw.get("covers", ())),
    )


def _given(raw: dict[str, Any]) -> Given:
    return Given(
        clock=moment(raw["clock"]) if "clock" in raw else FIRST_CLOCK,
        data=raw.get("data", {}),
        parameters=raw.get("parameters", {}),
        street=raw.get("street", dict(STREET)),
        units=raw.get("units", []),
        departments=raw.get("departments", []),
        grids=raw.get("grids", []),
        people=tuple(
            Person(p["login"], p.get("name", p["login"]), p["role"], p.get("unit")) for p in raw.get("people", ())
        ),
    )


def _steps(raw: list[dict[str, Any]], at: str) -> tuple[Step, ...]:
    return tuple(_step(one, f"{at}[{number}]") for number, one in enumerate(raw))


def _step(raw: dict[str, Any], at: str) -> Step:
    expect = _expect(raw["expect"]) if "expect" in raw else None
    return Step(at, _verb(raw, at), expect, raw.get("say"))


def _verb(raw: dict[str, Any], at: str) -> Verb:
    if "start" in raw:
        return Start(raw["start"], raw.get("as"), raw.get("answers", {}), tuple(raw.get("refused", ())))
    if "task" in raw:
        return _answer(raw)
    if "advance" in raw or "until" in raw:
        return Advance(raw.get("advance"), moment(raw["until"]) if "until" in raw else None)
    if "message" in raw:
        return Send(raw["message"], raw.get("key"), raw.get("payload", {}))
    if "vote" in raw:
        return Vote(raw["vote"], {name: raw[name] for name in FOUND if name in raw})
    if "repeat" in raw:
        [(name, over)] = raw["repeat"].items()
        return Repeat(name, over, _steps(raw["steps"], f"{at}.steps"))
    return Look()


def _answer(raw: dict[str, Any]) -> Answer:
    times = raw.get("times", 1)
    return Answer(
        task=raw["task"],
        by=raw["as"],
        process=raw.get("process"),
        where=raw.get("where"),
        answers=raw.get("answers", {}),
        times=None if times == "all" else times,
        refused=tuple(raw.get("refused", ())),
    )


def _expect(raw: dict[str, Any]) -> Expect:
    return Expect(
        waiting=tuple(_awaited(one) for one in raw.get("waiting", ())),
        nothing_else=raw.get("nothingElse", False),
        ends=raw.get("ends", {}),
        cases=raw.get("cases"),
        running=raw.get("running"),
        pending=raw.get("pending"),
        data=tuple(_truth(one) for one in raw.get("data", ())),
        documents=raw.get("documents", {}),
        notices=raw.get("notices", {}),
        incidents=raw.get("incidents", 0),
    )


def _awaited(raw: str | dict[str, Any]) -> Awaited:
    if isinstance(raw, str):
        return Awaited(raw)
    due = date.fromisoformat(raw["due"]) if "due" in raw else None
    return Awaited(**{**raw, "due": due})


def _truth(raw: str | dict[str, Any]) -> Truth:
    if isinstance(raw, str):
        return Truth(raw)
    return Truth(raw["true"], raw.get("process"), raw.get("where"), raw.get("count"))
