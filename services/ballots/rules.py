"""The rules of a vote as the place's table words them; a refusal names the rule and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from processes.localities import DEFAULT, Locality, load_localities
from processes.text import T, Text
from services.desk import Desk
from services.errors import Rejected
from services.store import people

NAMES = (
    "ballotOnce", "ballotCheckIn", "ballotIssued", "ballotMarks", "ballotReturned", "ballotClose", "ballotOfficers",
    "ballotTwice", "ballotSecret", "ballotTellers", "ballotPhoneMin",
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """`words` is the rule itself (or its number), `source` where it stands."""

    label: str
    words: Any
    source: str


class AgainstRule(Rejected):
    """The act is against a rule of the vote; the rule and its source are named."""

    def __init__(self, said: Text, rule: Rule) -> None:
        self.rule = rule
        told = rule.words if isinstance(rule.words, str) else rule.label
        super().__init__(T("{said}规则：{rule}（来源：{source}）。", said=said, rule=told, source=rule.source))


@lru_cache(maxsize=1)
def _tables() -> dict[str, Locality]:
    return load_localities()[0]


def table(desk: Desk, unit: Any) -> Locality:
    """The rule table of a unit: its own, else the nearest above it, else the default."""
    named = people.locality(desk.db, unit.path)
    return _tables().get(named or DEFAULT) or _tables()[DEFAULT]


def frozen(place: Locality) -> dict[str, Any]:
    """The rules as a round keeps them from its opening on: later changes of the table are for later rounds."""
    found = {name: place.parameters[name] for name in NAMES}
    return {name: {"label": p.label, "words": p.value, "source": p.source} for name, p in found.items()}
