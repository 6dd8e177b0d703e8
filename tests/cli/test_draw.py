"""`yishi draw`: a file without a drawing gets one, a drawing that is there is not touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from processes.model import read_bpmn
from services.cli import main

SHIPPED = Path(__file__).resolve().parents[2] / "bpmn" / "nomination" / "resignation.bpmn"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A shipped diagram without its drawing."""
    root = ElementTree.fromstring(SHIPPED.read_bytes())
    for old in [one for one in root if one.tag.endswith("BPMNDiagram")]:
        root.remove(old)
    path = tmp_path / "bare.bpmn"
    path.write_bytes(ElementTree.tostring(root, "utf-8", xml_declaration=True))
    assert not read_bpmn(path.name, path.read_bytes()).shapes
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Exit code and the JSON object of the verb."""
    try:
        code = main(["draw", *arguments, "--json"])
    except SystemExit as end:
        code = int(end.code or 0)
    out = capsys.readouterr().out
    return code, json.loads(out) if out.strip() else None


def test_what_has_no_drawing_gets_one(capsys: pytest.CaptureFixture[str], bare: Path) -> None:
    """Every node and flow is placed; a second call changes nothing."""
    code, data = run(capsys, str(bare))
    assert code == 0 and data["laid"] is True and data["svg"] is None
    drawn = read_bpmn(bare.name, bare.read_bytes())
    assert set(drawn.nodes) <= set(drawn.shapes) and set(drawn.flows) <= set(drawn.edges)
    assert data["shapes"] == len(drawn.shapes)
    once = bare.read_bytes()
    assert run(capsys, str(bare))[1]["laid"] is False
    assert bare.read_bytes() == once


def test_a_saved_drawing_is_the_truth(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Only `--again` replaces it, and `--out` leaves the original alone."""
    copy, other = tmp_path / "a.bpmn", tmp_path / "b.bpmn"
    copy.write_bytes(SHIPPED.read_bytes().replace(b'<dc:Bounds x="', b'<dc:Bounds x="7'))
    moved = copy.read_bytes()
    assert run(capsys, str(copy))[1]["laid"] is False and copy.read_bytes() == moved
    assert run(capsys, str(copy), "--again", "--out", str(other))[1]["file"] == str(other)
    assert copy.read_bytes() == moved and other.read_bytes() != moved


def test_the_picture(capsys: pytest.CaptureFixture[str], bare: Path, tmp_path: Path) -> None:
    """An SVG that stands alone; of one process on request."""
    svg = tmp_path / "picture.svg"
    assert run(capsys, str(bare), "--svg", str(svg))[1]["svg"] == str(svg)
    assert ElementTree.parse(svg).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert "登记辞职" in svg.read_text("utf-8")
    assert run(capsys, str(bare), "--svg", str(svg), "--process", "nomination_resignation")[0] == 0
    assert run(capsys, str(bare), "--svg", str(svg), "--process", "nothing")[0] == 2


@pytest.mark.parametrize("content", [b"", b"no xml", b"<a/>", bytes(range(256))])
def test_what_is_no_diagram_is_refused_and_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes
) -> None:
    """Code 1 with findings, the file as it was; a missing file is a wrong use."""
    path = tmp_path / "bad.bpmn"
    path.write_bytes(content)
    code, data = run(capsys, str(path))
    assert code == 1 and data["ok"] is False
    assert path.read_bytes() == content
    assert run(capsys, str(tmp_path / "nothing.bpmn"))[0] == 2
