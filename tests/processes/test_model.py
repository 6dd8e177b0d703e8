"""Reading BPMN: prefixes, references, lanes, loops, drawing; and the door all XML goes through."""

from __future__ import annotations

import pytest

from processes.model import Diagram, read_bpmn
from processes.xmlsafe import MAX_DEPTH, XmlRefused, parse_xml

NAMES = (
    'xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yishi="urn:yishi:bpmn:1" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)


def read(body: str, root: str = "", after: str = "") -> Diagram:
    diagram = read_bpmn(
        "x.bpmn", f'<b:definitions {NAMES}>{root}<b:process id="p">{body}</b:process>{after}</b:definitions>'.encode()
    )
    return diagram


def test_any_prefix_is_read() -> None:
    diagram = read(
        '<b:startEvent id="s" name=" 开始\n 吧 "/><b:task id="t"/><b:sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
    )
    assert diagram.findings == []
    assert diagram.nodes["s"].name == "开始 吧"
    assert (diagram.nodes["s"].outgoing, diagram.nodes["t"].incoming) == (["f"], ["f"])
    assert (diagram.nodes["t"].process, diagram.nodes["t"].scope) == ("p", "p")


def test_flows_stand_in_the_order_of_outgoing_then_of_the_file() -> None:
    flows = "".join(f'<b:sequenceFlow id="f{n}" sourceRef="x" targetRef="y"/>' for n in range(4))
    diagram = read(
        f'<b:exclusiveGateway id="x"><b:outgoing>f2</b:outgoing><b:outgoing>gone</b:outgoing></b:exclusiveGateway>{flows}<b:task id="y"/>'
    )
    assert diagram.nodes["x"].outgoing == ["f2", "f0", "f1", "f3"]


def test_references_become_names_and_codes() -> None:
    root = ('<b:message id="m" name="来信"/><b:signal id="g"/><b:error id="e" name="错" errorCode="E1"/>'
            '<b:escalation id="c" escalationCode="C1"/>')  # fmt: skip
    diagram = read(
        '<b:startEvent id="s"><b:messageEventDefinition messageRef="b:m"/></b:startEvent>'
        '<b:intermediateCatchEvent id="g1"><b:signalEventDefinition signalRef="g"/></b:intermediateCatchEvent>'
        '<b:endEvent id="e1"><b:errorEventDefinition errorRef="e"/></b:endEvent>'
        '<b:endEvent id="c1"><b:escalationEventDefinition escalationRef="c"/></b:endEvent>'
        '<b:endEvent id="d1"><b:messageEventDefinition messageRef="gone"/></b:endEvent>'
        '<b:receiveTask id="r" messageRef="m"/>', root)  # fmt: skip
    said = {
        id_: (node.event.ref, node.event.name, node.event.code) for id_, node in diagram.nodes.items() if node.event
    }
    assert said == {"s": ("m", "来信", None), "g1": ("g", "g", None), "e1": ("e", "错", "E1"), "c1": ("c", "c", "C1"),
                    "d1": ("gone", None, None)}  # fmt: skip
    assert (diagram.nodes["r"].message_ref, diagram.nodes["r"].message) == ("m", "来信")


def test_an_event_definition_may_stand_at_the_top() -> None:
    root = '<b:timerEventDefinition id="T"><b:timeDuration>P1D</b:timeDuration></b:timerEventDefinition>'
    diagram = read(
        '<b:intermediateCatchEvent id="w"><b:eventDefinitionRef>T</b:eventDefinitionRef></b:intermediateCatchEvent>',
        root,
    )
    assert diagram.nodes["w"].event is not None
    assert (diagram.nodes["w"].event.timer_kind, diagram.nodes["w"].event.text) == ("duration", "P1D")


def test_lanes_give_roles_also_inside_sub_processes_and_nested_lanes() -> None:
    diagram = read(
        '<b:laneSet><b:lane id="L" name="外" yishi:role="handler"><b:childLaneSet><b:lane id="M"><b:flowNodeRef>a</b:flowNodeRef>'
        '</b:lane><b:lane id="N" yishi:role="deputy"><b:flowNodeRef>sp</b:flowNodeRef></b:lane></b:childLaneSet></b:lane></b:laneSet>'
        '<b:userTask id="a"/><b:subProcess id="sp"><b:userTask id="c"/><b:userTask id="d" yishi:role="teller"/></b:subProcess>')  # fmt: skip
    assert {id_: (node.lane, node.role) for id_, node in diagram.nodes.items()} == {
        "a": ("M", "handler"), "sp": ("N", "deputy"), "c": ("N", "deputy"), "d": ("N", "teller")}  # fmt: skip
    assert diagram.lanes["M"].parent == "L"


@pytest.mark.parametrize(
    ("xml", "collection", "element"),
    [
        ('<b:multiInstanceLoopCharacteristics yishi:collection="xs" yishi:element="x"/>', "xs", "x"),
        ('<b:multiInstanceLoopCharacteristics camunda:collection="xs" camunda:elementVariable="x"/>', "xs", "x"),
        ('<b:multiInstanceLoopCharacteristics><b:extensionElements><zeebe:loopCharacteristics inputCollection="=xs" '
         'inputElement="x"/></b:extensionElements></b:multiInstanceLoopCharacteristics>', "=xs", "x"),
        ('<b:multiInstanceLoopCharacteristics><b:loopDataInputRef>D</b:loopDataInputRef><b:inputDataItem name="x"/>'
         "</b:multiInstanceLoopCharacteristics>", "xs", "x"),
    ],
)  # fmt: skip
def test_every_editor_says_multi_instance_in_its_own_way(xml: str, collection: str, element: str) -> None:
    loop = read(f'<b:dataObject id="D" name="xs"/><b:userTask id="t">{xml}</b:userTask>').nodes["t"].loop
    assert loop is not None
    assert (loop.kind, loop.collection, loop.element) == ("parallel", collection, element)


def test_a_standard_loop() -> None:
    loop = read('<b:task id="t"><b:standardLoopCharacteristics testBefore="true" loopMaximum="3"><b:loopCondition>more'
                "</b:loopCondition></b:standardLoopCharacteristics></b:task>").nodes["t"].loop  # fmt: skip
    assert loop is not None
    assert (loop.kind, loop.condition, loop.maximum, loop.test_before) == ("standard", "more", "3", True)


def test_our_attributes_and_parameters() -> None:
    node = read('<b:serviceTask id="t" yishi:rule="quota"><b:extensionElements><yishi:param name="a" value="1 + 1"/>'
                '<yishi:param name="b">x</yishi:param></b:extensionElements></b:serviceTask>').nodes["t"]  # fmt: skip
    assert node.ext == {"rule": "quota"}
    assert node.ext_params == {"a": "1 + 1", "b": "x"}


def test_the_compensation_handler_is_found_in_either_direction() -> None:
    for source, target in (("b", "h"), ("h", "b")):
        diagram = read('<b:task id="a"/><b:boundaryEvent id="b" attachedToRef="a"><b:compensateEventDefinition/></b:boundaryEvent>'
                       f'<b:task id="h" isForCompensation="true"/><b:association id="s" sourceRef="{source}" targetRef="{target}"/>')  # fmt: skip
        assert diagram.nodes["b"].handler == "h"
        assert diagram.nodes["h"].compensation


def test_boundaries_and_starts_interrupt_unless_they_say_no() -> None:
    diagram = read('<b:task id="a"/><b:boundaryEvent id="b" attachedToRef="a"/><b:boundaryEvent id="c" attachedToRef="a" '
                   'cancelActivity="false"/><b:subProcess id="e" triggeredByEvent="true"><b:startEvent id="s" isInterrupting="0"/>'
                   "</b:subProcess>")  # fmt: skip
    assert [diagram.nodes[id_].cancel_activity for id_ in "bc"] == [True, False]
    assert diagram.nodes["e"].triggered_by_event
    assert not diagram.nodes["s"].is_interrupting


def test_the_drawing_is_read_and_nonsense_left_out() -> None:
    after = ('<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p"><bpmndi:BPMNShape bpmnElement="a"><dc:Bounds x="1" y="2.5" '
             'width="100" height="80"/><bpmndi:BPMNLabel><dc:Bounds x="0" y="0" width="9" height="9"/></bpmndi:BPMNLabel>'
             '</bpmndi:BPMNShape><bpmndi:BPMNShape bpmnElement="c"><dc:Bounds x="nan" y="2" width="x" height="1"/></bpmndi:BPMNShape>'
             '<bpmndi:BPMNEdge bpmnElement="f"><di:waypoint x="1" y="2"/><di:waypoint x="inf" y="2"/><di:waypoint x="3" y="2"/>'
             "</bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>")  # fmt: skip
    diagram = read('<b:task id="a"/><b:task id="c"/><b:sequenceFlow id="f" sourceRef="a" targetRef="c"/>', after=after)
    assert diagram.shapes == {"a": (1, 2.5, 100, 80)}
    assert diagram.label_shapes == {"a": (0, 0, 9, 9)}
    assert diagram.edges == {"f": [(1, 2), (3, 2)]}


def test_a_doubled_id_is_found_and_the_first_one_kept() -> None:
    diagram = read('<b:task id="a" name="一"/>\n<b:task id="a" name="二"/>')
    assert diagram.nodes["a"].name == "一"
    assert [(f.rule, f.element, f.line) for f in diagram.findings] == [("duplicate-id", "a", 2)]


def test_what_has_no_id_gets_one_and_holds_its_inside() -> None:
    diagram = read('<b:subProcess><b:task id="t"/></b:subProcess>')
    assert diagram.nodes["t"].scope in diagram.nodes


def test_chains_of_thousands_are_read_without_recursion() -> None:
    body = '<b:task id="t0"/>' + "".join(
        f'<b:task id="t{n}"/><b:sequenceFlow id="f{n}" sourceRef="t{n - 1}" targetRef="t{n}"/>' for n in range(1, 5000))  # fmt: skip
    assert len(read(body).nodes) == 5000


@pytest.mark.parametrize(
    "content",
    [b"", b"<a", b"<!DOCTYPE a><a/>", b"<a>&x;</a>", b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
     b"<a>" + b"<b/>" * 100_001 + b"</a>", b"<a>" + b" " * (5 * 1024 * 1024) + b"</a>"],
    ids=["empty", "cut", "doctype", "entity", "deep", "many", "large"],
)  # fmt: skip
def test_xml_that_is_not_plain_is_refused(content: bytes) -> None:
    with pytest.raises(XmlRefused) as refused:
        parse_xml(content)
    assert str(refused.value.message)


def test_xml_tells_the_line_of_the_fault() -> None:
    with pytest.raises(XmlRefused) as refused:
        parse_xml(b"<a>\n<b>\n</a>")
    assert refused.value.line == 3
