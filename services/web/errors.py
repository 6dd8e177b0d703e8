"""The only place that knows HTTP numbers for refusals; not-mine and not-there look the same."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from processes.text import T, Text
from services import errors, i18n
from services.web import render, words
from services.web.deps import House, LoginNeeded, locale_of
from services.web.security import REFUSALS

log = logging.getLogger("yishi.web")

STATUS: list[tuple[type[errors.Rejected], int]] = [
    (errors.NotFound, 404),
    (errors.NotAllowed, 403),
    (errors.Conflict, 409),
    (errors.KeyReused, 409),
    (errors.TooManyAttempts, 429),
    (errors.Invalid, 422),
    (errors.Rejected, 422),
]

MISSING = (T("没有找到这一页"), T("可能已经办完或撤回，也可能不归您的岗位办理。回到待办看看手上的事。"))
FORBIDDEN = (T("您的岗位不能办这件事"), T("如果应该由您办，请找系统管理员核对您的岗位。"))
TAKEN = (T("这件事已经有人办了"), T("您写的内容没有丢。请回到待办，看看它现在到了哪一步。"))
BROKEN = (T("系统出了差错，这次没有办理"), T("您可以回到上一页再试一次。差错已经记下，管理员看得到。"))
REFUSED = (T("这次没有办理"), T("请回到上一页看看，再试一次。"))


def install(app: FastAPI) -> None:
    """Hang the handlers into the application."""
    app.add_exception_handler(LoginNeeded, _login_needed)
    app.add_exception_handler(errors.Rejected, _rejected)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _unreadable)


def status_of(why: errors.Rejected) -> int:
    """The HTTP number of a refusal."""
    return next(number for kind, number in STATUS if isinstance(why, kind))


def wants_json(request: Request) -> bool:
    """The API answers in JSON, everything else in pages."""
    return request.url.path.startswith("/api/")


def refuse(request: Request, why: HTTPException) -> Response:
    """The gate's own refusals."""
    advice = REFUSALS.get(str(why.detail), REFUSED[1])
    return answer(request, why.status_code, REFUSED[0], advice, code=str(why.detail))


def answer(request: Request, status: int, heading: Text, advice: Text, **more: Any) -> Response:
    """One refusal, as page or JSON."""
    if wants_json(request):
        locale = locale_of(request)
        body = {"error": {"message": i18n.say(advice if status in (403, 413, 422, 429) else heading, locale), **more}}
        return JSONResponse(body, status)
    return render.message(request, status, heading, advice)


def _login_needed(request: Request, why: Exception) -> Response:
    if wants_json(request):
        return JSONResponse({"error": {"message": i18n.say(T("请先登录。"), locale_of(request))}}, 401)
    back = request.url.path if request.method == "GET" and request.url.path != "/" else ""
    query = f"?next={quote(back, safe='')}" if back else ""
    return RedirectResponse(f"/login{query}", 303)


def _rejected(request: Request, why: Exception) -> Response:
    assert isinstance(why, errors.Rejected)
    status = status_of(why)
    if isinstance(why, errors.NotFound):
        return answer(request, 404, *MISSING)
    if isinstance(why, errors.NotAllowed):
        return answer(request, 403, FORBIDDEN[0], why.message)
    if isinstance(why, errors.Conflict):
        return answer(request, status, taken(request, why), TAKEN[1])
    fields = {k: i18n.say(v, locale_of(request)) for k, v in getattr(why, "fields", {}).items()}
    return answer(request, status, REFUSED[0], why.message, **({"fields": fields} if fields else {}))


def taken(request: Request, why: errors.Conflict) -> Text:
    """Who was faster, and when."""
    if not why.who or why.when is None:
        return why.message
    house: House = request.app.state.house
    when = words.moment_words(why.when, words.local_day(house.clock()), locale_of(request))
    return T("已由{who}于 {when} 办理", who=why.who, when=when)


def _http(request: Request, why: Exception) -> Response:
    assert isinstance(why, HTTPException)
    pair = MISSING if why.status_code in (404, 405) else REFUSED
    return answer(request, why.status_code, *pair)


def _unreadable(request: Request, why: Exception) -> Response:
    return answer(request, 404 if request.method == "GET" else 422, *(MISSING if request.method == "GET" else REFUSED))


def bug(request: Request, why: Exception) -> Response:
    """Everything nobody expected: logged, answered kindly."""
    log.error("bug on %s %s", request.method, request.url.path, exc_info=why)
    return answer(request, 500, *BROKEN)
