"""JSON in and out: exact numbers, dates as ISO text, sentences in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from processes.expressions import FeelBudgetError, FeelError, dumps, loads
from processes.text import T, Text
from services import i18n
from services.errors import Invalid
from services.web.deps import Visit

TOKEN = {
    "name": "X-CSRF-Token",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "The token that GET /api/session tells.",
}


async def _body(request: Request) -> dict[str, Any]:
    """The posted object; numbers keep every digit."""
    raw = await request.body()
    try:
        found = loads(raw.decode()) if raw else {}
    except (ValueError, FeelError, FeelBudgetError):
        found = None
    if not isinstance(found, dict):
        raise Invalid({}, T("请发来一个 JSON 对象。"))
    return found


Body = Annotated[dict[str, Any], Depends(_body)]


def text_of(body: Mapping[str, Any], name: str) -> str:
    """A text of the posted object, empty when absent."""
    found = body.get(name, "")
    if not isinstance(found, str):
        raise Invalid({name: T("这里写文字。")})
    return found


def answers_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The `answers` object of the posted object."""
    found = body.get("answers", {})
    if not isinstance(found, dict):
        raise Invalid({"answers": T("answers 要是一个对象。")})
    return found


def reply(visit: Visit, value: Any, status: int = 200) -> Response:
    """The answer as JSON."""
    return Response(dumps(shape(value, visit.locale)), status, media_type="application/json")


def shape(value: Any, locale: str) -> Any:
    """Rows, dates and sentences as plain JSON values."""
    if isinstance(value, Text):
        return i18n.say(value, locale)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: shape(getattr(value, f.name), locale) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): shape(v, locale) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [shape(v, locale) for v in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value


def posts(schema: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """OpenAPI words for a posted object."""
    body = {"type": "object", "properties": schema, "required": required, "additionalProperties": False}
    return {
        "parameters": [TOKEN],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
    }
