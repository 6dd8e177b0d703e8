"""What waits for a person: find it, open it, answer it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from processes.definition import Definition
from processes.expressions import from_json, to_json
from processes.forms import Form, Resolved
from processes.run import Run
from processes.text import T, Text
from processes.workdays import today
from services import cases, deployments, forms, history, identities, requests, runs, scope, standing
from services.desk import Desk
from services.errors import Conflict, Invalid, NotFound
from services.history import Act, EventRow
from services.standing import CaseHead
from services.store import cases as case_rows
from services.store import people
from services.store import tasks as rows
from services.store.json import dumps
from services.store.prepared import together
from services.upkeep import Upkeep

RECENT = 20  # lines of history beside a task; the case page has all


@dataclass(frozen=True)
class TaskRow:
    """One line of the inbox; `left` is working days (negative = overdue), `provisional` marks 预计 dates."""

    id: int
    title: str
    element: str
    case_id: int
    case_no: str
    case_title: str
    procedure_title: str
    unit_title: str
    role: str
    due_date: date | None
    since: datetime
    left: int | None
    provisional: bool
    state: str  # open | done | gone
    waiting_for: str | None  # name of the person it was given to or who took it, else None
    mine: bool = True  # this person may do it now
    taken: bool = False  # taken from a group, so it can be given back


@dataclass(frozen=True)
class Inbox:
    """`counts` has the keys mine, group, done, overdue, today; `first` is the one to do first."""

    first: TaskRow | None
    rows: list[TaskRow]
    counts: dict[str, int]
    total: int = 0


@dataclass(frozen=True)
class TaskView:
    """Everything the task page shows; `material` are label/value pairs of the case."""

    row: TaskRow
    case: CaseHead
    form: Resolved
    material: list[tuple[str, str]]
    history: list[EventRow]
    next: str | None
    draft: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """What to tell the officer, and where the case waits now (only tasks this officer may do)."""

    case_id: int
    said: Text
    next: list[TaskRow]
    incident: bool = False


# --- the inbox ---


def inbox(desk: Desk, view: str = "mine", limit: int = 50, offset: int = 0) -> Inbox:
    """List tasks: "mine" = given to or taken by me or only I can do it, "group" = free to take, "done" = done by me."""
    person = desk.actor.person_id or 0
    lone = [f"{unit}:{role}" for role, unit in people.lone_pools(desk.db, _held(desk))]
    mine = rows.mine(person, lone)
    group = rows.group([pool for pool in desk.actor.pools if pool not in lone])
    own, overdue, due_today = rows.count(desk.db, mine, today(desk.now))
    free = rows.count(desk.db, group, today(desk.now))[0]
    done = rows.count_done(desk.db, person)
    if view == "done":
        found = rows.done_by(desk.db, person, limit, offset)
    else:
        found = rows.page(desk.db, group if view == "group" else mine, limit, offset)
    first = found[:1] if view == "mine" and offset == 0 else rows.page(desk.db, mine, 1, 0)
    counts = {"mine": own, "group": free, "done": done, "overdue": overdue, "today": due_today}
    listed = [_row(desk, row) for row in found]
    return Inbox(_row(desk, first[0]) if first else None, listed, counts, counts.get(view, own))


def _held(desk: Desk) -> list[tuple[str, int]]:
    return [(post.role, post.unit_id) for post in desk.actor.posts]


def _row(desk: Desk, row: Any) -> TaskRow:
    due: date | None = row.due_date
    return TaskRow(
        id=row.id,
        title=row.title,
        element=row.element,
        case_id=row.case_id,
        case_no=row.no,
        case_title=row.case_title,
        procedure_title=row.procedure_title,
        unit_title=row.unit_title,
        role=row.role,
        due_date=due,
        since=row.since,
        left=standing.left(desk, due),
        provisional=due is not None and desk.calendar.provisional(due.year),
        state=row.state,
        waiting_for=row.assignee_name,
        mine=row.state == "open" and scope.may_do(desk.actor, row.assignee_id, row.pool),
        taken=row.taker is not None,
    )


# --- one task ---


def open(desk: Desk, task_id: int) -> TaskView:
    """Show one task with its form; NotFound when it is not for this person. A closed task has an empty form."""
    row = _seen(desk, task_id)
    case = case_rows.head(desk.db, row.case_id, case_rows.everything())
    assert case is not None
    definition = deployments.definition(desk.db, case.version_id)
    root = from_json(case_rows.root_variables(desk.db, row.case_id))
    data = runs.seen(desk, row.case_id, row.step) if row.state == "open" else root
    form = forms.of(definition, row.form).resolve(data, desk.at.env())
    reads = scope.reads(desk, case.street_id)
    kept = rows.draft(desk.db, task_id, desk.actor.person_id or 0)
    return TaskView(
        row=_row(desk, row),
        case=standing.head(case),
        form=form,
        material=forms.material(
            definition, case.process, desk.at.env(), {**root, **data}, standing.hidden(definition, reads)
        ),
        history=history.of_case(
            desk, row.case_id, forms.telling(definition, desk.at.env(), root), RECENT, standing.readable(desk, reads)
        ),
        next=_say(definition, row.element) or None,
        draft=json.loads(kept) if kept else {},
    )


def _say(definition: Definition, element: str) -> str:
    """What happens next, as the diagram says; the task may stand in a called process."""
    node = next((d.nodes[element] for d in definition.diagrams if element in d.nodes), None)
    return node.ext.get("say", "") if node else ""


def _seen(desk: Desk, task_id: int) -> Any:
    row = rows.one(desk.db, task_id)
    if row is None or not scope.may_see(desk.actor, row):
        raise NotFound()
    return row


def _opened(desk: Desk, task_id: int) -> Any:
    """A task that is open and this person's to do."""
    row = _seen(desk, task_id)
    _refuse_closed(row)
    _refuse_foreign(desk, row)
    return row


