"""A file without a drawing gets one that the drawing check accepts, and nothing else in it changes."""

from __future__ import annotations

import random
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

from processes.check import check_bundle
from processes.layout import lay_out
from processes.model import Diagram, read_bpmn
from processes.xmlsafe import XmlRefused

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted((ROOT / "bpmn").rglob("*.bpmn"))
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:x="urn:x" id="D" targetNamespace="urn:t">'
)
DRAWING = "http://www.omg.org/spec/BPMN/20100524/DI"


def drawn(inside: str) -> Diagram:
    """The diagram read back after it was laid out."""
    return read_bpmn("a.bpmn", lay_out(f"{HEAD}{inside}</definitions>".encode()))


def flow(source: str, target: str, name: str = "") -> str:
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}" name="{name}"/>'


def remarks(content: bytes) -> list[str]:
    """What the check has to say about nodes and lines; words may need a hand."""
    found = check_bundle({"a.bpmn": content})
    shape = {"drawing-missing", "drawing-overlap", "drawing-lane", "drawing-slanted", "drawing-crossing"}
    return [f"{f.rule} {f.element} {f.message}" for f in found if f.rule in shape]


LANES = """
<collaboration id="C"><participant id="Pool" name="街道" processRef="P"/></collaboration>
<process id="P"><laneSet id="L">
 <lane id="A" name="社区"><flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef><flowNodeRef>g</flowNodeRef></lane>
 <lane id="B" name="工委"><flowNodeRef>b</flowNodeRef><flowNodeRef>e</flowNodeRef><flowNodeRef>late</flowNodeRef>
 <flowNodeRef>remind</flowNodeRef><flowNodeRef>told</flowNodeRef></lane></laneSet>
 <startEvent id="s" name="开始"/><userTask id="a" name="登记"/><exclusiveGateway id="g" name="齐全？"/>
 <userTask id="b" name="审查"/><boundaryEvent id="late" name="到期" attachedToRef="b"/><task id="remind" name="催办"/>
 <endEvent id="told" name="已催"/><endEvent id="e" name="办结"/>
"""


def lanes() -> Diagram:
    flows = [("s", "a"), ("a", "g"), ("g", "b"), ("g", "a"), ("b", "e"), ("late", "remind"), ("remind", "told")]
    return drawn(LANES + "".join(flow(*f) for f in flows) + "</process>")


def test_everything_stands_in_its_lane_and_the_lanes_in_the_pool() -> None:
    diagram = lanes()
    assert not diagram.findings
    for node in diagram.nodes.values():
        x, y, w, h = diagram.shapes[node.id]
        left, top, width, height = diagram.shapes[node.lane or ""]
        assert left <= x and x + w <= left + width
        assert top <= y and y + h <= top + height
    pool = diagram.shapes["Pool"]
    assert all(pool[1] <= diagram.shapes[lane][1] for lane in "AB")


def test_the_happy_path_of_a_lane_is_one_straight_line() -> None:
    diagram = lanes()
    middles = {n: diagram.shapes[n][1] + diagram.shapes[n][3] / 2 for n in ("s", "a", "g")}
    assert len(set(middles.values())) == 1
    for edge in ("s_a", "a_g"):
        assert len(diagram.edges[edge]) == 2


def test_a_boundary_event_sits_on_the_lower_edge_of_its_host() -> None:
    diagram = lanes()
    host, event = diagram.shapes["b"], diagram.shapes["late"]
    assert event[1] + event[3] / 2 == host[1] + host[3]
    assert host[0] <= event[0] and event[0] + event[2] <= host[0] + host[2]
    assert diagram.edges["late_remind"][0] == (event[0] + event[2] / 2, event[1] + event[3])


def test_a_sub_process_is_open_and_holds_its_inside() -> None:
    diagram = drawn(
        '<process id="P"><startEvent id="s"/><subProcess id="sub" name="联审"><startEvent id="i"/><task id="t"/>'
        f"{flow('i', 't')}<subProcess id='late' name='期满' triggeredByEvent='true'><startEvent id='j'/></subProcess>"
        f'</subProcess><endEvent id="e"/>{flow("s", "sub")}{flow("sub", "e")}</process>'
    )
    assert not diagram.collapsed
    for inner, outer in (("i", "sub"), ("t", "sub"), ("late", "sub"), ("j", "late")):
        x, y, w, h = diagram.shapes[inner]
        left, top, width, height = diagram.shapes[outer]
        assert left < x and top < y and x + w < left + width and y + h < top + height
    assert diagram.shapes["late"][1] > diagram.shapes["t"][1]


