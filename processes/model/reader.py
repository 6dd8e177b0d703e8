"""From bytes to a Diagram, in one pass over the file and one over the collected references."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from processes.findings import Finding, Severity
from processes.model import details
from processes.model.details import YISHI, children, local, ref, truth, yishi
from processes.model.elements import (
    NODE_KINDS,
    SUB_PROCESSES,
    Artifact,
    Diagram,
    Flow,
    Lane,
    MessageFlow,
    Node,
    Participant,
    Process,
)
from processes.text import T, Text
from processes.xmlsafe import XmlRefused, parse_xml

__all__ = ["YISHI", "read_bpmn"]

ARTIFACTS = frozenset({"textAnnotation", "group", "association", "dataObjectReference", "dataStoreReference"})
EVENT_ROOTS = frozenset({"message", "signal", "error", "escalation"})
DATA_HOLDERS = frozenset({"dataObject", "dataObjectReference", "dataInput", "dataOutput", "property"})


def read_bpmn(file: str, content: bytes) -> Diagram:
    """Read one BPMN file; bad content gives findings on the returned diagram, never an exception."""
    diagram = Diagram(file)
    try:
        root = parse_xml(content)
    except XmlRefused as refused:
        _say(diagram, Severity.ERROR, "xml", refused.message, None, refused.line)
        return diagram
    if local(root) != "definitions":
        message = T("这不是 BPMN 文件：最外层应是 definitions，这里是 {tag}。", tag=local(root))
        _say(diagram, Severity.ERROR, "not-bpmn", message, None, root.sourceline)
        return diagram
    _Reader(diagram, root).read()
    return diagram


def _say(diagram: Diagram, severity: Severity, rule: str, message: Text, element: str | None, line: int | None) -> None:
    diagram.findings.append(Finding(severity, rule, diagram.file, message, element, line))


class _Reader:
    """Reads one definitions element; kept apart so that the maps it needs are not globals."""

    def __init__(self, diagram: Diagram, root: Any) -> None:
        self.diagram = diagram
        self.root = root
        self.seen: dict[str, int | None] = {}
        self.known: details.Known = {}
        self.data_names: dict[str, str] = {}
        self.listed: dict[str, list[str]] = {}  # node -> ids in its <outgoing>
        self.listed_in: dict[str, list[str]] = {}
        self.anonymous = 0

    def read(self) -> None:
        self._collect_shared()
        for element in self.root:
            name = local(element)
            if name == "process":
                self._process(element)
            elif name == "collaboration":
                self._collaboration(element)
            elif name == "BPMNDiagram":
                self._drawing(element)
        self._connect()
        self._give_lanes()
        self._give_handlers()

    def _collect_shared(self) -> None:
        for element in self.root.iterdescendants():
            name = local(element)
            if name in DATA_HOLDERS and element.get("id"):
                self.data_names[element.get("id")] = element.get("name") or element.get("id")
        for element in self.root:
            name, id_ = local(element), element.get("id")
            if name in EVENT_ROOTS or name.endswith("EventDefinition"):
                self._id(element)
                self.known.setdefault(id_, element)

    def _id(self, element: Any) -> str | None:
        """The element's id, or one made up; None when the id is taken already (then the element is left out)."""
        id_ = element.get("id")
        line = element.sourceline
        if not id_:
            self.anonymous += 1
            id_ = f"_{local(element)}_{self.anonymous}"
            element.set("id", id_)  # so that what lies inside finds its scope
        if id_ in self.seen:
            message = T(
                "编号 {id} 用了两次（第一次在第 {first} 行）。请给其中一个改编号。", id=id_, first=self.seen[id_]
            )
            _say(self.diagram, Severity.ERROR, "duplicate-id", message, id_, line)
            return None
        self.seen[id_] = line
        return str(id_)

    def _process(self, element: Any) -> None:
        id_ = self._id(element)
        if id_ is None:
            return
        executable = truth(element.get("isExecutable"), False)
        self.diagram.processes[id_] = Process(id_, _name(element), executable, element.sourceline, yishi(element))
        for item, scope in _flow_elements(element, id_):
            self._flow_element(item, id_, scope)

    def _flow_element(self, item: Any, process: str, scope: str) -> None:
        name = local(item)
        if name == "laneSet":
            self._lanes(item, process, None)
        elif name == "sequenceFlow":
            self._flow(item, process, scope)
        elif name in NODE_KINDS:
            self._node(item, process, scope)
        elif name in ARTIFACTS:
            self._artifact(item)

    def _node(self, element: Any, process: str, scope: str) -> None:
        id_ = self._id(element)
        if id_ is None:
            return
        message_ref = ref(element.get("messageRef"))
        node = Node(
            id=id_,
            kind=local(element),
            name=_name(element),
            process=process,
            scope=scope,
            events=details.event_definitions(element, self.known),
            attached_to=ref(element.get("attachedToRef")),
            cancel_activity=truth(element.get("cancelActivity"), True),
            is_interrupting=truth(element.get("isInterrupting"), True),
            triggered_by_event=truth(element.get("triggeredByEvent"), False),
            default_flow=ref(element.get("default")),
            loop=details.loop_of(element, self.data_names),
            compensation=truth(element.get("isForCompensation"), False),
            called=ref(element.get("calledElement")),
            script=details.text_of(element, "script"),
            script_format=element.get("scriptFormat"),
            message_ref=message_ref,
            message=details.meaning(self.known.get(message_ref or ""), "message")[0],
            ext=yishi(element),
            ext_params=details.yishi_params(element),
            documentation=details.text_of(element, "documentation") or "",
            line=element.sourceline,
        )
        node.role = node.ext.get("role")
        self.diagram.nodes[id_] = node
        self.listed[id_] = [ref(child.text) or "" for child in children(element, "outgoing")]
        self.listed_in[id_] = [ref(child.text) or "" for child in children(element, "incoming")]

    def _flow(self, element: Any, process: str, scope: str) -> None:
        id_ = self._id(element)
        if id_ is None:
            return
        source, target = ref(element.get("sourceRef")) or "", ref(element.get("targetRef")) or ""
        condition = details.text_of(element, "conditionExpression")
        line = element.sourceline
        self.diagram.flows[id_] = Flow(id_, _name(element), source, target, condition, scope, line, process)

    def _lanes(self, element: Any, process: str, parent: str | None) -> None:
        for item in children(element, "lane"):
            id_ = self._id(item)
            if id_ is None:
                continue
            nodes = [node for child in children(item, "flowNodeRef") if (node := ref(child.text))]
            role = yishi(item).get("role")
            self.diagram.lanes[id_] = Lane(id_, _name(item), role, nodes, process, parent, item.sourceline)
            for below in children(item, "childLaneSet"):
                self._lanes(below, process, id_)

    def _artifact(self, element: Any) -> None:
        id_ = self._id(element)
        if id_ is None:
            return
        name = details.text_of(element, "text") or _name(element)
        source, target = ref(element.get("sourceRef")), ref(element.get("targetRef"))
        self.diagram.artifacts[id_] = Artifact(id_, local(element), name, source, target, element.sourceline)

    def _collaboration(self, element: Any) -> None:
        for item in element:
            name = local(item)
            if name in ARTIFACTS:
                self._artifact(item)
            elif name in {"participant", "messageFlow"} and (id_ := self._id(item)):
                self._pool_part(item, name, id_)

    def _pool_part(self, item: Any, name: str, id_: str) -> None:
        line = item.sourceline
        if name == "participant":
            self.diagram.pools[id_] = Participant(id_, _name(item), ref(item.get("processRef")), line)
        else:
            source, target = ref(item.get("sourceRef")) or "", ref(item.get("targetRef")) or ""
            self.diagram.message_flows[id_] = MessageFlow(id_, _name(item), source, target, line)

    def _drawing(self, element: Any) -> None:
        for plane in children(element, "BPMNPlane"):
            on = ref(plane.get("bpmnElement")) or ""
            for item in plane:
                of = ref(item.get("bpmnElement"))
                if of and of not in self.diagram.planes:
                    self._drawn(item, of, on)

    def _drawn(self, item: Any, of: str, on: str) -> None:
        diagram, name = self.diagram, local(item)
        if name == "BPMNShape" and (box := details.bounds(item)):
            diagram.shapes[of] = box
            if not truth(item.get("isHorizontal"), True):
                diagram.vertical.add(of)
            if not truth(item.get("isExpanded"), True):
                diagram.collapsed.add(of)
        elif name == "BPMNEdge":
            diagram.edges[of] = details.waypoints(item)
        else:
            return
        diagram.planes[of] = on
        for label in children(item, "BPMNLabel"):
            if box := details.bounds(label):
                diagram.label_shapes[of] = box

    def _connect(self) -> None:
        """Give every node its flows: first in the order of <outgoing>, then as they stand in the file."""
        nodes, flows = self.diagram.nodes, self.diagram.flows
        for id_, node in nodes.items():
            listed = dict.fromkeys(self.listed[id_])
            node.outgoing = [flow for flow in listed if flow in flows and flows[flow].source == id_]
            entered = dict.fromkeys(self.listed_in[id_])
            node.incoming = [flow for flow in entered if flow in flows and flows[flow].target == id_]
        outgoing = {id_: set(node.outgoing) for id_, node in nodes.items()}
        incoming = {id_: set(node.incoming) for id_, node in nodes.items()}
        for flow in flows.values():
            if flow.source in nodes and flow.id not in outgoing[flow.source]:
                nodes[flow.source].outgoing.append(flow.id)
            if flow.target in nodes and flow.id not in incoming[flow.target]:
                nodes[flow.target].incoming.append(flow.id)

    def _give_lanes(self) -> None:
        """The innermost lane wins; what lies in a sub-process belongs to the lane and role of the sub-process."""
        nodes = self.diagram.nodes
        for lane in self.diagram.lanes.values():
            for id_ in lane.nodes:
                if id_ in nodes:
                    nodes[id_].lane = lane.id
        for node in nodes.values():  # document order: a sub-process comes before what it holds
            above = nodes.get(node.scope) or nodes.get(node.attached_to or "")
            node.lane = node.lane or (above.lane if above else None)
            node.role = node.role or self._lane_role(node.lane) or (above.role if above else None)

    def _lane_role(self, id_: str | None) -> str | None:
        lanes = self.diagram.lanes
        for _ in range(len(lanes)):
            if not id_ or id_ not in lanes:
                return None
            if lanes[id_].role:
                return lanes[id_].role
            id_ = lanes[id_].parent
        return None

    def _give_handlers(self) -> None:
        nodes = self.diagram.nodes
        for link in self.diagram.artifacts.values():
            if link.kind != "association":
                continue
            for here, there in ((link.source, link.target), (link.target, link.source)):
                event, activity = nodes.get(here or ""), nodes.get(there or "")
                if event and activity and event.kind == "boundaryEvent" and activity.kind not in {"boundaryEvent"}:
                    event.handler = activity.id


def _flow_elements(process: Any, id_: str) -> Iterator[tuple[Any, str]]:
    """Everything in a process in document order, each with the id of its scope; nesting is walked without recursion."""
    stack: list[tuple[Iterator[Any], str]] = [(iter(process), id_)]
    while stack:
        items, scope = stack[-1]
        item = next(items, None)
        if item is None:
            stack.pop()
            continue
        if details.namespace(item) != details.namespace(process):
            continue
        yield item, scope
        if local(item) in SUB_PROCESSES:
            stack.append((iter(item), item.get("id") or ""))


def _name(element: Any) -> str:
    return " ".join((element.get("name") or "").split())
