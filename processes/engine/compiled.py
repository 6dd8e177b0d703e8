"""A process made ready to run: SpiffWorkflow's spec graph with our elements, and the maps the engine asks."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from SpiffWorkflow.specs import WorkflowSpec

from processes.engine.activities import (
    Activity,
    DecisionTask,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    UserTask,
)
from processes.engine.elements import Element, Gateway, Inclusive, Parallel
from processes.engine.events import Boundary, Catch, End, EventGateway, Start, Throw
from processes.engine.scopes import CallActivity, EventSubProcess, SubProcess
from processes.model import SUB_PROCESSES, Diagram, Flow, Node

KINDS: dict[str, type[Element]] = {
    "startEvent": Start,
    "endEvent": End,
    "intermediateCatchEvent": Catch,
    "intermediateThrowEvent": Throw,
    "boundaryEvent": Boundary,
    "task": Activity,
    "manualTask": Activity,
    "userTask": UserTask,
    "sendTask": SendTask,
    "receiveTask": ReceiveTask,
    "serviceTask": ServiceTask,
    "scriptTask": ScriptTask,
    "businessRuleTask": DecisionTask,
    "callActivity": CallActivity,
    "subProcess": SubProcess,
    "transaction": SubProcess,
    "exclusiveGateway": Gateway,
    "parallelGateway": Parallel,
    "inclusiveGateway": Inclusive,
    "eventBasedGateway": EventGateway,
}
PASSIVE = ("error", "escalation", "cancel", "compensate")
"""Events that are looked up when something is thrown, and so need no watcher."""


@dataclass
class CompiledProcess:
    """One process: its elements by id, and by scope (process or sub-process id) what begins and what watches there."""

    id: str
    name: str
    file: str
    spec: WorkflowSpec
    diagram: Diagram
    elements: dict[str, Element] = field(default_factory=dict)
    starts: dict[str, list[str]] = field(default_factory=dict)
    watchers: dict[str, list[str]] = field(default_factory=dict)
    rescuers: dict[str, list[Node]] = field(default_factory=dict)
    boundaries: dict[str, list[str]] = field(default_factory=dict)
    catchers: dict[str, list[Node]] = field(default_factory=dict)
    handlers: dict[str, str] = field(default_factory=dict)
    jumps: dict[str, Flow] = field(default_factory=dict)
    message_starts: dict[str, str] = field(default_factory=dict)
    timer_starts: list[str] = field(default_factory=list)
    _reach: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)

    def reach(self, join: str) -> dict[str, frozenset[str]]:
        """For each incoming flow of a join: the nodes from which a token can come to it without passing the join."""
        if join not in self._reach:
            incoming = self.elements[join].node.incoming
            self._reach[join] = {flow: self._sources(flow, join) for flow in incoming}
        return self._reach[join]

    def _sources(self, flow: str, join: str) -> frozenset[str]:
        found: set[str] = set()
        queue = deque([self.diagram.flows[flow].source])
        while queue:
            name = queue.popleft()
            if name in found or name == join or name not in self.elements:
                continue
            found.add(name)
            queue.extend(self._before(self.elements[name].node))
        return frozenset(found)

    def _before(self, node: Node) -> Iterable[str]:
        if node.attached_to:
            yield node.attached_to
        yield from (jump.source for jump in self.jumps.values() if jump.target == node.id)
        yield from (self.diagram.flows[f].source for f in node.incoming)


def compile_process(diagram: Diagram, process: str) -> CompiledProcess:
    """Make a process of a checked diagram ready to run."""
    found = diagram.processes[process]
    compiled = CompiledProcess(process, found.name, diagram.file, WorkflowSpec(name=process), diagram)
    nodes = [n for n in diagram.nodes.values() if n.process == process and (n.kind in KINDS)]
    for node in nodes:
        compiled.elements[node.id] = _kind(node)(compiled.spec, node, compiled)
    for element in compiled.elements.values():
        element.flows = [diagram.flows[f] for f in element.node.outgoing if f in diagram.flows]
        for flow in element.flows:
            element.connect(compiled.elements[flow.target])
    for node in nodes:
        _place(compiled, node)
    _join_links(compiled, nodes)
    for scope in dict.fromkeys(n.scope for n in nodes):
        _find_starts(compiled, scope, [n for n in nodes if n.scope == scope])
    return compiled


def _kind(node: Node) -> type[Element]:
    return EventSubProcess if node.triggered_by_event else KINDS[node.kind]


def _place(compiled: CompiledProcess, node: Node) -> None:
    """Enter a node into the maps that are asked at run time."""
    event = node.event
    kind = event.kind if event else None
    if node.kind == "boundaryEvent" and node.attached_to:
        if kind == "compensate":
            if node.handler:
                compiled.handlers[node.attached_to] = node.handler
        elif kind in PASSIVE:
            compiled.catchers.setdefault(node.attached_to, []).append(node)
        else:
            compiled.boundaries.setdefault(node.attached_to, []).append(node.id)
    elif node.kind == "startEvent" and _parent_watches(compiled, node):
        around = compiled.elements[node.scope].node.scope
        if kind in PASSIVE:
            compiled.rescuers.setdefault(around, []).append(node)
        elif kind:
            compiled.watchers.setdefault(around, []).append(node.id)


def _join_links(compiled: CompiledProcess, nodes: list[Node]) -> None:
    """Turn each pair of link events into a flow."""
    catching = {_link(n): n.id for n in nodes if n.kind == "intermediateCatchEvent" and _link(n)}
    for node in nodes:
        target = catching.get(_link(node)) if node.kind == "intermediateThrowEvent" else None
        if target:
            compiled.jumps[node.id] = Flow(f"{node.id}->{target}", "", node.id, target, None, node.scope)


def _link(node: Node) -> tuple[str, str] | None:
    event = node.event
    return (node.scope, event.link_name or node.name or node.id) if event and event.kind == "link" else None


def _parent_watches(compiled: CompiledProcess, node: Node) -> bool:
    around = compiled.elements.get(node.scope)
    return around is not None and around.node.triggered_by_event


def _find_starts(compiled: CompiledProcess, scope: str, nodes: list[Node]) -> None:
    """Where a scope begins: its plain start event, else any start event, else everything without a predecessor."""
    events = [n for n in nodes if n.kind == "startEvent"]
    plain = [n.id for n in events if n.event is None]
    for node in events:
        if node.event is not None and node.event.kind == "message" and scope == compiled.id:
            compiled.message_starts[node.event.name or node.event.ref or node.name] = node.id
        elif node.event is not None and node.event.kind == "timer" and scope == compiled.id:
            compiled.timer_starts.append(node.id)
    if events:
        compiled.starts[scope] = plain or ([n.id for n in events] if scope != compiled.id else [])
        return
    compiled.starts[scope] = [n.id for n in nodes if not n.incoming and _may_begin(n)]


def _may_begin(node: Node) -> bool:
    return (
        node.kind != "boundaryEvent"
        and not node.compensation
        and not (node.kind in SUB_PROCESSES and node.triggered_by_event)
        and not (node.event is not None and node.event.kind == "link" and node.kind == "intermediateCatchEvent")
    )
