"""The web application: `create_app(settings)` and nothing at import time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from services import settings as place
from services.store import db
from services.store.db import Engine
from services.web import api, errors, pages
from services.web.deps import House
from services.web.render import STATIC
from services.web.security import Cookies, Gate, declared


class Undeclared(Exception):
    """A route does not say who may use it and what it reaches; the application must not start."""


def create_app(
    settings: place.Settings | None = None,
    engine: Engine | None = None,
    clock: Callable[[], datetime] | None = None,
) -> FastAPI:
    """Build the application; raises Undeclared for a route without permission and scope.

    The caller may hand in an engine and a clock; a clock gives aware moments.
    """
    settings = settings or place.load()
    app = FastAPI(title="议事 Yishi", docs_url=None, redoc_url=None, openapi_url=None)
    cookies = Cookies(settings.secure_cookies)
    app.state.house = House(settings, engine or db.connect(settings.url), cookies, clock or now)
    for router in (*pages.ROUTERS, *api.ROUTERS):
        app.router.routes.extend(router.routes)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.state.openapi = described(app)
    errors.install(app)
    refuse_undeclared(app.routes)
    app.add_middleware(Gate, cookies=cookies, refuse=errors.refuse, bug=errors.bug)
    return app


def now() -> datetime:
    """The only clock of the web door."""
    return datetime.now(UTC)


def endpoints(routes: Iterable[BaseRoute]) -> Iterable[Route | APIRoute]:
    """All routes that run code of ours; static files are a mount and carry none."""
    return (r for r in routes if isinstance(r, Route | APIRoute))


def refuse_undeclared(routes: Iterable[BaseRoute]) -> None:
    """Raise when an endpoint was not marked with `declare`."""
    bare = [r.path for r in endpoints(routes) if declared(r.endpoint) is None]
    bare += [repr(r) for r in routes if not isinstance(r, Route | APIRoute | Mount)]
    bare += [r.path for r in routes if isinstance(r, Mount) and not isinstance(r.app, StaticFiles)]
    if bare:
        raise Undeclared(", ".join(bare))


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI text of the interface for programs; pages are left out."""
    routes = [r for r in app.routes if getattr(r, "path", "").startswith("/api/")]
    return get_openapi(title=app.title, version="1", routes=routes)
