"""Bundles: read from folder, zip or file; checked, hashed, kept; refused with everything that is wrong."""

import io
import zipfile

import pytest

from processes.definition import Bundle, BundleRefused, UnreadableBundle, define
from tests.processes.engine.play import HEAD, flows

GOOD = f'{HEAD}<process id="p" isExecutable="true"><startEvent id="s"/><endEvent id="e"/>{flows("s e")}</process></definitions>'


def test_folder_zip_and_file_are_the_same_bundle(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "t.bpmn").write_text(GOOD)
    folder = Bundle.read(tmp_path / "b")
    (tmp_path / "b.zip").write_bytes(folder.zip())
    packed = Bundle.read(tmp_path / "b.zip")
    single = Bundle.read(tmp_path / "b" / "t.bpmn")
    assert folder.hash == packed.hash == single.hash
    assert define(folder) is define(packed), "parsed once"


def test_a_changed_byte_is_another_version():
    assert Bundle({"t.bpmn": GOOD.encode()}).hash != Bundle({"t.bpmn": GOOD.encode() + b" "}).hash


def test_every_error_is_named_at_once_with_file_element_and_line():
    body = (
        '\n<startEvent id="s"/>\n<exclusiveGateway id="g"/>\n<complexGateway id="c"/>\n<endEvent id="e"/>\n<scriptTask id="t"><script>import os</script></scriptTask>'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="g"/><sequenceFlow id="f2" sourceRef="g" targetRef="nowhere"/>'
        + flows("g c t e")
    )  # fmt: skip
    text = f'{HEAD}<process id="p" isExecutable="true">{body}</process></definitions>'
    with pytest.raises(BundleRefused) as refused:
        define(Bundle({"t.bpmn": text.encode()}))
    errors = {f.element: f for f in refused.value.findings if f.severity == "error"}
    assert {"f2", "c", "t"} <= set(errors)
    assert all(f.file == "t.bpmn" and f.line for f in errors.values())


@pytest.mark.parametrize("name", ["../evil.bpmn", "/abs.bpmn", "a\\b.bpmn"])
def test_a_zip_cannot_write_outside(name):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, GOOD)
    with pytest.raises(UnreadableBundle):
        Bundle.unzip(target.getvalue())


def test_a_zip_bomb_is_not_unpacked():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.bpmn", b"0" * 15_000_000)
    with pytest.raises(UnreadableBundle):
        Bundle.unzip(target.getvalue())


def test_nothing_there_is_said_plainly(tmp_path):
    with pytest.raises(UnreadableBundle) as refused:
        Bundle.read(tmp_path / "missing")
    assert "missing" in str(refused.value)
