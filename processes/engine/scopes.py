"""Activities with an inside: sub-processes, called processes and event sub-processes."""

from __future__ import annotations

from typing import Any

from processes.engine.activities import Activity
from processes.engine.elements import Element
from processes.engine.tokens import Incident, Scope, Step
from processes.text import T

GIVEN = ("case", "params", "parent")
"""Variables every case has; a called process always sees them and never hands them back."""


class SubProcess(Activity):
    """An embedded sub-process or transaction; it shares the variables around it, an instance of it has its own."""

    def perform(self, step: Step) -> bool | None:
        """Open the inside; an empty one is over at once."""
        if not self.process.starts.get(self.node.id):
            return True
        local = step.notes.pop("local", None)
        kind = "subprocess" if local is None else "instance"
        step.workflow.populate(step.workflow.open(kind, step, self.node.id, self.process, local))
        return None

    def inner_done(self, step: Step, scope: Scope) -> None:
        """Hand the inside's compensation records outwards, and an instance's variables to its result."""
        if scope.data is not None:
            step.notes["local"] = in_order(scope.data)
        if self.node.id not in self.process.handlers:
            hand_out(step, scope)
        step.complete()


class CallActivity(Activity):
    """Runs another process of the bundle with variables of its own."""

    def perform(self, step: Step) -> bool | None:
        """Open the called process with its arguments, or with a copy of everything seen here."""
        workflow = step.workflow
        called = workflow.definition.processes.get(self.node.called or "")
        if called is None:
            raise Incident(T("被调用的流程「{name}」不在这个程序里", name=self.node.called or "?"))
        if not called.starts.get(called.id):
            return True
        seen = dict(workflow.context(step))
        if self.node.ext_params:
            seen = {name: seen[name] for name in GIVEN if name in seen} | self.arguments(step)
        data = {name: value for name, value in seen.items() if not name.startswith("\u00a7")}
        workflow.populate(workflow.open("call", step, called.id, called, data))
        return None

    def inner_done(self, step: Step, scope: Scope) -> None:
        """Take over what the called process leaves behind, under `yishi:result` or name by name."""
        values: dict[str, Any] = {k: v for k, v in in_order(scope.data or {}).items() if k not in GIVEN}
        step.workflow.merge(step, values, self.node.ext.get("result"))
        step.complete()


class EventSubProcess(Element):
    """A sub-process begun by an event of its scope; entered by the watcher of that event."""

    def _run_hook(self, my_task: Step) -> bool | None:
        workflow = my_task.workflow
        scope = workflow.open("event", my_task, self.node.id, self.process, None)
        workflow.populate(scope, my_task.notes["start"], fired=True)
        return None

    def inner_done(self, step: Step, scope: Scope) -> None:
        """Hand the inside's compensation records outwards and end."""
        hand_out(step, scope)
        step.complete()


def in_order(data: dict[str, Any]) -> dict[str, Any]:
    """Variables by name, because the order in which they were set is not stored."""
    return dict(sorted(data.items()))


def hand_out(step: Step, scope: Scope) -> None:
    """What was done inside may have to be undone from outside."""
    if scope.records:
        step.scope.records.extend(scope.records)
        step.workflow.touched_scopes[step.scope.id] = step.scope
