"""The demonstration street: 永川 A1 played through the services, with the totals and invariants it must keep."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from processes.definition import Bundle, define
from processes.expressions import Env
from processes.localities import load_localities
from processes.workdays import BEIJING, Calendar, end_of
from services import cases, people, tasks
from services.demo import nominees, place
from services.demo.build import BUNDLE, build
from services.desk import SYSTEM, Desk
from services.store import db as store
from tests.services.demo_street import NOW, Street

pytestmark = pytest.mark.xdist_group("demo")

QUOTA = [6, 5, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1]


def test_the_totals_of_a1(street: Street) -> None:
    """116 nominations, 110 reported up, 101 without objection, 70 confirmed, 31 in reserve."""
    codes = Counter(code for code, _ in street.candidates)
    assert codes == {"E-N1": 2, "E-N3": 4, "E-N4": 8, "E-N5": 1, "E-N6": 31, "E-N0": 70}
    assert codes == nominees.outcomes(nominees.nominations(date(2026, 8, 28), nominees.full()))
    assert sum(codes.values()) == nominees.NOMINATIONS == 116
    reported = sum(len(ups) for ups in street.main["outcome"]["ups"])
    assert reported == 110 == 2 + 6 + 1 + 70 + 31
    assert street.first.state == "ended"
    assert street.first.outcome == "推选完成"


def test_no_case_is_left_behind(street: Street) -> None:
    """Everything the finished nomination began has ended (invariant 1), and nothing is stuck anywhere."""
    assert {head.state for head in street.own} == {"ended"}
    assert {head.state for head in street.heads} <= {"ended", "running"}


def test_the_quota_follows_population(street: Street) -> None:
    """One each, the rest by largest remainder."""
    assert [row["seats"] for row in street.main["quota"]] == QUOTA
    assert [row["population"] for row in street.main["quota"]] == list(place.POPULATIONS)
    confirmed = Counter(data["candidate"]["unit"] for code, data in street.candidates if code == "E-N0")
    assert [confirmed[unit.code] for unit in place.communities()] == QUOTA


def test_reviews_reject_for_their_reasons(street: Street) -> None:
    """First review 2, joint review 6 by one department's veto each."""
    rejected = [data["review"] for code, data in street.candidates if code == "E-N4"]
    unread = [review for review in rejected if review.get("firstResult") is None]
    reasons = Counter(review["failReason"] for review in rejected if review.get("firstResult") == "不通过")
    assert reasons["居住或工作不满一年"] == 1
    assert reasons["重复推荐"] + len(unread) == 1
    opposed = [review["opinions"] for review in rejected if review.get("firstResult") == "通过"]
    assert [sum(one["result"] == "不同意" for one in opinions) for opinions in opposed] == [1] * 6
    assert {len(opinions) for opinions in opposed} == {10}


def test_every_confirmed_deputy_has_everything(street: Street) -> None:
    """Invariant 7: notice over, no open objection, certificate, filing, group, at least one grid."""
    installed = street.main["installed"]
    deputies = {one["id"]: one for one in installed["deputies"]}
    assert len({one["certNo"] for one in deputies.values()}) == 70
    groups = installed["grouped"]["groups"]
    grouped = {unit: group["no"] for group in groups for unit in group["units"]}
    gridded = {row["id"]: row["grids"] for row in _grid_rows(installed)}
    for code, data in street.candidates:
        if code == "E-N0":
            one = deputies[data["candidate"]["id"]]
            assert data["noticeStatus"] == "无异议"
            assert data["decided"]["certNo"] == one["certNo"]
            assert one["unit"] in grouped
            assert len(gridded[one["id"]]) >= 1
    assert len(deputies) == 70


