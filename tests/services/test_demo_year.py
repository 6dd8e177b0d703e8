"""The rest of the demonstration street: suggestions, projects, an inquiry, and work for every role."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from services import ballots, runs, tasks
from services.demo import proposals
from tests.services.demo_street import Street

pytestmark = pytest.mark.xdist_group("demo")

TODAY = date(2026, 11, 20)


def open_elements(street: Street, procedure: str) -> Counter[str]:
    """How many open tasks lie at each element of a procedure."""
    wish = (
        "SELECT t.element FROM tasks t JOIN cases c ON c.id = t.case_id JOIN versions v ON v.id = c.version_id"
        " WHERE t.state = 'open' AND v.procedure = ?"
    )
    with street.engine.connect() as connection:
        return Counter(row[0] for row in connection.exec_driver_sql(wish, (procedure,)))


def test_suggestions_stand_in_every_state(street: Street) -> None:
    """Twenty-eight; nine are over, each in its own way, the others lie where their story stops."""
    heads = [head for head in street.heads if head.process == "proposal"]
    assert len(heads) == len(proposals.STORIES) == 28
    assert Counter(head.outcome for head in heads) == {
        "办结销号": 3, "合并办结": 2, "不予受理": 1, "转其他渠道": 1, "撤回": 1, "跨年跟踪": 1, None: 19,
    }  # fmt: skip
    expected = {
        "C02": 1, "C05": 1, "C10": 1, "C11b": 1, "C13": 3, "C14": 2, "C14L": 1, "C15": 1, "C16": 1, "C20": 1,
        "C20P": 1, "C62b": 1, "C63": 1, "C65": 1, "C66": 1, "CB2U": 1, "K1": 1,
    }  # fmt: skip
    assert open_elements(street, "proposal") == expected


def test_one_was_returned_twice_and_one_promise_is_broken(street: Street) -> None:
    """The figures stand in the cases themselves."""
    found = {head.title.split("（")[0]: street.run(head) for head in street.heads if head.process == "proposal"}
    twice = found["双竹社区斑马线磨损看不清"]
    assert [wait.element for wait in twice.waiting() if wait.kind == "task"] == ["C11b"]
    late = found["渝西社区下水道返味"]
    again = next(wait for wait in late.waiting() if wait.element == "C14")
    assert again.due_date is not None
    assert again.due_date < TODAY


@pytest.mark.parametrize(
    "login",
    [
        "dangwei", "zhuren", "ganshi", "jiedaoban", "keshi", "daibiao", "qudaibiao", "daigongwei", "qubumen",
        "shequ01", "lianshen01", "zuzhang",
    ],
)  # fmt: skip
def test_every_role_has_a_task_to_do_by_hand(street: Street, login: str) -> None:
    """Somebody who logs in finds work, with a form that can be opened."""
    with street.desk(login) as desk:
        rows = [row for view in ("mine", "group") for row in tasks.inbox(desk, view).rows]
        assert rows
        assert tasks.open(desk, rows[0].id).form.form.fields


def test_some_suggestions_are_overdue(street: Street) -> None:
    """At least three, so that the ladder of reminders is seen at work."""
    with street.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT due_date FROM tasks WHERE state = 'open' AND element LIKE 'C%'")
        late = [row for row in rows if row[0] and date.fromisoformat(str(row[0])) < TODAY]
    assert len(late) >= 3


def test_projects_under_way_show_five_colours(street: Street) -> None:
    """Six were chosen; green twice, and the red one has been red for two months and more."""
    found = {}
    for head in street.heads:
        if head.process == "project_vote_project" and head.state == "running":
            step = next(wait.step for wait in street.run(head).waiting() if wait.element == "V24V")
            with street.desk() as desk:
                found[head.title] = runs.seen(desk, head.id, step)
    assert Counter(data["colour"] for data in found.values()) == {"蓝": 1, "绿": 2, "黄": 1, "橙": 1, "红": 1}
    [red] = [data for data in found.values() if data["colour"] == "红"]
    assert red["redMonths"] >= 2
    pooled = [head for head in street.heads if head.process == "project_vote_project" and head.outcome == "入项目库"]
    assert len(pooled) == 2


def test_a_vote_waits_for_its_tellers(street: Street) -> None:
    """Forty voted by phone, twenty-two on paper; the paper is not counted, and nothing can be read."""
    with street.desk("jianpiao") as desk:
        [counting] = [one for one in ballots.listed(desk) if one.state == "counting"]
        with pytest.raises(ballots.AgainstRule):
            ballots.result(desk, counting.id)
        roll = ballots.roll(desk, counting.id)
    assert Counter(one.channel for one in roll if one.issued) == {"phone": 40, "paper": 22}
    assert len(roll) == 70


def test_an_inquiry_stands_before_its_second_vote(street: Street) -> None:
    """The first vote was below half, the six points were rectified again, and the clerk is to call the second."""
    [inquiry] = [head for head in street.heads if head.process == "inquiry" and "物业管理" in head.title]
    [wait] = [wait for wait in street.run(inquiry).waiting() if wait.kind == "task"]
    assert wait.element == "Q13"
    with street.desk() as desk:
        found = runs.seen(desk, inquiry.id, wait.step)
    assert found["round"] == 2
    assert [one["finding"] for one in found["rows"]] == ["已解决"] * 6


def test_a_group_leader_has_moved_an_inquiry(street: Street) -> None:
    """Its application is still to be written."""
    with street.desk("zuzhang") as desk:
        rows = [row for view in ("mine", "group") for row in tasks.inbox(desk, view).rows]
    assert "Q01" in {row.element for row in rows}
