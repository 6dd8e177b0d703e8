"""The pages of a vote, as a browser without scripts meets them."""

from __future__ import annotations

import html
import random
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI

from services import ballots, people
from services.desk import Desk
from tests.services.test_ballots import PROJECTS, Hall
from tests.services.town import Town
from tests.web.site import PASSWORD, Browser


@pytest.fixture
def hall(town: Town) -> Hall:
    """A vote that is open; d0 … d3 are on the roll and may log in, and so may the officers."""
    hall = Hall(town, 12)

    def passwords(desk: Desk) -> None:
        for login in ("d0", "d1", "d2", "d3", "jian", "cha", "ji"):
            people.set_password(desk, login, PASSWORD)

    town.act(None, passwords)
    return hall


def at(hall: Hall, more: str = "") -> str:
    return f"/ballots/{hall.id}{more}"


def fields(*marks: str) -> dict[str, list[str]]:
    return {"p": list(marks)}


def test_a_ballot_is_looked_over_and_cast_on_a_phone(app: FastAPI, hall: Hall) -> None:
    deputy = Browser(app).login("d0")
    assert "项目票选" in deputy.get("/ballots")
    assert "请先签到" in deputy.get(at(hall))
    hall.check_in("d0", "phone")
    assert "开票码" in deputy.get(at(hall))
    code = hall.begin()
    assert "6 位数字" in deputy.get(at(hall))
    assert "开票码不对" in (deputy.post(at(hall), 422, _do="code", code="abc") or deputy.page)
    deputy.post(at(hall), _do="code", code=code)
    page = deputy.get(at(hall))
    assert "8 项里最多选 6 项" in page and "over.css?places=6" in page and "系统不保存谁投了哪一票" in page
    assert "nth-child(7 of" in deputy.get("/ballots/over.css?places=6")
    deputy.get(at(hall))
    deputy.post(at(hall), 422, _do="check", more=fields(*"ABCDEFG"))
    assert "您选了 7 项，最多选 6 项" in deputy.page and "选举法第四十四条" in deputy.page
    assert deputy.page.count(" checked") == 7
    deputy.post(at(hall), 200, _do="check", more=fields("A", "C"))
    assert "投出后不能改，也查不到" in deputy.page and "还可以再选 4 项" in deputy.page
    assert re.search("没有选：[^<]*项目B", deputy.page)
    deputy.post(at(hall), 200, _do="edit", more=fields("A", "C"))
    assert deputy.page.count(" checked") == 2
    deputy.post(at(hall), 200, _do="check", more=fields("A", "C"))
    looked = deputy.hidden()
    assert deputy.post(at(hall), 303, _do="cast", more=fields("A", "C")) == at(hall)
    assert "您的选票已投出" in deputy.get(at(hall))
    again = deputy.http.post(at(hall), data={**looked, "_do": "cast", "p": ["A", "C"]})
    assert again.status_code == 303
    other = {**looked, "_key": "another-key-of-a-second-ballot", "_do": "cast", "p": ["B"]}
    refused = deputy.http.post(at(hall), data=other)
    assert refused.status_code == 422 and "您已经投过票" in refused.text and "每名代表只投一票" in refused.text
    assert hall.numbers().phone_returned == 1


def test_the_desk_checks_in_hands_out_and_says_why_not(app: FastAPI, hall: Hall) -> None:
    teller = Browser(app).login("jian")
    assert teller.http.get(at(hall)).headers["location"] == at(hall, "/desk")
    page = teller.get(at(hall, "/desk"))
    assert "名册指纹" in page and page.count('<tr role="row" id="v') == 12
    one, two = hall.person("d0"), hall.person("d1")
    teller.post(at(hall, "/desk"), _do=f"phone:{one}")
    teller.get(at(hall, "/desk"))
    teller.post(at(hall, "/desk"), _do=f"paper:{two}")
    teller.get(at(hall, "/desk?q=代表001"))
    assert "已签到，纸质票" in teller.page and teller.page.count('<tr role="row" id="v') == 1
    teller.post(at(hall, "/desk"), 422, _do="appoint", login="nobody", duty="counter")
    assert "没有登录名或姓名为" in teller.page and "<datalist" in teller.page
    teller.get(at(hall, "/desk"))
    assert teller.post(at(hall, "/desk"), _do="begin") == at(hall, "/board")
    board = teller.get(at(hall, "/board"))
    code = re.findall(r'class="code">(\d{3}) (\d{3})<', board)[0]
    assert len("".join(code)) == 6 and f"/ballots/{hall.id}" in board
    teller.get(at(hall, "/desk"))
    assert "建议都用纸质票" in teller.page
    teller.post(at(hall, "/desk"), _do=f"issue:{two}")
    teller.get(at(hall, "/desk"))
    teller.post(at(hall, "/desk"), 422, _do=f"issue:{two}")
    assert "没有多的票" in teller.page and "每人只发一张" in teller.page
    teller.post(at(hall, "/desk"), 422, _do=f"phone:{two}")
    assert "已领纸质票" in teller.page
    assert "项目A" in teller.get(at(hall, "/blank"))
    deputy = Browser(app).login("d3")
    for path in ("/desk", "/board", "/papers", "/blank"):
        deputy.get(at(hall, path), 403)
    deputy.get(at(hall, "/count"), 404)