def _grid_rows(installed: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = installed["grouped"]["gridPlan"]["rows"]
    return rows


def test_certificates_and_filing(street: Street) -> None:
    """70 certificates with their own numbers, one filing with 70 rows."""
    certificates = street.papers("聘书")
    assert len(certificates) == 70
    numbers = {re.search(r"〔\d{4}〕[\d-]+", re.sub(r"<[^>]+>", "", page)) for page in certificates}
    assert len({found[0] for found in numbers if found}) == 70
    [filing] = street.papers("报送备案")
    names = [one["name"] for one in street.main["installed"]["deputies"]]
    assert sum(name in filing for name in set(names)) == len(set(names))
    assert max(int(n) for n in re.findall(r"<td[^>]*>\s*(\d+)\s*</td>", filing)) >= 70


def test_nobody_is_confirmed_before_the_notice_of_his_unit_ends(street: Street) -> None:
    """The party committee's meeting lies after the last day of every notice."""
    with street.desk() as desk:
        decided = next(e.at for e in cases.view(desk, street.first.id).history if "研究确定人选" in str(e.what))
    notices = [street.data(head) for head in street.of("nomination_notice")]
    assert len(notices) == 24
    assert all(decided >= end_of(data["lastDay"]) for data in notices)
    calendar = Calendar.seeded()
    for data in notices:
        days = [day for day in _days(data["postedOn"], data["lastDay"]) if calendar.is_working_day(day)]
        assert len(days) == 3


def _days(after: date, last: date) -> list[date]:
    return [date.fromordinal(n) for n in range(after.toordinal() + 1, last.toordinal() + 1)]


def test_notice_pages_keep_what_is_private(street: Street) -> None:
    """No identity number, telephone or address of a candidate on a notice."""
    pages = street.papers("人选公示")
    assert len(pages) == 24
    private = [
        str(data["q"][name])
        for _, data in street.candidates
        for name in ("idNo", "phone", "residence")
        if data.get("q", {}).get(name)
    ]
    assert len(private) > 300
    for page in pages:
        assert not any(secret in page for secret in private)


def test_one_objection_in_three_is_upheld(street: Street) -> None:
    """Three are registered; one ends a candidacy, two leave their candidates in the race."""
    assert len(street.of("nomination_objection")) == 3
    checked = [data for _, data in street.candidates if data.get("objection")]
    upheld = [data for code, data in street.candidates if code == "E-N5"]
    assert (len(checked), len(upheld)) == (3, 1)


def test_groups_of_a3(street: Street) -> None:
    """Five groups of 4 to 6 communities, one leader and two deputies each, all members of their group."""
    installed = street.main["installed"]
    grouped = installed["grouped"]
    assert sorted(len(group["units"]) for group in grouped["groups"]) == [4, 5, 5, 5, 5]
    assert sorted(unit for group in grouped["groups"] for unit in group["units"]) == [
        unit.code for unit in place.communities()
    ]
    home = {one["id"]: one["unit"] for one in installed["deputies"]}
    chosen = [(group, [group["leader"], *group["viceLeaders"]]) for group in grouped["officers"]]
    assert sum(len(set(officers)) for _, officers in chosen) == 15
    assert all(home[officer] in group["units"] for group, officers in chosen for officer in officers)


def test_grids_of_a3(street: Street) -> None:
    """534 grids, each with a deputy; 44 deputies have eight, 26 seven."""
    rows = _grid_rows(street.main["installed"])
    assert Counter(len(row["grids"]) for row in rows) == {8: 44, 7: 26}
    assert len({grid for row in rows for grid in row["grids"]}) == place.GRIDS == 534


@pytest.mark.parametrize(
    ("posted", "last"),
    [
        ("2026-09-18", "2026-09-22"),
        ("2026-09-24", "2026-09-30"),
        ("2026-09-29", "2026-10-09"),
        ("2026-09-30", "2026-10-10"),
        ("2026-02-12", "2026-02-24"),
        ("2025-09-29", "2025-10-10"),
        ("2025-09-30", "2025-10-11"),
    ],
)
def test_notice_days_of_a2(posted: str, last: str) -> None:
    """N-D5 of the published bundle: three working days, make-up days counted, National Day skipped."""
    definition = define(Bundle.read(BUNDLE))
    params = load_localities()[0][place.LOCALITY].params()
    env = Env(now=NOW, calendar=Calendar.seeded())
    found = definition.decisions.decide("N-D5", {"postedOn": date.fromisoformat(posted), "params": params}, env)
    assert found == date.fromisoformat(last)


def test_every_task_has_one_post_and_no_deadline_before_its_beginning(street: Street) -> None:
    """Invariant 2, for nominations; what an answer is awaited for may be late before it is sent back to its desk."""
    wish = (
        "SELECT t.role, t.unit_id, t.due_date, t.since FROM tasks t JOIN cases c ON c.id = t.case_id"
        " WHERE c.process LIKE 'nomination%'"
    )
    with street.engine.connect() as connection:
        rows = connection.exec_driver_sql(wish).all()
    assert len(rows) > 2000
    for role, unit, due, since in rows:
        assert role
        assert unit
        began = datetime.fromisoformat(str(since)).replace(tzinfo=UTC).astimezone(BEIJING).date()
        assert due is None or date.fromisoformat(str(due)) >= began


@pytest.mark.parametrize("login", ["dangwei", "ganshi", "shequ01", "lianshen01", "zuzhang"])
def test_every_post_of_the_procedure_has_work_left(street: Street, login: str) -> None:
    """The half-way nomination leaves something to do for everybody who takes part, with a form that can be opened."""
    with street.desk(login) as desk:
        rows = [row for view in ("mine", "group") for row in tasks.inbox(desk, view).rows]
        assert rows
        assert tasks.open(desk, rows[0].id).form.form.fields


def test_one_login_per_role(street: Street) -> None:
    """Every role has somebody who can log in with the printed password."""
    logins = street.built.as_json()["logins"]
    assert {one["role"] for one in logins} == set(people.ROLES)
    with store.writing(street.engine) as connection:
        assert people.login(connection, logins[0]["login"], place.PASSWORD, NOW)


def test_a_second_build_changes_nothing(street: Street) -> None:
    """It only says what is there."""
    again = build(street.engine, NOW, lambda _text: pytest.fail("it worked again"))
    assert again.created is False
    assert (again.cases, again.documents) == (street.built.cases, street.built.documents)


def test_an_interrupted_build_leaves_nothing(tmp_path: Path) -> None:
    """Whoever presses Ctrl-C half-way can begin again."""
    engine = store.connect(f"sqlite:///{tmp_path / 'yishi.db'}")
    store.migrate(engine)
    told = []

    def interrupt(text: object) -> None:
        told.append(text)
        if len(told) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(engine, NOW, interrupt)
    with store.reading(engine) as connection:
        assert people.units(Desk(connection, SYSTEM, NOW, Calendar.seeded())) == []
    engine.dispose()
