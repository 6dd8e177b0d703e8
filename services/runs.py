"""Runs kept warm between acts. A run is known by the stamp of its last save, so a stale one is never found."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from threading import Lock
from typing import Any

from processes import snapshot
from processes.expressions import from_json
from processes.run import Run
from services import deployments
from services.desk import Desk
from services.store import cases as rows

CACHED = 500


def new_stamp() -> int:
    """A number no other save will ever have."""
    return secrets.randbits(62)


class _Cache:
    """Whoever takes a run out owns it; it comes back only under the stamp of a finished save."""

    def __init__(self) -> None:
        self._runs: OrderedDict[int, Run] = OrderedDict()
        self._lock = Lock()

    def take(self, stamp: int) -> Run | None:
        with self._lock:
            return self._runs.pop(stamp, None)

    def put(self, stamp: int, run: Run) -> None:
        with self._lock:
            self._runs[stamp] = run
            while len(self._runs) > CACHED:
                self._runs.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._runs.clear()


_cache = _Cache()
put = _cache.put
forget_all = _cache.clear


def take(desk: Desk, row: Any) -> Run:
    """The run of a locked case, warm or loaded; after an exception it is simply not put back."""
    return _cache.take(row.stamp) or load(desk, row.id, row.version_id)


def load(desk: Desk, case_id: int, version_id: int) -> Run:
    """The run of a case from its rows."""
    return snapshot.load(deployments.definition(desk.db, version_id), rows.rows(desk.db, case_id), desk.at)


def seen(desk: Desk, case_id: int, step: int) -> dict[str, Any]:
    """The variables a waiting step sees, read scope by scope: opening a task costs the same in a case of any size."""
    row = rows.step(desk.db, case_id, step)
    if row is None:
        return {}
    found: dict[str, Any] = dict(from_json(row["data"]).get("local") or {})
    scope = rows.scope(desk.db, case_id, row["scope"])
    while scope is not None:
        if scope["own"]:
            found = {**from_json(rows.variables_of(desk.db, case_id, scope["id"])), **found}
        outside = scope["parent"] if scope["kind"] != "call" else None  # a called process does not see its caller
        scope = rows.scope(desk.db, case_id, outside) if outside is not None else None
    return found
