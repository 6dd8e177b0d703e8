"""Coming in, going out, and what a person sets for this browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, RedirectResponse

from processes.text import T
from services import errors, i18n, people
from services.roles import ROLES
from services.web.deps import LANGUAGE, LARGE, Here, Visit
from services.web.render import page
from services.web.security import Permission, Reach, declare, form_token, fresh_visit

router = APIRouter()
YEAR = 365 * 24 * 3600


@router.get("/")
@declare(Permission.SIGNED_IN, Reach.NONE)
def home(visit: Here) -> Response:
    """The inbox is the first page."""
    return RedirectResponse("/tasks", 303)


@router.get("/login")
@declare(Permission.ANYONE, Reach.NONE)
def login_page(visit: Here, next: str = "") -> Response:
    """The log-in form; its token hangs on a cookie of its own."""
    if visit.actor is not None:
        return RedirectResponse("/tasks", 303)
    return _login_form(visit, next)


def _login_form(visit: Visit, target: str, status: int = 200, **more: object) -> Response:
    secret = visit.secret or fresh_visit()
    context = {"target": local(target), "error": None, "login": "", **more}
    answer = page(visit, "login.html", status, token=form_token(secret), **context)
    visit.house.cookies.set(answer, visit.house.cookies.visit, secret, 3600)
    return answer


@router.post("/login")
@declare(Permission.ANYONE, Reach.SELF)
def login(visit: Here) -> Response:
    """Check the password; the session is always a fresh one."""
    name, target = visit.posted("login").strip(), visit.posted("next")
    hours = visit.house.settings.session_hours
    try:
        token = people.login(visit.db, name, visit.posted("password"), visit.now, visit.address, hours)
    except errors.TooManyAttempts as why:
        return _login_form(visit, target, 429, error=why.message, login=name)
    if token is None:
        wrong = T("账号和密码对不上，请再输一遍。密码区分大小写。")
        return _login_form(visit, target, 422, error=wrong, login=name)
    answer = RedirectResponse(local(target) or "/tasks", 303)
    cookies = visit.house.cookies
    cookies.set(answer, cookies.session, token, hours * 3600)
    cookies.drop(answer, cookies.visit)
    return answer


@router.post("/logout")
@declare(Permission.SIGNED_IN, Reach.SELF)
def logout(visit: Here) -> Response:
    """End this session."""
    people.logout(visit.db, visit.secret)
    answer = RedirectResponse("/login", 303)
    visit.house.cookies.drop(answer, visit.house.cookies.session)
    return answer


@router.get("/me")
@declare(Permission.SIGNED_IN, Reach.SELF)
def me(visit: Here) -> Response:
    """Who I am here: posts, language, type size, log out."""
    return page(visit, "me.html", roles={k: i18n.say(v, visit.locale) for k, v in ROLES.items()})


@router.get("/set/{name}/{value}")
@declare(Permission.ANYONE, Reach.SELF)
def set_preference(visit: Here, name: str, value: str, back: str = "/") -> Response:
    """Language and 大字: kept in this browser only, so a link may change them."""
    answer = RedirectResponse(local(back) or "/", 303)
    cookies = visit.house.cookies
    if name == LANGUAGE and value in i18n.LOCALES:
        cookies.set(answer, LANGUAGE, value, YEAR)
    elif name == LARGE and value in ("0", "1"):
        cookies.set(answer, LARGE, value, YEAR)
    else:
        raise errors.NotFound
    return answer


@router.get("/health")
@declare(Permission.ANYONE, Reach.NONE)
def health(visit: Here) -> Response:
    """For the machine that watches: the database answers."""
    visit.db.exec_driver_sql("SELECT 1")
    return JSONResponse({"ok": True})


def local(target: str) -> str:
    """The address if it lies on this site, else nothing."""
    parts = urlsplit(target)
    fine = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
    return target if fine and not any(ord(c) < 33 for c in target) else ""
