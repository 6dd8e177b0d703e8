"""台账 on the page of cases: a link for those who read all of a street, and the file behind it."""

from __future__ import annotations

import io
from urllib.parse import unquote

import openpyxl

from services.store.db import Engine
from tests.services.test_ledgers import matters
from tests.web.site import Browser, application, street

LINK = '<a class="tel" href="/ledgers/matter/all" lang="zh-CN" download>事项台账</a>'


def test_the_page_of_cases_offers_it_to_those_who_read_all(sqlite_db: Engine) -> None:
    town = street(sqlite_db)
    town.publish(matters())
    town.start("zhou", "matter", matter="路灯")
    town.start("zhao", "matter", matter="北河的事")
    app = application(town)
    clerk = Browser(app).login("zhou")
    assert LINK in clerk.get("/cases")
    answer = clerk.http.get("/ledgers/matter/all")
    assert answer.status_code == 200
    assert unquote(answer.headers["content-disposition"]).endswith("中山路街道事项台账20260914.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [row[2].value for row in sheet.iter_rows(min_row=4)] == ["路灯"]
    clerk.get("/ledgers/matter/none", 404)
    community = Browser(app).login("liu")
    assert "/ledgers/" not in community.get("/cases")
    community.get("/ledgers/matter/all", 403)
    Browser(app).get("/ledgers/matter/all", 303)