def _refuse_closed(row: Any) -> None:
    if row.state == "done":
        raise Conflict(T("这件事已由{who}办理。", who=row.done_name), row.done_name, row.done_at)
    if row.state != "open":
        raise Conflict(T("这件事已经不用办了。"))


def _refuse_foreign(desk: Desk, row: Any) -> None:
    if not scope.may_do(desk.actor, row.assignee_id, row.pool):
        holder = people.person_by_id(desk.db, row.assignee_id)
        who = holder.name if holder is not None else None
        raise Conflict(T("这件事由{who}办理。", who=who or ""), who, row.since)


# --- answering ---


def complete(desk: Desk, task_id: int, posted: Mapping[str, Any], key: str) -> Done:
    """Answer a task; the same key and answers give the same reply.

    Raises Invalid, Conflict, NotFound or KeyReused, and then nothing has changed.
    """
    case_id, step = rows.place(task_id)
    case = cases.locked(desk, case_id)
    task = rows.opened(desk.db, task_id, requests.actor_id(desk), key)
    if task is None or not scope.may_see(desk.actor, task):
        raise NotFound()
    definition = deployments.definition(desk.db, case.version_id) if task.digest else None
    if definition is not None:
        return _replay(desk, task, forms.of(definition, task.form), posted)
    _refuse_closed(task)
    _refuse_foreign(desk, task)
    run = runs.take(desk, case)
    form = forms.of(run.definition, task.form)
    resolved = form.resolve(run.context(step), desk.at.env())
    answers = resolved.validate(posted)
    if answers.errors:
        runs.put(case.stamp, run)
        raise Invalid(answers.errors)
    identities.keep(desk, case.id, answers.apart)
    with together(desk.db):
        found = _finish(desk, case, task, run, answers.values)
        return _reply(desk, case, task, found, run, key, _fingerprint(task_id, resolved, posted))


def _fingerprint(task_id: int, resolved: Resolved, posted: Mapping[str, Any]) -> str:
    return requests.digest([task_id, resolved.plain(posted)])