def test_processes_of_one_file_do_not_touch() -> None:
    diagram = drawn(
        '<collaboration id="C"><participant id="P1" processRef="A"/><participant id="Out" name="居民"/>'
        '<participant id="P2" processRef="B"/><messageFlow id="m" sourceRef="a1" targetRef="Out"/></collaboration>'
        f'<process id="A"><startEvent id="a1"/><task id="a2"/>{flow("a1", "a2")}</process>'
        '<process id="B"><task id="b1"/></process>'
    )
    boxes = [diagram.shapes[p] for p in ("P1", "Out", "P2")]
    assert all(a[1] + a[3] < b[1] for a, b in pairwise(boxes))
    assert diagram.edges["m"][0][0] == diagram.edges["m"][1][0]


def test_notes_stand_below_everything_and_are_tied_to_their_node() -> None:
    diagram = drawn(
        f'<process id="P"><task id="a"/><task id="b"/>{flow("a", "b")}<textAnnotation id="n"><text>张贴当天不算</text>'
        '</textAnnotation><association id="l" sourceRef="b" targetRef="n"/></process>'
    )
    note, task = diagram.shapes["n"], diagram.shapes["b"]
    assert note[1] > task[1] + task[3]
    assert diagram.edges["l"] == [(task[0] + 50, task[1] + 80), (note[0] + 60, note[1])]


def test_only_the_drawing_changes() -> None:
    before = (
        f'{HEAD}<!-- 说明 --><process id="P"><documentation>为什么</documentation><extensionElements><x:own a="1"/>'
        f'</extensionElements><task id="a" x:extra="2"/></process></definitions>'
    ).encode()
    after = lay_out(before)
    assert "说明".encode() in after
    root = etree.fromstring(after)
    for drawing in root.findall(f"{{{DRAWING}}}BPMNDiagram"):
        root.remove(drawing)
    assert _bones(root) == _bones(etree.fromstring(before))


def _bones(element: etree._Element) -> object:
    inner = [_bones(child) for child in element if isinstance(child.tag, str)]
    return element.tag, sorted(element.attrib.items()), (element.text or "").strip(), inner


def test_laying_out_twice_gives_the_same() -> None:
    once = lay_out(f"{HEAD}{LANES}{flow('s', 'a')}</process></definitions>".encode())
    assert lay_out(once) == once


def test_what_is_not_plain_xml_is_refused() -> None:
    with pytest.raises(XmlRefused):
        lay_out(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(XmlRefused):
        lay_out(b"not xml")


def test_a_file_without_any_process_stays_empty() -> None:
    assert not read_bpmn("a.bpmn", lay_out(f"{HEAD}</definitions>".encode())).shapes


@pytest.mark.parametrize("seed", range(25))
def test_random_diagrams_have_upright_lines_and_no_node_on_another(seed: int) -> None:
    chance = random.Random(seed)
    names = [f"n{i}" for i in range(chance.randint(3, 18))]
    kinds = {n: chance.choice(["task", "exclusiveGateway", "userTask", "intermediateThrowEvent"]) for n in names}
    pairs = {(a, b) for a, b in pairwise(names)}
    pairs |= {tuple(chance.sample(names, 2)) for _ in range(chance.randint(0, 6))}
    nodes = "".join(f'<{kind} id="{name}" name="步骤{name}"/>' for name, kind in kinds.items())
    split = chance.randint(1, len(names) - 1)
    lane = [f"<flowNodeRef>{n}</flowNodeRef>" for n in chance.sample(names, len(names))]
    diagram = drawn(
        '<collaboration id="C"><participant id="Pool" processRef="P"/></collaboration><process id="P"><laneSet id="L">'
        f'<lane id="A">{"".join(lane[:split])}</lane><lane id="B">{"".join(lane[split:])}</lane></laneSet>'
        f"{nodes}{''.join(flow(a, b, '是') for a, b in sorted(pairs))}</process>"
    )
    boxes = [diagram.shapes[n] for n in names]
    for a, b in combinations(boxes, 2):
        assert a[0] + a[2] <= b[0] or b[0] + b[2] <= a[0] or a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1]
    assert set(diagram.edges) == {f"{a}_{b}" for a, b in pairs}
    for path in diagram.edges.values():
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(path))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_shipped_diagrams_could_be_drawn_afresh_without_a_remark(path: Path) -> None:
    assert remarks(lay_out(path.read_bytes())) == []
