"""The gate every request passes: size, origin, form token, headers; and the declaration every route must carry."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar
from urllib.parse import urlsplit

from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from processes.text import T

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_FIELD = "_csrf"  # noqa: S105  (a name, not a secret)
TOKEN_HEADER = "x-csrf-token"  # noqa: S105
MAX_FORM = 1 << 20
MAX_UPLOAD = 20 << 20
MAX_FIELDS = 20_000

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# A document was written by a designer: it may carry its own style, and nothing in it may run or call home.
DOCUMENT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
    "content-security-policy": POLICY,
}


# ---- what a route is for ----


class Permission(StrEnum):
    """Who may come through a door at all; the rooms decide about the single thing."""

    ANYONE = "anyone"  # log-in page, health, static files
    SIGNED_IN = "signed_in"


class Reach(StrEnum):
    """Which rows a route can touch; each is enforced by the service it calls."""

    NONE = "none"  # no rows of the office
    SELF = "self"  # the person's own session, language, drafts
    TASKS = "tasks"  # tasks of the person's posts
    CASES = "cases"  # cases the person's posts may see
    BALLOTS = "ballots"  # rounds on whose roll or at whose desk the person stands


@dataclass(frozen=True)
class Declared:
    """What an endpoint said about itself."""

    permission: Permission
    reach: Reach


Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def declare(permission: Permission, reach: Reach) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint; a route whose endpoint is unmarked keeps the application from starting."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.__declared__ = Declared(permission, reach)  # type: ignore[attr-defined]
        return endpoint

    return mark


def declared(endpoint: Any) -> Declared | None:
    """What was declared, else None."""
    found = getattr(endpoint, "__declared__", None)
    return found if isinstance(found, Declared) else None


# ---- tokens ----


def fresh_visit() -> str:
    """The secret of a visitor who has not logged in yet."""
    return secrets.token_urlsafe(32)


def derive(secret: str, purpose: str) -> str:
    """A token that only the holder of the cookie's secret can be given."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def form_token(secret: str) -> str:
    """What every form and htmx request must send back."""
    return derive(secret, "form")


@dataclass(frozen=True)
class Cookies:
    """Names of our cookies; the `__Host-` prefix needs https and is used there."""

    secure: bool

    @property
    def session(self) -> str:
        """The log-in."""
        return "__Host-yishi" if self.secure else "yishi"

    @property
    def visit(self) -> str:
        """Before log-in: only guards the log-in form."""
        return "__Host-yishi-visit" if self.secure else "yishi-visit"

    def set(self, response: Response, name: str, value: str, seconds: int | None = None) -> None:
        """Set a cookie that scripts cannot read."""
        response.set_cookie(name, value, seconds, path="/", secure=self.secure, httponly=True, samesite="lax")

    def drop(self, response: Response, name: str) -> None:
        """Take a cookie away."""
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")


# ---- the gate ----


class Gate:
    """One middleware for all routes: headers on every answer, token and origin on every unsafe request."""

    def __init__(
        self,
        app: ASGIApp,
        cookies: Cookies,
        refuse: Callable[[Request, HTTPException], Response],
        bug: Callable[[Request, Exception], Response],
    ) -> None:
        self.app = app
        self.cookies = cookies
        self.refuse = refuse
        self.bug = bug

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with_headers = self.adding_headers(scope, send)
        if scope["method"] == "HEAD":  # what watches a site asks so; the server leaves the body out
            scope = {**scope, "method": "GET"}
        try:
            inner = receive if scope["method"] in SAFE else await self.checked(scope, receive)
            await self.app(scope, inner, with_headers)
        except HTTPException as why:
            await self.refuse(Request(scope), why)(scope, receive, with_headers)
        except Exception as why:  # nothing has been sent: pages are finished before they go out
            await self.bug(Request(scope), why)(scope, receive, with_headers)
        finally:
            form = scope.get("state", {}).get("form")
            if form is not None:
                await form.close()

    def adding_headers(self, scope: Scope, send: Send) -> Send:
        """Security headers, and no copies of pages in shared caches."""
        static = scope["path"].startswith("/static/")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "public, max-age=31536000, immutable" if static else "no-store")
                if self.cookies.secure:
                    headers.setdefault("strict-transport-security", "max-age=63072000")
            await send(message)

        return sending

    async def checked(self, scope: Scope, receive: Receive) -> Receive:
        """Refuse a foreign, tokenless or oversized request; the form is read once and kept in the state."""
        headers = Headers(scope=scope)
        if not same_origin(headers):
            raise HTTPException(403, "origin")
        body = await _body(headers, receive)
        replay = _replay(body)
        kind = headers.get("content-type", "").split(";")[0].strip().lower()
        state = scope.setdefault("state", {})
        sent = headers.get(TOKEN_HEADER, "")
        if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
            form: FormData = await Request(scope, replay).form(max_files=50, max_fields=MAX_FIELDS)
            state["form"] = form
            sent = sent or str(form.get(TOKEN_FIELD, ""))
        if not any(hmac.compare_digest(sent, form_token(s)) for s in self.secrets(headers)):
            raise HTTPException(403, "token")
        return _replay(body)

    def secrets(self, headers: Headers) -> list[str]:
        """The secrets this browser holds."""
        jar = read_cookies(headers)
        return [jar[name] for name in (self.cookies.session, self.cookies.visit) if jar.get(name)]


def read_cookies(headers: Headers) -> dict[str, str]:
    """All cookies of a request; a broken header counts as none."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def same_origin(headers: Headers) -> bool:
    """True unless the browser says that the request comes from elsewhere."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin") or headers.get("referer")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


async def _body(headers: Headers, receive: Receive) -> bytes:
    limit = MAX_UPLOAD if headers.get("content-type", "").startswith("multipart/form-data") else MAX_FORM
    told = headers.get("content-length", "0")
    if not told.isdigit() or int(told) > limit:
        raise HTTPException(413, "size")
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HTTPException(400, "gone")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise HTTPException(413, "size")
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes) -> Receive:
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


REFUSALS = {
    "origin": T("这个请求不是从本站的页面发出的，没有办理。请回到页面重新提交。"),
    "token": T("页面放得太久，或者登录已经变了，这次没有办理。请回到页面刷新后重新提交。"),
    "size": T("提交的内容太大。表单最多 1 兆，附件合计最多 20 兆。"),
}
