"""What breaks the normal run: errors, escalations, termination, and undoing by compensation."""

from __future__ import annotations

from typing import Any

from processes.engine.tokens import Scope, Step
from processes.model import EventDef, Node


def broadcast_error(step: Step, event: EventDef) -> None:
    """Find who catches an error, from the inside out; uncaught, it ends the case."""
    if not _caught(step, event, "error"):
        root = step.scope
        while root.parent is not None:
            root = root.parent
        if step.scope is not root:
            step.workflow.ends.append(step.task_spec.node.id)
        step.workflow.clear(root)
        step.workflow.finish("ended")


def broadcast_escalation(step: Step, event: EventDef) -> None:
    """Find who catches an escalation; uncaught, it is only a note."""
    _caught(step, event, "escalation")


def _caught(step: Step, event: EventDef, kind: str) -> bool:
    workflow, scope = step.workflow, step.scope
    while True:
        if _by_event_sub_process(step, scope, event, kind):
            return True
        if scope.owner is None:
            return False
        host = workflow.tasks[scope.owner]
        if host.notes.get("as") == "instance":
            host = workflow.tasks[host.notes["under"]]
        for node in host.task_spec.process.catchers.get(host.task_spec.name, ()):
            if _matches(node, event, kind):
                workflow.enter(host.scope, node.id, fired=True)
                if node.cancel_activity or kind == "error":
                    workflow.drop(host)
                return True
        scope = host.scope


def _by_event_sub_process(step: Step, scope: Scope, event: EventDef, kind: str) -> bool:
    for start in scope.process.rescuers.get(scope.element, ()):
        if _matches(start, event, kind) and not _inside(step, start.scope):
            begun = step.workflow.enter(scope, start.scope, start=start.id)
            if start.is_interrupting or kind == "error":
                step.workflow.clear(scope, keep=[begun.id])
            return True
    return False


def _inside(step: Step, element: str) -> bool:
    """An event sub-process does not catch what it throws itself."""
    scope: Scope | None = step.scope
    while scope is not None:
        if scope.element == element:
            return True
        scope = scope.parent
    return False


def _matches(node: Node, event: EventDef, kind: str) -> bool:
    catching = node.event
    if catching is None or catching.kind != kind:
        return False
    wanted = catching.code or catching.name or catching.ref
    return wanted is None or wanted in (event.code, event.name, event.ref)


def terminate(step: Step) -> None:
    """End everything else in the innermost scope."""
    step.workflow.clear(step.scope, keep=[step.id])


def compensate(step: Step, activity: str | None) -> bool | None:
    """Undo completed activities in reverse order; True when there is nothing to undo."""
    queue: list[str] = []
    scope: Scope | None = step.scope
    while scope is not None:
        taken = [r for r in scope.records if activity in (None, r[0])]
        queue.extend(handler for _, handler in reversed(taken))
        scope.records = [r for r in scope.records if r not in taken]
        step.workflow.touched_scopes[scope.id] = scope
        scope = scope.parent if scope.kind == "event" else None
    return _run_handlers(step, queue)


def revoke(step: Step) -> bool | None:
    """Cancel a transaction: stop its work, undo what was done, leave by the cancel boundary."""
    step.workflow.clear(step.scope, keep=[step.id])
    step.notes["revoking"] = True
    if compensate(step, None):
        _leave_cancelled(step)
        return True
    return None


def next_handler(step: Step) -> None:
    """After one handler: run the next, or go on."""
    queue = step.notes["queue"]
    if queue:
        _run_handlers(step, queue)
    elif step.notes.get("revoking"):
        _leave_cancelled(step)
        step.workflow.attempt(step, step.complete)
    else:
        step.workflow.attempt(step, step.complete)


def _run_handlers(step: Step, queue: list[str]) -> bool | None:
    if not queue:
        return True
    notes: dict[str, Any] = step.notes
    notes["queue"] = queue[1:]
    step.workflow.touch(step)
    step.workflow.enter(step.scope, queue[0], **{"as": "handler", "under": step.id})
    return None


def _leave_cancelled(step: Step) -> None:
    workflow, scope = step.workflow, step.scope
    if scope.owner is None:
        return
    host = workflow.tasks[scope.owner]
    for node in host.task_spec.process.catchers.get(host.task_spec.name, ()):
        if node.event is not None and node.event.kind == "cancel":
            workflow.enter(host.scope, node.id, fired=True)
            workflow.drop(host)
            return
