"""Templates to answers: one environment per language, everything escaped."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from processes.forms import telling
from processes.text import Text
from services import i18n
from services.web import words
from services.web.deps import LARGE, SAID, Visit, locale_of

ROOT = Path(__file__).parent
STATIC = ROOT / "static"


@lru_cache(maxsize=8)
def environment(locale: str) -> Environment:
    """The templates in one language."""
    known = i18n.catalogue(locale)
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(known.gettext, known.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.filters["say"] = known.say
    env.tests["thing"] = is_thing
    env.globals.update(
        static=static_url,
        states=words.STATES,
        periods=words.PERIODS,
        kinds=words.KINDS,
        say=known.say,
        told=telling.words,
        record=words.record,
        locale=locale,
        quote=quote,
    )
    return env


THINGS = ("意见", "表", "名单", "决定", "记录", "报告", "结果", "方案", "说明", "情况", "申请", "答复")


def is_thing(title: str) -> bool:
    """True when a form is named after what is handed in, so that the button can say 提交初审意见."""
    return title.endswith(THINGS) and len(title) <= 10


@lru_cache(maxsize=64)
def static_url(name: str) -> str:
    """Address of a static file that changes with its content, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def page(visit: Visit, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page for this visitor."""
    locale, today = visit.locale, words.local_day(visit.now)
    helpers = {
        "visit": visit,
        "actor": visit.actor,
        "token": visit.token,
        "today": today,
        "day": lambda d: words.day_words(_day(d), today, locale),
        "moment": lambda m: words.moment_words(m, today, locale),
        "due_class": lambda left, due: words.due_class(left, due, today),
        "weekday": i18n.say(words.WEEKDAYS[today.weekday()], locale),
        "said": visit.said,
    }
    text = environment(locale).get_template(template).render(**frame(visit.request, locale), **{**helpers, **context})
    answer = HTMLResponse(text, status)
    if visit.said is not None:
        visit.house.cookies.drop(answer, SAID)
    return answer


def frame(request: Request, locale: str) -> dict[str, Any]:
    """What the outer frame needs even when nothing else is known."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return {
        "large": request.cookies.get(LARGE) == "1",
        "here": quote(here if request.method in ("GET", "HEAD") else request.url.path, safe=""),
        "path": request.url.path,
    }


def message(request: Request, status: int, heading: Text, advice: Text, **more: Any) -> HTMLResponse:
    """A page that only says what is the matter and what to do."""
    locale = locale_of(request)
    text = (
        environment(locale)
        .get_template("message.html")
        .render(**frame(request, locale), heading=heading, advice=advice, **{"back": None, "actor": None, **more})
    )
    return HTMLResponse(text, status)


def _day(value: date | datetime) -> date:
    return words.local_day(value) if isinstance(value, datetime) else value


def svg(drawing: str) -> Markup:
    """Our own drawing of a diagram; it escapes the designer's words itself."""
    return Markup(drawing)  # noqa: S704