def run_papers(hall: Hall, many: int) -> None:
    hall.begin()
    for n in range(many):
        hall.check_in(f"d{n}", "paper")
        hall.give(f"d{n}")
    hall.act("jian", ballots.end)


def test_papers_are_read_twice_and_counted_with_the_sums_shown(app: FastAPI, hall: Hall) -> None:
    run_papers(hall, 2)
    first, second, chief = (Browser(app).login(name) for name in ("cha", "ji", "jian"))
    first.get(at(hall, "/papers"))
    assert first.post(at(hall, "/papers"), _do="count", papers="2") == at(hall, "/papers")
    chief.get(at(hall, "/count"))
    chief.post(at(hall, "/count"), 422, _do="close")
    assert "要两人各录一遍" in chief.page and "分别录入" in chief.page
    for browser, last in ((first, "1"), (second, "2")):
        browser.get(at(hall, "/papers"))
        more = {"n": ["1", "2"], "1.0": "1", "2.0": "1", f"2.{last}": "1"}
        browser.post(at(hall, "/papers"), 303, _do="enter", more=more)
    second.get(at(hall, "/papers"))
    assert "第 2 张不一致" in second.page and "赵磊：项目A、项目B；何静：项目A、项目C" in html.unescape(second.page)
    chief.get(at(hall, "/count"))
    chief.post(at(hall, "/count"), 422, _do="close")
    assert "第 2 张不一致" in chief.page
    second.get(at(hall, "/papers"))
    second.post(at(hall, "/papers"), 303, _do="enter", more={"n": "2", "2.0": "1", "2.1": "1"})
    chief.get(at(hall, "/count"))
    chief.post(at(hall, "/count"), 303, _do="close")
    page = chief.get(at(hall, "/count"))
    for told in ("收回 2 张 ≤ 发出 2 张", "有效 2 张 + 无效 0 张 = 收回 2 张", "得票合计 3 ≤ 最多可得 12", "第 1 名"):
        assert told in page
    chief.post(at(hall, "/count"), 303, _do="sign")
    assert "已签" in chief.get(at(hall, "/count")) and "计票结果报告单" in chief.get(at(hall, "/sheet"))
    deputy = Browser(app).login("d3")
    assert "项目A" in deputy.get(at(hall, "/count"))
    assert "看计票结果" in deputy.get(at(hall))


def test_more_in_the_box_than_handed_out_voids_the_round(app: FastAPI, hall: Hall) -> None:
    run_papers(hall, 2)
    teller = Browser(app).login("cha")
    teller.get(at(hall, "/papers"))
    teller.post(at(hall, "/papers"), 422, _do="count", papers="many")
    teller.post(at(hall, "/papers"), 422, _do="enter", more={"n": "1", "1.0": "1"})
    assert teller.post(at(hall, "/papers"), _do="count", papers="3") == at(hall, "/count")
    page = teller.get(at(hall, "/count"))
    assert "收回 3 张，多于发出 2 张，本轮无效，重新投票" in page and "不符合" in page
    assert "重投第 1 次" in teller.get("/ballots")


@pytest.mark.parametrize("mode", ["等额", "测评", "排序"])
def test_the_other_modes_on_the_phone(app: FastAPI, hall: Hall, mode: str) -> None:
    wish = {"kind": "satisfaction", "title": "测评", "candidates": PROJECTS[:2], "seats": 2, "mode": mode, "key": "M"}
    hall.id = hall.open(wish)
    hall.appoint()
    hall.phones(["d0"], hall.begin())
    deputy = Browser(app).login("d0")
    deputy.get(at(hall))
    letter, value = ("r", "1") if mode == "排序" else ("c", "赞成" if mode == "等额" else "满意")
    if mode == "排序":
        deputy.post(at(hall), 422, _do="check", more={"r.0": "1", "r.1": "1"})
        assert "同一序号" in deputy.page
        deputy.post(at(hall), 422, _do="check", more={"r.0": "first"})
    deputy.post(at(hall), 200, _do="check", more={f"{letter}.1": value})
    assert "没有选：项目A" in deputy.page
    deputy.post(at(hall), 303, _do="cast", more={f"{letter}.1": value})
    hall.act("jian", ballots.end)
    chief = Browser(app).login("jian")
    chief.get(at(hall, "/papers"))
    chief.get(at(hall, "/count"))
    chief.post(at(hall, "/count"), 303, _do="close")
    assert "项目B" in chief.get(at(hall, "/count"))
    vote = hall.act("jian", ballots.result)["votes"][1]
    assert vote["votes"] == vote["phone"] == 1


