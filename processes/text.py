"""Sentences people read, kept untranslated until somebody's language is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Text:
    """A Chinese sentence with named places; `str()` fills them in, services translate the sentence first."""

    msgid: str
    params: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.fill(self.msgid)

    def fill(self, sentence: str) -> str:
        """Put the parameters into a (translated) sentence."""
        return sentence.format(**self.params) if self.params else sentence


def T(msgid: str, **params: Any) -> Text:  # noqa: N802  (reads as a mark on the string, like gettext's _)
    """Mark a sentence for the message catalogues."""
    return Text(msgid, params)
