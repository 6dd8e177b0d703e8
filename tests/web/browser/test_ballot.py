"""A vote in a real Chromium at 360 px without scripts: code, ballot, one mark too many, looking over, casting; axe on all pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from services import ballots, people
from tests.services.test_ballots import Hall
from tests.web.browser.conftest import Site
from tests.web.browser.test_browser import PHONE, WIDE, login, page_of, violations
from tests.web.site import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def hall(site: Site) -> Iterator[Hall]:
    """Twelve deputies; d0 and the officers can log in."""
    hall = Hall(site.town, 12)
    for name in ("d0", "jian", "cha", "ji"):
        site.town.act(None, lambda desk, one=name: people.set_password(desk, one, PASSWORD))  # type: ignore[misc]
    yield hall


def no_wider_than_the_phone(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_deputy_votes_on_a_phone_without_scripts(chromium: Browser, site: Site, hall: Hall) -> None:
    with page_of(chromium, site, PHONE, scripts=False) as page:
        login(page, "d0")
        page.click(".tabbar >> text=投票")
        page.click("text=项目票选")
        assert "请先签到" in page.inner_text("main")
        hall.check_in("d0", "phone")
        code = hall.begin()
        page.click("text=打开选票")
        page.fill("#code", code)
        page.click("button:has-text('打开选票')")
        page.wait_for_selector(".ballot")
        for box in page.query_selector_all("input.tick")[:6]:
            box.check()
        assert not page.is_visible(".overvote")
        page.query_selector_all("input.tick")[6].check()
        assert page.is_visible(".overvote") and page.inner_text(".overvote") == "选多了。最多 6 项，请去掉几项。"
        no_wider_than_the_phone(page)
        page.click("text=核对选票")
        assert "最多选 6 项" in page.inner_text("#problems") and "选举法" in page.inner_text("#problems")
        page.query_selector_all("input.tick")[6].uncheck()
        page.click("text=核对选票")
        assert "投出后不能改，也查不到" in page.inner_text("main") and "没有选：" in page.inner_text("main")
        no_wider_than_the_phone(page)
        page.click("text=回去修改")
        page.query_selector_all("input.tick")[0].uncheck()
        page.click("text=核对选票")
        page.click("text=投出选票")
        assert "您的选票已投出" in page.inner_text(".msg.ok")
    hall.act("jian", ballots.end)
    assert [v["votes"] for v in hall.act("jian", ballots.close)["votes"]] == [0, 1, 1, 1, 1, 1, 0, 0]


def walk(page: Page, hall: Hall) -> Iterator[str]:
    """Every page of a vote, each with something on it, in the order of the meeting."""
    at = f"/ballots/{hall.id}"
    yield from ("/ballots", "/ballots/secrecy", f"{at}/desk")
    code = hall.begin()
    hall.phones(["d0"], code)
    for name in ("d1", "d2"):
        hall.check_in(name, "paper")
        hall.give(name)
    yield from (at, f"{at}/desk", f"{at}/board", f"{at}/papers")
    hall.cast("d0", ["A", "B"])
    hall.act("jian", ballots.end)
    yield f"{at}/papers"
    hall.act("jian", ballots.count_papers, 2)
    hall.act("cha", ballots.enter_paper, {1: {"marks": ["A"]}, 2: {"marks": ["B"]}})
    hall.act("ji", ballots.enter_paper, {1: {"marks": ["A"]}, 2: {"marks": ["C"]}})
    yield from (f"{at}/papers", f"{at}/count")
    hall.act("ji", ballots.enter_paper, {2: {"marks": ["B"]}})
    hall.act("jian", ballots.close)
    yield from (f"{at}/count", at)


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_axe_finds_nothing_on_any_page_of_a_vote(
    chromium: Browser, site: Site, hall: Hall, size: dict[str, int]
) -> None:
    with page_of(chromium, site, size) as page:
        login(page, "jian")
        for address in walk(page, hall):
            page.goto(address)
            found = violations(page)
            assert found == [], (address, found)
            if size is PHONE:
                no_wider_than_the_phone(page)
