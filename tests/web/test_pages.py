"""Pages as a browser without scripts sees them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import FastAPI

from processes.text import T
from services import documents
from services.history import EventRow
from services.web.words import record
from tests.processes.engine.play import flows
from tests.services.town import Town, bundle, form, user
from tests.web.site import Browser


def begin(town: Town, topic: str = "路灯不亮") -> tuple[int, int]:
    """A case with its first task open: case id, task id."""
    case = town.start("zhou", "shen", topic=topic)
    return case.id, town.open(case.id)["t1"].id


# ---- from the inbox to the next step ----


def test_a_clerk_starts_a_procedure_and_carries_it_one_step_on(zhou: Browser, town: Town) -> None:
    assert "/start/shen/shen" in zhou.get("/start")
    assert 'value="中山路街道"' in zhou.get("/start/shen/shen")
    where = zhou.post("/start/shen/shen", topic="路灯不亮", place="中山路街道")
    page = zhou.get(where)
    assert "“路灯不亮”已经启动，编号 中〔2026〕001。" in page
    assert "现在等谁" in page and "t1办" in page
    assert "已经启动，编号" not in zhou.get(where)
    task = town.open(1)["t1"].id
    assert "t1办" in zhou.get("/tasks?view=group")
    page = zhou.get(f"/tasks/{task}")
    assert "下一步：" in page and "送联审部门" in page and "提交初审意见" in page
    assert zhou.post(f"/tasks/{task}", result="pass", _do="submit") == "/tasks"
    assert "“t1办”已办好" in zhou.get("/tasks")
    assert town.open(1).keys() == {"t2"}


def test_a_refused_form_comes_back_filled_in_and_leads_to_each_field(zhou: Browser, town: Town) -> None:
    _, task = begin(town)
    zhou.get(f"/tasks/{task}")
    zhou.post(f"/tasks/{task}", 422, result="fix", money="很多", _do="submit")
    assert "还有 2 处要改" in zhou.page
    assert '<a href="#f-reason">请写明要补什么材料，社区才知道怎么补。</a>' in zhou.page
    assert 'id="f-reason"' in zhou.page and 'id="f-money"' in zhou.page
    assert 'value="很多"' in zhou.page
    assert re.search(r'value="fix" id="[^"]+" checked', zhou.page)
    assert zhou.post(f"/tasks/{task}", result="fix", reason="缺签名", money="3.50", _do="submit") == "/tasks"


def test_choosing_shows_what_belongs_to_it_without_submitting(zhou: Browser, town: Town) -> None:
    _, task = begin(town)
    assert 'name="reason"' not in zhou.get(f"/tasks/{task}")
    zhou.post(f"/tasks/{task}", 200, result="fix", _do="refresh")
    assert 'name="reason"' in zhou.page and 'class="err"' not in zhou.page
    assert town.open(1)["t1"].id == task


def test_rows_are_added_and_taken_away_by_buttons(zhou: Browser, town: Town) -> None:
    _, task = begin(town)
    zhou.get(f"/tasks/{task}")
    zhou.post(f"/tasks/{task}", 200, _do="add:signers", more={"signers[0].name": "甲"})
    assert 'name="signers[1].name"' in zhou.page and 'value="甲"' in zhou.page
    written = {"signers[0].name": "甲", "signers[1].name": "乙"}
    zhou.post(f"/tasks/{task}", 200, _do="remove:signers[0]", more=written)
    assert 'value="甲"' not in zhou.page and 'value="乙"' in zhou.page
    zhou.post(f"/tasks/{task}", 303, result="pass", _do="submit", more={"signers[0].name": "乙"})
    assert ("联名人", "1. 乙") in town.view(1).history[-1].answers


def test_a_draft_is_kept_and_taken_up_again(zhou: Browser, town: Town) -> None:
    _, task = begin(town)
    zhou.get(f"/tasks/{task}")
    zhou.post(f"/tasks/{task}", result="fix", reason="缺页", _do="draft")
    assert "草稿存好了" in zhou.get("/tasks")
    assert "缺页" in zhou.get(f"/tasks/{task}")


def test_sending_twice_completes_once(zhou: Browser, town: Town) -> None:
    _, task = begin(town)
    zhou.get(f"/tasks/{task}")
    fields: dict[str, Any] = {**zhou.hidden(), "result": "pass", "_do": "submit"}
    answers = [zhou.http.post(f"/tasks/{task}", data=fields) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert town.query("SELECT count(*) FROM events WHERE act = 'complete'") == [(1,)]


def test_a_conflict_names_who_and_when_and_keeps_what_was_written(app: FastAPI, zhou: Browser, town: Town) -> None:
    _, task = begin(town)
    zhou.get(f"/tasks/{task}")
    town.now += timedelta(minutes=32)
    town.complete("wang", 1, "t1", result="pass")
    zhou.post(f"/tasks/{task}", 409, result="fix", reason="我写的意见", _do="submit")
    assert "已由王芳于 9月14日 09:32 办理" in zhou.page
    assert "我写的意见" in zhou.page
    assert "已存为草稿" not in zhou.page  # a finished task keeps no draft; the page itself does
    assert "已办" in zhou.get(f"/tasks/{task}")


def test_taking_a_task_and_giving_it_back(app: FastAPI, zhou: Browser, town: Town) -> None:
    _, task = begin(town)
    wang = Browser(app).login("wang")
    zhou.get(f"/tasks/{task}")
    zhou.post(f"/tasks/{task}/claim")
    assert f"/tasks/{task}" in zhou.get("/tasks")
    wang.get(f"/tasks/{task}")
    wang.post(f"/tasks/{task}", 409, result="pass", _do="submit")
    zhou.get(f"/tasks/{task}")
    zhou.post(f"/tasks/{task}/release")
    assert f"/tasks/{task}" in wang.get("/tasks?view=group")


def test_equal_steps_of_a_case_are_folded_and_worked_through(zhou: Browser, town: Town) -> None:
    each = "<multiInstanceLoopCharacteristics yishi:collection='=[1, 2, 3, 4]' yishi:element='n'/>"
    body = '<startEvent id="s"/>' + user("m", inner=each) + '<endEvent id="e"/>' + flows("s m e")
    town.publish(bundle("many", body, F=form("F", "note")))
    town.start("zhou", "many")
    page = zhou.get("/tasks?view=group")
    assert "m办 · 4 件" in page and page.count('class="title"') == 1
    first = re.findall(r'href="(/tasks/\d+\?run=1)"', page)[0]
    zhou.get(first)
    where = zhou.post(first.split("?")[0], note="一", _do="submit")
    assert re.fullmatch(r"/tasks/\d+\?run=1", where) and where != first
    assert zhou.get("/tasks?view=group&element=m").count('class="title"') == 3


def test_what_the_system_does_over_and_over_is_told_once() -> None:
    at = datetime(2026, 9, 14, tzinfo=UTC)
    again = [EventRow(at, "系统", T("收到“{name}”", name="回执")) for _ in range(5)]
    done = [EventRow(at, "周敏", T("办理了"), answers=(("结果", "通过"),)) for _ in range(2)]
    assert [line.count for line in record([*again, *done, *again[:1]])] == [1, 1, 1, 5]


# ---- words ----


def test_deadlines_are_words(zhou: Browser, town: Town) -> None:
    _, task = begin(town)
    town.complete("zhou", 1, "t1", result="pass")
    task = town.open(1)["t2"].id
    assert "今天到期" in zhou.get(f"/tasks/{task}")
    town.now += timedelta(days=3)
    page = Browser(zhou.http.app).login("zhou").get(f"/tasks/{task}")  # type: ignore[arg-type]
    assert "超期 3 个工作日" in page and "应在 9月14日办完" in page


def test_empty_places_say_what_they_are_for(zhou: Browser) -> None:
    assert "您手上的事都办完了" in zhou.get("/tasks")
    assert "现在没有要认领的事" in zhou.get("/tasks?view=group")
    assert "您还没有办过的事" in zhou.get("/tasks?view=done")
    assert "还没有办件" in zhou.get("/cases")
    assert "没有找到这样的办件" in zhou.get("/cases?q=abc")
    assert "没有找到这一页" in zhou.get("/tasks/12345", 404)
    assert "没有找到这一页" in zhou.get("/nowhere", 404)
    assert "没有找到这一页" in zhou.get("/tasks/" + "9" * 40, 404)


def test_words_of_designers_and_officers_are_never_markup(zhou: Browser, town: Town) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    case, task = begin(town, evil[:60])
    town.act("zhou", lambda desk: None)
    zhou.get(f"/tasks/{task}")
    zhou.post(f"/tasks/{task}", 422, result="fix", reason="", money=evil, _do="submit")
    for page in (zhou.page, zhou.get("/tasks?view=group"), zhou.get(f"/cases/{case}"), zhou.get("/cases?q=" + evil)):
        assert "<script>alert" not in page and "<img src=x" not in page


def test_language_and_large_type_are_kept_in_the_browser(app: FastAPI) -> None:
    browser = Browser(app)
    page = browser.get("/login")
    assert 'lang="zh-CN"' in page and 'class="large"' not in page
    browser.get("/set/large/1?back=/login", 303)
    browser.get("/set/lang/en?back=/login", 303)
    page = browser.get("/login")
    assert '<html lang="en" data-theme="light" class="large">' in page
    browser.get("/set/lang/fr", 404)
    browser.get("/set/other/1", 404)


# ---- cases and documents ----


def test_a_case_shows_the_four_answers_the_list_and_the_record(zhou: Browser, town: Town) -> None:
    case, _ = begin(town)
    page = zhou.get(f"/cases/{case}")
    for words in ("现在等谁", "等什么", "到什么时候", "然后", "步骤清单", "文书和附件", "记录", "启动了“路灯不亮”"):
        assert words in page
    assert page.index("t1办") < page.index("t2办")
    assert "路灯不亮" in zhou.get("/cases?q=路灯&state=running")


def test_official_texts_open_print_and_become_word_and_cannot_run(app: FastAPI, zhou: Browser, town: Town) -> None:
    case, _ = begin(town)
    html = "<h1>公示</h1><p>名单</p><script>alert(1)</script>"
    kept = town.act("zhou", lambda desk: documents.produce(desk, case, "notice", "公示", html, "1号"))
    assert f'src="/documents/{kept.id}/paper"' in zhou.get(f"/documents/{kept.id}")
    assert "公示" in zhou.get(f"/cases/{case}")
    paper = zhou.http.get(f"/documents/{kept.id}/paper")
    assert paper.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "名单" in paper.text
    assert zhou.http.get(f"/documents/{kept.id}/word").content[:2] == b"PK"
    other = Browser(app).login("zhao")
    for address in ("", "/paper", "/word", "/file"):
        other.get(f"/documents/{kept.id}{address}", 404)


def test_uploads_are_only_ever_downloaded(zhou: Browser, town: Town) -> None:
    case, _ = begin(town)
    html = b"<p>x</p><script>alert(1)</script>"
    kept = town.act("zhou", lambda desk: documents.attach(desk, case, "公示 1.html", "text/html", html))
    assert "/paper" not in zhou.get(f"/documents/{kept.id}")
    for address in ("/file", "/paper"):
        taken = zhou.http.get(f"/documents/{kept.id}{address}")
        assert taken.headers["content-disposition"] == "attachment; filename*=UTF-8''%E5%85%AC%E7%A4%BA%201.html"
        assert taken.headers["x-content-type-options"] == "nosniff"


def test_health_answers_without_login(app: FastAPI) -> None:
    assert Browser(app).get("/health") == '{"ok":true}'
    assert Browser(app).http.head("/health").status_code == 200
