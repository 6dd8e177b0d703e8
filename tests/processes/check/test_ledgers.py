"""`[[ledger]]` of procedure.toml: a sound one is silent, each way to get it wrong has its finding."""

from __future__ import annotations

import pytest

from processes.check import check_bundle
from tests.processes.check.sound import DIAGRAM

PROCEDURE = 'key = "k"\ntitle = "程序"\n[[process]]\nid = "main"\ntitle = "流程"\nstart = []\n'
FINE = {
    "key": '"a"', "title": '"台账"', "process": '"main"', "where": "'total > 1'",
    "columns": """[{ title = "编号", value = 'case.no', width = 8 }, { title = "数", value = 'total + params.seats' }]""",
}  # fmt: skip


def findings(**changes: str | None) -> list[str]:
    entry = {key: value for key, value in {**FINE, **changes}.items() if value is not None}
    text = PROCEDURE + "[[ledger]]\n" + "".join(f"{key} = {value}\n" for key, value in entry.items())
    return of(text)


def of(text: str) -> list[str]:
    found = check_bundle({"main.bpmn": DIAGRAM.encode(), "procedure.toml": text.encode()})
    return [f.rule for f in found if f.file == "procedure.toml"]


def column(value: str) -> str:
    return f"""[{{ title = "栏", value = '{value}' }}]"""


def test_a_sound_ledger_is_silent() -> None:
    assert findings() == []
    assert findings(where=None) == []
    assert findings(columns=column('"case.nothing"')) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"key": '"A-1"'}, "ledger"),
        ({"key": None}, "ledger"),
        ({"title": None}, "ledger"),
        ({"process": '"none"'}, "ledger"),
        ({"where": "1"}, "ledger"),
        ({"columns": None}, "ledger"),
        ({"columns": "[]"}, "ledger"),
        ({"columns": '[{ title = "栏" }]'}, "ledger"),
        ({"columns": """[{ title = "栏", value = 'total', width = 0 }]"""}, "ledger"),
        ({"columns": column("total +")}, "expression"),
        ({"columns": column("nofunction(total)")}, "expression"),
        ({"columns": column("totl")}, "name-unknown"),
        ({"columns": column("case.number")}, "name-unknown"),
        ({"columns": column("params.seets")}, "parameter-unknown"),
        ({"where": "'totl > 1'"}, "name-unknown"),
    ],
)
def test_each_mistake_has_its_finding(changes: dict[str, str | None], rule: str) -> None:
    assert findings(**changes) == [rule]


def test_a_key_is_used_once_and_it_is_a_list_of_tables() -> None:
    entry = "[[ledger]]\n" + "".join(f"{key} = {value}\n" for key, value in FINE.items())
    assert of(PROCEDURE + entry + entry) == ["ledger"]
    assert of("ledger = 1\n" + PROCEDURE) == ["ledger"]
