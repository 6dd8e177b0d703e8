"""The door: opens the transaction, builds the desk, commits once before the answer is sent."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Path, Request
from starlette.responses import Response

from processes.text import Text
from services import calendars, i18n, people
from services.desk import Actor, Desk
from services.settings import Settings
from services.store import db
from services.store.db import Connection, Engine
from services.web.security import SAFE, Cookies, Permission, declared, derive, form_token
from services.web.turns import Turns

LANGUAGE = "lang"
LARGE = "large"
SAID = "yishi-said"
MANY_SESSIONS = 10_000


@dataclass(frozen=True)
class House:
    """What the application holds for all requests; `seen` saves a write for every page looked at."""

    settings: Settings
    engine: Engine
    cookies: Cookies
    clock: Callable[[], datetime]
    seen: dict[str, datetime] = field(default_factory=dict)
    turns: Turns = field(default_factory=Turns)

    def touch(self, token: str, now: datetime) -> None:
        """Remember at most once a minute that a session is in use; only where idle ones end."""
        before = self.seen.get(token)
        if not self.settings.idle_minutes or (before is not None and now - before < timedelta(minutes=1)):
            return
        if len(self.seen) > MANY_SESSIONS:
            self.seen.clear()
        self.seen[token] = now
        with db.writing(self.engine) as connection:
            people.touch(connection, token, now)


class LoginNeeded(Exception):
    """The page needs a person; the browser is sent to the log-in page and back."""


@dataclass(frozen=True)
class Visit:
    """One request as a page sees it; `actor` is None before log-in."""

    request: Request
    house: House
    db: Connection
    now: datetime
    actor: Actor | None
    secret: str

    @property
    def locale(self) -> str:
        """The language switch, then Chinese."""
        return locale_of(self.request)

    @property
    def large(self) -> bool:
        """大字 is on."""
        return self.request.cookies.get(LARGE) == "1"

    @property
    def token(self) -> str:
        """What forms on this page must send back."""
        return form_token(self.secret)

    @property
    def address(self) -> str:
        """Where the request came from, for slowing down guesses."""
        return self.request.client.host if self.request.client else ""

    @property
    def pairs(self) -> list[tuple[str, Any]]:
        """The posted form; the gate has read it already."""
        form = getattr(self.request.state, "form", None)
        return list(form.multi_items()) if form is not None else []

    def posted(self, name: str, default: str = "") -> str:
        """One posted text."""
        return next((str(v) for k, v in self.pairs if k == name), default)

    def tell(self, response: Response, text: Text, link: tuple[str, str] | None = None) -> None:
        """Let the next page say this once; the cookie is signed, so nobody else can put words there."""
        body = base64.urlsafe_b64encode(json.dumps([i18n.say(text, self.locale), link]).encode()).decode()
        self.house.cookies.set(response, SAID, f"{body}.{derive(self.secret, 'said' + body)}", 120)

    @property
    def said(self) -> tuple[str, tuple[str, str] | None] | None:
        """What the page before wanted to tell: a sentence and perhaps a link (address, words)."""
        body, _, seal = self.request.cookies.get(SAID, "").partition(".")
        if not body or not self.secret or not hmac.compare_digest(seal, derive(self.secret, "said" + body)):
            return None
        text, link = json.loads(base64.urlsafe_b64decode(body))
        return text, tuple(link) if link else None

    @property
    def desk(self) -> Desk:
        """The first argument of every verb."""
        if self.actor is None:
            raise LoginNeeded
        return Desk(self.db, self.actor, self.now, calendars.load(self.db), self.locale)


def locale_of(request: Request) -> str:
    """The language chosen for this browser."""
    chosen = request.cookies.get(LANGUAGE, i18n.SOURCE)
    return chosen if chosen in i18n.LOCALES else i18n.SOURCE


async def in_turn(request: Request) -> AsyncIterator[None]:
    """Who writes to SQLite does so alone; a crowd waits outside without taking the threads of those inside."""
    house: House = request.app.state.house
    alone = request.method not in SAFE and house.engine.dialect.name == "sqlite"
    async with house.turns.turn(alone):
        yield


def open_visit(request: Request, _turn: Annotated[None, Depends(in_turn, scope="function")]) -> Iterator[Visit]:
    """One transaction around one endpoint; it commits when the endpoint returns and rolls back when it raises."""
    house: House = request.app.state.house
    opened = db.reading if request.method in SAFE else db.writing
    rule = declared(request.scope["endpoint"])
    with opened(house.engine) as connection:
        now = house.clock()
        token = request.cookies.get(house.cookies.session, "")
        actor = people.session(connection, token, now, house.settings.idle_minutes) if token else None
        if actor is None and (rule is None or rule.permission is not Permission.ANYONE):
            raise LoginNeeded
        secret = token if actor else request.cookies.get(house.cookies.visit, "")
        yield Visit(request, house, connection, now, actor, secret)
    if actor is not None:
        house.touch(token, now)


Here = Annotated[Visit, Depends(open_visit, scope="function")]
Id = Annotated[int, Path(ge=1, le=2**53)]  # what a database takes as a key
