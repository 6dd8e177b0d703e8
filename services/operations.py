"""Effects a diagram may call. Each is a job and happens once: its work and the mark of it are one transaction."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any

from processes.definition import Definition
from processes.findings import has_errors
from processes.run import Run, Sent
from processes.templates import Template
from processes.text import T, Text
from processes.workdays import today
from services import ballots, deputies, documents, identities, notices, sheets
from services.desk import Desk
from services.errors import Rejected
from services.store import cases, people

if TYPE_CHECKING:
    from services.jobs import Job


class EffectFailed(Rejected):
    """The effect cannot be carried out as drawn; trying again without mending does not help."""


Effect = Callable[[Desk, "Job", Definition], None]
EFFECTS: dict[str, Effect] = {}


def effect(name: str) -> Callable[[Effect], Effect]:
    """Register a function as the effect of this name."""

    def register(function: Effect) -> Effect:
        EFFECTS[name] = function
        return function

    return register


def carry_out(desk: Desk, job: Job, definition: Definition) -> None:
    """Do what a diagram asked for; EffectFailed when the system has no such effect."""
    found = EFFECTS.get(job.name)
    if found is None:
        raise EffectFailed(T("没有名为“{name}”的效果", name=job.name))
    found(desk, job, definition)


# --- what an effect needs is kept with its job, because the case moves on ---


def needed(run: Run, sent: Sent) -> dict[str, Any]:
    """The variables a document's template reads, as they stood at the step that asked for it."""
    name = str(sent.payload.get("template") or "")
    if sent.name != "document" or name not in run.definition.documents:
        return {}
    seen = sent.context or {}
    return {name: seen[name] for name in _template(run.definition, name).names if name in seen}


@lru_cache(maxsize=256)
def _compiled(digest: str, name: str, content: bytes) -> Template:
    template, findings = Template.load(name, content.decode("utf-8"))
    if has_errors(findings):
        raise EffectFailed(findings[0].message)
    return template


def _template(definition: Definition, name: str) -> Template:
    return _compiled(definition.hash, name, definition.documents[name])


# --- effects ---


@effect("document")
def document(desk: Desk, job: Job, definition: Definition) -> None:
    """`template` names a file of the bundle; `title`, `number` or `series` (a running number is taken) are free."""
    payload: dict[str, Any] = job.body["payload"]
    name = str(payload.get("template") or "")
    if name not in definition.documents:
        raise EffectFailed(T("程序包里没有文书模板“{name}”", name=name))
    template = _template(definition, name)
    number = _number(desk, job, payload)
    data = {**payload, **_beside(job.body.get("data", {}), payload), "number": number}
    html = sheets.render_html(template, data, desk.at.env())
    title = str(payload.get("title") or _title(html) or name)
    role = _role(definition, job.element)
    assert job.case_id is not None
    documents.produce(desk, job.case_id, job.key, title, html, number, role)


def _role(definition: Definition, element: str | None) -> str:
    node = next((d.nodes[element] for d in definition.diagrams if element in d.nodes), None)
    return node.role or "" if node is not None else ""


FILING = frozenset({"template", "title", "series"})


def _beside(data: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
    """The case's variables where the task says nothing else; a filing title never hides the case's own."""
    return {name: value for name, value in data.items() if name not in payload or name in FILING}


def _number(desk: Desk, job: Job, payload: Mapping[str, Any]) -> str:
    if payload.get("number"):
        return str(payload["number"])
    if not payload.get("series") or job.street_id is None:
        return ""
    year = today(desk.now).year
    taken = cases.next_number(desk.db, job.street_id, year, str(payload["series"]))
    return f"{payload['series']}〔{year}〕{taken}号"


def _title(html: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""


@effect("queryCode")
def query_code(desk: Desk, job: Job, definition: Definition) -> None:
    """Gives the case a query code, kept with the identity of its proposer; the working committee hands it out."""
    del definition
    assert job.case_id is not None
    identities.issue(desk, job.case_id)


@effect("notice")
def notice(desk: Desk, job: Job, definition: Definition) -> None:
    """`to`: role codes, logins, or "public"; `unit`: unit codes (default: the street); `title`, `text`, `until`."""
    payload: dict[str, Any] = job.body["payload"]
    title = str(payload.get("title") or "")
    body = str(payload.get("text") or payload.get("body") or "")
    units = [_unit(desk, job, code) for code in _many(payload.get("unit")) or [None]]
    for to in _many(payload.get("to")):
        if to == "public":
            for unit in units:
                notices.post(desk, unit.id, title, body, job.case_id, _day(payload.get("until")), job.key)
        else:
            notices.tell(desk, _persons(desk, to, units), title, body, job.case_id, f"{job.key}:{to}")


@effect("deputies")
def deputies_register(desk: Desk, job: Job, definition: Definition) -> None:
    """Enters `people` {certNo, name, unit} in the register of deputies with `state` serving, suspended or ended."""
    del definition
    payload: dict[str, Any] = job.body["payload"]
    state = str(payload.get("state") or "")
    if state not in deputies.STATES:
        raise EffectFailed(T("代表名册没有“{state}”这种状态", state=state))
    assert job.street_id is not None and job.case_id is not None
    deputies.enter(desk, job.street_id, _many(payload.get("people")), state, payload, job.case_id)


@effect("ballot")
def ballot(desk: Desk, job: Job, definition: Definition) -> None:
    """`kind`, `title`, `candidates`, `seats`, `mode`, `key`: opens a round; the tellers are told."""
    payload: dict[str, Any] = job.body["payload"]
    street = _unit(desk, job, None)
    if ballots.open(desk, street, payload, job.key[:140], job.case_id) is None:
        return
    for role in ("teller", "snc_clerk"):
        told = _persons(desk, role, [street])
        title = str(payload.get("title") or "")
        notices.tell(desk, told, title, str(T("请打开投票，结束后计票。")), job.case_id, f"{job.key}:{role}")


def _many(value: Any) -> list[Any]:
    return [one for one in (value if isinstance(value, list) else [value]) if one not in (None, "")]


def _unit(desk: Desk, job: Job, code: Any) -> Any:
    if isinstance(code, Mapping):
        code = code.get("code")
    found = people.unit(desk.db, str(code)) if code else None
    if code and found is None:
        raise EffectFailed(T("没有编码为“{code}”的单位", code=code))
    assert job.street_id is not None
    return found or people.unit_by_id(desk.db, job.street_id)


def _persons(desk: Desk, to: Any, units: list[Any]) -> list[int]:
    person = people.person(desk.db, str(to))
    if person is not None:
        return [person.id]
    return [holder.id for unit in units for holder in people.holders(desk.db, str(to), unit.id)]


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


def names() -> dict[str, Text]:
    """Effects with what they do, for the guide."""
    return {name: Text((function.__doc__ or "").strip().split("\n")[0]) for name, function in sorted(EFFECTS.items())}
