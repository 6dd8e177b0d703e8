"""Is this installation well: what a maintainer looks at first, each with the way to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from processes.text import Text


@dataclass(frozen=True)
class Look:
    """One thing looked at."""

    name: str
    ok: bool
    message: Text
