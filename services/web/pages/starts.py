"""启动: begin a procedure."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from processes.forms import Resolved
from processes.text import T, Text
from services import births, cases, deployments, errors, forms, people
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
def show(visit: Here, procedure: str, process: str, street: str = "") -> Response:
    """The start form, or one question when there is none."""
    chosen = _found(visit, procedure, process)
    form = _bound(visit, chosen, street)
    return _page(visit, chosen, form, street) if form else _which_street(visit, chosen)


@router.post("/start/{procedure}/{process}")
@declare(Permission.SIGNED_IN, Reach.CASES)
def start(visit: Here, procedure: str, process: str) -> Response:
    """Start a case and show it."""
    chosen, street = _found(visit, procedure, process), visit.posted("_street")
    form = _bound(visit, chosen, street)
    if form is None:
        return _which_street(visit, chosen)
    verb, _, place = visit.posted("_do", "submit").partition(":")
    if verb in ("add", "remove", "refresh"):
        posted, spare = rearranged(form, visit.pairs, verb, place)
        return _page(visit, chosen, form, street, posted, spare=spare)
    posted = form.plain(visit.pairs)
    try:
        with visit.db.begin_nested():
            head = cases.start(visit.desk, procedure, process, posted, visit.posted("_key")[:64], street or None)
    except errors.Invalid as why:
        return _page(visit, chosen, form, street, posted, why.fields, status=422)
    answer = RedirectResponse(f"/cases/{head.id}", 303)
    visit.tell(answer, T("“{title}”已经启动，编号 {no}。", title=head.title, no=head.no))
    return answer


def _found(visit: Visit, procedure: str, process: str) -> Startable:
    found = (s for s in cases.startable(visit.desk) if (s.procedure, s.process) == (procedure, process))
    chosen = next(found, None)
    if chosen is None:
        raise errors.NotFound
    return chosen


def _bound(visit: Visit, chosen: Startable, street: str) -> Resolved | None:
    """The start form with what a new case begins with; None when it is not clear for which street."""
    desk = visit.desk
    version, definition = deployments.current(desk.db, chosen.procedure)
    settings = births.settings(definition, chosen.process)
    try:
        unit = births.street(desk, settings, street or None)
    except errors.Invalid:
        return None
    data = births.bear(desk, version, definition, chosen.process, unit).data
    return forms.of(definition, settings.get("form")).resolve(data, desk.at.env())


def _which_street(visit: Visit, chosen: Startable) -> Response:
    """People of the district say for which street they start."""
    paths = [post.path for post in visit.desk.actor.posts]
    streets = [u for u in people.units(visit.desk, "street") if any(u.path.startswith(p) for p in paths)]
    return page(visit, "which_street.html", chosen=chosen, streets=streets)


def _page(
    visit: Visit,
    chosen: Startable,
    form: Resolved,
    street: str,
    posted: Mapping[str, Any] | None = None,
    problems: Mapping[str, Text] | None = None,
    spare: Mapping[str, int] | None = None,
    status: int = 200,
) -> Response:
    problems = dict(problems or {})
    return page(
        visit, "start.html", status, chosen=chosen, form=form, fields=form.show(posted, problems, spare),
        problems=problems, key=visit.posted("_key")[:64] or secrets.token_urlsafe(16),
        action=f"/start/{chosen.procedure}/{chosen.process}", run="", street=street,
    )  # fmt: skip
