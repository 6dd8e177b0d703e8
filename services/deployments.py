"""Procedures as published: immutable, hashed, checked bundles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from processes.definition import Bundle, Definition

from services.desk import Desk
from services.store.db import Connection


@dataclass(frozen=True)
class VersionRow:
    """One published version of a procedure; `number` counts from 1 per procedure."""

    id: int
    procedure: str
    title: str
    number: int
    hash: str
    published_at: datetime
    published_by: str
    current: bool


def publish(desk: Desk, bundle: Bundle) -> VersionRow:
    """Check and store a bundle as the version new cases start with; an unchanged bundle is a no-op. Raises Unfit."""
    raise NotImplementedError


def definition(db: Connection, version: int) -> Definition:
    """The parsed bundle of a version id, cached per process."""
    raise NotImplementedError


def versions(desk: Desk) -> list[VersionRow]:
    """All versions, newest first per procedure."""
    raise NotImplementedError


def current(db: Connection, procedure: str) -> VersionRow:
    """The version new cases of this procedure start with; NotFound when none."""
    raise NotImplementedError
