"""Logging in for programs, and the description of the interface."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from processes.text import T
from services import people
from services.web.api.shape import Body, posts, reply, text_of
from services.web.deps import Here
from services.web.security import Permission, Reach, declare, form_token, fresh_visit

router = APIRouter()
TEXT = {"type": "string"}


@router.get("/api/openapi.json", include_in_schema=False)
@declare(Permission.ANYONE, Reach.NONE)
def description(visit: Here) -> Response:
    """The OpenAPI description."""
    return JSONResponse(visit.request.app.state.openapi)


@router.get("/api/session")
@declare(Permission.ANYONE, Reach.SELF)
def show(visit: Here) -> Response:
    """Who is logged in, and the token that every unsafe request must send as X-CSRF-Token."""
    secret = visit.secret or fresh_visit()
    who = visit.actor
    person = (
        {"login": who.login, "name": who.name, "posts": [[p.role, p.unit_code] for p in who.posts]} if who else None
    )
    answer = reply(visit, {"person": person, "token": form_token(secret)})
    if who is None:
        visit.house.cookies.set(answer, visit.house.cookies.visit, secret, 3600)
    return answer


@router.post("/api/session", openapi_extra=posts({"login": TEXT, "password": TEXT}, ["login", "password"]))
@declare(Permission.ANYONE, Reach.SELF)
def login(visit: Here, body: Body) -> Response:
    """Log in; the session cookie carries everything after it."""
    hours = visit.house.settings.session_hours
    token = people.login(visit.db, text_of(body, "login"), text_of(body, "password"), visit.now, visit.address, hours)
    if token is None:
        return reply(visit, {"error": {"message": T("账号和密码对不上，请再输一遍。密码区分大小写。")}}, 422)
    answer = reply(visit, {"token": form_token(token)})
    visit.house.cookies.set(answer, visit.house.cookies.session, token, hours * 3600)
    return answer


@router.delete("/api/session", openapi_extra=posts({}, []))
@declare(Permission.SIGNED_IN, Reach.SELF)
def logout(visit: Here) -> Response:
    """Log out."""
    people.logout(visit.db, visit.secret)
    answer = reply(visit, {})
    visit.house.cookies.drop(answer, visit.house.cookies.session)
    return answer
