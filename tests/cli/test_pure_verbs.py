"""Verbs that need no data: stable JSON, exit codes 0/1/2, quick to start, nothing heavy loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from services.cli import main
from tests.processes.scenarios.opinions import ALL_ANSWER, LATE, bundle

FINDING_KEYS = {"severity", "rule", "file", "element", "line", "message", "path"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small procedure as a folder."""
    for name, content in bundle(all=ALL_ANSWER, late=LATE).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Exit code and the JSON object of a verb."""
    try:
        code = main([*arguments, "--json"])
    except SystemExit as end:
        code = int(end.code or 0)
    out = capsys.readouterr().out
    return code, json.loads(out) if out.strip() else None


def test_check_of_a_good_bundle(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """Nothing to say stops publishing."""
    code, data = run(capsys, "check", str(folder))
    assert code == 0
    assert data["ok"] is True
    assert all(set(one) == FINDING_KEYS for one in data["findings"])


def test_check_of_a_zip_is_that_of_its_folder(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    """A bundle may come as a zip."""
    archive = tmp_path.parent / "opinions.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for name, content in bundle(all=ALL_ANSWER).items():
            target.writestr(name, content)
    assert run(capsys, "check", str(archive))[1]["ok"] is True


BAD = {
    "empty.bpmn": b"",
    "text.bpmn": b"not xml",
    "binary.bpmn": bytes(range(256)),
    "entity.bpmn": b'<!DOCTYPE a [<!ENTITY b "c">]><definitions>&b;</definitions>',
    "deep.bpmn": b"<a>" * 50_000,
    "foreign.bpmn": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"/></definitions>',
    "truncated.zip": b"PK\x03\x04" + b"\0" * 40,
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_check_never_crashes(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    """Whatever the file holds, the answer has the promised shape; the code says whether it may be published."""
    (tmp_path / name).write_bytes(BAD[name])
    code, data = run(capsys, "check", str(tmp_path / name))
    assert set(data) == {"findings", "ok"}
    assert code == (0 if data["ok"] else 1)
    assert all(set(one) == FINDING_KEYS for one in data["findings"])
    assert name == "foreign.bpmn" or not data["ok"]


def test_check_stops_in_time(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check that does not come back is stopped and says so."""

    def endless(_name: str, _content: bytes) -> None:
        while True:
            pass

    monkeypatch.setattr("processes.check.check_file", endless)
    (tmp_path / "a.bpmn").write_bytes(b"<a/>")
    code, data = run(capsys, "check", str(tmp_path / "a.bpmn"), "--seconds", "1")
    assert code == 1
    assert [one["rule"] for one in data["findings"]] == ["check-stopped"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("check",),
        ("check", "/no/such/file.bpmn"),
        ("scenario", "run", "/no/such/bundle"),
        ("case",),
        ("task", "complete", "abc", "--as", "x"),
        ("serve", "--port", "eighty"),
        ("case", "start", "nomination"),
    ],
)
def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    """Used wrongly: 2, and a line that says how."""
    code, _ = run(capsys, *arguments)
    assert code == 2


