"""The verbs of a running case. Nothing outside this package touches a token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from SpiffWorkflow.task import TaskState

from processes.definition import Definition
from processes.engine.activities import UserTask
from processes.engine.case import CaseWorkflow
from processes.engine.multi import resume
from processes.engine.timers import moment, schedule
from processes.engine.tokens import At, Incident, Sent, Step
from processes.text import T, Text
from processes.workdays import Calendar, end_of

__all__ = ["At", "Incident", "Moved", "NotWaiting", "Run", "Sent", "Waiting"]


class NotWaiting(Exception):
    """The step does not wait for this any more."""


@dataclass(frozen=True)
class Waiting:
    """What a case waits for: whom, what message, until when."""

    step: int
    element: str
    kind: str
    name: str
    since: datetime
    scope: int
    role: str | None = None
    unit: Any = None
    assignee: Any = None
    form: str | None = None
    due: datetime | None = None
    due_date: date | None = None
    message: str | None = None
    key: str | None = None
    reason: Text | None = None
    index: int | None = None


@dataclass(frozen=True)
class Moved:
    """A deadline that another calendar has changed."""

    step: int
    element: str
    before: str
    after: str


class Run:
    """One case in memory; services or the scenario player own the clock, the calendar and the saving."""

    def __init__(self, workflow: CaseWorkflow) -> None:
        self.workflow = workflow

    @classmethod
    def start(
        cls,
        definition: Definition,
        process: str,
        data: Mapping[str, Any],
        at: At,
        message: str | None = None,
        payload: Mapping[str, Any] | None = None,
        element: str | None = None,
    ) -> Run:
        """Begin a case with its first variables: by hand, by a message, or at the timer start `element`.

        Raises KeyError for an unknown process or message.
        """
        compiled = definition.processes[process]
        workflow = CaseWorkflow(definition, compiled, at)
        start = compiled.message_starts[message] if message else element
        if start is None and not compiled.starts.get(process):
            raise NotWaiting(str(T("流程「{name}」只能由消息启动", name=compiled.name or process)))
        scope = workflow.open("process", None, process, compiled, dict(data))
        if payload and start:
            result = compiled.elements[start].ext("result")
            for name, value in {result: dict(payload)}.items() if result else payload.items():
                workflow.put(scope, name, value)
        workflow.populate(scope, start)
        workflow.settle()
        return cls(workflow)

    # ---- questions -------------------------------------------------------------------------------------------------

    @property
    def definition(self) -> Definition:
        """The version the case runs on."""
        return self.workflow.definition

    @property
    def process(self) -> str:
        """The id of the process that was started."""
        return self.workflow.process.id

    @property
    def status(self) -> str:
        """running, ended or cancelled."""
        return self.workflow.status

    @property
    def ends(self) -> list[str]:
        """The end events of the process reached so far, in order."""
        return list(self.workflow.ends)

    @property
    def data(self) -> dict[str, Any]:
        """The variables of the process; after the end, the last ones."""
        return self.workflow.root.data or {}

    def context(self, step: int) -> Mapping[str, Any]:
        """The variables a step sees."""
        return self.workflow.context(self._step(step))

    def waiting(self) -> list[Waiting]:
        """Everything the case waits for, in the order the waits began."""
        steps: Iterable[Step] = sorted(self.workflow.tasks.values(), key=lambda s: s.id)
        return [found for step in steps if (found := describe(step)) is not None]

    def next_due(self) -> datetime | None:
        """The earliest moment at which `fire` will do something."""
        return min((moment(s.notes["due"]) for s in self._timers()), default=None)

    def _timers(self) -> list[Step]:
        return self.workflow.waiters("timer")

    def _step(self, number: int) -> Step:
        step = self.workflow.tasks.get(number)
        if step is None:
            raise NotWaiting(str(T("这一步已经办过了")))
        return step  # type: ignore[no-any-return]

    # ---- verbs -----------------------------------------------------------------------------------------------------

    def complete(self, number: int, answers: Mapping[str, Any], at: At) -> None:
        """Take a person's answers to a waiting task; raises NotWaiting when the task is not open."""
        step = self._step(number)
        if step.notes.get("wait") != "task" or not step.has_state(TaskState.STARTED):
            raise NotWaiting(str(T("这一步已经办过了")))
        self._at(at)
        spec = step.task_spec
        assert isinstance(spec, UserTask)
        self.workflow.attempt(step, lambda: spec.answer(step, answers))
        self.workflow.settle()

    def fire(self, at: At) -> int:
        """Trigger every timer that is due, the earliest first; returns how many."""
        self._at(at)
        count = 0
        due = sorted((moment(s.notes["due"]), s.id) for s in self._timers() if moment(s.notes["due"]) <= at.now)
        for _, number in due:
            step = self.workflow.tasks.get(number)
            if step is not None and step.has_state(TaskState.STARTED):
                self._trigger(step, {})
                count += 1
        return count

    def receive(self, name: str, key: str | None, payload: Mapping[str, Any], at: At) -> bool:
        """Hand a message to the step that has waited longest for it; False when none does."""
        self._at(at)
        step = self._hearing(name, key)
        if step is None:
            return False
        self._trigger(step, payload)
        return True

    def hearing(self, name: str, key: str | None) -> str | None:
        """How the diagram calls the step that would take a message now; None when none does."""
        step = self._hearing(name, key)
        return None if step is None else str(step.task_spec.node.name or name)

    def _hearing(self, name: str, key: str | None) -> Step | None:
        return next((s for s in self.workflow.waiters("message") if _hears(s, name, key)), None)

    def signal(self, name: str, payload: Mapping[str, Any], at: At) -> bool:
        """Wake everybody in the case who waits for a signal from outside; False when nobody does."""
        self._at(at)
        heard = self.workflow.signal(name, payload)
        self.workflow.settle()
        return heard

    def retry(self, number: int, at: At) -> None:
        """Try a parked step again after its cause was mended; raises NotWaiting when it is not parked."""
        step = self._step(number)
        if not step.has_state(TaskState.ERROR):
            raise NotWaiting(str(T("这一步没有停住")))
        self._at(at)
        step.notes.pop("incident", None)
        if step.notes.get("leaving"):
            step._set_state(TaskState.STARTED)
            self.workflow.attempt(step, step.complete)
        elif "multi" in step.notes or "loop" in step.notes:
            step._set_state(TaskState.STARTED)
            self.workflow.attempt(step, lambda: resume(step))
        elif step.notes.get("wait"):
            step._set_state(TaskState.STARTED)
        else:
            step._set_state(TaskState.READY)
            self.workflow.ready.append(step)
        self.workflow.settle()

    def put(self, values: Mapping[str, Any], at: At) -> None:
        """Correct variables of the process, so that a parked step can be tried again."""
        self._at(at)
        root = self.workflow.root
        for name, value in values.items():
            self.workflow.put(root, name, value)
        self.workflow.settle()

    def jump(self, numbers: Iterable[int], element: str, at: At) -> None:
        """Cancel steps and put one token on an element of the same scope instead; raises NotWaiting or KeyError."""
        steps = [self._step(number) for number in numbers]
        scope = steps[0].scope
        node = scope.process.elements[element].node
        if any(s.scope is not scope for s in steps) or node.scope != scope.element:
            raise NotWaiting(str(T("只能在同一层里跳转")))
        self._at(at)
        self.workflow.enter(scope, element)
        for step in steps:
            self.workflow.drop(step)
        self.workflow.settle()

    def cancel(self, at: At) -> None:
        """End the case without an outcome."""
        self._at(at)
        self.workflow.clear(self.workflow.root)
        self.workflow.finish("cancelled")

    def recount(self, calendar: Calendar) -> list[Moved]:
        """Recompute every open deadline by another calendar, each from the moment it began; returns what changed.

        A deadline is never moved to before what was announced.
        """
        moved = []
        for step in [*self.workflow.waiters("task"), *self.workflow.waiters("timer")]:
            before = _deadline(step)
            after = self._recounted(step, calendar) if before else None
            if before and after and after > before:
                _set_deadline(step, after)
                self.workflow.touch(step)
                moved.append(Moved(step.id, step.task_spec.name, str(before), str(after)))
        return moved

    def _recounted(self, step: Step, calendar: Calendar) -> Any:
        kept, self.workflow.at = self.workflow.at, At(step.since, calendar)
        try:
            if step.notes.get("wait") == "task":
                value = self.workflow.evaluate(step, step.task_spec.node.ext["due"])
                return value if isinstance(value, date) else None
            if step.notes.get("wait") == "timer" and not step.notes.get("cycle") and not step.notes.get("more"):
                return schedule(self.workflow, step, step.task_spec.node.event.text or "")["due"]
        except Incident:
            return None
        finally:
            self.workflow.at = kept
        return None

    def take_outbox(self) -> list[Sent]:
        """What left the case since the last call; the caller must carry it out in the same transaction."""
        sent, self.workflow.outbox = self.workflow.outbox, []
        return sent

    def take_trace(self) -> list[tuple[str, str | None]]:
        """Every node entered with the flow that led there since the last call, in order."""
        trace, self.workflow.trace = self.workflow.trace, []
        return trace

    def _at(self, at: At) -> None:
        if self.workflow.completed:
            raise NotWaiting(str(T("这个办件已经结束")))
        self.workflow.at = at

    def _trigger(self, step: Step, payload: Mapping[str, Any]) -> None:
        self.workflow.attempt(step, lambda: step.task_spec.trigger(step, payload))
        self.workflow.settle()


