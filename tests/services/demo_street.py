"""The demonstration street as tests read it, built once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from processes.run import Run
from services import calendars, cases, documents, people, runs
from services.cases import CaseHead
from services.demo.build import Built
from services.desk import SYSTEM, Desk
from services.store import db as store
from services.store.db import Engine

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@dataclass
class Street:
    """The built street, read as the system."""

    engine: Engine
    built: Built

    @cached_property
    def heads(self) -> list[CaseHead]:
        """Every case, oldest first."""
        with self.desk() as desk:
            return list(reversed(cases.find(desk, limit=10_000)))

    def desk(self, login: str | None = None) -> Any:
        """A look as somebody."""
        return _Look(self.engine, login)

    @cached_property
    def first(self) -> CaseHead:
        """The finished nomination."""
        return next(head for head in self.heads if head.process == "nomination")

    @cached_property
    def own(self) -> list[CaseHead]:
        """The finished nomination's cases: those of its time."""
        later = [head.id for head in self.heads if head.process == "nomination"][1]
        return [head for head in self.heads if head.id < later]

    def of(self, process: str) -> list[CaseHead]:
        """The finished nomination's cases of one process."""
        return [head for head in self.own if head.process == process]

    def run(self, head: CaseHead) -> Run:
        """A case as it stands."""
        with self.desk() as desk:
            row = cases.scope.case(desk, head.id)
            return runs.load(desk, head.id, row.version_id)

    def data(self, head: CaseHead) -> dict[str, Any]:
        """A case's variables."""
        return self.run(head).data

    @cached_property
    def main(self) -> dict[str, Any]:
        """The finished nomination's variables."""
        return self.data(self.first)

    @cached_property
    def candidates(self) -> list[tuple[str, dict[str, Any]]]:
        """End code and variables of every nomination."""
        return [(self.code(head), self.data(head)) for head in self.of("nomination_candidate")]

    def code(self, head: CaseHead) -> str:
        """The code of the end a case reached."""
        run = self.run(head)
        return str(run.definition.node(run.process, run.ends[-1]).ext["end"])

    def papers(self, template: str) -> list[str]:
        """The print pages of the finished nomination whose title or name speaks of this."""
        with self.desk() as desk:
            rows = [row for head in self.own for row in documents.of_case(desk, head.id)]
            wanted = [row for row in rows if template in row.title and row.media.startswith("text/html")]
            return [documents.get(desk, row.id).content.decode() for row in wanted]


class _Look:
    def __init__(self, engine: Engine, login: str | None) -> None:
        self.context = store.reading(engine)
        self.login = login

    def __enter__(self) -> Desk:
        connection = self.context.__enter__()
        actor = people.actor(connection, self.login) if self.login else SYSTEM
        return Desk(connection, actor, NOW, calendars.load(connection))

    def __exit__(self, *trouble: Any) -> None:
        self.context.__exit__(*trouble)
