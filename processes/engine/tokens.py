"""What a case is made of: steps, which are tokens at nodes, and scopes, in which they move and keep their variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task, TaskState

from processes.expressions import Env
from processes.text import Text
from processes.workdays import Calendar

if TYPE_CHECKING:
    from processes.engine.case import CaseWorkflow
    from processes.engine.compiled import CompiledProcess

MISSING = object()


@dataclass(frozen=True)
class At:
    """When something happens and by which calendar; the engine has no clock of its own."""

    now: datetime
    calendar: Calendar

    def env(self) -> Env:
        """A fresh budget for one evaluation."""
        return Env(now=self.now, calendar=self.calendar)


class Incident(Exception):
    """A rule, table or expression failed after a lawful act; the step is parked until a person mends it."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True)
class Sent:
    """Something that leaves the case: a message, a signal, or an effect the services carry out.

    `context` holds what an effect's step saw then, because its scope may be gone before the effect is carried out.
    """

    kind: str
    name: str
    key: Any
    payload: dict[str, Any]
    step: int
    element: str
    context: Mapping[str, Any] | None = None


class Step(Task):
    """A token at a node. `internal_data` holds what the engine must remember about it."""

    def __init__(self, workflow: CaseWorkflow, spec: Any, scope: Scope, number: int) -> None:
        super().__init__(workflow, spec, state=TaskState.FUTURE, id=number)
        self.scope = scope
        self.notes: dict[str, Any] = self.internal_data
        self.since: datetime = workflow.at.now
        self.ended: datetime | None = None
        self.result: Any = None
        self.results: dict[int, Any] = {}

    @property
    def armed(self) -> bool:
        """True for an event that only watches: it keeps no scope alive."""
        return self.notes.get("as") in ("boundary", "watch")

    def _set_state(self, value: int) -> None:
        self._state = value
        self.workflow.touch(self)


@dataclass(eq=False)
class Scope:
    """Where variables live and tokens are counted: a process, a sub-process, one instance of it, a called process."""

    id: int
    kind: str
    process: CompiledProcess
    element: str
    parent: Scope | None
    owner: int | None
    data: dict[str, Any] | None
    live: int = 0
    closing: bool = False
    members: dict[int, Step] = field(default_factory=dict)
    records: list[list[Any]] = field(default_factory=list)

    @property
    def home(self) -> Scope:
        """The nearest scope, this one included, that has variables of its own."""
        scope = self
        while scope.data is None and scope.parent is not None:
            scope = scope.parent
        return scope

    def maps(self) -> list[dict[str, Any]]:
        """The variables seen from here, nearest first; a called process does not see its caller's."""
        found: list[dict[str, Any]] = []
        scope: Scope | None = self
        while scope is not None:
            if scope.data is not None:
                found.append(scope.data)
            scope = None if scope.kind == "call" else scope.parent
        return found
