"""Procedures as published: immutable, hashed, checked bundles."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from processes.definition import Bundle, BundleRefused, Definition, define
from processes.starts import starts
from processes.text import T
from services import history, jobs
from services.desk import Desk
from services.errors import NotAllowed, NotFound, Unfit
from services.store import files
from services.store.db import Connection
from services.store.json import dumps, loads

PUBLISHERS = ("designer", "system_admin", "district_affairs")
CACHED = 64


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
    """Check and store a bundle as the version new cases start with; an unchanged bundle is a no-op.

    Raises Unfit with all findings, or NotAllowed.
    """
    if not (desk.actor.system or desk.actor.has(*PUBLISHERS)):
        raise NotAllowed()
    try:
        definition = define(bundle)
    except BundleRefused as refusal:
        raise Unfit(refusal.findings) from refusal
    known = files.version_of(desk.db, definition.key, definition.hash)
    if known is not None and known.current:
        return _row(known)
    version = known.id if known is not None else _store(desk, definition)
    files.make_current(desk.db, definition.key, version)
    what = T("发布了程序“{title}”", title=definition.title)
    history.record(desk, None, history.Act("publish", what, detail=definition.hash[:12]))
    if any(starts(definition)):
        jobs.replan(desk)
    return _row(files.version(desk.db, version))


def _store(desk: Desk, definition: Definition) -> int:
    listed = {name: files.keep(desk.db, content) for name, content in sorted(definition.bundle.files.items())}
    return files.add_version(
        desk.db,
        {
            "procedure": definition.key,
            "hash": definition.hash,
            "title": definition.title,
            "files": dumps(listed),
            "current": False,
            "published_at": desk.now,
            "published_by": desk.actor.name,
        },
    )


def _row(row: Any) -> VersionRow:
    if row is None:
        raise NotFound()
    return VersionRow(
        row.id, row.procedure, row.title, row.number, row.hash, row.published_at, row.published_by, row.current
    )


class _Cache:
    """Definitions by version hash; they are immutable, so sharing them is safe."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Definition] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str) -> Definition | None:
        with self._lock:
            found = self._known.get(digest)
            if found is not None:
                self._known.move_to_end(digest)
            return found

    def put(self, digest: str, definition: Definition) -> None:
        with self._lock:
            self._known[digest] = definition
            while len(self._known) > CACHED:
                self._known.popitem(last=False)


_cache = _Cache()


def definition(db: Connection, version: int) -> Definition:
    """The parsed bundle of a version id, cached per process; NotFound when there is no such version."""
    row = files.version(db, version)
    if row is None:
        raise NotFound()
    return _definition(db, row)


def _definition(db: Connection, row: Any) -> Definition:
    known = _cache.get(row.hash)
    if known is not None:
        return known
    listed: dict[str, str] = loads(row.files)
    found = files.contents(db, listed.values())
    made = define(Bundle({name: found[digest] for name, digest in listed.items()}))
    _cache.put(row.hash, made)
    return made


def version(db: Connection, version_id: int) -> VersionRow:
    """A version by id, or NotFound."""
    return _row(files.version(db, version_id))


def versions(desk: Desk) -> list[VersionRow]:
    """All versions, newest first per procedure."""
    return [_row(row) for row in files.all_versions(desk.db)]


def current(db: Connection, procedure: str) -> tuple[VersionRow, Definition]:
    """The version new cases of this procedure start with; NotFound when none."""
    found = files.current(db, procedure)
    if not found:
        raise NotFound(T("没有发布过程序“{key}”。", key=procedure))
    return _row(found[0]), _definition(db, found[0])


def all_current(db: Connection) -> list[tuple[VersionRow, Definition]]:
    """The current versions of all procedures."""
    return [(_row(row), _definition(db, row)) for row in files.current(db)]
