"""A real Chromium on the real site: phones without scripts, wide screens with them, axe on every page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from services import documents
from services.documents import DocumentRow
from tests.web.browser.conftest import Site
from tests.web.site import PASSWORD

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}


@contextmanager
def page_of(chromium: Browser, site: Site, size: dict[str, int], scripts: bool = True, **more: Any) -> Iterator[Page]:
    """A fresh browser window; any error on its console fails the test."""
    context = chromium.new_context(viewport=size, java_script_enabled=scripts, base_url=site.address, **more)  # type: ignore[arg-type]
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    expected = ("status of 422", "status of 409", "status of 404")
    assert [e for e in errors if not any(words in e for words in expected)] == []


def login(page: Page, name: str = "zhou") -> None:
    page.goto("/login")
    page.fill("#login", name)
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    assert page.url.endswith("/tasks")


def begin(site: Site, topic: str = "路灯不亮") -> str:
    """A case with its first task open: the address of the task."""
    case = site.town.start("zhou", "shen", topic=topic)
    return f"/tasks/{site.town.open(case.id)['t1'].id}"


def test_a_task_is_done_on_a_phone_without_scripts(chromium: Browser, site: Site) -> None:
    begin(site)
    with page_of(chromium, site, PHONE, scripts=False) as page:
        login(page)
        page.click("text=可认领 1")
        page.click("text=t1办")
        page.check("text=补正")
        page.click("text=提交初审意见")
        assert page.inner_text("#problems strong") == "还有 1 处要改，改好再提交"
        page.click("#problems a")
        page.fill("#f-reason", "联名表第 2 页缺签名日期")
        page.fill("#f-signers-0-name", "甲")
        page.click("text=再加一行")
        page.fill("#f-signers-1-name", "乙")
        page.click("text=提交初审意见")
        assert "“t1办”已办好" in page.inner_text(".msg.ok")
    answers = dict(site.town.view(1).history[-1].answers)
    assert answers["理由"] == "联名表第 2 页缺签名日期" and answers["联名人"] == "1. 甲\n2. 乙"


def test_with_scripts_a_choice_shows_its_fields_at_once(chromium: Browser, site: Site) -> None:
    task = begin(site)
    with page_of(chromium, site, WIDE) as page:
        login(page)
        page.goto(task)
        assert not page.is_visible("text=按这里的选择更新下面的内容")
        page.fill("#f-money", "12.5")
        page.check("text=补正")
        page.wait_for_selector("#f-reason")
        assert page.input_value("#f-money") == "12.5"
        page.click("text=再加一行")
        page.wait_for_selector("#f-signers-1-name")
        page.fill("#f-signers-0-name", "甲")
        page.click("text=去掉第 2 行")
        page.wait_for_selector("#f-signers-1-name", state="detached")
        page.check("text=通过")
        page.wait_for_selector("#f-reason", state="detached")
        page.click("text=提交初审意见")
        page.wait_for_selector(".msg.ok")
    assert site.town.open(1).keys() == {"t2"}


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(chromium: Browser, site: Site) -> None:
    task = begin(site)
    with page_of(chromium, site, WIDE) as page:
        login(page)
        page.goto(task)
        page.click("text=提交初审意见")
        page.wait_for_selector("#problems")
        assert page.evaluate("document.activeElement.id") == "problems"
        page.click("#problems a")
        assert page.evaluate("document.activeElement.name") == "result"


def test_the_return_key_submits_and_does_not_add_a_row(chromium: Browser, site: Site) -> None:
    task = begin(site)
    with page_of(chromium, site, PHONE, scripts=False) as page:
        login(page)
        page.goto(task)
        page.check("text=通过")
        page.press("#f-money", "Enter")
        assert "已办好" in page.inner_text(".msg.ok")


def test_the_keyboard_alone_is_enough(chromium: Browser, site: Site) -> None:
    begin(site)
    with page_of(chromium, site, WIDE) as page:
        login(page)
        page.goto("/tasks?view=group")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        for _ in range(40):
            page.keyboard.press("Tab")
            if "t1办" in (page.evaluate("document.activeElement.textContent") or ""):
                break
        page.keyboard.press("Enter")
        page.wait_for_selector("#form")


def addresses(site: Site) -> dict[str, str]:
    """Every kind of page, with something on it."""
    task = begin(site)
    site.town.complete("zhou", 1, "t1", result="pass", signers=[{"name": "甲"}])
    second = f"/tasks/{site.town.open(1)['t2'].id}"
    begin(site, "积水")

    def produce(desk: Any) -> DocumentRow:
        html = "<!doctype html><html lang=zh><title>x</title><h1>公示</h1><p>ok</p></html>"
        return documents.produce(desk, 1, "notice", "公示", html, "1号")

    kept = site.town.act("zhou", produce)
    return {
        "inbox": "/tasks", "group": "/tasks?view=group", "done": "/tasks?view=done", "task": second, "closed": task,
        "case": "/cases/1", "diagram": "/cases/1/diagram", "cases": "/cases", "nothing": "/cases?q=zzz",
        "starts": "/start", "start": "/start/shen/shen", "document": f"/documents/{kept.id}", "me": "/me",
        "missing": "/tasks/999999",
    }  # fmt: skip


def violations(page: Page) -> list[str]:
    """What axe finds on the page."""
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{v['id']}: {[n['html'][:120] for n in v['nodes'][:3]]}" for v in found["violations"]]


LOOKS = [
    (PHONE, {}),
    (PHONE, {"large": "1"}),
    (PHONE, {"lang": "en"}),
    (PHONE, {"large": "1", "lang": "en"}),
    (WIDE, {}),
    (WIDE, {"lang": "en"}),
]


@pytest.mark.parametrize(("size", "settings"), LOOKS, ids=lambda v: "-".join(map(str, v.values())) or "plain")
def test_every_page_is_accessible_and_fits_the_screen(
    chromium: Browser, site: Site, size: dict[str, int], settings: dict[str, str]
) -> None:
    pages = addresses(site)
    found: dict[str, list[str]] = {}
    with page_of(chromium, site, size, bypass_csp=True) as page:
        for name, value in settings.items():
            page.goto(f"/set/{name}/{value}?back=/login")
        found["login"] = violations(page) if page.url != "about:blank" else []
        login(page)
        for name, address in pages.items():
            page.goto(address)
            found[name] = violations(page)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found[name].append("wider than the screen")
        page.goto(pages["task"])
        page.click("#form button.primary")
        page.wait_for_selector("#problems")
        found["refused"] = violations(page)
    assert {name: v for name, v in found.items() if v} == {}


@pytest.mark.parametrize("large", ["0", "1"])
def test_targets_on_a_phone_can_be_hit_with_a_thumb(chromium: Browser, site: Site, large: str) -> None:
    pages = addresses(site)
    small = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary, label.choice')]
        .filter(e => e.offsetParent && !e.closest('.choice, .title, .skip') && !e.matches('.first-button, .skip, .title'))
        .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect().height])
        .filter(([_, height]) => height < 43.5)"""
    with page_of(chromium, site, PHONE) as page:
        page.goto(f"/set/large/{large}?back=/login")
        login(page)
        found = {}
        for name, address in pages.items():
            page.goto(address)
            found[name] = page.evaluate(small)
    assert {name: v for name, v in found.items() if v} == {}


def test_a_page_prints_without_navigation(chromium: Browser, site: Site) -> None:
    begin(site)
    with page_of(chromium, site, WIDE) as page:
        login(page)
        page.goto("/cases/1")
        page.emulate_media(media="print")
        assert not page.is_visible("header.bar") and not page.is_visible(".actions")
        assert page.is_visible("text=步骤清单")
