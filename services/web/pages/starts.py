"""启动: begin a procedure."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from processes.expressions import Env
from processes.forms import Form, Resolved
from processes.text import T, Text
from services import cases, errors
from services.cases import Startable
from services.web.deps import Here, Visit
from services.web.pages.tasks import rearranged
from services.web.render import page
from services.web.security import Permission, Reach, declare

router = APIRouter()


@router.get("/start")
@declare(Permission.SIGNED_IN, Reach.CASES)
def listing(visit: Here) -> Response:
    """The procedures my posts may start."""
    return page(visit, "starts.html", startable=cases.startable(visit.desk))


@router.get("/start/{procedure}/{process}")
@declare(Permission.SIGNED_IN, Reach.CASES)
def show(visit: Here, procedure: str, process: str) -> Response:
    """The start form, or one question when there is none."""
    return _page(visit, _found(visit, procedure, process), None)


@router.post("/start/{procedure}/{process}")
@declare(Permission.SIGNED_IN, Reach.CASES)
def start(visit: Here, procedure: str, process: str) -> Response:
    """Start a case and show it."""
    chosen = _found(visit, procedure, process)
    form = _bound(visit, chosen)
    verb, _, place = visit.posted("_do", "submit").partition(":")
    if verb in ("add", "remove", "refresh"):
        posted, spare = rearranged(form, visit.pairs, verb, place)
        return _page(visit, chosen, posted, spare=spare)
    posted = form.plain(visit.pairs)
    try:
        with visit.db.begin_nested():
            head = cases.start(visit.desk, procedure, process, posted, visit.posted("_key")[:64])
    except errors.Invalid as why:
        return _page(visit, chosen, posted, why.fields, status=422)
    answer = RedirectResponse(f"/cases/{head.id}", 303)
    visit.tell(answer, T("“{title}”已经启动，编号 {no}。", title=head.title, no=head.no))
    return answer


def _found(visit: Visit, procedure: str, process: str) -> Startable:
    found = (s for s in cases.startable(visit.desk) if (s.procedure, s.process) == (procedure, process))
    chosen = next(found, None)
    if chosen is None:
        raise errors.NotFound
    return chosen


def _bound(visit: Visit, chosen: Startable) -> Resolved:
    """The start form before there is a case: it sees no case data yet."""
    form = chosen.form or Form("", "", "", ())
    return form.resolve({}, Env(now=visit.now, calendar=visit.desk.calendar))


def _page(
    visit: Visit,
    chosen: Startable,
    posted: Mapping[str, Any] | None,
    problems: Mapping[str, Text] | None = None,
    spare: Mapping[str, int] | None = None,
    status: int = 200,
) -> Response:
    form, problems = _bound(visit, chosen), dict(problems or {})
    return page(
        visit, "start.html", status, chosen=chosen, form=form, fields=form.show(posted, problems, spare),
        problems=problems, key=visit.posted("_key")[:64] or secrets.token_urlsafe(16),
        action=f"/start/{chosen.procedure}/{chosen.process}", run="",
    )  # fmt: skip
