"""From BPMN text to BPMN text with a drawing; everything but the drawing is kept."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from processes.layout.label import label
from processes.layout.picture import EVENT, GATEWAY, TASK, Box, Edge, Item, Picture, Point, Scope
from processes.layout.place import EDGE, FOOTER_GAP, place
from processes.layout.route import route
from processes.xmlsafe import parse_xml

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
SUB_PROCESSES = {"subProcess", "transaction", "adHocSubProcess"}
NODES = {
    "task", "userTask", "manualTask", "sendTask", "receiveTask", "serviceTask", "scriptTask", "businessRuleTask",
    "callActivity", *SUB_PROCESSES, "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent",
    "boundaryEvent", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway",
}  # fmt: skip
NOTES = {"textAnnotation": (120, 60), "dataObjectReference": (36, 50), "dataStoreReference": (50, 50)}
HEADER = 30  # the strip with a pool's or lane's name
POOL_GAP = 40
BLACK_BOX = 60
TITLE = 16  # room for a sub-process's name above its content


def lay_out(content: bytes) -> bytes:
    """Replace the drawing of a BPMN file by a fresh one; raises XmlRefused on text that is not plain XML.

    Comments, extensions and foreign elements stay as they are; a closed sub-process is drawn open.
    """
    parse_xml(content)
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    for old in root.findall(f"{{{BPMNDI}}}BPMNDiagram"):
        root.remove(old)
    collaboration = root.find(f"{{{BPMN}}}collaboration")
    if collaboration is not None:
        _write(root, collaboration.get("id", ""), _pools(root, collaboration))
    else:
        for process in root.findall(f"{{{BPMN}}}process"):
            drawing = Drawing()
            drawing.add_scope(_scope(process), 0, 0)
            _write(root, process.get("id", ""), drawing)
    etree.indent(root, "  ")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


@dataclass
class Drawing:
    """The whole sheet: a picture in absolute pixels, and which shapes are pools or open sub-processes."""

    picture: Picture
    open: list[str]

    def __init__(self) -> None:
        self.picture, self.open = Picture(), []

    def add_scope(self, scope: Scope, dx: int, dy: int) -> Picture:
        """Lay one scope out with everything inside it; returns its own picture, measured from its corner."""
        inner: dict[str, Drawing] = {}
        for item in scope.items.values():
            if item.inner is not None:
                inner[item.id] = Drawing()
                size = inner[item.id].add_scope(item.inner, 0, TITLE)
                item.size = (max(size.width, 200), size.height + TITLE)
        grid = place(scope)
        route(scope, grid)
        label(scope, grid.picture)
        _notes(scope, grid.picture)
        self.picture.add(grid.picture, dx, dy)
        for key, drawing in inner.items():
            box = grid.picture.boxes[key]
            self.open += [key, *drawing.open]
            self.picture.add(drawing.picture, dx + box.x, dy + box.y)
        return grid.picture


def _notes(scope: Scope, picture: Picture) -> None:
    """Notes in a strip of their own at the lower edge, each as near as possible to what it is about."""
    free, strip = EDGE, max((note.size[1] for note in scope.notes), default=0)
    about = {end: other for e in scope.links for end, other in ((e.source, e.target), (e.target, e.source))}
    for note in scope.notes:
        near = picture.boxes.get(about.get(note.id, ""))
        x = max(free, near.cx - note.size[0] // 2 if near else free)
        picture.boxes[note.id] = Box(x, picture.height, *note.size)
        free = x + note.size[0] + FOOTER_GAP
    for link in scope.links:
        a, b = picture.boxes.get(link.source), picture.boxes.get(link.target)
        if a and b:
            upper, lower = (a, b) if a.y < b.y else (b, a)
            picture.paths[link.id] = [(upper.cx, upper.bottom), (lower.cx, lower.y)][:: 1 if upper is a else -1]
    if strip:
        picture.width, picture.height = max(picture.width, free), picture.height + strip + EDGE
        if scope.lanes:
            last = picture.lanes[scope.lanes[-1]]
            picture.lanes[scope.lanes[-1]] = Box(last.x, last.y, last.w, last.h + strip + EDGE)
            picture.lanes = {k: Box(b.x, b.y, picture.width, b.h) for k, b in picture.lanes.items()}


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _scope(element: etree._Element) -> Scope:
    """Read the nodes and flows of one process or sub-process."""
    scope = Scope(element.get("id", ""))
    lane_of = _lanes(element, scope)
    for node in element:
        kind = _local(node)
        if kind in NODES:
            scope.items[node.get("id", "")] = _item(node, kind, lane_of)
        elif kind in NOTES:
            scope.notes.append(Item(node.get("id", ""), kind, "", size=NOTES[kind]))
        elif kind == "association":
            ends = node.get("sourceRef", ""), node.get("targetRef", "")
            scope.links.append(Edge(node.get("id", ""), *ends, ""))
    for item in scope.items.values():
        if item.host is not None and item.host in scope.items:
            item.lane = scope.items[item.host].lane
    for flow in element.findall(f"{{{BPMN}}}sequenceFlow"):
        edge = Edge(flow.get("id", ""), flow.get("sourceRef", ""), flow.get("targetRef", ""), flow.get("name") or "")
        if edge.source in scope.items and edge.target in scope.items:
            scope.edges.append(edge)
    order = {f.text: n for n, f in enumerate(element.findall(f"./*/{{{BPMN}}}outgoing"))}
    scope.edges.sort(key=lambda e: order.get(e.id, 10**6))
    return scope


def _lanes(element: etree._Element, scope: Scope) -> dict[str, int]:
    lane_of: dict[str, int] = {}
    for lane in element.findall(f"./{{{BPMN}}}laneSet/{{{BPMN}}}lane"):
        for ref in lane.iter(f"{{{BPMN}}}flowNodeRef"):
            lane_of[(ref.text or "").strip()] = len(scope.lanes)
        scope.lanes.append(lane.get("id", ""))
    return lane_of


def _item(node: etree._Element, kind: str, lane_of: dict[str, int]) -> Item:
    item = Item(node.get("id", ""), kind, node.get("name") or "", lane_of.get(node.get("id", ""), 0))
    item.host = node.get("attachedToRef")
    item.footer = node.get("triggeredByEvent") == "true" or (
        node.get("isForCompensation") == "true" and kind not in SUB_PROCESSES
    )
    if kind in SUB_PROCESSES:
        item.inner = _scope(node)
    item.size = EVENT if item.is_event else GATEWAY if item.is_gateway else TASK
    return item


def _pools(root: etree._Element, collaboration: etree._Element) -> Drawing:
    """Pools one below the other, partners without a process as flat bars, message flows between them."""
    drawing, y = Drawing(), 0
    processes = {p.get("id"): p for p in root.findall(f"{{{BPMN}}}process")}
    partners: list[tuple[str, int]] = []
    width = 600
    for pool in collaboration.findall(f"{{{BPMN}}}participant"):
        process = processes.get(pool.get("processRef"))
        key = pool.get("id", "")
        if process is None:
            partners.append((key, y))
            y += BLACK_BOX + POOL_GAP
            continue
        scope = _scope(process)
        left = 2 * HEADER if scope.lanes else HEADER
        size = drawing.add_scope(scope, left, y)
        for lane in scope.lanes:
            drawing.picture.lanes[lane] = Box(
                HEADER, drawing.picture.lanes[lane].y, size.width + HEADER, size.lanes[lane].h
            )
        drawing.picture.lanes[key] = Box(0, y, size.width + left, size.height)
        width = max(width, size.width + left)
        y += size.height + POOL_GAP
    for key, top in partners:
        drawing.picture.lanes[key] = Box(0, top, width, BLACK_BOX)
    for flow in collaboration.findall(f"{{{BPMN}}}messageFlow"):
        path = _message(drawing.picture, flow.get("sourceRef", ""), flow.get("targetRef", ""))
        if path:
            drawing.picture.paths[flow.get("id", "")] = path
    return drawing


def _message(picture: Picture, source: str, target: str) -> list[Point]:
    """An upright line between a node and a pool, with one jog when both ends are nodes."""
    a = picture.boxes.get(source) or picture.lanes.get(source)
    b = picture.boxes.get(target) or picture.lanes.get(target)
    if a is None or b is None:
        return []
    down = b.y > a.y
    start, end = (a.bottom, b.y) if down else (a.y, b.bottom)
    if target in picture.lanes or source in picture.lanes:
        x = b.cx if source in picture.lanes else a.cx
        return [(x, start), (x, end)]
    if a.cx == b.cx:
        return [(a.cx, start), (a.cx, end)]
    middle = (start + end) // 2
    return [(a.cx, start), (a.cx, middle), (b.cx, middle), (b.cx, end)]


def _write(root: etree._Element, plane_of: str, drawing: Drawing) -> None:
    """Append the drawing as BPMN DI, shifted so that nothing touches the sheet's edge."""
    diagram = etree.SubElement(
        root, f"{{{BPMNDI}}}BPMNDiagram", id=f"Diagram_{plane_of}", nsmap={"bpmndi": BPMNDI, "dc": DC, "di": DI}
    )
    plane = etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", id=f"Plane_{plane_of}", bpmnElement=plane_of)
    sheet = Picture()
    sheet.add(drawing.picture, 160, 80)
    for key, box in sheet.lanes.items():
        _shape(plane, key, box, None, isHorizontal="true")
    for key, box in sheet.boxes.items():
        extra = {"isExpanded": "true"} if key in drawing.open else {}
        _shape(plane, key, box, sheet.labels.get(key), **extra)
    for key, path in sheet.paths.items():
        edge = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNEdge", id=f"{key}_di", bpmnElement=key)
        for x, y in path:
            etree.SubElement(edge, f"{{{DI}}}waypoint", x=str(x), y=str(y))
        _label(edge, sheet.labels.get(key))


def _shape(plane: etree._Element, key: str, box: Box, words: Box | None, **extra: str) -> None:
    shape = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", id=f"{key}_di", bpmnElement=key, **extra)
    _bounds(shape, box)
    _label(shape, words)


def _label(parent: etree._Element, words: Box | None) -> None:
    if words is not None:
        _bounds(etree.SubElement(parent, f"{{{BPMNDI}}}BPMNLabel"), words)


def _bounds(parent: etree._Element, box: Box) -> None:
    etree.SubElement(parent, f"{{{DC}}}Bounds", x=str(box.x), y=str(box.y), width=str(box.w), height=str(box.h))
