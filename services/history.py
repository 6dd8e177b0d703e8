"""Who did what, when, with which answers: lines are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from processes.text import Text


@dataclass(frozen=True)
class EventRow:
    """`what` is a sentence, `detail` free text (may be empty), `answers` label/value pairs as given."""

    at: datetime
    who: str
    what: Text
    detail: str = ""
    answers: tuple[tuple[str, str], ...] = ()