def _finish(desk: Desk, case: Any, task: Any, run: Run, values: dict[str, Any]) -> Upkeep:
    actor = desk.actor
    rows.finish(desk.db, task.id, actor.person_id, actor.name, desk.now, dumps(to_json(values)))
    act = Act("complete", T("办理了“{title}”", title=task.title), task.element, task.id)
    found = cases.step(desk, case, lambda r: r.complete(task.step, values, desk.at), act, run, task.step)
    assert found is not None
    return found


def _reply(desk: Desk, case: Any, task: Any, found: Upkeep, run: Run, key: str, digest: str) -> Done:
    mine = [row for row in found.tasks if scope.may_do(desk.actor, row["assignee_id"], row["pool"])]
    stuck = bool(found.stuck)
    say = _say(run.definition, task.element) if not stuck else ""
    requests.remember(
        desk,
        key,
        digest,
        {"case": case.id, "title": task.title, "say": say, "stuck": stuck, "next": [r["id"] for r in mine]},
    )
    return Done(case.id, _said(task.title, say, stuck), [_fresh(desk, case, row) for row in mine], stuck)


def _said(title: str, say: str, stuck: bool) -> Text:
    if stuck:
        return T("“{title}”已提交，填写的内容已保存；后面的环节停住了，管理人员会处理。", title=title)
    return T("“{title}”已办好。{say}", title=title, say=say)


def _fresh(desk: Desk, case: Any, row: Mapping[str, Any]) -> TaskRow:
    due: date | None = row["due_date"]
    return TaskRow(
        row["id"], row["title"], row["element"], case.id, case.no, case.title, case.procedure_title, row["unit_title"],
        row["role"], due, row["since"], standing.left(desk, due),
        due is not None and desk.calendar.provisional(due.year), "open", None,
    )  # fmt: skip


def _replay(desk: Desk, task: Any, form: Form, posted: Mapping[str, Any]) -> Done:
    resolved = form.resolve({}, desk.at.env())
    reply = requests.replay(task.digest, task.reply, _fingerprint(task.id, resolved, posted))
    next_ = [_row(desk, row) for row in rows.some(desk.db, reply["next"])]
    return Done(reply["case"], _said(reply["title"], reply["say"], reply["stuck"]), next_, reply["stuck"])


# --- drafts and taking ---


def save_draft(desk: Desk, task_id: int, posted: Mapping[str, Any]) -> None:
    """Keep unfinished answers for this person; they are not checked."""
    row = _opened(desk, task_id)
    if desk.actor.person_id is None:
        return
    case = case_rows.head(desk.db, row.case_id, case_rows.everything())
    assert case is not None
    definition = deployments.definition(desk.db, case.version_id)
    plain = forms.of(definition, row.form).resolve({}, desk.at.env()).plain(posted)
    body = json.dumps(plain, ensure_ascii=False, default=str)
    rows.keep_draft(desk.db, task_id, desk.actor.person_id, body, desk.now)


def claim(desk: Desk, task_id: int) -> None:
    """Take a group task; Conflict when somebody else has it."""
    row = _opened(desk, task_id)
    if row.assignee_id == desk.actor.person_id:
        return
    if desk.actor.person_id is None or not rows.take(desk.db, task_id, desk.actor.person_id, desk.actor.name):
        raise Conflict()
    history.record(desk, row.case_id, Act("claim", T("领取了“{title}”", title=row.title), row.element, task_id))


def release(desk: Desk, task_id: int) -> None:
    """Give a taken task back to its group; Conflict when it was not taken by this person."""
    row = _seen(desk, task_id)
    _refuse_closed(row)
    if not rows.give_back(desk.db, task_id, desk.actor.person_id or 0):
        raise Conflict(T("这件事不是您领取的。"))
    history.record(desk, row.case_id, Act("release", T("放回了“{title}”", title=row.title), row.element, task_id))


def of_case(desk: Desk, case_id: int) -> list[TaskRow]:
    """The open tasks of a case this person may see, oldest first."""
    scope.case(desk, case_id)
    found: Sequence[Any] = rows.of_case(desk.db, case_id)
    return [_row(desk, row) for row in found if row.state == "open"]