def describe(step: Step) -> Waiting | None:
    """What one step waits for; None for a step that only holds others."""
    notes, node = step.notes, step.task_spec.node
    common: dict[str, Any] = {"step": step.id, "element": node.id, "since": step.since, "scope": step.scope.id}
    if incident := notes.get("incident"):
        return Waiting(kind="incident", name=node.name, reason=Text(incident[0], incident[1]), **common)
    kind = notes.get("wait")
    if kind is None:
        return None
    if kind != "task":
        due = moment(notes["due"]) if kind == "timer" else None
        return Waiting(kind=kind, name=node.name, due=due, message=notes.get("name"), key=notes.get("key"), **common)
    task = notes["task"]
    due_date = task.get("due")
    return Waiting(
        kind="task",
        name=str(task.get("title") or node.name or node.id),
        role=task.get("role"),
        unit=task.get("unit"),
        assignee=task.get("assignee"),
        form=task.get("form"),
        due=end_of(due_date) if isinstance(due_date, date) and not isinstance(due_date, datetime) else None,
        due_date=due_date if isinstance(due_date, date) else None,
        index=notes.get("index"),
        **common,
    )


def _hears(step: Step, name: str, key: str | None) -> bool:
    notes = step.notes
    return notes.get("name") == name and notes.get("key") in (None, key)


def _deadline(step: Step) -> Any:
    if step.notes.get("wait") == "task":
        return step.notes["task"].get("due")
    return step.notes.get("due")


def _set_deadline(step: Step, value: Any) -> None:
    if step.notes.get("wait") == "task":
        step.notes["task"]["due"] = value
    else:
        step.notes["due"] = value
