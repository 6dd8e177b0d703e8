"""Ballots on both databases: who may vote how, what is refused with which rule, what can be read when."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from processes.rules.tally import tally
from services import ballots, people
from services.ballots import closing, papers, rounds
from services.ballots.papers import progress
from services.ballots.roll import Counts, counts, mine
from services.desk import Desk
from services.errors import Conflict, Invalid, NotAllowed, NotFound
from services.store import cases as case_rows
from services.store import people as people_rows
from tests.processes.engine.play import flows
from tests.services.town import Town, bundle, form, user

_keys = itertools.count()
PROJECTS = [{"id": one, "title": f"项目{one}"} for one in "ABCDEFGH"]
OFFICERS = (("jian", "chief"), ("cha", "scrutineer"), ("ji", "counter"))


class Hall:
    """A meeting of so many deputies with three officers and one round."""

    def __init__(self, town: Town, deputies: int, **payload: Any) -> None:
        self.town = town
        town.act(None, lambda desk: self._hire(desk, deputies))
        wish = {"kind": "projects", "title": "项目票选", "candidates": PROJECTS, "seats": 6, "mode": "差额", "key": "K"}
        self.id = self.open({**wish, **payload})
        self.appoint()

    def _hire(self, desk: Desk, deputies: int) -> None:
        for number in range(deputies):
            people.add_person(desk, f"d{number}", f"代表{number:03}")
            people.add_post(desk, f"d{number}", "deputy", f"U{number % 3 + 1}")
        for login, name in (("jian", "张桂兰"), ("cha", "赵磊"), ("ji", "何静")):
            people.add_person(desk, login, name)
            people.add_post(desk, login, "teller", "ZS")

    def open(self, payload: dict[str, Any], origin: str = "") -> int:
        def verb(desk: Desk) -> int:
            street = people_rows.unit(desk.db, "ZS")
            found = ballots.open(desk, street, payload, origin or f"test{next(_keys)}")
            assert found is not None
            return found

        return self.town.act(None, verb)

    def appoint(self) -> None:
        for login, duty in OFFICERS:
            self.act("jian", ballots.appoint, login, duty)

    def act(self, login: str | None, verb: Callable[..., Any], *rest: Any) -> Any:
        return self.town.act(login, lambda desk: verb(desk, self.id, *rest))

    def person(self, login: str) -> int:
        return self.town.look(None, lambda desk: people.person_id(desk.db, login))

    def check_in(self, login: str, channel: str) -> None:
        self.act("jian", ballots.check_in, self.person(login), channel)

    def begin(self) -> str:
        return str(self.act("jian", ballots.begin))

    def give(self, login: str) -> None:
        self.act("cha", ballots.issue, self.person(login))

    def cast(self, login: str, marks: Any, key: str = "") -> bool:
        return bool(self.act(login, ballots.cast, marks, key or f"k{next(_keys)}"))

    def numbers(self) -> Counts:
        return self.town.look("jian", lambda desk: counts(desk, ballots.seen(desk, self.id)))

    def state(self) -> str:
        return self.town.look(None, lambda desk: ballots.seen(desk, self.id)).state

    def phones(self, logins: list[str], code: str) -> None:
        for login in logins:
            self.check_in(login, "phone")
            assert self.act(login, ballots.unlock, code)


def against(rule: str, hall: Hall, verb: Callable[[], Any]) -> str:
    """The act is refused, and the refusal names the rule of the place and its source."""
    with pytest.raises(ballots.AgainstRule) as refusal:
        verb()
    wanted = hall.town.look(None, lambda desk: ballots.seen(desk, hall.id)).rule(rule)
    told = str(refusal.value.message)
    assert (
        refusal.value.rule == wanted and wanted.source in told and (str(wanted.words) in told or wanted.label in told)
    )
    return told


def marks(word: str) -> list[str]:
    return list(word)


A7 = (
    # 29 valid ballots with A28 B27 C25 D24 E22 F19 G19 H10, six marks each
    {"A": 28, "B": 27, "C": 25, "D": 24, "E": 22, "F": 19, "G": 19, "H": 10}
)


def a7_ballots() -> list[list[str]]:
    """29 ballots of six marks whose sums are those of A7."""
    left, made = dict(A7), []
    for turn in range(29):
        rest = 29 - turn
        must = [one for one, n in left.items() if n == rest]
        others = sorted((one for one in left if one not in must), key=lambda one: -left[one])
        chosen = (must + others)[:6]
        for one in chosen:
            left[one] -= 1
        made.append(chosen)
    assert not any(left.values())
    return made


def test_a7_paper_and_phone_in_one_count_with_a_tie_and_a_second_round(town: Town) -> None:
    hall = Hall(town, 35, members=35)
    code = hall.begin()
    voters = [f"d{n}" for n in range(31)]
    on_paper, on_phone = voters[:12], voters[12:]
    hall.phones(on_phone, code)
    for login in on_paper:
        hall.check_in(login, "paper")
        hall.give(login)
    cards = a7_ballots()
    for login, card in zip(on_phone, cards, strict=False):
        assert hall.cast(login, card)
    assert hall.numbers() == Counts(35, 31, 12, 19, 12, 19, 19)
    hall.act("jian", ballots.end)
    assert hall.act("cha", ballots.count_papers, 12)
    pile = {n + 1: {"marks": card} for n, card in enumerate([*cards[19:], marks("ABCDEFG"), marks("BCDEFGH")])}
    hall.act("cha", ballots.enter_paper, pile)
    hall.act("ji", ballots.enter_paper, {**pile, 3: {"marks": marks("AB")}})
    told = against("ballotTwice", hall, lambda: hall.act("jian", ballots.close))
    assert "第 3 张不一致" in told and "何静：项目A、项目B" in told
    hall.act("ji", ballots.enter_paper, {3: pile[3]})
    result = hall.act("jian", ballots.close)
    assert {v["id"]: v["votes"] for v in result["votes"]} == A7
    assert all(v["paper"] + v["phone"] == v["votes"] for v in result["votes"])
    assert (result["issued"], result["returned"], result["valid"], result["invalid"]) == (31, 31, 29, 2)
    assert result["elected"] == list("ABCDE") and result["tied"] == ["F", "G"] and result["placesLeft"] == 1
    assert all(e["holds"] for e in result["equations"])
    sheet = hall.act("jian", ballots.sheet)
    assert "有效 29 张 + 无效 2 张 = 收回 31 张" in sheet and "项目F”、“项目G”票数相等" in sheet and "张桂兰" in sheet

    first, hall.id = hall.id, hall.open(
        {"kind": "projects", "title": "第二轮", "candidates": PROJECTS[5:7], "seats": 6, "mode": "差额", "key": "K2",
         "members": 35, "base": "plurality", "earlier": [result]}
    )  # fmt: skip
    assert town.look(None, lambda desk: ballots.seen(desk, hall.id)).places == 1
    hall.appoint()
    hall.phones(voters, hall.begin())
    for n, login in enumerate(voters):
        hall.cast(login, ["F"] if n < 16 else ["G"] if n < 30 else [])
    hall.act("jian", ballots.end)
    result = hall.act("jian", ballots.close)
    assert [v["votes"] for v in result["votes"]] == [16, 14] and result["abstained"] == 1
    assert result["allElected"] == [*"ABCDE", "F"] and result["round"] == 2
    both = hall.act("jian", ballots.sheet)
    assert "第 1 轮：发出 31 张，收回 31 张，有效 29 张；项目A 28 票" in both and "票数相等：项目F、项目G" in both
    assert town.look("d0", lambda desk: ballots.result(desk, first))["round"] == 1


def test_each_wrong_ballot_is_refused_with_the_rule_and_its_source(town: Town) -> None:
    hall = Hall(town, 33)
    assert "还没有开始" in against("ballotClose", hall, lambda: hall.cast("d0", ["A"]))
    code = hall.begin()
    assert "还没有签到" in against("ballotCheckIn", hall, lambda: hall.cast("d0", ["A"]))
    against("ballotCheckIn", hall, lambda: hall.give("d0"))
    hall.check_in("d0", "phone")
    assert "开票码" in against("ballotCheckIn", hall, lambda: hall.cast("d0", ["A"]))
    assert hall.act("d0", ballots.unlock, "wrong") is False
    assert hall.act("d0", ballots.unlock, code) is True
    assert "您选了 7 项，最多选 6 项" in against("ballotMarks", hall, lambda: hall.cast("d0", marks("ABCDEFG")))
    against("ballotMarks", hall, lambda: hall.cast("d0", ["A", "not on the list"]))
    assert hall.cast("d0", marks("ABCDEF"))
    against("ballotOnce", hall, lambda: hall.cast("d0", ["A"]))
    against("ballotOnce", hall, lambda: hall.check_in("d0", "paper"))
    hall.check_in("d1", "paper")
    hall.give("d1")
    assert "纸质票" in against("ballotOnce", hall, lambda: hall.cast("d1", ["A"]))
    assert "不能再用手机" in against("ballotOnce", hall, lambda: hall.check_in("d1", "phone"))
    against("ballotOnce", hall, lambda: hall.act("d1", ballots.unlock, code))
    assert "签到 2 人、发出 2 张" in against("ballotIssued", hall, lambda: hall.give("d1"))
    hall.act("jian", ballots.end)
    assert "已经截止" in against("ballotClose", hall, lambda: hall.cast("d2", ["A"]))
    assert hall.numbers().issued == 2


def test_a_33rd_paper_of_32_is_refused_and_33_in_the_box_void_the_round(town: Town) -> None:
    hall = Hall(town, 40)
    hall.begin()
    for n in range(32):
        hall.check_in(f"d{n}", "paper")
        hall.give(f"d{n}")
    hall.act("jian", ballots.end)
    assert hall.act("jian", ballots.count_papers, 32)
    told = against("ballotReturned", hall, lambda: hall.act("cha", ballots.enter_paper, {33: {"marks": ["A"]}}))
    assert "没有第 33 张" in told and "选举法第四十四条" in told
    assert hall.act("jian", ballots.count_papers, 33) is False
    assert hall.state() == "void"
    result = hall.act("jian", ballots.result)
    assert result["void"] and result["returned"] == 33 and result["elected"] == [] and result["valid"] == 0
    with pytest.raises(Conflict):
        hall.act("cha", ballots.enter_paper, {1: {"marks": ["A"]}})
    newest = town.look("jian", ballots.listed)[0]
    assert newest.id != hall.id and (newest.attempt, newest.state) == (2, "prepared")
    assert "本轮无效" in hall.act("jian", ballots.sheet)
    hall.id = newest.id
    assert hall.numbers().members == 40 and hall.numbers().present == 0
    assert hall.begin()


def test_the_same_key_counts_once_and_a_telephone_that_fails_is_replaced_by_paper_once(town: Town) -> None:
    hall = Hall(town, 4)
    code = hall.begin()
    hall.phones(["d0", "d1"], code)
    assert hall.cast("d0", ["A"], "same") is True
    assert hall.cast("d0", ["A"], "same") is False
    hall.check_in("d1", "paper")
    assert hall.numbers() == Counts(4, 2, 1, 1, 0, 1, 1)
    hall.give("d1")
    against("ballotOnce", hall, lambda: hall.cast("d1", ["A"]))
    hall.act("jian", ballots.end)
    assert hall.cast("d0", ["A"], "same") is False
    hall.act("jian", ballots.count_papers, 1)
    for login in ("cha", "ji"):
        hall.act(login, ballots.enter_paper, {1: {"marks": ["A"]}})
    result = hall.act("jian", ballots.close)
    assert (result["votes"][0]["paper"], result["votes"][0]["phone"], result["returned"]) == (1, 1, 2)


def test_nothing_can_be_read_before_the_close(town: Town) -> None:
    hall = Hall(town, 3)
    hall.phones(["d0", "d1"], hall.begin())
    hall.cast("d0", ["A"])
    for login in ("jian", "zhou", "d0", None):
        against("ballotSecret", hall, lambda who=login: hall.act(who, ballots.result))  # type: ignore[misc]
        against("ballotSecret", hall, lambda who=login: hall.act(who, ballots.sheet))  # type: ignore[misc]
    hall.act("jian", ballots.end)
    against("ballotSecret", hall, lambda: hall.act("jian", ballots.result))
    with pytest.raises(NotAllowed):
        hall.act("zhou", ballots.close)
    hall.act("jian", ballots.close)
    assert hall.act("d2", ballots.result)["votes"][0]["votes"] == 1


def test_only_closing_reads_ballots() -> None:
    """Of all modules only one names the query that gives content, and only in `close`."""
    from tests.house.source import files

    users = [path.name for path in files() if "take_out(" in path.read_text(encoding="utf-8")]
    assert sorted(users) == ["ballots.py", "closing.py"]
    bare = [p.name for p in files() if "import" in (t := p.read_text(encoding="utf-8")) and "ballots.c.content" in t]
    assert bare == ["ballots.py"]


def test_strangers_do_not_even_see_a_round(town: Town) -> None:
    hall = Hall(town, 2)
    for login in ("zhao", "liu"):
        with pytest.raises(NotFound):
            hall.act(login, ballots.result)
        with pytest.raises(NotFound):
            hall.act(login, ballots.cast, ["A"], "k")
        assert town.look(login, ballots.listed) == []
    for verb in (ballots.begin, ballots.end, ballots.roll, ballots.close):
        with pytest.raises(NotAllowed):
            hall.act("d0", verb)


def test_whoever_has_a_stake_does_not_count(town: Town) -> None:
    listed = [
        {**PROJECTS[0], "ownerUnit": "JW", "proposers": ["陈建国"]},
        {**PROJECTS[1], "ownerUnit": "第1社区"},
        {"id": "sun", "title": "孙侃"},
    ]
    hall = Hall(town, 2, candidates=listed, seats=1)
    town.act(
        None, lambda desk: [people.add_person(desk, "wei", "魏委员"), people.add_post(desk, "wei", "reviewer", "JW")]
    )
    for login, why in (("wei", "承办单位纪委"), ("liu", "承办单位第1社区"), ("chen", "提出过"), ("sun", "候选人")):
        assert why in against(
            "ballotOfficers", hall, lambda one=login: hall.act("jian", ballots.appoint, one, "counter")
        )  # type: ignore[misc]
    with pytest.raises(Invalid, match="改正"):
        hall.act("jian", ballots.appoint, "qian", "chief")
    hall.act("jian", ballots.dismiss, hall.person("ji"))
    hall.act("jian", ballots.appoint, "何静", "counter")
    hall.act("jian", ballots.dismiss, hall.person("ji"))
    assert "至少 3 人" in against("ballotTellers", hall, hall.begin)


def test_nothing_stored_joins_a_ballot_to_a_person_or_a_moment(town: Town) -> None:
    hall = Hall(town, 20)
    hall.phones([f"d{n}" for n in range(20)], hall.begin())
    for n in range(20):
        hall.cast(f"d{n}", ["A"] if n % 3 else ["B", "C"])
    stored = town.query("SELECT * FROM ballots")
    assert {tuple(row._mapping) for row in stored} == {("round_id", "id", "content")}
    assert {len(row.id) for row in stored} == {16} and {len(row.content) for row in stored} == {len(PROJECTS) + 1}
    told = town.query("SELECT what, params FROM events") + town.query("SELECT key, reply FROM requests")
    assert not any("代表0" in str(line) for line in told)
    roll = town.query("SELECT * FROM ballot_roll")
    assert {tuple(row._mapping) for row in roll} == {
        ("round_id", "person_id", "name", "unit", "channel", "issued", "voted", "token", "tries")
    }
    if town.engine.dialect.name == "sqlite":
        assert "WITHOUT ROWID" in town.query("SELECT sql FROM sqlite_master WHERE name = 'ballots'")[0][0]
    before = {bytes(row.id) for row in stored}
    hall.act("jian", ballots.end)
    hall.act("jian", ballots.close)
    assert not before & {bytes(row.id) for row in town.query("SELECT id FROM ballots")}
    if town.engine.dialect.name == "postgresql":
        for table in ("ballots", "ballot_roll"):
            assert len(town.query(f"SELECT DISTINCT xmin::text FROM {table}")) == 1


@pytest.mark.parametrize(
    ("mode", "seats", "cards", "wrong"),
    [
        ("等额", 2, [[("A", "赞成"), ("B", "反对")], [("A", "赞成")], [("A", "弃权"), ("B", "赞成")]], [("A", "赞成"), ("A", "反对")]),
        ("测评", 0, [[("A", "满意"), ("B", "不满意")], [("A", "基本满意")], []], [("A", "满意"), ("A", "不满意")]),
        ("排序", 2, [[("A", 1), ("B", 2)], [("B", 1)], []], [("A", 1), ("B", 1)]),
    ],
)  # fmt: skip
def test_the_other_modes_count_as_the_rule_says(town: Town, mode: str, seats: int, cards: Any, wrong: Any) -> None:
    word = "rank" if mode == "排序" else "choice"
    hall = Hall(town, 6, mode=mode, seats=seats, candidates=PROJECTS[:2], kind="satisfaction", members=6)
    on = [[{"id": one, word: value} for one, value in card] for card in cards]
    bad = [{"id": one, word: value} for one, value in wrong]
    hall.phones(["d0", "d1", "d2"], hall.begin())
    against("ballotMarks", hall, lambda: hall.cast("d0", bad))
    for n, card in enumerate(on):
        hall.cast(f"d{n}", card)
    hall.check_in("d3", "paper")
    hall.give("d3")
    hall.act("jian", ballots.end)
    hall.act("jian", ballots.count_papers, 1)
    for login in ("cha", "jian"):
        hall.act(login, ballots.enter_paper, {1: {"marks": bad}})
    result = hall.act("jian", ballots.close)
    box = [{"marks": card, "channel": "phone"} for card in on] + [{"marks": bad, "channel": "paper"}]
    wanted = tally(mode, PROJECTS[:2], seats, 6, 4, 4, ballots=box)
    assert {**result, "present": 4} == wanted
    assert hall.act("jian", ballots.sheet)


def test_ten_wrong_codes_send_you_to_the_desk(town: Town) -> None:
    hall = Hall(town, 2)
    code = hall.begin()
    hall.check_in("d0", "phone")
    for _ in range(10):
        assert hall.act("d0", ballots.unlock, "000000" if code != "000000" else "1") is False
    assert "到签到台" in against("ballotCheckIn", hall, lambda: hall.act("d0", ballots.unlock, code))
    hall.check_in("d0", "paper")
    hall.give("d0")


def test_officers_of_a_group_are_chosen_by_the_group(town: Town) -> None:
    hall = Hall(
        town,
        6,
        unit="U2",
        kind="officers",
        seats=1,
        candidates=[{"id": "d1", "title": "代表001"}, {"id": "d4", "title": "代表004"}],
    )
    assert [v.name for v in hall.act("jian", ballots.roll)] == ["代表001", "代表004"]
    assert town.look("d1", lambda desk: mine(desk, hall.id)) is not None
    with pytest.raises(NotFound):
        hall.act("d0", ballots.cast, ["d1"], "k")


BALLOT = (
    '<serviceTask id="v" name="投票" yishi:effect="ballot"><extensionElements>'
    '<yishi:param name="kind" value="&quot;projects&quot;"/><yishi:param name="title" value="&quot;票选&quot;"/>'
    '<yishi:param name="candidates" value="for c in [&quot;A&quot;, &quot;B&quot;] return {id: c, title: &quot;项目&quot; + c}"/>'
    '<yishi:param name="seats" value="1"/><yishi:param name="mode" value="&quot;差额&quot;"/>'
    '<yishi:param name="key" value="case.no"/></extensionElements></serviceTask>'
)
WAITS = '<receiveTask id="w" name="等计票" yishi:key="case.no" messageRef="m" yishi:result="closed"/>'


def test_a_diagram_opens_a_round_and_gets_its_result(town: Town) -> None:
    body = '<startEvent id="s"/>' + BALLOT + WAITS + user("t", "F") + '<endEvent id="e"/>' + flows("s v w t e")
    hall = Hall(town, 5)
    town.publish(bundle("vote", body, '<message id="m" name="ballotClosed"/>', F=form("F", "note")))
    case = town.start("zhou", "vote").id
    town.work()
    assert town.work() == 0
    hall.id = town.look("jian", ballots.listed)[0].id
    assert town.look("jian", ballots.listed)[0].case_id == case
    hall.appoint()
    hall.phones([f"d{n}" for n in range(5)], hall.begin())
    for n in range(5):
        hall.cast(f"d{n}", ["B"] if n else ["A"])
    hall.act("jian", ballots.end)
    hall.act("jian", ballots.close)
    town.work()
    assert set(town.open(case)) == {"t"}
    data = town.look(None, lambda desk: case_rows.root_variables(desk.db, case))
    assert data["closed"]["result"]["elected"] == ["B"]
    assert not any("marks" in str(value) for value in data.values())
    titles = [d.title for d in town.view(case, "zhou").documents]
    assert "计票结果报告单（票选）" in titles
    for login, _ in OFFICERS:
        hall.act(login, ballots.sign)
    assert "（签名）" not in hall.act("jian", ballots.sheet)
    with pytest.raises(NotAllowed):
        hall.act("zhou", ballots.sign)


def test_the_two_readings_are_compared_line_by_line(town: Town) -> None:
    hall = Hall(town, 3)
    hall.begin()
    for login in ("d0", "d1"):
        hall.check_in(login, "paper")
        hall.give(login)
    hall.act("jian", ballots.end)
    with pytest.raises(Invalid):
        hall.act("cha", ballots.enter_paper, {1: {"marks": []}})
    against("ballotTwice", hall, lambda: hall.act("jian", ballots.close))
    hall.act("jian", ballots.count_papers, 2)
    hall.act("cha", ballots.enter_paper, {1: {"marks": ["A"]}, 2: {"marks": [], "illegible": True}})
    with pytest.raises(Invalid):
        hall.act("jian", ballots.count_papers, 1)
    assert "何静" not in against("ballotTwice", hall, lambda: hall.act("jian", ballots.close))
    hall.act("ji", ballots.enter_paper, {1: {"marks": ["A"]}, 2: {"marks": ["A"]}})
    found = town.look("jian", lambda desk: progress(desk, ballots.seen(desk, hall.id)))
    assert [d.number for d in found.differences] == [2] and "无法辨认" in str(found.differences[0].text)
    assert hall.act("ji", papers.own)[2]["marks"] == ["A"]
    hall.act("ji", ballots.enter_paper, {2: {"marks": [], "illegible": True}})
    result = hall.act("ji", ballots.close)
    assert (result["valid"], result["invalid"]) == (1, 1)
    assert town.query("SELECT count(*) FROM ballot_papers") == [(0,)]
    with pytest.raises(Conflict):
        hall.act("ji", closing.close)
    assert rounds.DUTIES["chief"].msgid == "总监票人"
