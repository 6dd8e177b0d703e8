"""Forgetting what nobody can ask for any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from services.store.tables import requests, sessions, throttles

KEYS = timedelta(days=90)  # a form left open for longer is opened anew
FAILURES = timedelta(days=1)


def tidy(db: Connection, now: datetime) -> None:
    """Drop old idempotency keys, ended sessions and forgiven log-in failures."""
    db.execute(delete(requests).where(requests.c.at < now - KEYS))
    db.execute(delete(sessions).where(sessions.c.expires_at < now))
    db.execute(delete(throttles).where(throttles.c.until < now - FAILURES))
