"""`bpmn/` as a whole: every procedure and every table checked, every scenario played, by one command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.cli import main

HOME = Path(__file__).parents[2] / "bpmn"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    code = main([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_everything_shipped_is_checked_without_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    paths = sorted(str(path) for path in HOME.iterdir())
    assert said(capsys, "check", *paths) == (0, {"findings": [], "ok": True})


def test_a_fault_in_one_of_several_is_named_with_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.csv").write_text("date,kind,name,source\n2026-13-01,rest,x,y\n", encoding="utf-8")
    code, found = said(capsys, "check", str(HOME / "calendar"), str(tmp_path / "bad.csv"))
    [finding] = found["findings"]  # type: ignore[misc]
    assert code == 1 and finding["line"] == 2 and finding["file"].endswith("bad.csv")


def test_a_folder_of_procedures_is_played_as_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="{0}" isExecutable="true"><startEvent id="s"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/></process></definitions>'
    for key in ("one", "two"):
        (tmp_path / key / "scenarios").mkdir(parents=True)
        (tmp_path / key / "p.bpmn").write_text(text.format(key))
        (tmp_path / key / "procedure.toml").write_text(
            f'key = "{key}"\ntitle = "{key}"\nlevel = "street"\n[[process]]\nid = "{key}"\ntitle = "{key}"\nnumber = "{key}{{seq}}"\nstart = ["snc_clerk"]\n'
        )
        scenario = {
            "name": key,
            "given": {"clock": "2026-09-14T09:00:00+08:00"},
            "steps": [{"start": key, "as": "snc_clerk"}],
        }
        (tmp_path / key / "scenarios" / "a.json").write_text(json.dumps(scenario))
    code, report = said(capsys, "scenario", "run", str(tmp_path))
    assert (code, report["passed"], report["failed"]) == (0, 2, 0), report
    assert sorted(report["coverage"]) == ["one/p.bpmn", "two/p.bpmn"]  # type: ignore[call-overload]
