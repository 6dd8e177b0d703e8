"""The step `vote` of a scenario: the same count on the engine alone and through rounds, jobs and messages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from processes.definition import Bundle, define
from processes.scenarios.player import Played
from processes.scenarios.report import read_all
from services.rehearsal import both
from services.store.db import Engine
from tests.processes.engine.play import flows
from tests.services.town import bundle, form, user

EFFECT = (
    '<serviceTask id="v" name="投票" yishi:effect="ballot"><extensionElements>'
    '<yishi:param name="kind" value="&quot;projects&quot;"/><yishi:param name="title" value="&quot;票选&quot;"/>'
    '<yishi:param name="candidates" value="for c in [&quot;A&quot;, &quot;B&quot;, &quot;C&quot;] return {id: c, title: c}"/>'
    '<yishi:param name="seats" value="1"/><yishi:param name="mode" value="&quot;差额&quot;"/>'
    '<yishi:param name="members" value="9"/><yishi:param name="key" value="case.no"/></extensionElements></serviceTask>'
)
BODY = (
    '<startEvent id="s"/>'
    + EFFECT
    + '<receiveTask id="w" name="等计票" yishi:key="case.no" messageRef="m" yishi:result="closed"/>'
    + user("t", "F")
    + '<endEvent id="e"/>'
    + flows("s v w t e")
)
CARDS = [{"marks": ["A"], "times": 5}, {"marks": ["B"], "times": 2, "channel": "phone"}, {"marks": ["A", "B"]}]


def play(db: Engine, *steps: dict[str, Any]) -> Played:
    """A vote of three candidates, then these steps."""
    start = {"start": "vote", "as": "snc_clerk"}
    scenario = {"name": "票选", "steps": [start, *steps]}
    found = bundle("vote", BODY, '<message id="m" name="ballotClosed"/>', F=form("F", "note"))
    content = {**found.files, "scenarios/one.json": json.dumps(scenario, ensure_ascii=False).encode()}
    definition = define(Bundle(content))
    scenarios, findings = read_all(definition.scenarios)
    assert findings == []
    return both(definition, scenarios[0], db)


KEY = "中〔2026〕001"


def test_ballots_are_counted_alike_in_both_worlds(db: Engine) -> None:
    wish = ['closed.result.elected = ["A"]', "closed.result.valid = 7", "closed.result.invalid = 1"]
    wish += ["closed.result.votes[2].phone = 2", "closed.result.baseNumber = 9"]
    step = {"vote": KEY, "signedIn": 8, "issued": 8, "ballots": CARDS, "expect": {"waiting": ["t"], "data": wish}}
    played = play(db, step, {"as": "snc_clerk", "task": "t", "answers": {"note": "好"}})
    assert played.passed, (played.step, str(played.message))


def test_figures_counted_by_hand_and_a_void_round(sqlite_db: Engine) -> None:
    lines = [{"id": "A", "votes": 5}, {"id": "B", "votes": 2}]
    counted = {"returned": 8, "valid": 7, "invalid": 1, "abstained": 0, "lines": lines}
    step = {"vote": '="中〔2026〕" + "001"', "signedIn": 8, "counted": counted}
    assert play(sqlite_db, {**step, "expect": {"data": ['closed.result.elected = ["A"]']}}).passed


def test_more_returned_than_issued_reaches_the_diagram(sqlite_db: Engine) -> None:
    step = {"vote": KEY, "signedIn": 8, "issued": 7, "ballots": [], "returned": 8}
    played = play(sqlite_db, {**step, "expect": {"data": ["closed.result.void"]}})
    assert played.passed, str(played.message)


@pytest.mark.parametrize(
    "step", [{"vote": "nobody", "ballots": []}, {"vote": KEY}, {"vote": KEY, "ballots": [{"marks": [1]}]}]
)
def test_a_vote_that_cannot_be_counted_fails(sqlite_db: Engine, step: dict[str, Any]) -> None:
    played = play(sqlite_db, step)
    assert played.step == "steps[1]" and played.message is not None
