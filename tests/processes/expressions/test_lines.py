"""The line protocol of `yishi feel --json`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from processes.expressions.lines import answer
from processes.workdays import Calendar
from tests.processes.expressions.feel import NOW

GOOD: list[tuple[dict[str, Any], str]] = [
    ({"expression": "1 + 2"}, '{"value": 3}'),
    ({"expression": "= a + 0.2", "context": {"a": 0.1}}, '{"value": 0.3}'),
    ({"expression": "d + duration(\"P1D\")", "context": {"d": {"@": 'date("2026-01-01")'}}},
     '{"value": {"@": "date(\\"2026-01-02\\")"}}'),
    ({"expression": "today()"}, '{"value": {"@": "date(\\"2026-11-22\\")"}}'),
    ({"expression": "today()", "now": "2026-01-01T23:00:00Z"}, '{"value": {"@": "date(\\"2026-01-02\\")"}}'),
    ({"expression": "now()", "now": {"@": 'date and time("2026-01-01T08:00:00")'}},
     '{"value": {"@": "date and time(\\"2026-01-01T08:00:00+08:00\\")"}}'),
    ({"unary": "[1..5], > limit", "input": 11, "context": {"limit": 10}}, '{"value": true}'),
    ({"unary": "> 5"}, '{"value": null}'),
    ({"unary": "-", "input": [1]}, '{"value": true}'),
    ({"expression": "Monthly Income * 2", "context": {"Monthly Income": 5}}, '{"value": 10}'),
    ({"expression": "[1..3]"}, '{"value": {"@": "[1..3]"}}'),
    ({"expression": "missing"}, '{"value": null}'),
    ({"expression": "add working days(@\"2026-09-30\", 1)"}, '{"value": {"@": "date(\\"2026-10-08\\")"}}'),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "expected"), GOOD, ids=[json.dumps(each[0]) for each in GOOD])
def test_answer(request_: dict[str, Any], expected: str) -> None:
    assert answer(json.dumps(request_), NOW, Calendar.seeded()) == expected


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('{"expression": "1 +\\n )"}', (2, 2)),
        ('{"expression": "nosuch(1)"}', (1, 1)),
        ('{"unary": "[1.."}', (1, 5)),
        ('{"expression": "for i in 1..1000000000 return i"}', (None, None)),
        ('{"expression": 1}', (None, None)),
        ('{"expression": "1", "unary": "2"}', (None, None)),
        ('{"expression": "1", "context": [1]}', (None, None)),
        ('{"expression": "1", "context": {"a": {"@": "now()"}}}', (None, None)),
        ('{"expression": "1", "now": "yesterday"}', (None, None)),
        ('{"expression": "1", "context": ' + "[" * 5000 + "]" * 5000 + "}", (None, None)),
        ("{}", (None, None)),
        ("[1]", (None, None)),
        ("nonsense", (None, None)),
        ("", (None, None)),
        ('{"expression": "1", "context": []}', (None, None)),
        ('{"expression": "1", "context": 0}', (None, None)),
        ('{"expression": "\udcff"}', (None, None)),
    ],
)
def test_bad_lines_get_an_error(line: str, place: tuple[int | None, int | None]) -> None:
    error = json.loads(answer(line, NOW))["error"]
    assert (error["line"], error["column"]) == place
    assert error["message"]
    assert set(error) == {"message", "line", "column"}


def test_an_answer_is_one_line_of_utf8() -> None:
    line = answer(json.dumps({"expression": "t", "context": {"t": "a\n\u2028\u0085\ud800中"}}), NOW)
    assert len(line.splitlines()) == 1
    assert json.loads(line.encode()) == {"value": "a\n\u2028\u0085\ud800中"}
