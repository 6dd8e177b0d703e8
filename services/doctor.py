"""Is this installation well: what a maintainer looks at first, each with the way to mend it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy

from processes.text import T, Text
from services import deployments
from services.desk import Desk


@dataclass(frozen=True)
class Look:
    """One thing looked at."""

    name: str
    ok: bool
    message: Text
