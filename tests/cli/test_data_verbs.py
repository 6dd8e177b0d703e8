"""Verbs on a real database: a place is imported, a procedure published, a case worked through, exported and examined."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from services.cli import door, main
from tests.processes.scenarios.opinions import bundle

UNITS = """编码,名称,级别,上级编码,人口
YC,永川区,区,,
ZS,中山路街道,街道,YC,
U1,第一社区,社区,ZS,1200
U2,第二社区,社区,ZS,800
"""
PEOPLE = """登录名,姓名,岗位,单位编码,初始密码
wang,王芳,snc_clerk,ZS,mimamima
li,李明,community,U1,
zhao,赵刚,community,U2,
admin,韩林,system_admin,YC,mimamima
"""

Yishi = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def yishi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Yishi]:
    """Run a verb on a database of its own: exit code, JSON, complaint."""
    monkeypatch.setenv("YISHI_DATA", str(tmp_path / "var"))
    monkeypatch.delenv("YISHI_DATABASE", raising=False)
    door.engine.cache_clear()

    def run(*arguments: str) -> tuple[int, Any, str]:
        code = main([*arguments, "--json"])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out.strip() else None, said.err

    yield run
    door.engine().dispose()
    door.engine.cache_clear()


@pytest.fixture
def place(yishi: Yishi, tmp_path: Path) -> Yishi:
    """The place with its people and the published procedure."""
    for name, text in (("units.csv", UNITS), ("people.csv", PEOPLE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        code, data, said = yishi("people", "import", str(tmp_path / name))
        assert (code, data["bad"]) == (0, []), said
    for name, content in bundle().items():
        (tmp_path / "opinions" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "opinions" / name).write_bytes(content)
    code, data, said = yishi("publish", str(tmp_path / "opinions"))
    assert code == 0, said
    assert (data["version"]["procedure"], data["version"]["number"]) == ("opinions", 1)
    return yishi


def start(yishi: Yishi, *more: str) -> dict[str, Any]:
    """A started case."""
    code, data, said = yishi("case", "start", "opinions", "collect", "--as", "wang", *more)
    assert code == 0, said
    found: dict[str, Any] = data["case"]
    return found


def test_a_case_from_start_to_end(place: Yishi, tmp_path: Path) -> None:
    """Start, list, answer, the worker, show, export: every answer with its stable keys."""
    case = start(place)
    assert set(case) >= {"id", "no", "title", "procedure", "process", "state", "outcome", "street", "started_at"}
    [task] = place("task", "list", "--as", "wang")[1]["tasks"]
    assert (task["element"], task["case_id"]) == ("Plan", case["id"])
    code, data, _ = place("task", "complete", str(task["id"]), "--as", "wang", "--answers", '{"topic": "路灯"}')
    assert (code, data["case_id"], data["incident"]) == (0, case["id"], False)
    assert place("worker", "--once")[1]["done"] >= 1
    (tmp_path / "answers.json").write_text('{"text": "同意"}', encoding="utf-8")
    for login in ("li", "zhao"):
        [task] = place("task", "list", "--as", login)[1]["tasks"]
        assert (
            place("task", "complete", str(task["id"]), "--as", login, "--answers", f"@{tmp_path}/answers.json")[0] == 0
        )
    place("worker", "--once")
    code, shown, _ = place("case", "show", case["no"])
    assert code == 0
    assert set(shown) == {"case", "waiting", "steps", "history", "documents", "data"}
    assert (shown["case"]["state"], shown["case"]["outcome"]) == ("ended", "已汇总")
    assert shown["documents"]
    assert len(place("case", "list", "--state", "ended")[1]["cases"]) == 3
    code, data, _ = place("export", str(tmp_path / "out.zip"))
    assert (code, data["cases"], data["procedures"]) == (0, 3, 1)
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        names = archive.namelist()
        assert sum(name.endswith("case.json") for name in names) == 3
        papers = sorted(Path(name).name for name in names if "/documents/" in name)
        assert papers == ["1-意见汇总.docx", "1-意见汇总.html"]
        assert data["documents"] == len(shown["documents"]) == 1
        assert "procedures/opinions-1.zip" in names


def test_refusals_are_1_and_change_nothing(place: Yishi) -> None:
    """A wrong answer names its field; somebody else's task and unknown people are not found."""
    start(place)
    [task] = place("task", "list", "--as", "wang")[1]["tasks"]
    code, data, said = place("task", "complete", str(task["id"]), "--as", "wang", "--answers", "{}")
    assert (code, set(data["error"]["fields"])) == (1, {"topic"})
    assert "topic" in said
    for arguments in (
        ("task", "complete", str(task["id"]), "--as", "li", "--answers", '{"topic": "x"}'),
        ("task", "list", "--as", "nobody"),
        ("case", "show", "999"),
        ("case", "show", "没有这个编号"),
        ("case", "start", "opinions", "collect", "--as", "li"),
        ("case", "start", "nothing", "--as", "wang"),
    ):
        code, data, _ = place(*arguments)
        assert (code, set(data)) == (1, {"error"}), arguments
    assert [one["id"] for one in place("task", "list", "--as", "wang")[1]["tasks"]] == [task["id"]]
    assert len(place("case", "list")[1]["cases"]) == 1


