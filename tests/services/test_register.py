"""What a new case is told of the cases on hand in its own street: the open ones, and the whole register."""

from __future__ import annotations

from typing import Any

from processes.definition import Bundle
from processes.expressions import from_json
from services import people
from services.desk import Desk
from services.store import cases as rows
from tests.processes.engine.play import HEAD, flows
from tests.services.town import Town, form, user

HANBIN = {"ZS": 41, "BH": 38, "S3": 35, "S4": 33}
MATTER = '<startEvent id="s"/>' + user("t1") + user("t2") + '<endEvent id="e" name="办结"/>' + flows("s t1 t2 e")
REPORT = '<startEvent id="rs"/>' + user("r1") + '<endEvent id="re"/>' + flows("rs r1 re")
PROCEDURE = """key = "matters"
title = "事项"
level = "street"
[[process]]
id = "matters"
title = "事项"
number = "{street}〔{year}〕{seq:03}"
start = ["snc_clerk"]
form = "F"
caseTitle = 'note'
load = ["siblings"]
[[process]]
id = "report"
title = "报告"
number = "报〔{year}〕{seq:03}"
start = ["snc_clerk"]
load = ["register"]
"""


def matters() -> Bundle:
    drawn = "".join(
        f'<process id="{key}" name="{key}" isExecutable="true">{body}</process>'
        for key, body in (("matters", MATTER), ("report", REPORT))
    )
    text = f"{HEAD}{drawn}</definitions>"
    files = {
        "procedure.toml": PROCEDURE.encode(),
        "matters.bpmn": text.encode(),
        "forms/F.form.json": form("F", "note"),
    }
    return Bundle(files)


def test_four_streets_report_147_between_them_each_its_own(town: Town) -> None:
    town.publish(matters())
    for code, login in (("S3", "san"), ("S4", "si")):
        town.act(None, lambda desk, c=code, p=login: _settle(desk, c, p))
    clerks = {"ZS": "zhou", "BH": "zhao", "S3": "san", "S4": "si"}
    for code, many in HANBIN.items():
        for n in range(many):
            town.start(clerks[code], "matters", "matters", note=f"第{n + 1}件")
    listed = {code: _register(town, login) for code, login in clerks.items()}
    assert {code: len(found) for code, found in listed.items()} == HANBIN
    assert sum(len(rows) for rows in listed.values()) == 147
    assert {row["state"] for rows in listed.values() for row in rows} == {"running"}


def test_the_register_says_who_waits_and_what_came_of_it_and_siblings_are_open(town: Town) -> None:
    town.publish(matters())
    first, second = (town.start("zhou", "matters", "matters", note=note).id for note in ("路灯", "积水"))
    for element in ("t1", "t2"):
        town.complete("zhou", first, element, note="办了")
    town.complete("zhou", second, "t1", note="在办")
    listed = _register(town, "zhou")
    assert [(r["title"], r["state"], r["outcome"], r["waits"]) for r in listed] == [
        ("路灯", "ended", "办结", []),
        ("积水", "running", None, ["t2办"]),
    ]
    third = town.start("zhou", "matters", "matters", note="垃圾").id
    told = town.look(None, lambda desk: _variable(desk, third, "siblings"))
    assert [row["title"] for row in told] == ["积水"]


def _settle(desk: Desk, code: str, login: str) -> None:
    people.add_unit(desk, code, code, "street", "D")
    people.add_person(desk, login, login)
    people.add_post(desk, login, "snc_clerk", code)


def _variable(desk: Desk, case: int, name: str) -> Any:
    return from_json(rows.root_variables(desk.db, case))[name]


def _register(town: Town, login: str) -> Any:
    case = town.start(login, "matters", "report").id
    return town.look(None, lambda desk: _variable(desk, case, "register"))
