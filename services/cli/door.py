"""Opens the database for a verb: one transaction, committed here and nowhere else."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from processes.text import T
from services import calendars, people, settings
from services.cli.output import Usage
from services.desk import SYSTEM, Desk
from services.store import db
from services.store.db import Connection, Engine


@cache
def engine() -> Engine:
    """The database of the settings, brought to the newest schema."""
    found = db.connect(settings.load().url)
    db.migrate(found)
    return found


@contextmanager
def writing(login: str | None = None) -> Iterator[Desk]:
    """A desk whose acts are committed when the verb ends well; without a login the system acts."""
    with db.writing(engine()) as connection:
        yield _desk(connection, login)


@contextmanager
def reading(login: str | None = None) -> Iterator[Desk]:
    """A desk that only looks."""
    with db.reading(engine()) as connection:
        yield _desk(connection, login)


def _desk(connection: Connection, login: str | None) -> Desk:
    actor = people.actor(connection, login) if login else SYSTEM
    return Desk(connection, actor, datetime.now(UTC), calendars.load(connection))


def answers(options: Namespace) -> dict[str, Any]:
    """The answers of `--answers`: a JSON object, or @FILE with one."""
    text: str = options.answers
    if text.startswith("@"):
        text = Path(text[1:]).read_text(encoding="utf-8-sig")
    try:
        found = json.loads(text)
    except json.JSONDecodeError as problem:
        raise Usage(T("答案不是合格的JSON（第{line}行）：{why}", line=problem.lineno, why=problem.msg)) from None
    if not isinstance(found, dict):
        raise Usage(T("答案应为JSON对象，例如 {example}", example='{"agree": true}'))
    return found


def key(options: Namespace) -> str:
    """The idempotency key given, or a fresh one."""
    return options.key or uuid4().hex