def test_scenarios_of_a_bundle(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """All scenarios of a folder, with coverage per diagram."""
    code, data = run(capsys, "scenario", "run", str(folder))
    assert code == 0
    assert (data["passed"], data["failed"]) == (2, 0)
    assert [set(one) for one in data["scenarios"]] == [{"name", "file", "passed", "steps", "step", "message"}] * 2
    assert data["coverage"] == {"opinions.bpmn": {"nodes": [11, 11], "flows": [8, 8], "missing": []}}


def test_one_scenario_file(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """A file inside a bundle is played alone."""
    code, data = run(capsys, "scenario", "run", str(folder / "scenarios" / "all.json"))
    assert code == 0
    assert (data["passed"], data["failed"]) == (1, 0)
    assert data["coverage"]["opinions.bpmn"]["missing"] == ["Over", "f6"]


def test_a_failing_scenario_is_1(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """The failing step and the first difference are told."""
    (folder / "scenarios" / "all.json").write_text(json.dumps({**ALL_ANSWER, "expect": {"ends": {"E-DONE": 7}}}))
    code, data = run(capsys, "scenario", "run", str(folder))
    assert code == 1
    assert (data["passed"], data["failed"]) == (1, 1)
    assert "E-DONE" in next(one["message"] for one in data["scenarios"] if not one["passed"])


def test_an_unreadable_scenario_is_1(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """A file of the wrong shape does not pass in silence."""
    (folder / "scenarios" / "bad.json").write_text('{"name": "x"}')
    code, data = run(capsys, "scenario", "run", str(folder))
    assert code == 1
    assert "scenarios/bad.json" in [one["file"] for one in data["findings"] if one["severity"] == "error"]
    assert {one["file"] for one in data["scenarios"] if not one["passed"]} == {"scenarios/bad.json"}
    assert (data["passed"], data["failed"]) == (2, 1)  # the others are played all the same
    assert len({frozenset(one) for one in data["scenarios"]}) == 1
    code, data = run(capsys, "scenario", "run", str(folder / "scenarios" / "all.json"))
    assert (code, data["passed"], data["failed"], data["findings"]) == (0, 1, 0, [])


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "en_US.UTF-8"])
def test_check_writes_utf8_whatever_the_file_is_called(tmp_path: Path, locale: str) -> None:
    """A name that is no text is escaped; Chinese is UTF-8 in any locale."""
    name = os.fsencode(tmp_path) + b"/bad\xffname.bpmn"
    Path(os.fsdecode(name)).write_bytes(BAD["foreign.bpmn"])
    done = subprocess.run(
        [sys.executable, "-m", "services.cli", "check", "--json", name],
        capture_output=True,
        timeout=60,
        env={**os.environ, "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    )
    data = json.loads(done.stdout.decode("utf-8"))
    assert (done.returncode, done.stderr) == (0 if data["ok"] else 1, b"")
    assert {one["file"] for one in data["findings"]} == {"bad\udcffname.bpmn"}


def test_a_program_hears_what_was_misused(capsys: pytest.CaptureFixture[str]) -> None:
    """Usage errors too are one JSON object."""
    for arguments in (["nonsense"], ["check"], ["case", "list", "--limit", "-1"], ["task", "complete", "x"]):
        code, data = run(capsys, *arguments)
        assert (code, set(data), list(data["error"])) == (2, {"error"}, ["message"])


def test_an_empty_folder_is_not_ok(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Nothing that could be checked was found, and that is said."""
    (tmp_path / "notes.txt").write_text("nothing")
    code, data = run(capsys, "check", str(tmp_path))
    assert (code, data["ok"], [one["rule"] for one in data["findings"]]) == (1, False, ["bundle"])


def feel(*lines: str) -> list[Any]:
    """What the program answers to lines on standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "services.cli", "feel", "--json"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line, parse_float=str) for line in done.stdout.splitlines()]


def test_feel_answers_line_by_line() -> None:
    """One answer per question, errors with their place, and the next line is still read."""
    answers = feel(
        '{"expression": "a + 0.2", "context": {"a": 0.1}}',
        '{"expression": "1 +"}',
        '{"unary": "[1..3]", "input": 2, "context": {}}',
        '{"expression": "date(\\"2026-01-01\\")"}',
        "no json",
        '{"expression": "d.year", "context": {"d": {"@": "date(\\"2026-01-01\\")"}}}',
    )
    assert answers[0] == {"value": "0.3"}
    assert set(answers[1]["error"]) == {"message", "line", "column"}
    assert answers[2] == {"value": True}
    assert answers[3] == {"value": {"@": 'date("2026-01-01")'}}
    assert "error" in answers[4]
    assert answers[5] == {"value": 2026}


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "en_US.UTF-8"])
def test_feel_answers_every_line_whatever_it_holds(locale: str) -> None:
    """Blank, garbled and huge lines, a mark of byte order, no last line end: one line of UTF-8 each, in any locale."""
    lines = [
        b'\xef\xbb\xbf{"expression": "\xe2\x80\x9d"}',
        b"",
        b'{"expression": "\xff"}',
        b'{"expression": "1", "context": {"a": "' + b"a" * 3_000_000 + b'"}}',
        b'{"expression": "a", "context": {"a": "\xe4\xb8\xad"}}\r',
        b'{"expression": "add working days(@\\"2026-09-30\\", 1)"}',
        b'{"expression": "today() > @\\"2026-01-01\\""}',
        b'{"expression": "7"}',
    ]
    done = subprocess.run(
        [sys.executable, "-m", "services.cli", "feel", "--json"],
        input=b"\n".join(lines),
        capture_output=True,
        timeout=60,
        env={**os.environ, "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    )
    answers = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert ["error" in each for each in answers] == [True] * 3 + [False] * 5
    assert [each["value"] for each in answers[3:]] == [1, "中", {"@": 'date("2026-10-08")'}, True, 7]


@pytest.mark.parametrize("arguments", [["feel", "--json"], ["check", "--json", "x.bpmn"]])
def test_pure_verbs_load_no_database_and_no_web(tmp_path: Path, arguments: list[str]) -> None:
    """The quick verbs start without SQLAlchemy and FastAPI."""
    (tmp_path / "x.bpmn").write_bytes(BAD["foreign.bpmn"])
    program = (
        "import sys, io; sys.stdin = io.TextIOWrapper(io.BytesIO()); from services.cli import main; main(sys.argv[1:]);"
        "print([m for m in ('sqlalchemy', 'fastapi', 'starlette', 'uvicorn') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr.strip().splitlines()[-1] == "[]"
