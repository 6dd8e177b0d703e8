"""Where a scenario is played: the engine alone, or the services on a database; both must end alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from processes.text import T, Text


@dataclass(frozen=True)
class Who:
    """Somebody who acts: by login when a person is meant, else by role (and unit, when one is named)."""

    role: str | None = None
    unit: str | None = None
    login: str | None = None

    def __str__(self) -> str:
        return self.login or "@".join(part for part in (self.role, self.unit) if part)


@dataclass(frozen=True)
class Standing:
    """One step that waits in one case; `data` is what its task sees."""

    case: int
    process: str
    step: int
    element: str
    kind: str
    role: str | None
    unit: str | None
    assignee: str | None
    due: date | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class CaseState:
    """One case, in order of its birth; `ends` are end codes (or element ids without code), with repetition."""

    case: int
    process: str
    status: str
    ends: tuple[str, ...]
    data: Mapping[str, Any]
    incidents: tuple[str, ...] = ()


class Refused(Exception):
    """The act was not accepted; `fields` are the answers that must be mended."""

    def __init__(self, message: Text, fields: Mapping[str, Text] | None = None) -> None:
        self.message = message
        self.fields = dict(fields or {})
        super().__init__(str(message))


class World(Protocol):
    """What a player needs: acts that may be Refused, and looks."""

    @property
    def now(self) -> datetime:
        """Aware; moves only with `advance`."""

    def start(self, who: Who | None, process: str, answers: Mapping[str, Any]) -> None:
        """Start a case."""

    def complete(self, who: Who, standing: Standing, answers: Mapping[str, Any]) -> None:
        """Answer a waiting task."""

    def advance(self, until: datetime) -> None:
        """Let time pass; everything due on the way happens at its moment, in order."""

    def send(self, name: str, key: Any, payload: Mapping[str, Any]) -> None:
        """A message arrives from outside."""

    def vote(self, key: Any, found: Mapping[str, Any]) -> None:
        """The round of ballots with this key is counted: {signedIn?, issued?, ballots or counted, …}."""

    def waiting(self) -> list[Standing]:
        """Everything that waits, oldest case first."""

    def cases(self) -> list[CaseState]:
        """All cases, oldest first."""

    def pending(self) -> int:
        """Messages nobody waits for."""

    def documents(self) -> list[str]:
        """Templates of the documents produced, with repetition."""

    def notices(self) -> list[str]:
        """Whom notices went to (role or login), with repetition."""


def nobody(who: Who, standing: Standing) -> Refused:
    """The refusal when a task is somebody else's."""
    return Refused(T("“{who}”不能办理“{task}”，它属于{owner}", who=who, task=standing.element, owner=_owner(standing)))


def _owner(standing: Standing) -> str:
    if standing.assignee:
        return standing.assignee
    return "@".join(part for part in (standing.role, standing.unit) if part) or "-"


def may(who: Who, standing: Standing) -> bool:
    """Is the task this actor's: named person, or role (and unit, when the actor names one)."""
    if standing.assignee:
        return who.login == standing.assignee
    return who.role == standing.role and who.unit in (None, standing.unit)
