"""Who an unnamed person is stands beside the case: not in its data, its history or its answers."""

from __future__ import annotations

import json

import pytest

from processes.definition import Bundle
from services import identities
from services.cli import door, main
from services.errors import Invalid, NotAllowed, NotFound
from services.store.tables import metadata
from tests.processes.engine.play import flows
from tests.services.town import Town, bundle, user

BODY = (
    '<startEvent id="s"/>' + user("t1") + '<serviceTask id="q" yishi:effect="queryCode"/>' + user("t2")
    + '<endEvent id="e"/>' + flows("s t1 q t2 e")
)  # fmt: skip
FORM = {
    "type": "default", "id": "F", "components": [
        {"type": "textfield", "key": "matter", "label": "事由"},
        {"type": "textfield", "key": "realName", "label": "真实姓名", "properties": {"apart": "identity"}},
    ],
}  # fmt: skip


def secret() -> Bundle:
    return bundle("secret", BODY, F=json.dumps(FORM).encode())


@pytest.fixture
def case(town: Town) -> int:
    town.publish(secret())
    found = town.start("zhou", "secret").id
    town.complete("zhou", found, "t1", matter="路灯", realName="赵某某")
    town.work()
    return found


def test_what_is_kept_apart_is_in_no_other_table(town: Town, case: int) -> None:
    holding = [name for name in metadata.tables if "赵某某" in str(town.query(f'SELECT * FROM "{name}"'))]
    assert holding == ["identities"]
    assert town.view(case).data == [("事由", "路灯")]


def test_the_committee_opens_it_for_a_reason_and_the_history_says_so(town: Town, case: int) -> None:
    opened = town.act("wang", lambda desk: identities.read(desk, case, "回访提出人"))
    assert opened["真实姓名"] == "赵某某" and len(opened["查询码"]) == 10
    assert "查看了提出人身份：回访提出人" in [str(line.what) for line in town.view(case).history]


def test_nobody_opens_it_without_a_reason_or_from_another_post(town: Town, case: int) -> None:
    for login, reason, refusal in (("wang", " ", Invalid), ("qu", "查", NotAllowed), ("zhao", "查", NotFound)):
        with pytest.raises(refusal):
            town.act(login, lambda desk, why=reason: identities.read(desk, case, why))


def test_a_query_code_opens_its_case_and_stays(town: Town, case: int) -> None:
    code = town.act("wang", lambda desk: identities.read(desk, case, "告知查询码"))["查询码"]
    town.act("wang", lambda desk: identities.issue(desk, case))
    assert town.act("wang", lambda desk: identities.case_of(desk, f" {code[:5]} {code[5:]}")) == case
    assert town.act("wang", lambda desk: identities.case_of(desk, "12345")) is None
    assert town.act("wang", lambda desk: identities.read(desk, case, "再看"))["查询码"] == code


def test_the_command_line_opens_it_for_the_committee(
    town: Town, case: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(door, "engine", lambda: town.engine)
    said = ["case", "identity", str(case), "--reason", "回访", "--json", "--as"]
    assert main([*said, "wang"]) == 0
    assert json.loads(capsys.readouterr().out)["identity"]["真实姓名"] == "赵某某"
    assert main([*said, "qu"]) == 1
    assert "赵某某" not in capsys.readouterr().out
