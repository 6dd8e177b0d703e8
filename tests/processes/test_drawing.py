"""Drawings: what a browser and a screen reader get, and how words break."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from processes.drawing import draw
from processes.drawing.words import NO_START, width, wrap
from processes.model import Diagram, EventDef, Flow, Loop, Node, Process
from processes.text import Text

SVG = "{http://www.w3.org/2000/svg}"


def diagram(*nodes: Node) -> Diagram:
    found = Diagram("x.bpmn", processes={"p": Process("p", "议事 <测试> & 更多", True)})
    for n, node in enumerate(nodes):
        node.process = node.scope = "p"
        found.nodes[node.id] = node
        found.shapes[node.id] = (n * 150.0, 0.0, 100.0, 80.0)
        found.planes[node.id] = "p"
    return found


def parsed(found: Diagram, **more: object) -> etree._Element:
    return etree.fromstring(draw(found, **more).encode())  # type: ignore[arg-type]


def element(svg: etree._Element, id_: str) -> etree._Element:
    return next(e for e in svg.iter() if e.get("data-element") == id_)


def words(part: etree._Element) -> list[str]:
    return [e.text or "" for e in part.iter(f"{SVG}text")]


def test_it_stands_alone_and_says_what_it_is() -> None:
    svg = parsed(diagram(Node("a", "userTask", "登记 <人选> & 材料")), marks={"a": "doing"})
    assert svg.tag == f"{SVG}svg"
    assert svg.get("role") == "img"
    assert (
        svg.get("aria-label")
        == svg.findtext(f"{SVG}title")
        == "流程图“议事 <测试> & 更多”，现在办到“登记 <人选> & 材料”"
    )
    assert float(svg.get("width")) > 100
    assert not list(svg.iter(f"{SVG}script", f"{SVG}style"))


def test_states_differ_in_shape_and_word_not_only_in_colour() -> None:
    marks = {"done": "done", "now": "now", "wait": "wait", "stuck": "stuck"}
    svg = parsed(diagram(*(Node(id_, "userTask", "办理") for id_ in [*marks, "none"])), marks=marks)
    shapes = {id_: next(element(svg, id_).iter(f"{SVG}rect")) for id_ in [*marks, "none"]}
    assert words(element(svg, "done")) == ["办理 ✓"]
    assert words(element(svg, "now")) == ["办理", "现在"]
    assert words(element(svg, "stuck")) == ["办理", "停住"]
    assert shapes["wait"].get("stroke-dasharray") and shapes["none"].get("stroke-dasharray")
    assert not shapes["done"].get("stroke-dasharray")
    assert float(shapes["now"].get("stroke-width")) > float(shapes["done"].get("stroke-width"))


def test_without_a_case_nothing_is_dashed() -> None:
    svg = parsed(diagram(Node("a", "userTask", "办理")))
    assert element(svg, "a").get("class") == "bpmn-userTask"
    assert not next(element(svg, "a").iter(f"{SVG}rect")).get("stroke-dasharray")


def test_words_are_translated() -> None:
    def english(text: Text) -> str:
        return {"现在": "Now", "流程图“{title}”": "Diagram"}.get(text.msgid, text.msgid)

    svg = parsed(diagram(Node("a", "userTask", "办理")), marks={"a": "now"}, say=english)
    assert words(element(svg, "a")) == ["办理", "Now"]
    assert svg.get("aria-label", "").startswith("Diagram")


KINDS = ["task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask",
         "callActivity", "subProcess", "transaction", "adHocSubProcess", "exclusiveGateway", "parallelGateway",
         "inclusiveGateway", "eventBasedGateway", "complexGateway", "startEvent", "endEvent", "intermediateCatchEvent",
         "intermediateThrowEvent", "boundaryEvent"]  # fmt: skip
TRIGGERS = [
    "timer",
    "message",
    "signal",
    "error",
    "escalation",
    "cancel",
    "compensate",
    "conditional",
    "link",
    "terminate",
]


def test_every_kind_looks_different() -> None:
    pictures = {kind: draw(diagram(Node("a", kind))).replace(kind, "") for kind in KINDS}
    inner = {"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}  # told apart by their signs
    alike = [{a, b} for a in KINDS for b in KINDS if a < b and pictures[a] == pictures[b]]
    assert all(pair <= inner for pair in alike), alike


@pytest.mark.parametrize("kind", ["intermediateCatchEvent", "endEvent"])
def test_every_trigger_has_its_own_sign(kind: str) -> None:
    pictures = {trigger: draw(diagram(Node("a", kind, events=[EventDef(trigger)]))) for trigger in TRIGGERS}
    assert len(set(pictures.values())) == len(TRIGGERS)


@pytest.mark.parametrize("kind", ["parallel", "sequential", "standard"])
def test_repetition_is_shown(kind: str) -> None:
    plain, marked = diagram(Node("a", "task")), diagram(Node("a", "task", loop=Loop(kind)))
    assert len(parsed(marked).findall(f".//{SVG}path")) == len(parsed(plain).findall(f".//{SVG}path")) + 1


def test_flows_have_heads_bends_words_and_the_mark_of_the_default() -> None:
    found = diagram(Node("x", "exclusiveGateway", default_flow="f"), Node("b", "task"))
    found.flows["f"] = Flow("f", "同意", "x", "b", None, "p")
    found.edges["f"] = [(100, 40), (125, 40), (125, 60), (150, 60)]
    found.planes["f"] = "p"
    part = element(parsed(found), "f")
    assert len(part.findall(f"{SVG}polygon")) == 1
    assert [path.get("d", "").count("Q") for path in part.findall(f"{SVG}path")] == [2, 0]
    assert "同意" in words(parsed(found))


def test_one_process_of_several() -> None:
    found = diagram(Node("a", "task", "甲"), Node("b", "task", "乙"))
    found.nodes["b"].process = "q"
    assert "甲" in draw(found, process="p")
    assert "乙" not in draw(found, process="p")


def test_a_closed_sub_process_hides_its_inside() -> None:
    found = diagram(Node("s", "subProcess", "外"), Node("i", "task", "里"))
    found.nodes["i"].scope = "s"
    assert "里" in draw(found)
    found.collapsed.add("s")
    assert "里" not in draw(found)
    found.planes["i"] = "s"
    assert "里" in draw(found, plane="s")


def test_a_file_without_a_picture_says_so() -> None:
    assert "没有图形信息" in draw(Diagram("x.bpmn"))


def test_control_signs_do_not_break_the_picture() -> None:
    parsed(diagram(Node("a", "task", "坏\x00字\x0b符\ud800")))


@pytest.mark.parametrize(
    "text",
    [
        "党委研究确定初步人选名单并公示",
        "村（社区）推荐",
        "Review and document the result",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "",
    ],
)
@pytest.mark.parametrize("room", [40.0, 66.0, 90.0])
def test_lines_fit_and_begin_with_a_word(text: str, room: float) -> None:
    lines = wrap(text, room, 13, 20)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line.rstrip("".join(NO_START)), 13) <= room + 0.01 for line in lines)
    assert not any(line[0] in NO_START for line in lines)


def test_too_many_lines_end_in_dots() -> None:
    lines = wrap("党委研究确定初步人选名单并公示", 52, 13, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")


def test_no_single_sign_is_left_over() -> None:
    assert wrap("推荐初步人选名", 80, 13, 3) == ["推荐初步", "人选名"]


def test_shipped_diagrams_are_valid_pictures() -> None:
    from processes.model import read_bpmn

    for path in sorted((Path(__file__).parents[2] / "bpmn").glob("*/*.bpmn")):
        etree.fromstring(draw(read_bpmn(path.name, path.read_bytes())).encode())
