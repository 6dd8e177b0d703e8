"""Events that wait and events that throw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import TaskState

from processes.engine.activities import await_message, throw_messages
from processes.engine.elements import Element
from processes.engine.faults import broadcast_error, broadcast_escalation, compensate, next_handler, revoke, terminate
from processes.engine.timers import next_moment, schedule
from processes.engine.tokens import Scope, Step
from processes.model import EventDef, Flow


class Catch(Element):
    """An event that waits: timer, message, signal or condition; anything else passes at once."""

    def _run_hook(self, my_task: Step) -> bool | None:
        if my_task.notes.get("fired") or not self.arm(my_task):
            return True
        return None

    def arm(self, step: Step) -> bool:
        """Begin to wait; False for an event without a definition."""
        event = self.node.event
        if event is None or event.kind not in ("timer", "message", "signal", "conditional"):
            return False
        if event.kind == "timer":
            step.workflow.wait(step, "timer", **schedule(step.workflow, step, event.text or ""))
        elif event.kind == "message":
            await_message(self, step, event.name or event.ref or self.node.name)
        elif event.kind == "signal":
            step.workflow.wait(step, "signal", name=event.name or event.ref)
        else:
            step.workflow.wait(step, "condition", was=False)
        return True

    def became_true(self, step: Step) -> bool:
        """True when the condition holds now and did not before."""
        event = self.node.event
        assert event is not None
        now = step.workflow.truth(step, event.text or "")
        before, step.notes["was"] = step.notes.get("was"), now
        if now != before:
            step.workflow.touch(step)
        return now and not before

    def trigger(self, step: Step, payload: Mapping[str, Any]) -> None:
        """What was waited for has come."""
        choose(step)
        step.workflow.awake(step)
        step.workflow.merge(step, payload, self.ext("result"))
        step.complete()

    def rearm(self, step: Step) -> None:
        """Wait on after a non-interrupting event, or stop watching when nothing more can come."""
        again = step.notes["wait"] != "timer" or next_moment(step.notes, step.workflow.at.now)
        if again:
            step.workflow.touch(step)
        else:
            step._set_state(TaskState.COMPLETED)
            step.workflow.end(step)


class Boundary(Catch):
    """An event at the edge of an activity. The watcher stays behind; a new step carries the token on."""

    def trigger(self, step: Step, payload: Mapping[str, Any]) -> None:
        """Go on from the edge; an interrupting event ends the activity."""
        workflow = step.workflow
        workflow.merge(step, payload, self.ext("result"))
        workflow.enter(step.scope, self.node.id, fired=True)
        if self.node.cancel_activity:
            workflow.drop(workflow.tasks[step.notes["under"]])
        else:
            self.rearm(step)


class Start(Catch):
    """A start event: begins its scope, or watches to begin an event sub-process."""

    def arm(self, step: Step) -> bool:
        """Only the start event of an event sub-process waits inside a case."""
        return step.notes.get("as") == "watch" and super().arm(step)

    def trigger(self, step: Step, payload: Mapping[str, Any]) -> None:
        """Begin the event sub-process; an interrupting one ends everything else in its scope."""
        workflow, scope = step.workflow, step.scope
        workflow.merge(step, payload, self.ext("result"))
        begun = workflow.enter(scope, self.node.scope, start=self.node.id)
        if self.node.is_interrupting:
            workflow.clear(scope, keep=[begun.id])
        else:
            self.rearm(step)


class EventGateway(Element):
    """Waits for the first of several events."""

    def _run_hook(self, my_task: Step) -> bool | None:
        for flow in self.flows:
            my_task.workflow.enter(my_task.scope, flow.target, flow.id, **{"as": "arm", "under": my_task.id})
        return None


def choose(step: Step) -> None:
    """When the step is an arm of an event gateway: the other arms and the gateway end."""
    if step.notes.get("as") != "arm":
        return
    workflow = step.workflow
    gateway = workflow.tasks[step.notes.pop("under")]
    step.notes.pop("as")
    arms = workflow.under.pop(gateway.id, {})
    for arm in arms.values():
        if arm is not step:
            workflow.drop(arm)
    gateway._set_state(TaskState.COMPLETED)
    workflow.end(gateway)


class Throw(Element):
    """An intermediate event that throws and goes on."""

    def _run_hook(self, my_task: Step) -> bool | None:
        return throw(self, my_task, self.node.event)

    def exits(self, step: Step) -> list[Flow]:
        """Its flows; a link goes to the catching link of the same name."""
        jump = self.process.jumps.get(self.node.id)
        return [jump] if jump else super().exits(step)

    def handler_done(self, step: Step) -> None:
        """One compensation handler has finished."""
        next_handler(step)


class End(Throw):
    """An end event: throws what it has to throw, then its token is gone."""

    def _run_hook(self, my_task: Step) -> bool | None:
        if _of_case(my_task.scope):
            my_task.workflow.ends.append(self.node.id)
        event = self.node.event
        if event is not None and event.kind == "terminate":
            terminate(my_task)
            return True
        if event is not None and event.kind == "cancel":
            return revoke(my_task)
        return throw(self, my_task, event)


def _of_case(scope: Scope) -> bool:
    """True where an end is how the case ends: in its process, or in an event sub-process that has interrupted it."""
    if scope.kind != "event":
        return scope.kind == "process"
    begun = (scope.process.elements[start].node for start in scope.process.starts.get(scope.element, ()))
    return scope.parent is not None and scope.parent.kind == "process" and any(n.is_interrupting for n in begun)


def throw(spec: Element, step: Step, event: EventDef | None) -> bool | None:
    """Do what a throwing event says; None while compensation handlers run."""
    if event is None or event.kind == "link":
        return True
    if event.kind == "message":
        throw_messages(spec, step, event.name or event.ref or spec.node.name)
    elif event.kind == "signal":
        payload = spec.ext("payload")
        body = step.workflow.evaluate(step, payload) if payload else {}
        step.workflow.send(step, "signal", event.name or event.ref or spec.node.name, None, body or {})
    elif event.kind == "error":
        broadcast_error(step, event)
    elif event.kind == "escalation":
        broadcast_escalation(step, event)
    elif event.kind == "compensate":
        return compensate(step, event.activity_ref)
    return True
