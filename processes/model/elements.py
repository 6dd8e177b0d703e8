"""What a BPMN file says, as plain data: every element with its source line, references resolved to names and codes."""

from __future__ import annotations

from dataclasses import dataclass, field

from processes.findings import Finding

Box = tuple[float, float, float, float]
Point = tuple[float, float]

TASKS = frozenset(
    [
        "task",
        "userTask",
        "manualTask",
        "sendTask",
        "receiveTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
    ]
)
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
ACTIVITIES = TASKS | SUB_PROCESSES
NODE_KINDS = ACTIVITIES | GATEWAYS | EVENTS


@dataclass
class EventDef:
    """What an event waits for or throws; `ref` is the id as written, `name` and `code` what it stands for."""

    kind: str  # timer message signal error escalation cancel compensate conditional link terminate
    ref: str | None = None
    name: str | None = None
    code: str | None = None
    timer_kind: str | None = None  # date | duration | cycle
    text: str | None = None  # timer text or condition
    activity_ref: str | None = None
    link_name: str | None = None
    ext: dict[str, str] = field(default_factory=dict)
    line: int | None = None


@dataclass
class Loop:
    """How an activity repeats."""

    kind: str  # standard | parallel | sequential
    collection: str | None = None
    element: str | None = None
    output_collection: str | None = None
    output_element: str | None = None
    cardinality: str | None = None
    completion: str | None = None
    condition: str | None = None
    maximum: str | None = None
    test_before: bool = False
    line: int | None = None


@dataclass
class Node:
    """One flow node; `scope` is the id of the enclosing process or sub-process."""

    id: str
    kind: str
    name: str = ""
    process: str = ""
    scope: str = ""
    incoming: list[str] = field(default_factory=list)
    outgoing: list[str] = field(default_factory=list)
    lane: str | None = None
    role: str | None = None
    events: list[EventDef] = field(default_factory=list)
    attached_to: str | None = None
    cancel_activity: bool = True
    is_interrupting: bool = True
    triggered_by_event: bool = False
    default_flow: str | None = None
    loop: Loop | None = None
    compensation: bool = False
    handler: str | None = None
    called: str | None = None
    script: str | None = None
    script_format: str | None = None
    message_ref: str | None = None  # as written
    message: str | None = None  # the name of that message
    ext: dict[str, str] = field(default_factory=dict)
    ext_params: dict[str, str] = field(default_factory=dict)
    documentation: str = ""
    line: int | None = None

    @property
    def event(self) -> EventDef | None:
        """The first event definition, the usual case."""
        return self.events[0] if self.events else None


@dataclass
class Flow:
    """One sequence flow."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None
    scope: str
    line: int | None = None
    process: str = ""


@dataclass
class Lane:
    """One lane and the nodes drawn in it."""

    id: str
    name: str
    role: str | None
    nodes: list[str] = field(default_factory=list)
    process: str = ""
    parent: str | None = None
    line: int | None = None


@dataclass
class Process:
    """One process of the file."""

    id: str
    name: str
    executable: bool
    line: int | None = None
    ext: dict[str, str] = field(default_factory=dict)


@dataclass
class Participant:
    """One pool."""

    id: str
    name: str
    process: str | None
    line: int | None = None


@dataclass
class MessageFlow:
    """One drawn message flow between pools."""

    id: str
    name: str
    source: str
    target: str
    line: int | None = None


@dataclass
class Artifact:
    """Something that is only drawn: note, group, association, data object, data store."""

    id: str
    kind: str
    name: str = ""
    source: str | None = None
    target: str | None = None
    line: int | None = None


@dataclass
class Diagram:
    """One BPMN file."""

    file: str
    processes: dict[str, Process] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    pools: dict[str, Participant] = field(default_factory=dict)
    message_flows: dict[str, MessageFlow] = field(default_factory=dict)
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    shapes: dict[str, Box] = field(default_factory=dict)
    label_shapes: dict[str, Box] = field(default_factory=dict)
    edges: dict[str, list[Point]] = field(default_factory=dict)
    vertical: set[str] = field(default_factory=set)  # pools and lanes drawn upright
    collapsed: set[str] = field(default_factory=set)  # sub-processes drawn closed
    planes: dict[str, str] = field(default_factory=dict)  # shape or edge -> element whose plane it is drawn on
    findings: list[Finding] = field(default_factory=list)

    def inside(self, scope: str) -> list[Node]:
        """The nodes directly in a process or sub-process, in document order."""
        return [node for node in self.nodes.values() if node.scope == scope]

    def boundaries(self, host: str) -> list[Node]:
        """The boundary events attached to an activity, in document order."""
        return [node for node in self.nodes.values() if node.attached_to == host and node.kind == "boundaryEvent"]