def test_the_same_key_starts_one_case(place: Yishi) -> None:
    """A repeated call is the same act."""
    assert start(place, "--key", "once")["id"] == start(place, "--key", "once")["id"]
    assert len(place("case", "list")[1]["cases"]) == 1


@pytest.mark.parametrize("answers", ["{", "[]", "@/no/such/file"])
def test_unreadable_answers_are_wrong_usage(place: Yishi, answers: str) -> None:
    """2, before anything is opened."""
    code, data, _ = place("case", "start", "opinions", "collect", "--as", "wang", "--answers", answers)
    assert (code, set(data)) == (2, {"error"})
    assert place("case", "list")[1]["cases"] == []


def test_one_bad_cell_and_nothing_is_imported(place: Yishi, tmp_path: Path) -> None:
    """Each bad cell is named by sheet, row and column."""
    bad = "登录名,姓名,岗位,单位编码,初始密码\nsun,孙红,snc_clerk,ZS,mimamima\nqian,钱进,king,ZS,\n"
    (tmp_path / "bad.csv").write_text(bad, encoding="utf-8")
    code, data, _ = place("people", "import", str(tmp_path / "bad.csv"))
    assert code == 1
    assert [(cell["row"], cell["column"]) for cell in data["bad"]] == [(3, "岗位")]
    assert place("task", "list", "--as", "sun")[0] == 1


def test_a_calendar_moves_open_deadlines(place: Yishi, tmp_path: Path) -> None:
    """The days of a notice are taken over and every changed deadline is said; a bad line changes nothing."""
    start(place)
    [before] = place("task", "list", "--as", "wang")[1]["tasks"]
    (tmp_path / "days.csv").write_text(f"日期,安排,名称\n{before['due_date']},放假,临时放假\n", encoding="utf-8")
    code, data, said = place("calendar", "import", str(tmp_path / "days.csv"))
    assert (code, data["days"], len(data["moved"])) == (0, 1, 1), said
    [after] = place("task", "list", "--as", "wang")[1]["tasks"]
    assert after["due_date"] == data["moved"][0]["after"] > before["due_date"]
    (tmp_path / "days.csv").write_text("2027-13-01,放假,\n", encoding="utf-8")
    assert place("calendar", "import", str(tmp_path / "days.csv"))[0] == 2


def test_an_unfit_bundle_is_not_published(place: Yishi, tmp_path: Path) -> None:
    """All its findings are told."""
    file = tmp_path / "opinions" / "opinions.bpmn"
    file.write_text(file.read_text(encoding="utf-8").replace("F-plan", "F-none"), encoding="utf-8")
    code, data, _ = place("publish", str(tmp_path / "opinions"))
    assert code == 1
    assert [one["element"] for one in data["error"]["findings"] if one["severity"] == "error"] == ["Plan"]


def test_the_doctor(place: Yishi) -> None:
    """Every look has a name, a verdict and a sentence; an empty installation is not well."""
    code, data, _ = place("doctor")
    looks = {one["name"]: one["ok"] for one in data["checks"]}
    assert code == (0 if data["ok"] else 1)
    assert looks["python"] and looks["database"] and looks["procedures"] and looks["administrators"]


def test_the_doctor_of_an_empty_house(yishi: Yishi) -> None:
    """No procedure, no administrator: 1."""
    code, data, _ = yishi("doctor")
    assert code == 1
    assert {one["name"] for one in data["checks"] if not one["ok"]} >= {"procedures", "administrators"}


def test_a_bad_port_is_wrong_usage(yishi: Yishi) -> None:
    """Before anything is started."""
    assert yishi("serve", "--port", "70000")[0] == 2


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (1, ["case", "show", "9" * 30]),
        (1, ["case", "show", "9" * 5000]),
        (1, ["export", "OUT.zip", "--case", "9" * 30]),
        (1, ["export", "OUT.zip", "--procedure", "nosuch"]),
        (2, ["publish", "/nosuch"]),
        (2, ["calendar", "import", "BINARY"]),
        (2, ["task", "complete", "1", "--as", "wang", "--answers", "@BINARY"]),
        (2, ["task", "complete", "9" * 30, "--as", "wang"]),
        (2, ["case", "list", "--limit", "-1"]),
        (2, ["case", "list", "--state", "odd"]),
        (2, ["nonsense"]),
    ],
)
def test_what_cannot_be_is_refused_in_words(place: Yishi, tmp_path: Path, code: int, arguments: list[str]) -> None:
    """One object with the reason and the right exit code; no file is left."""
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    names = {
        "BINARY": str(tmp_path / "binary"),
        "@BINARY": f"@{tmp_path / 'binary'}",
        "OUT.zip": str(tmp_path / "o.zip"),
    }
    try:
        found, data, said = place(*[names.get(one, one) for one in arguments])
    except SystemExit as end:
        found, data, said = int(end.code or 0), None, ""
    assert found == code
    assert data is None or set(data) == {"error"}
    assert "Traceback" not in said
    assert not (tmp_path / "o.zip").exists()