def test_papers_of_a_review_may_carry_two_words_on_a_line(app: FastAPI, hall: Hall) -> None:
    hall.id = hall.open(
        {"kind": "satisfaction", "title": "测评", "candidates": PROJECTS[:2], "seats": 0, "mode": "测评", "key": "M"}
    )
    hall.appoint()
    run_papers(hall, 1)
    for name in ("cha", "ji"):
        browser = Browser(app).login(name)
        browser.get(at(hall, "/papers"))
        if name == "cha":
            browser.post(at(hall, "/papers"), _do="count", papers="1")
            browser.get(at(hall, "/papers"))
        browser.post(
            at(hall, "/papers"), 303, _do="enter", more={"n": "1", "1.0": ["满意", "不满意"], "1.1": "基本满意"}
        )
        assert browser.get(at(hall, "/papers")).count(" checked") == 3
    result = hall.act("ji", ballots.close)
    assert [v["voided"] for v in result["votes"]] == [1, 0] and result["votes"][1]["basic"] == 1


def test_what_secrecy_means_is_said_plainly(app: FastAPI, hall: Hall) -> None:
    page = Browser(app).login("d0").get("/ballots/secrecy")
    assert "写前日志" in page and "做不到的" in page and "纸质票" in page


def test_no_page_or_answer_shows_votes_before_the_close(app: FastAPI, hall: Hall) -> None:
    hall.phones(["d0", "d1"], hall.begin())
    hall.cast("d0", ["H"])
    people_browsers = [Browser(app).login(name) for name in ("jian", "zhou", "d0", "d1")]
    for browser in people_browsers:
        for path in ("", "/desk", "/board", "/papers", "/count", "/sheet", "/blank"):
            answer = browser.http.get(at(hall, path))
            assert "得票" not in answer.text and answer.status_code in (200, 303, 403, 404, 422), path


def test_a_crowd_of_phones_is_let_in_one_after_the_other(app: FastAPI, hall: Hall) -> None:
    """More requests at once than the server has threads: each is answered, each ballot counts once."""
    town = hall.town

    def hire(desk: Desk) -> list[str]:
        logins = [f"x{n}" for n in range(60)]
        for login in logins:
            people.add_person(desk, login, login)
            people.add_post(desk, login, "deputy", "U1")
        return logins

    logins = town.act(None, hire)
    hall.id = hall.open(
        {"kind": "projects", "title": "大会", "candidates": PROJECTS, "seats": 6, "mode": "差额", "key": "X"}
    )
    hall.appoint()
    code = hall.begin()
    hall.phones(logins, code)

    def token(desk: Desk) -> list[str]:
        return [people._new_session(desk.db, people.person_id(desk.db, login), desk.now, 1) for login in logins]

    from starlette.testclient import TestClient

    from services.web.security import form_token

    client = TestClient(app, follow_redirects=False)
    client.__enter__()

    def cast(session: str) -> int:
        data = {"_do": "cast", "_key": f"key-{session}"[:60], "p": ["A", "B"], "_csrf": form_token(session)}
        return client.post(at(hall), data=data, headers={"cookie": f"yishi={session}"}).status_code

    with ThreadPoolExecutor(60) as pool:
        assert set(pool.map(cast, town.act(None, token))) == {303}
    assert hall.numbers().phone_returned == 60
    client.__exit__(None, None, None)


HOSTILE = ["", "x", "-1", "0", "99999", "9" * 5000, "１", "²", "差额", "满意", "<b>", "\x00", "' OR 1=1", "A" * 3000]


@pytest.mark.parametrize("mode", ["差额", "等额", "测评", "排序"])
def test_whatever_is_posted_no_page_breaks(app: FastAPI, hall: Hall, mode: str) -> None:
    dice = random.Random(mode)
    hall.id = hall.open(
        {"kind": "projects", "title": "试", "candidates": PROJECTS[:3], "seats": 2, "mode": mode, "key": "Z"}
    )
    hall.appoint()
    hall.phones(["d0"], hall.begin())
    hall.check_in("d1", "paper")
    hall.give("d1")
    deputy, teller = Browser(app).login("d0"), Browser(app).login("cha")
    names = [
        "p",
        "r.0",
        "c.0",
        "c.1",
        "r.99",
        "code",
        "n",
        "1.0",
        "1.1",
        "1.flaw",
        "papers",
        "page_no",
        "login",
        "duty",
        "q",
        "_key",
    ]
    verbs = [
        "code",
        "check",
        "edit",
        "cast",
        "paper:1",
        "phone:x",
        "issue:" + "9" * 40,
        "appoint",
        "dismiss:0",
        "enter",
        "count",
        "sign",
        "?",
    ]

    def throw(browser: Browser, path: str) -> None:
        browser.get("/ballots")
        more = {name: [dice.choice(HOSTILE) for _ in range(dice.randint(1, 2))] for name in dice.sample(names, 6)}
        token = re.findall(r'name="_csrf" value="(\w+)"', browser.get("/me"))[0]
        data = {"_csrf": token, "_do": dice.choice(verbs), **more}
        answer = browser.http.post(at(hall, path), data=data)
        assert answer.status_code < 500, (path, data, answer.text[:300])

    for _ in range(25):
        throw(deputy, "")
        throw(teller, dice.choice(["", "/desk", "/papers", "/count"]))
    if hall.state() == "voting":
        hall.act("jian", ballots.end)
    for _ in range(25):
        throw(teller, dice.choice(["/desk", "/papers", "/papers", "/count"]))
