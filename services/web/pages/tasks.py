"""待办: what waits for me, and answering it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from processes.forms import Resolved
from processes.text import T, Text
from services import documents, errors, tasks
from services.tasks import TaskRow, TaskView
from services.web import words
from services.web.deps import Here, Id, Visit
from services.web.errors import status_of, taken
from services.web.render import page
from services.web.security import Permission, Reach, declare

router = APIRouter()
VIEWS = ("mine", "group", "done")
PAGE = 100


# ---- the list ----


@dataclass(frozen=True)
class Line:
    """A row of the list; three or more equal steps stand folded behind one line."""

    row: TaskRow
    rest: tuple[TaskRow, ...] = ()

    @property
    def count(self) -> int:
        """How many tasks stand behind it."""
        return 1 + len(self.rest)

    @property
    def due_date(self) -> date | None:
        """The earliest day among them."""
        return self.row.due_date

    @property
    def title(self) -> str:
        """What the titles of equal steps have in common."""
        titles = [r.title for r in (self.row, *self.rest)]
        same = takewhile(lambda letters: len(set(letters)) == 1, zip(*titles, strict=False))
        return "".join(letters[0] for letters in same).rstrip(" ：（(“") or self.row.procedure_title

    @property
    def about(self) -> str:
        """The first few cases by title."""
        return "、".join(dict.fromkeys(r.case_title for r in (self.row, *self.rest)[:3]))


@router.get("/tasks")
@declare(Permission.SIGNED_IN, Reach.TASKS)
def inbox(visit: Here, view: str = "mine", page_no: int = 1, element: str = "") -> Response:
    """The inbox in three views, a page of a hundred at a time."""
    view = view if view in VIEWS else "mine"
    page_no = min(max(page_no, 1), 10_000)
    found = tasks.inbox(visit.desk, view, PAGE, (page_no - 1) * PAGE)
    today = words.local_day(visit.now)
    shown = [r for r in found.rows if r.id != (found.first.id if found.first and view == "mine" else None)]
    if element:
        shown = [r for r in found.rows if r.element == element]
    lines = [Line(r) for r in shown] if element or view == "done" else folded(shown)
    return page(
        visit, "inbox.html", inbox=found, view=view, groups=words.by_period(lines, today) if view != "done" else [],
        lines=lines, page_no=page_no, pages=max(1, -(-found.total // PAGE)), element=element,
    )  # fmt: skip


def folded(rows: list[TaskRow]) -> list[Line]:
    """Three or more equal steps become one line that opens a run through them; the order of the first stays."""
    alike: dict[tuple[str, str, str], list[TaskRow]] = {}
    for row in rows:
        alike.setdefault((row.procedure_title, row.element, row.unit_title), []).append(row)
    lines: list[Line] = []
    for group in alike.values():
        lines += [Line(group[0], tuple(group[1:]))] if len(group) > 2 else [Line(r) for r in group]
    return lines


# ---- one task ----


@router.get("/tasks/{task_id}")
@declare(Permission.SIGNED_IN, Reach.TASKS)
def show(visit: Here, task_id: Id, run: str = "") -> Response:
    """Material first, form last."""
    view = tasks.open(visit.desk, task_id)
    if view.row.state != "open":
        return page(visit, "closed.html", view=view, row=view.row)
    return _page(visit, view, view.draft or None, run=run)


@router.post("/tasks/{task_id}")
@declare(Permission.SIGNED_IN, Reach.TASKS)
def act(visit: Here, task_id: Id) -> Response:
    """The one form of the page: submit, keep as draft, or redraw with other rows or choices."""
    view = tasks.open(visit.desk, task_id)
    pairs = stored(visit, view)
    verb, _, place = visit.posted("_do", "submit").partition(":")
    if verb == "draft":
        return _draft(visit, view, pairs)
    if verb in ("add", "remove", "refresh"):
        posted, spare = rearranged(view.form, pairs, verb, place)
        return _page(visit, view, posted, spare=spare)
    return _submit(visit, view, pairs)


def _draft(visit: Visit, view: TaskView, pairs: list[tuple[str, Any]]) -> Response:
    tasks.save_draft(visit.desk, view.row.id, view.form.plain(pairs))
    answer = RedirectResponse("/tasks", 303)
    link = (f"/tasks/{view.row.id}", view.row.title)
    visit.tell(answer, T("草稿存好了，还没有提交。下次打开接着写。"), link)
    return answer


def _submit(visit: Visit, view: TaskView, pairs: list[tuple[str, Any]]) -> Response:
    posted = view.form.plain(pairs)
    key = visit.posted("_key")[:64] or secrets.token_urlsafe(16)
    try:
        with visit.db.begin_nested():
            done = tasks.complete(visit.desk, view.row.id, posted, key)
    except errors.Invalid as why:
        return _page(visit, view, posted, why.fields, status=422)
    except errors.Conflict as why:
        return _conflict(visit, view, posted, why)
    following = _next_of_run(visit, view) if visit.posted("_run") else ""
    answer = RedirectResponse(following or "/tasks", 303)
    first = done.next[0] if done.next and not following else None
    visit.tell(answer, done.said, (f"/tasks/{first.id}", first.title) if first else (f"/cases/{done.case_id}", ""))
    return answer


def _next_of_run(visit: Visit, view: TaskView) -> str:
    """On a run through equal steps: the address of the next of them, empty at the end."""
    for name in ("mine", "group"):
        for row in tasks.inbox(visit.desk, name, PAGE).rows:
            if (row.procedure_title, row.element) == (view.row.procedure_title, view.row.element):
                return f"/tasks/{row.id}?run=1"
    return ""


def _conflict(visit: Visit, view: TaskView, posted: Mapping[str, Any], why: errors.Conflict) -> Response:
    kept = True
    try:
        with visit.db.begin_nested():
            tasks.save_draft(visit.desk, view.row.id, posted)
    except errors.Rejected:
        kept = False  # the answers stand on the page in any case
    told = view.form.tell(posted)
    return page(visit, "conflict.html", status_of(why), view=view, why=taken(visit.request, why), told=told, kept=kept)


def _page(
    visit: Visit,
    view: TaskView,
    posted: Mapping[str, Any] | None,
    problems: Mapping[str, Text] | None = None,
    spare: Mapping[str, int] | None = None,
    status: int = 200,
    run: str = "",
) -> Response:
    problems = dict(problems or {})
    return page(
        visit, "task.html", status, view=view, row=view.row, fields=view.form.show(posted, problems, spare),
        form=view.form, problems=problems, key=visit.posted("_key")[:64] or secrets.token_urlsafe(16),
        material=material(view), run=run or visit.posted("_run"), action=f"/tasks/{view.row.id}",
    )  # fmt: skip


def material(view: TaskView) -> list[tuple[Text | str, list[tuple[str, str]]]]:
    """What the officer reads before deciding: what is known of the case, else what the last steps filled in."""
    if view.material:
        return [(T("材料"), view.material)]
    filled = [e for e in reversed(view.history) if e.answers]
    return [(str(e.what.params.get("title", e.what)), list(e.answers)) for e in filled[:3]]


# ---- taking and giving back ----


@router.post("/tasks/{task_id}/claim")
@declare(Permission.SIGNED_IN, Reach.TASKS)
def claim(visit: Here, task_id: Id) -> Response:
    """Take a task of the group."""
    tasks.claim(visit.desk, task_id)
    return RedirectResponse(f"/tasks/{task_id}", 303)


@router.post("/tasks/{task_id}/release")
@declare(Permission.SIGNED_IN, Reach.TASKS)
def release(visit: Here, task_id: Id) -> Response:
    """Give it back."""
    tasks.release(visit.desk, task_id)
    answer = RedirectResponse("/tasks?view=group", 303)
    visit.tell(answer, T("已放回，同岗位的人都可以领。"))
    return answer


# ---- posted forms, shared with starting a procedure ----


def rearranged(
    form: Resolved, pairs: list[tuple[str, Any]], verb: str, place: str
) -> tuple[dict[str, Any], dict[str, int]]:
    """What was written so far, with one row more or one less."""
    posted = form.plain(pairs)
    if verb == "add":
        return posted, {place: 1}
    if verb == "remove" and place.endswith("]"):
        key, _, number = place[:-1].rpartition("[")
        rows = posted.get(key)
        if isinstance(rows, list) and number.isdigit() and int(number) < len(rows):
            posted[key] = [r for n, r in enumerate(rows) if n != int(number)]
    return posted, {}


def stored(visit: Visit, view: TaskView) -> list[tuple[str, Any]]:
    """The posted pairs with uploaded files put away and replaced by their ids."""
    return [(name, _put_away(visit, view, value)) for name, value in visit.pairs]


def _put_away(visit: Visit, view: TaskView, value: Any) -> Any:
    if not isinstance(value, UploadFile):
        return value
    content = value.file.read()
    if not value.filename or not content:
        return ""
    kept = documents.attach(
        visit.desk, view.case.id, value.filename, value.content_type or "application/octet-stream", content
    )
    return str(kept.id)
