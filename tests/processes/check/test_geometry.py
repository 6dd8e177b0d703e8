"""The drawing is looked at: pairs of a clean picture and one fault in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from processes.check import check_bundle
from processes.check.geometry import CHECKS
from processes.check.view import View
from processes.model import Diagram, Flow, Lane, Node, Participant, Process, read_bpmn

HOUSE = Path(__file__).parents[3]


def picture() -> Diagram:
    """Two tasks in two lanes, a gateway between them, everything straight."""
    nodes = [Node("a", "userTask", "甲", "p", "p", lane="L1"), Node("x", "exclusiveGateway", "好？", "p", "p", lane="L1"),
             Node("b", "userTask", "乙", "p", "p", lane="L2"), Node("c", "task", "丙", "p", "p", lane="L1")]  # fmt: skip
    flows = [
        Flow("f1", "", "a", "x", None, "p"),
        Flow("f2", "是", "x", "b", None, "p"),
        Flow("f3", "", "x", "c", None, "p"),
    ]
    diagram = Diagram(
        "x.bpmn",
        processes={"p": Process("p", "", True)},
        nodes={node.id: node for node in nodes},
        flows={flow.id: flow for flow in flows},
        lanes={"L1": Lane("L1", "上", None, ["a", "x", "c"], "p"), "L2": Lane("L2", "下", None, ["b"], "p")},
        pools={"P": Participant("P", "池", "p")},
        shapes={"P": (0, 0, 700, 300), "L1": (30, 0, 670, 150), "L2": (30, 150, 670, 150), "a": (100, 40, 100, 80),
                "x": (275, 55, 50, 50), "b": (250, 190, 100, 80), "c": (400, 40, 100, 80)},
        label_shapes={"x": (285, 30, 30, 16), "f2": (305, 125, 20, 16)},
        edges={"f1": [(200, 80), (275, 80)], "f2": [(300, 105), (300, 190)], "f3": [(325, 80), (400, 80)]},
    )  # fmt: skip
    diagram.planes = dict.fromkeys([*diagram.shapes, *diagram.edges], "p")
    return diagram


def said(diagram: Diagram) -> set[tuple[str, str | None]]:
    view = View(diagram, own=True)
    return {(finding.rule, finding.element) for check in CHECKS for finding in check(view)}


def test_a_clean_picture_is_silent() -> None:
    assert said(picture()) == set()


def test_shapes_on_each_other() -> None:
    diagram = picture()
    diagram.shapes["c"] = (150, 40, 100, 80)
    diagram.edges["f3"] = []
    assert ("drawing-overlap", "c") in said(diagram)


def test_a_node_outside_its_lane() -> None:
    diagram = picture()
    diagram.shapes["b"] = (250, 100, 100, 80)
    assert ("drawing-lane", "b") in said(diagram)


def test_a_slanted_line() -> None:
    diagram = picture()
    diagram.edges["f1"] = [(200, 80), (275, 90)]
    assert said(diagram) == {("drawing-slanted", "f1")}


def test_a_line_through_a_stranger() -> None:
    diagram = picture()
    diagram.flows["f4"] = Flow("f4", "", "a", "c", None, "p")
    diagram.edges["f4"] = [(200, 80), (400, 80)]
    diagram.planes["f4"] = "p"
    assert ("drawing-crossing", "f4") in said(diagram)


@pytest.mark.parametrize(
    "box", [(410, 60, 30, 16), (285, 130, 30, 16), (300, 122, 30, 16)], ids=["node", "line", "text"]
)
def test_words_on_something(box: tuple[float, float, float, float]) -> None:
    diagram = picture()
    diagram.label_shapes["x"] = box
    assert "drawing-label" in {rule for rule, _ in said(diagram)}


def test_words_without_a_place() -> None:
    diagram = picture()
    del diagram.label_shapes["f2"]
    assert said(diagram) == {("drawing-label", "f2")}


@pytest.mark.parametrize("lost", ["a", "L2", "f1"])
def test_what_is_not_drawn(lost: str) -> None:
    diagram = picture()
    diagram.shapes.pop(lost, None)
    diagram.edges.pop(lost, None)
    assert ("drawing-missing", lost) in said(diagram)


def test_the_inside_of_a_closed_sub_process_does_not_count() -> None:
    diagram = picture()
    diagram.nodes["c"].kind = "subProcess"
    diagram.collapsed.add("c")
    diagram.nodes["i"] = Node("i", "task", "里", "p", "c")
    diagram.shapes["i"] = (100, 40, 100, 80)
    diagram.planes["i"] = "p"
    assert said(diagram) == set()


@pytest.mark.parametrize("path", sorted((HOUSE / "bpmn").glob("*/*.bpmn")), ids=lambda path: path.stem)
def test_shipped_diagrams_are_drawn_cleanly(path: Path) -> None:
    view = View(read_bpmn(path.name, path.read_bytes()))
    assert [str(finding.message) for check in CHECKS for finding in check(view)] == []


@pytest.mark.parametrize(
    "folder", sorted({path.parent for path in (HOUSE / "bpmn").glob("*/*.bpmn")}), ids=lambda path: path.name
)
def test_shipped_bundles_have_neither_errors_nor_warnings(folder: Path) -> None:
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert [f.as_json() for f in check_bundle(files) if str(f.severity) != "advice"] == []
