"""A real site on a real SQLite database: a street, people with passwords, two small procedures, a browser without scripts."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from services import people
from services.desk import Desk
from services.settings import Settings
from services.store.db import Engine
from services.web.app import create_app
from tests.processes.engine.play import flows
from tests.services.town import Town, bundle, user

PASSWORD = "wang-mian-shi-cun"
OPTIONS = [
    {"label": "通过", "value": "pass", "hint": "送部门联审，5 个工作日内答复"},
    {"label": "补正", "value": "fix", "hint": "退回社区，3 个工作日内补齐再报"},
]
REVIEW = {
    "type": "default",
    "id": "F",
    "title": "初审意见",
    "components": [
        {"type": "radio", "key": "result", "label": "初审结果", "validate": {"required": True}, "values": OPTIONS},
        {
            "type": "textarea",
            "key": "reason",
            "label": "理由",
            "validate": {"required": True},
            "conditional": {"hide": '=result != "fix"'},
            "properties": {"message": "请写明要补什么材料，社区才知道怎么补。"},
        },
        {"type": "number", "key": "money", "label": "资金", "properties": {"unit": "万元"}},
        {
            "type": "dynamiclist",
            "path": "signers",
            "label": "联名人",
            "components": [{"type": "textfield", "key": "name", "label": "姓名", "validate": {"required": True}}],
        },
        {"type": "button", "label": "提交初审意见"},
    ],
}
START = {
    "type": "default",
    "id": "S",
    "title": "登记",
    "components": [
        {"type": "textfield", "key": "topic", "label": "事由", "validate": {"required": True, "maxLength": 60}},
        {"type": "textfield", "key": "place", "label": "街道", "defaultValue": "=case.streetName"},
    ],
}
CHAIN = (
    '<startEvent id="s"/>'
    + user("t1", noLimit="试用", say="送联审部门")
    + user("t2", due="=case.startedOn")
    + '<endEvent id="e" name="办结"/>'
    + flows("s t1 t2 e")
)


def procedure() -> Any:
    """A start form, two tasks of the clerks."""
    found = bundle("shen", CHAIN, F=json.dumps(REVIEW).encode(), S=json.dumps(START).encode())
    text = found.files["procedure.toml"].decode() + 'form = "S"\ncaseTitle = "topic"\n'
    return type(found)({**found.files, "procedure.toml": text.encode()})


def street(engine: Engine) -> Town:
    """People who can log in, one procedure, no case yet."""
    town = Town(engine).build()

    def passwords(desk: Desk) -> None:
        for login in ("zhou", "wang", "zhao", "liu"):
            people.set_password(desk, login, PASSWORD)

    town.act(None, passwords)
    town.publish(procedure())
    return town


def application(town: Town, **settings: Any) -> FastAPI:
    """The web application on the town's database and clock."""
    return create_app(Settings(**settings), town.engine, clock=lambda: town.now)


class Browser:
    """Follows forms as a browser without scripts does: it sends back every hidden input it was given."""

    def __init__(self, app: FastAPI) -> None:
        self.http = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        self.page = ""

    def get(self, path: str, status: int = 200) -> str:
        """Open a page."""
        answer = self.http.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:500])
        self.page = answer.text
        return self.page

    def hidden(self) -> dict[str, str]:
        """Hidden inputs of the last page."""
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.page)
        return {name: html.unescape(value) for name, value in found}

    def post(self, path: str, status: int = 303, **fields: Any) -> str:
        """Send the form of the last page with these fields; names with brackets come in `more`."""
        more = fields.pop("more", {})
        answer = self.http.post(path, data={**self.hidden(), **fields, **more})
        assert answer.status_code == status, (path, answer.status_code, answer.text[:800])
        self.page = answer.text
        return str(answer.headers.get("location", ""))

    def login(self, name: str) -> Browser:
        """Log in as somebody."""
        self.get("/login")
        assert self.post("/login", login=name, password=PASSWORD) == "/tasks"
        return self
