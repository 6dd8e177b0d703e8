"""The same verbs for programs."""

from __future__ import annotations

import json
from decimal import Decimal

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from tests.services.town import Town
from tests.web.site import PASSWORD


class Program:
    """Logs in once and sends its token."""

    def __init__(self, app: FastAPI, login: str = "zhou") -> None:
        self.http = TestClient(app)
        token = self.http.get("/api/session").json()["token"]
        self.http.headers["X-CSRF-Token"] = token
        found = self.http.post("/api/session", json={"login": login, "password": PASSWORD})
        assert found.status_code == 200
        self.http.headers["X-CSRF-Token"] = found.json()["token"]


def test_a_case_from_start_to_end(app: FastAPI, town: Town) -> None:
    http = Program(app).http
    assert [s["process"] for s in http.get("/api/procedures").json()] == ["shen"]
    body = {"procedure": "shen", "process": "shen", "answers": {"topic": "路灯"}, "key": "a"}
    head = http.post("/api/cases", json=body)
    assert head.status_code == 201 and head.json()["no"] == "中〔2026〕001"
    assert http.post("/api/cases", json=body).json()["id"] == head.json()["id"]
    rows = http.get("/api/tasks?view=group").json()["rows"]
    assert [row["element"] for row in rows] == ["t1"]
    fields = http.get(f"/api/tasks/{rows[0]['id']}").json()["fields"]
    assert [f["key"] for f in fields] == ["result", "reason", "money", "signers"]
    assert fields[0]["options"] == [{"value": "pass", "label": "通过"}, {"value": "fix", "label": "补正"}]
    done = http.post(
        f"/api/tasks/{rows[0]['id']}/complete",
        content='{"answers": {"result": "pass", "money": 0.1000000000000000000001, "signers": [{"name": "甲"}]}, "key": "b"}',
    )
    assert done.status_code == 200 and done.json()["next"][0]["element"] == "t2"
    stored = town.query("SELECT answers FROM tasks WHERE answers IS NOT NULL")[0][0]
    assert json.loads(stored, parse_float=Decimal)["money"] == Decimal("0.1000000000000000000001")
    shown = http.get(f"/api/cases/{head.json()['id']}").json()
    assert shown["waiting"][0]["element"] == "t2"


def test_refusals_are_json_with_the_field_named(app: FastAPI, town: Town) -> None:
    http = Program(app).http
    case = town.start("zhou", "shen", topic="路灯")
    task = town.open(case.id)["t1"].id
    wrong = http.post(f"/api/tasks/{task}/complete", json={"answers": {"result": "fix", "role": "x"}, "key": "k"})
    assert wrong.status_code == 422
    assert set(wrong.json()["error"]["fields"]) == {"reason", "role"}
    assert http.get("/api/tasks/99999").status_code == 404
    for content in ("[]", "{", "", '{"answers": []}', "[" * 9999, b"\xff"):
        assert http.post(f"/api/tasks/{task}/complete", content=content).status_code == 422, content
    town.complete("wang", case.id, "t1", result="pass")
    late = http.post(f"/api/tasks/{task}/complete", json={"answers": {"result": "pass"}, "key": "k"})
    assert late.status_code == 409 and "王芳" in late.json()["error"]["message"]


def test_every_route_is_described(app: FastAPI) -> None:
    told = TestClient(app).get("/api/openapi.json").json()
    routes = {r.path for r in app.routes if isinstance(r, APIRoute) and r.path.startswith("/api/")}
    assert set(told["paths"]) == routes - {"/api/openapi.json"}
    for path in told["paths"].values():
        for method, operation in path.items():
            if method != "get":
                assert operation["parameters"][-1]["name"] == "X-CSRF-Token" or any(
                    p["name"] == "X-CSRF-Token" for p in operation["parameters"]
                )


def test_logout_ends_the_session(app: FastAPI) -> None:
    http = Program(app).http
    assert http.request("DELETE", "/api/session").status_code == 200
    assert http.get("/api/tasks").status_code == 401
