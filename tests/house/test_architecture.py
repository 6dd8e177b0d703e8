"""The house keeps its shape: storeys, one home per library, short functions, no numbers of law in procedures."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT, files, functions, imports

HOMES = {
    "SpiffWorkflow": ["processes"],
    "lxml": ["processes"],
    "re2": ["processes"],
    "chinese_calendar": ["processes/calendar_seed.py"],
    "sqlalchemy": ["services/store", "services/desk.py"],
    "alembic": ["services/store"],
    "psycopg": ["services/store"],
    "fastapi": ["services/web"],
    "starlette": ["services/web"],
    "jinja2": ["services/web", "services/documents", "services/documents.py"],
    "uvicorn": ["services/cli/site.py"],
    "argon2": ["services/people.py", "services/passwords.py"],
    "babel": ["services/i18n.py"],
    "docx": ["services/documents", "services/documents.py", "services/sheets.py"],
    "docxtpl": ["services/documents", "services/documents.py", "services/sheets.py"],
    "openpyxl": ["services/lists.py", "services/workbooks.py"],
}
NOT_IN_PROCESSES = {
    "services",
    "sqlalchemy",
    "fastapi",
    "starlette",
    "alembic",
    "psycopg",
    "jinja2",
    "uvicorn",
    "argon2",
}
LONG_LINES = 400
WITH_A_REASON = {"services/store/tables.py"}  # every table once, in one place to read


def relative(path: Path) -> str:
    """A path as the tables above write it."""
    return path.relative_to(ROOT).as_posix()


def test_import_contracts_hold() -> None:
    """The storeys of pyproject.toml, exhaustive: a new module must choose its storey."""
    run = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout[-4000:]


@pytest.mark.parametrize("library", sorted(HOMES))
def test_each_library_has_its_home(library: str) -> None:
    """A library is imported in its home and nowhere else."""
    users = [relative(path) for path in files() if library in imports(path)]
    strangers = [one for one in users if not any(one == home or one.startswith(f"{home}/") for home in HOMES[library])]
    assert strangers == []


def test_processes_know_no_database_and_no_web() -> None:
    """The engine room is pure."""
    for path in files():
        if relative(path).startswith("processes/"):
            assert not imports(path) & NOT_IN_PROCESSES, relative(path)


def test_no_python_in_the_designers_room() -> None:
    """bpmn/ is what a procedure says, and nothing else."""
    assert list((ROOT / "bpmn").rglob("*.py")) == []


def test_functions_are_short() -> None:
    """Median at most 10 lines, 95th percentile at most 40, none over 60."""
    found = dict(functions())
    lengths = sorted(found.values())
    assert statistics.median(lengths) <= 10
    assert lengths[len(lengths) * 95 // 100] <= 40
    assert {where: n for where, n in found.items() if n > 60} == {}


def test_files_are_short_or_have_a_reason() -> None:
    """A file over 400 lines is a question."""
    long = {relative(path) for path in files() if len(path.read_text(encoding="utf-8").splitlines()) > LONG_LINES}
    assert long <= WITH_A_REASON


def test_nobody_asks_the_clock_in_a_room() -> None:
    """Now is passed in; only doors look at the clock."""
    doors = ("services/cli/", "services/web/", "services/worker.py")
    asked = re.compile(r"datetime\.now\(|date\.today\(|datetime\.utcnow\(|time\.time\(\)")
    for path in files():
        if not relative(path).startswith(doors):
            assert not asked.search(path.read_text(encoding="utf-8")), relative(path)


CONDITION = re.compile(r"[<>]=?\s*(\d+)|(?<![\w.\"])(\d+)\s*[<>]=?|P(\d+)D|(\d+),\s*\"(?:WD|CD|MO)\"")


@pytest.mark.parametrize("diagram", sorted((ROOT / "bpmn").rglob("*.bpmn")), ids=lambda path: path.stem)
def test_terms_and_thresholds_are_parameters(diagram: Path) -> None:
    """A diagram compares with parameters of the place, never with a number but 0, 1 and 100 (percent), and names no length of time."""
    text = diagram.read_text(encoding="utf-8")
    texts = re.findall(r'(?:yishi:(?:due|unit|key|payload|targets|collection|title)|value)="=?([^"]*)"', text)
    texts += re.findall(
        r"<(?:bpmn:)?(?:conditionExpression|timeDuration|timeDate|timeCycle|script)[^>]*>([^<]*)<", text
    )
    for one in texts:
        plain = one.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        plain = re.sub(r'"[^"]*"', '""', plain)
        numbers = [n for found in CONDITION.findall(plain) for n in found if n and int(n) not in (0, 1, 100)]
        assert numbers == [], plain
