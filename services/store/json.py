"""JSON text of engine values: written by the fast encoder when it can, exactly in any case."""

from __future__ import annotations

import json
from typing import Any

from processes.expressions import dumps as exact
from processes.expressions import loads

__all__ = ["dumps", "loads"]

_fast = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def dumps(value: Any) -> str:
    """The text of a `to_json` result; Decimals make the exact, slower writer do it."""
    try:
        return _fast(value)
    except TypeError:
        return exact(value)
