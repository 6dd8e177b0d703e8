"""Small diagrams and a case that can be reloaded after every act, so that each engine test runs both ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from processes import snapshot
from processes.definition import Bundle, Definition, define
from processes.expressions import dumps, loads
from processes.run import At, Run, Waiting
from processes.workdays import Calendar

MONDAY = datetime(2026, 9, 14, 1, 0, tzinfo=UTC)
"""2026-09-14 09:00 in Beijing."""

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yishi="urn:yishi:bpmn:1" targetNamespace="t"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">"""


def diagram(body: str, roots: str = "", others: str = "") -> Definition:
    """A definition from the inside of one process `p`; `roots` are messages and the like, `others` more processes."""
    text = f'{HEAD}{roots}<process id="p" name="p" isExecutable="true">{body}</process>{others}</definitions>'
    return define(Bundle({"t.bpmn": text.encode()}))


def flow(source: str, target: str, condition: str | None = None, name: str | None = None) -> str:
    """A sequence flow `source_target`."""
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{name or f"{source}_{target}"}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def flows(*chains: str) -> str:
    """Flows along chains such as "a b c"."""
    pairs = [pair for chain in chains for pair in zip(chain.split(), chain.split()[1:], strict=False)]
    return "".join(flow(a, b) for a, b in pairs)


def task(name: str, inner: str = "", kind: str = "userTask", **attributes: str) -> str:
    """A task; `due__x` style attributes are not needed, plain names become yishi attributes."""
    extra = "".join(f' yishi:{key}="{value}"' for key, value in attributes.items())
    return f'<{kind} id="{name}" name="{name}"{extra}>{inner}</{kind}>'


def script(name: str, text: str) -> str:
    """A script task."""
    return f'<scriptTask id="{name}"><script>{text}</script></scriptTask>'


class Store:
    """Rows as a database would keep them, fed by changes alone."""

    def __init__(self) -> None:
        self.header: dict[str, Any] = {}
        self.scopes: dict[int, dict[str, Any]] = {}
        self.steps: dict[int, dict[str, Any]] = {}
        self.variables: dict[tuple[int, str], Any] = {}

    def save(self, run: Run) -> None:
        """Apply what changed, through JSON text as a text column would."""
        found = snapshot.changes(run)
        self.header = loads(dumps(found.header))
        self.scopes.update({row["id"]: loads(dumps(row)) for row in found.scopes})
        self.steps.update({row["id"]: loads(dumps(row)) for row in found.steps})
        self.variables.update({(scope, name): loads(dumps(value)) for scope, name, value in found.variables})
        for key in found.dropped:
            self.variables.pop(key, None)
        for step in self.steps.values():
            if step["keep"] in found.folded:
                step["keep"] = None
        for scope in found.dead_scopes:
            self.scopes.pop(scope, None)

    def rows(self) -> snapshot.Rows:
        """What loading reads: open scopes, live steps and kept results."""
        steps = [s for s in self.steps.values() if s["state"] in snapshot.LIVE or s["keep"] is not None]
        variables = [(scope, name, value) for (scope, name), value in self.variables.items() if scope in self.scopes]
        return snapshot.Rows(self.header, list(self.scopes.values()), steps, variables)


class Case:
    """A run with a clock; with `reload`, every act is followed by saving the changes and loading the rows."""

    def __init__(self, definition: Definition, data: dict[str, Any] | None = None, reload: bool = False, **how: Any):
        self.definition, self.reload, self.now = definition, reload, MONDAY
        self.store = Store()
        self.sent: list[Any] = []
        self.run = Run.start(definition, how.pop("process", "p"), data or {}, self.at, **how)
        self._saved()

    @property
    def at(self) -> At:
        return At(self.now, Calendar.seeded())

    def _saved(self) -> None:
        self.sent += self.run.take_outbox()
        self.store.save(self.run)
        rows = self.store.rows()
        assert canonical(rows) == canonical(snapshot.dump(self.run)), "the saved rows differ from a fresh full save"
        if self.reload:
            self.run = snapshot.load(self.definition, rows, self.at)

    def do(self, act: Callable[[Run], Any]) -> Any:
        result = act(self.run)
        self._saved()
        return result

    def open(self, kind: str = "task") -> list[str]:
        """The elements that wait, in order."""
        return [w.element for w in self.run.waiting() if w.kind == kind]

    def waiting(self, element: str, index: int = 0) -> Waiting:
        return [w for w in self.run.waiting() if w.element == element][index]

    def complete(self, element: str, index: int = 0, **answers: Any) -> Case:
        step = [w for w in self.run.waiting() if w.element == element and w.kind == "task"][index].step
        self.do(lambda run: run.complete(step, answers, self.at))
        return self

    def receive(self, name: str, key: str | None = None, **payload: Any) -> bool:
        return bool(self.do(lambda run: run.receive(name, key, payload, self.at)))

    def wait(self, **delta: float) -> int:
        self.now += timedelta(**delta)
        return int(self.do(lambda run: run.fire(self.at)))

    def retry(self, element: str) -> None:
        step = next(w.step for w in self.run.waiting() if w.element == element and w.kind == "incident")
        self.do(lambda run: run.retry(step, self.at))

    @property
    def ends(self) -> list[str]:
        return self.run.ends

    @property
    def data(self) -> dict[str, Any]:
        return self.run.data

    @property
    def done(self) -> bool:
        return self.run.status != "running"


def canonical(rows: snapshot.Rows) -> Any:
    """Rows in an order and shape that can be compared."""
    steps = sorted(
        (
            {k: v for k, v in row.items() if k not in ("id", "created_at", "ended_at", "data") or row["keep"] is None}
            | {"index": row["data"].get("index")}
            for row in rows.steps
        ),
        key=dumps,
    )
    scopes = sorted(rows.scopes, key=lambda r: r["id"])
    variables = sorted((scope, name, dumps(value)) for scope, name, value in rows.variables)
    return loads(dumps([rows.header, scopes, steps])), variables
