"""One running case: its scopes, its steps, and the queue that moves tokens.

SpiffWorkflow gives the life of a step (states, run, complete, cancel) and the graph of specs; here stands what it
leaves open: tokens wait at joins by flow, variables live in scopes, and only what is alive is kept in memory.
"""

from __future__ import annotations

from collections import ChainMap, deque
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import TaskState
from SpiffWorkflow.workflow import Workflow

from processes.engine.tokens import MISSING, At, Incident, Scope, Sent, Step
from processes.expressions import FeelBudgetError, FeelSyntaxError, compile_expression
from processes.text import T, Text

if TYPE_CHECKING:
    from processes.definition import Definition
    from processes.engine.compiled import CompiledProcess

STEP_BUDGET = 10_000
"""Automatic steps one act may cause; more means the diagram goes round in circles."""


class CaseWorkflow(Workflow):
    """The tokens of one case and the rules by which they move; `root` is there once the process has begun."""

    root: Scope

    def __init__(self, definition: Definition, process: CompiledProcess, at: At) -> None:
        super().__init__(process.spec, deserializing=True)
        self.definition = definition
        self.process = process
        self.at = at
        self.status = "running"
        self.ends: list[str] = []
        self.scopes: dict[int, Scope] = {}
        self.waits: dict[str, dict[int, Step]] = {}
        self.merging: dict[int, Step] = {}
        self.under: dict[int, dict[int, Step]] = {}
        self.ready: deque[Step] = deque()
        self.next_step = 1
        self.next_scope = 1
        self.outbox: list[Sent] = []
        self.trace: list[tuple[str, str | None]] = []
        self.touched: dict[int, Step] = {}
        self.touched_scopes: dict[int, Scope] = {}
        self.touched_names: dict[tuple[int, str], None] = {}
        self.folded: list[int] = []
        self.budget = STEP_BUDGET

    # ---- variables -------------------------------------------------------------------------------------------------

    def context(self, step: Step) -> Mapping[str, Any]:
        """The variables a step sees, its own instance's first."""
        maps = step.scope.maps()
        local = step.notes.get("local")
        if local is not None:
            maps.insert(0, local)
        return maps[0] if len(maps) == 1 else ChainMap(*maps)

    def evaluate(self, step: Step, text: str, extra: Mapping[str, Any] | None = None) -> Any:
        """The value of a FEEL text seen from a step; an incident when it needs more than its budget."""
        value, _ = self.judge(step, text, extra)
        return value

    def judge(self, step: Step, text: str, extra: Mapping[str, Any] | None = None) -> tuple[Any, list[str]]:
        """A value together with what FEEL turned into null on the way."""
        context = self.context(step)
        if extra:
            context = ChainMap(dict(extra), *([context] if isinstance(context, dict) else context.maps))  # type: ignore[attr-defined]
        env = self.at.env()
        try:
            value = compile_expression(text).evaluate(context, env)
        except (FeelSyntaxError, FeelBudgetError) as exc:
            raise Incident(T("表达式「{text}」无法计算：{why}", text=text, why=str(exc))) from exc
        return value, [str(w) for w in env.warnings]

    def truth(self, step: Step, text: str, extra: Mapping[str, Any] | None = None) -> bool:
        """A condition's answer; anything but yes or no is an incident, because null is no answer for a gateway."""
        value, reasons = self.judge(step, text, extra)
        if isinstance(value, bool):
            return value
        why = "；".join(reasons) or str(T("结果是 {value}", value="空" if value is None else value))
        raise Incident(T("条件「{text}」没有得出“是”或“否”：{why}", text=text, why=why))

    def write(self, step: Step, name: str, value: Any) -> None:
        """Set a variable where the step stands: in its own instance, else in the nearest scope with variables."""
        local = step.notes.get("local")
        if local is not None:
            local[name] = value
            self.touch(step)
        else:
            self.put(step.scope.home, name, value)

    def put(self, scope: Scope, name: str, value: Any) -> None:
        """Set or, with MISSING, remove a variable of a scope."""
        assert scope.data is not None
        if value is MISSING:
            scope.data.pop(name, None)
        else:
            scope.data[name] = value
        self.touched_names[scope.id, name] = None

    def merge(self, step: Step, values: Mapping[str, Any], name: str | None = None) -> None:
        """Write values one by one, or all together under one name."""
        if name:
            self.write(step, name, dict(values))
            return
        for key, value in values.items():
            self.write(step, key, value)

    # ---- steps and scopes ------------------------------------------------------------------------------------------

    def touch(self, step: Step) -> None:
        """Remember that a step's row must be written."""
        self.touched[step.id] = step

    def enter(self, scope: Scope, element: str, via: str | None = None, **notes: Any) -> Step:
        """Put a new token on a node."""
        step = Step(self, scope.process.elements[element], scope, self.next_step)
        self.next_step += 1
        step.notes.update({key: value for key, value in notes.items() if value is not None})
        if via is not None:
            step.notes["via"] = via
        self.hold(step)
        self.trace.append((element, via))
        step.task_spec.arrive(step)
        return step

    def hold(self, step: Step) -> None:
        """Take a step into the indexes; used for new and for loaded ones."""
        self.tasks[step.id] = step
        step.scope.members[step.id] = step
        if not step.armed:
            step.scope.live += 1
        if (owner := step.notes.get("under")) is not None:
            self.under.setdefault(owner, {})[step.id] = step
        if kind := step.notes.get("wait"):
            self.waits.setdefault(kind, {})[step.id] = step
        if step.task_spec.merges and not step.notes.get("joined"):
            self.merging[step.id] = step
        self.touch(step)

    def wait(self, step: Step, kind: str, **notes: Any) -> None:
        """Let a step wait for something: task, timer, message, signal or condition."""
        step.notes.update(notes, wait=kind)
        self.waits.setdefault(kind, {})[step.id] = step

    def awake(self, step: Step) -> None:
        """The wait of a step is over."""
        self.waits.get(step.notes.pop("wait", ""), {}).pop(step.id, None)

    def open(
        self, kind: str, owner: Step | None, element: str, process: CompiledProcess, data: dict[str, Any] | None
    ) -> Scope:
        """Begin a scope; `data` None means it shares the variables around it."""
        parent = owner.scope if owner else None
        scope = Scope(self.next_scope, kind, process, element, parent, owner.id if owner else None, data)
        self.next_scope += 1
        self.scopes[scope.id] = self.touched_scopes[scope.id] = scope
        if parent is None:
            self.root = scope
        for name in data or ():
            self.touched_names[scope.id, name] = None
        return scope

    def populate(self, scope: Scope, start: str | None = None, **notes: Any) -> None:
        """Watch for the scope's event sub-processes and set its first tokens."""
        scope.live += 1  # the scope is not empty while it is being filled
        for watcher in scope.process.watchers.get(scope.element, ()):
            self.enter(scope, watcher, **{"as": "watch"})
        for element in [start] if start else scope.process.starts.get(scope.element, ()):
            self.enter(scope, element, **notes)
        scope.live -= 1
        if scope.live == 0:
            self.close(scope)

    def end(self, step: Step) -> None:
        """Take a finished step out; a scope without tokens ends at once."""
        step.ended = self.at.now
        self.tasks.pop(step.id, None)
        self.waits.get(step.notes.get("wait", ""), {}).pop(step.id, None)
        self.merging.pop(step.id, None)
        self.touch(step)
        scope = step.scope
        if scope.members.pop(step.id, None) is None:
            return
        if (owner := step.notes.get("under")) is not None:
            self.under.get(owner, {}).pop(step.id, None)
        if not step.armed:
            scope.live -= 1
            if scope.live == 0 and not scope.closing:
                self.close(scope)

    def close(self, scope: Scope) -> None:
        """End an empty scope: its watchers go, its owner completes."""
        self.clear(scope)
        if scope.owner is None:
            self.finish("ended")
            return
        owner = self.tasks[scope.owner]
        self.attempt(owner, lambda: owner.task_spec.inner_done(owner, scope))

    def clear(self, scope: Scope, keep: Iterable[int] = ()) -> None:
        """Drop everything in a scope but the steps to keep; with nothing to keep the scope itself goes."""
        kept = set(keep)
        scope.closing = scope.closing or not kept
        for step in list(scope.members.values()):
            if step.id not in kept:
                self.drop(step)
        if not kept:
            self.scopes.pop(scope.id, None)
            self.touched_scopes[scope.id] = scope

    def drop(self, step: Step) -> None:
        """Cancel a step with all that hangs on it."""
        if step.id in self.tasks:
            step._set_state(TaskState.CANCELLED)
            step.task_spec._on_cancel(step)

    def discard(self, step: Step) -> None:
        """What cancelling does: dependants and the inner scope go first."""
        for dependant in list(self.under.pop(step.id, {}).values()):
            self.drop(dependant)
        for scope in [s for s in self.scopes.values() if s.owner == step.id]:
            self.clear(scope)
        if step.results:
            self.folded.append(step.id)
        self.end(step)

    def finish(self, status: str) -> None:
        """The case is over."""
        self.status = status
        self.completed = True

    # ---- movement --------------------------------------------------------------------------------------------------

    def attempt(self, step: Step, act: Callable[[], Any]) -> None:
        """Do something for a step; an incident parks the step instead of undoing what was done before."""
        try:
            act()
        except Incident as trouble:
            self.park(step, trouble.text)

    def park(self, step: Step, text: Text) -> None:
        """Stop at a step until a person mends the cause."""
        step.notes["incident"] = [text.msgid, {k: str(v) for k, v in text.params.items()}]
        step._set_state(TaskState.ERROR)

    def leave(self, step: Step) -> None:
        """Move on from a completed step along the flows it chooses."""
        if step.id not in self.tasks:
            return  # it was swept away by what it threw itself
        step.notes.pop("incident", None)
        step.notes["leaving"] = True
        flows = step.task_spec.exits(step)
        step.notes.pop("leaving")
        step.task_spec.finished(step)
        for flow in flows:
            self.enter(step.scope, flow.target, flow.id)
        self.end(step)
        step.task_spec.told(step)

    def send(self, step: Step, kind: str, name: str, key: Any, payload: dict[str, Any]) -> None:
        """Put something into the outbox; a signal also reaches whoever waits for it inside the case."""
        seen = dict(self.context(step)) if kind == "effect" else None
        self.outbox.append(Sent(kind, name, key, payload, step.id, step.task_spec.name, seen))
        if kind == "signal":
            self.signal(name, payload)

    def signal(self, name: str, payload: Mapping[str, Any]) -> bool:
        """Wake everybody who waits for a signal; False when nobody does."""
        heard = [s for s in self.waiters("signal") if s.notes.get("name") == name]
        for waiter in heard:
            if waiter.id in self.tasks:
                self.attempt(waiter, lambda w=waiter: w.task_spec.trigger(w, payload))  # type: ignore[misc]
        return bool(heard)

    def waiters(self, kind: str) -> list[Step]:
        """The open waits of a kind, the oldest first; the order must not depend on whether the case was reloaded."""
        found = [s for s in self.waits.get(kind, {}).values() if s.has_state(TaskState.STARTED)]
        return sorted(found, key=lambda s: s.id)

    def settle(self) -> None:
        """Run automatic steps until only waits are left."""
        self.budget = STEP_BUDGET
        while True:
            while self.ready:
                step = self.ready.popleft()
                if step.has_state(TaskState.READY):
                    self.execute(step)
            if self.completed or not (self.open_joins() or self.check_conditions()):
                return

    def execute(self, step: Step) -> None:
        """Run one automatic step within the budget."""
        self.budget -= 1
        if self.budget < 0:
            self.park(step, T("这里转起了圈子：一次办理引出了 {n} 个以上的自动步骤", n=STEP_BUDGET))
            return
        self.attempt(step, step.run)

    def open_joins(self) -> bool:
        """Let inclusive joins go on that nothing can reach any more; at most one, since each may change the others."""
        for step in sorted(self.merging.values(), key=lambda s: s.id):
            if step.task_spec.may_join(step):
                step.task_spec.join(step)
                return True
        return False

    def check_conditions(self) -> bool:
        """Trigger conditional events that have become true; at most one at a time."""
        for step in self.waiters("condition"):
            fired: list[bool] = []
            self.attempt(step, lambda s=step, f=fired: f.append(s.task_spec.became_true(s)))  # type: ignore[misc]
            if fired and fired[0]:
                self.attempt(step, lambda s=step: s.task_spec.trigger(s, {}))  # type: ignore[misc]
                return True
        return False
