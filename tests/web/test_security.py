"""The gate: every route, every way around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from services import people
from services.web.app import Undeclared, refuse_undeclared
from services.web.deps import Here
from services.web.pages.entry import local
from services.web.security import HEADERS, Permission, Reach, declare, declared
from tests.services.town import Town
from tests.web.site import PASSWORD, Browser, application


def routes(app: FastAPI) -> Iterator[tuple[str, str, Permission]]:
    """Method, an address that fits, permission."""
    for route in app.routes:
        if isinstance(route, APIRoute):
            rule = declared(route.endpoint)
            assert rule is not None
            address = re.sub(r"\{name\}/\{value\}", "large/1", route.path)
            address = re.sub(r"\{\w+_id\}", "1", address).replace("{procedure}/{process}", "shen/shen")
            for method in route.methods - {"HEAD"}:
                yield method, address, rule.permission


def test_every_unsafe_route_refuses_foreign_and_tokenless_requests(app: FastAPI, zhou: Browser, town: Town) -> None:
    zhou.get("/tasks")
    token = {"X-CSRF-Token": re.findall(r'name="_csrf" value="(\w+)"', zhou.get("/me"))[0]}
    unsafe = [(m, a) for m, a, _ in routes(app) if m not in ("GET", "HEAD")]
    assert len(unsafe) >= 10
    for method, address in unsafe:
        for headers in (
            {},
            {"X-CSRF-Token": "0" * 64},
            {**token, "Origin": "https://evil.example"},
            {**token, "Origin": "null"},
            {**token, "Sec-Fetch-Site": "cross-site"},
            {**token, "Sec-Fetch-Site": "same-site"},
            {**token, "Referer": "https://evil.example/"},
        ):
            answer = zhou.http.request(method, address, headers=headers)
            assert answer.status_code == 403, (method, address, headers)
    assert town.query("SELECT count(*) FROM cases") == [(0,)]


def test_a_token_of_somebody_else_is_worth_nothing(app: FastAPI, zhou: Browser) -> None:
    wang = Browser(app).login("wang")
    foreign = re.findall(r'name="_csrf" value="(\w+)"', wang.get("/me"))[0]
    assert zhou.http.post("/logout", data={"_csrf": foreign}).status_code == 403
    zhou.get("/me")
    assert zhou.post("/logout") == "/login"


def test_without_login_nothing_but_the_door_is_open(app: FastAPI) -> None:
    stranger = TestClient(app, follow_redirects=False)
    closed = [(m, a) for m, a, who in routes(app) if who is not Permission.ANYONE and m == "GET"]
    assert len(closed) >= 12
    for method, address in closed:
        answer = stranger.request(method, address)
        if address.startswith("/api/"):
            assert (answer.status_code, answer.json()["error"]["message"]) == (401, "请先登录。")
        else:
            assert answer.status_code == 303 and answer.headers["location"].startswith("/login"), address


def test_unsafe_routes_without_login_are_closed_even_with_a_token(app: FastAPI) -> None:
    stranger = Browser(app)
    token = {"X-CSRF-Token": stranger.http.get("/api/session").json()["token"]}
    for method, address, who in routes(app):
        if method != "GET" and who is not Permission.ANYONE:
            answer = stranger.http.request(method, address, headers=token)
            assert answer.status_code in (303, 401), (method, address)


def test_an_undeclared_route_keeps_the_site_from_starting(town: Town) -> None:
    app = application(town)

    def forgotten() -> None: ...

    app.router.add_api_route("/forgotten", forgotten)
    with pytest.raises(Undeclared, match="/forgotten"):
        refuse_undeclared(app.routes)
    app = application(town)
    router = APIRouter()
    router.add_api_route("/hidden", forgotten)
    app.include_router(router)
    with pytest.raises(Undeclared):
        refuse_undeclared(app.routes)
    app = application(town)
    app.mount("/other", FastAPI())
    with pytest.raises(Undeclared):
        refuse_undeclared(app.routes)


def test_every_answer_carries_the_headers(app: FastAPI, zhou: Browser) -> None:
    addresses = [a for m, a, _ in routes(app) if m == "GET"] + ["/nowhere", "/static/app.css", "/tasks/abc"]
    for address in addresses:
        answer = zhou.http.get(address)
        for name in HEADERS:
            assert answer.headers.get(name), (address, name)
        policy = answer.headers["content-security-policy"]
        assert "script-src" not in policy or "unsafe" not in policy
    assert "immutable" in zhou.http.get("/static/app.css").headers["cache-control"]
    assert zhou.http.get("/tasks").headers["cache-control"] == "no-store"


def test_session_cookie_is_fresh_hidden_from_scripts_and_killed_at_logout(app: FastAPI) -> None:
    browser = Browser(app)
    browser.http.cookies.set("yishi", "planted-by-somebody-else")
    browser.get("/login")
    answer = browser.http.post("/login", data={**browser.hidden(), "login": "zhou", "password": PASSWORD})
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("yishi="))
    assert "planted" not in cookie
    assert all(flag in cookie for flag in ("HttpOnly", "SameSite=lax", "Path=/"))
    token = cookie.split(";")[0].removeprefix("yishi=")
    browser.http.cookies.clear()
    browser.http.cookies.set("yishi", token)
    browser.get("/me")
    browser.post("/logout")
    browser.http.cookies.set("yishi", token)
    browser.get("/me", 303)


def test_secure_sites_use_host_cookies_and_hsts(town: Town) -> None:
    http = TestClient(application(town, secure_cookies=True), base_url="https://testserver")
    answer = http.get("/login")
    assert "strict-transport-security" in answer.headers
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-yishi-visit=") and "Secure" in cookie


def test_a_disabled_person_is_out_at_the_next_click(zhou: Browser, town: Town) -> None:
    zhou.get("/tasks")
    town.act(None, lambda desk: people.disable(desk, "zhou"))
    zhou.get("/tasks", 303)


def test_an_idle_session_ends_and_a_used_one_does_not(town: Town) -> None:
    from datetime import timedelta

    browser = Browser(application(town, idle_minutes=20)).login("zhou")
    for _ in range(4):
        town.now += timedelta(minutes=15)
        browser.get("/tasks")
    town.now += timedelta(minutes=21)
    browser.get("/tasks", 303)


def test_guessing_is_slowed_down_and_says_so(app: FastAPI) -> None:
    browser = Browser(app)
    for _ in range(3):
        browser.get("/login")
        browser.post("/login", 422, login="zhou", password="wrong wrong wrong")
        assert "账号和密码对不上" in browser.page
    browser.get("/login")
    browser.post("/login", 429, login="zhou", password=PASSWORD)


def test_too_large_a_form_is_refused(app: FastAPI, zhou: Browser) -> None:
    answer = zhou.http.post("/logout", data={"_csrf": "x", "big": "a" * (1 << 20)})
    assert answer.status_code == 413
    assert "太大" in answer.text


def test_broken_requests_are_refused_without_a_trace(zhou: Browser) -> None:
    kinds = {
        "multipart/form-data": b"--x",
        "multipart/form-data; boundary=x": b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1",
        "multipart/form-data; boundary=": b"--\r\n\xff",
        "application/x-www-form-urlencoded": b"%ff=%zz&&&=" + b"a=1&" * 30_000,
        "application/json": b"{",
        "text/plain": b"_csrf=1",
    }
    for kind, content in kinds.items():
        answer = zhou.http.post("/logout", content=content, headers={"content-type": kind})
        assert answer.status_code in (400, 403), kind
    answer = zhou.http.get("/tasks", headers={"cookie": 'yishi="; a=b; ;;=;'})
    assert answer.status_code == 303
    zhou.get("/tasks")


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil", "javascript:alert(1)", "/a\nb", "evil", ""]
)
def test_the_way_back_stays_on_this_site(target: str) -> None:
    assert local(target) == ""


def test_not_mine_looks_like_not_there(app: FastAPI, zhou: Browser, town: Town) -> None:
    case = town.start("zhou", "shen", topic="路灯")
    task = town.open(case.id)["t1"].id
    other = Browser(app).login("zhao")
    for mine, nobodys in ((f"/tasks/{task}", "/tasks/99999999"), (f"/cases/{case.id}", "/cases/99999999")):
        assert other.get(mine, 404) == other.get(nobodys, 404).replace(
            nobodys.replace("/", "%2F"), mine.replace("/", "%2F")
        )
        zhou.get(mine)
    other.get("/me")
    other.post(f"/tasks/{task}", 404, result="pass")
    other.get("/me")
    other.post(f"/tasks/{task}/claim", 404)
    assert "路灯" not in other.get("/cases")
    assert [row.element for row in town.todo("zhou", "group")] == ["t1"]


def test_a_community_officer_cannot_do_or_start_what_the_clerks_do(app: FastAPI, town: Town) -> None:
    case = town.start("zhou", "shen", topic="路灯")
    liu = Browser(app).login("liu")
    liu.get(f"/tasks/{town.open(case.id)['t1'].id}", 404)
    assert "shen" not in liu.get("/start")
    liu.get("/start/shen/shen", 404)


def test_a_bug_is_answered_kindly_and_nothing_of_it_stays(town: Town) -> None:
    app = application(town)

    @declare(Permission.ANYONE, Reach.NONE)
    def broken(visit: Here) -> Response:
        visit.db.exec_driver_sql("UPDATE persons SET name = 'changed'")
        if visit.posted("fail"):
            raise RuntimeError("boom")
        return PlainTextResponse("ok")

    app.router.add_api_route("/broken", broken, methods=["POST"])
    browser = Browser(app)
    browser.get("/login")
    browser.post("/broken", 500, fail="1")
    assert "系统出了差错" in browser.page and "boom" not in browser.page
    assert town.query("SELECT count(*) FROM persons WHERE name = 'changed'") == [(0,)]
    browser.get("/login")
    browser.post("/broken", 200)
    assert town.query("SELECT count(*) FROM persons WHERE name <> 'changed'") == [(0,)]
