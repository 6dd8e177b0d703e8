"""What every node of a diagram has in common: it is entered, it runs, and it leaves by flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.specs import WorkflowSpec
from SpiffWorkflow.task import TaskState

from processes.engine.tokens import Incident, Scope, Step
from processes.model import Flow, Node
from processes.text import T

if TYPE_CHECKING:
    from processes.engine.compiled import CompiledProcess


class Element(BpmnTaskSpec):
    """A node that passes its token on at once; the other kinds refine the hooks."""

    merges = False

    def __init__(self, spec: WorkflowSpec, node: Node, process: CompiledProcess) -> None:
        super().__init__(spec, node.id, lane=node.lane, manual=node.kind == "userTask")
        self.node = node
        self.process = process
        self.bpmn_id = node.id
        self.bpmn_name = node.name
        self.flows: list[Flow] = []

    def arrive(self, step: Step) -> None:
        """A token has reached the node."""
        step._ready()

    def _on_ready(self, my_task: Step) -> None:
        my_task.workflow.ready.append(my_task)

    def _run_hook(self, my_task: Step) -> bool | None:
        return True

    def _on_complete(self, my_task: Step) -> None:
        my_task.workflow.leave(my_task)

    def _on_cancel(self, my_task: Step) -> None:
        my_task.workflow.discard(my_task)

    def exits(self, step: Step) -> list[Flow]:
        """The flows a token leaves by: all without a condition, and those whose condition holds.

        The default flow is taken when there are conditions and none holds.
        """
        conditional = [f for f in self.flows if f.condition and f.id != self.node.default_flow]
        if not conditional:
            return self.flows
        chosen = [f for f in self.flows if f not in conditional and f.id != self.node.default_flow]
        held = [f for f in conditional if step.workflow.truth(step, f.condition or "")]
        return chosen + (held or [f for f in self.flows if f.id == self.node.default_flow])

    def finished(self, step: Step) -> None:
        """Clean up after a completed step, before its token moves on."""

    def told(self, step: Step) -> None:
        """After a step has left: tell whoever counts it."""

    def may_join(self, step: Step) -> bool:
        """True for an inclusive join that nothing can reach any more."""
        return False

    def join(self, step: Step) -> None:
        """Go on from a join that is complete."""

    def inner_done(self, step: Step, scope: Scope) -> None:
        """The scope this step owned has come to its end."""
        step.complete()

    def ext(self, name: str) -> str | None:
        """One of our attributes, on the node or on its event definition."""
        own = self.node.ext.get(name)
        if own is None and self.node.event is not None:
            own = self.node.event.ext.get(name)
        return own

    def arguments(self, step: Step) -> dict[str, Any]:
        """The values of the `yishi:param` elements."""
        return {name: step.workflow.evaluate(step, text) for name, text in self.node.ext_params.items()}


class Gateway(Element):
    """An exclusive split or merge: the first exit in drawing-independent order whose condition holds."""

    def exits(self, step: Step) -> list[Flow]:
        """The one way on; flows stand in the order of the file, never of the picture."""
        if len(self.flows) < 2:
            return self.flows
        default = next((f for f in self.flows if f.id == self.node.default_flow), None)
        for flow in self.flows:
            if flow is not default and (flow.condition is None or step.workflow.truth(step, flow.condition)):
                return [flow]
        if default is None:
            raise Incident(T("没有一条出路的条件成立，也没有默认出路"))
        return [default]


class Parallel(Element):
    """A parallel gateway: waits for a token on every incoming flow, leaves by all."""

    def _on_ready(self, my_task: Step) -> None:
        if len(self.node.incoming) > 1:
            self._gather(my_task)
        else:
            super()._on_ready(my_task)

    def _gather(self, step: Step) -> None:
        first: dict[str, Step] = {}
        for other in step.scope.members.values():
            if other.task_spec is self and not other.notes.get("leaving"):
                first.setdefault(other.notes.get("via", ""), other)
        if set(self.node.incoming) - set(first):
            return
        others = [o for flow, o in first.items() if flow in self.node.incoming and o is not step]
        absorb(step, others)
        step.notes["joined"] = True
        super()._on_ready(step)

    def exits(self, step: Step) -> list[Flow]:
        """All outgoing flows; a parallel gateway has no conditions."""
        return self.flows


class Inclusive(Element):
    """An inclusive gateway: takes every exit whose condition holds, joins what can still come."""

    merges = True

    def _on_ready(self, my_task: Step) -> None:
        if len(self.node.incoming) < 2:
            super()._on_ready(my_task)

    def may_join(self, step: Step) -> bool:
        """BPMN 2.0.2, 13.4.3: no other token can reach an empty incoming flow without reaching a filled one too."""
        if len(self.node.incoming) < 2:
            return False
        waiting = self._waiting(step)
        if next(iter(waiting)) is not step:
            return False
        filled = {w.notes.get("via") for w in waiting}
        reach = self.process.reach(self.node.id)
        towards_filled = frozenset().union(*(reach.get(f, frozenset()) for f in filled if f))
        towards_empty = frozenset().union(*(reach.get(f, frozenset()) for f in self.node.incoming if f not in filled))
        threats = towards_empty - towards_filled
        return not any(
            other.task_spec is not self and not other.armed and other.task_spec.node.id in threats
            for other in step.scope.members.values()
        )

    def _waiting(self, step: Step) -> list[Step]:
        return [o for o in step.scope.members.values() if o.task_spec is self and not o.notes.get("joined")]

    def join(self, step: Step) -> None:
        """Melt one token of each filled incoming flow into one and go on."""
        first: dict[str, Step] = {}
        for other in self._waiting(step):
            first.setdefault(other.notes.get("via", ""), other)
        absorb(step, [o for o in first.values() if o is not step])
        step.notes["joined"] = True
        step.workflow.merging.pop(step.id, None)
        super()._on_ready(step)

    def exits(self, step: Step) -> list[Flow]:
        """Every flow whose condition holds; the default only when none does."""
        if len(self.flows) < 2:
            return self.flows
        default = [f for f in self.flows if f.id == self.node.default_flow]
        held = [
            f
            for f in self.flows
            if f not in default and (f.condition is None or step.workflow.truth(step, f.condition))
        ]
        if not held and not default:
            raise Incident(T("没有一条出路的条件成立，也没有默认出路"))
        return held or default


def absorb(step: Step, others: list[Step]) -> None:
    """End the tokens that a join melts into one."""
    for other in others:
        other._set_state(TaskState.COMPLETED)  # without leaving
        step.workflow.end(other)
