"""台账: the workbook is opened again and read as an office would: layout, days, numbers, nothing that calculates."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from processes.definition import Bundle
from processes.localities import load_localities
from processes.scenarios.player import play
from processes.scenarios.report import load, locality
from processes.workdays import Calendar
from services import calendars, ledgers
from services.cli import door, main
from services.desk import SYSTEM, Desk
from services.errors import NotAllowed, NotFound
from services.rehearsal import ServiceWorld
from services.store.db import Engine, reading
from services.workbooks import Table, write
from tests.house.source import ROOT
from tests.processes.engine.play import flows
from tests.services.town import MONDAY, Town, bundle, user

FORM = {
    "type": "default", "id": "F", "components": [
        {"type": "textfield", "key": "matter", "label": "事由"},
        {"type": "number", "key": "money", "label": "资金"},
        {"type": "textfield", "key": "phone", "label": "电话", "properties": {"mask": "phone"}},
        {"type": "textfield", "key": "who", "label": "真实姓名", "properties": {"apart": "identity"}},
    ],
}  # fmt: skip
LEDGERS = """
[[ledger]]
key = "all"
title = "事项台账"
process = "matter"
columns = [
  { title = "编号", value = 'case.no' },
  { title = "事由", value = 'matter', width = 30 },
  { title = "资金", value = 'money' },
  { title = "电话", value = '{p: phone}.p' },
  { title = "登记日期", value = 'case.startedOn' },
  { title = "期限", value = 'case.dueDate' },
  { title = "状态", value = 'case.stateName' },
  { title = "在等", value = 'case.waits' },
  { title = "里面", value = 'hidden' },
]
[[ledger]]
key = "dear"
title = "大额台账"
process = "matter"
where = 'money > 100'
columns = [{ title = "事由", value = 'matter' }]
"""
INNER = (
    '<subProcess id="sub"><startEvent id="is"/><scriptTask id="sc"><script>{hidden: 1 + 1}</script></scriptTask>'
    + user("t2", due="date(&quot;2026-09-18&quot;)") + '<endEvent id="ie"/>' + flows("is sc t2 ie") + "</subProcess>"
)  # fmt: skip
BODY = '<startEvent id="s"/>' + INNER + '<endEvent id="e" name="办成"/>' + flows("s sub e")
EVIL = '=HYPERLINK("http://x","点")'


def matters() -> Bundle:
    found = bundle("matter", BODY, F=json.dumps(FORM).encode())
    text = found.files["procedure.toml"].decode() + 'form = "F"\n' + LEDGERS
    return Bundle({**found.files, "procedure.toml": text.encode()})


@pytest.fixture
def place(town: Town) -> Town:
    town.publish(matters())
    town.start("zhou", "matter", matter=EVIL, money=250, phone="13812345678", who="赵某某")
    town.start("zhou", "matter", matter="路灯", money=3)
    town.start("zhao", "matter", matter="北河的事")
    return town


def sheets(town: Town, login: str | None, key: str | None = None) -> list[Worksheet]:
    """What this person takes along, opened again."""
    found = town.look(login, lambda desk: ledgers.write(desk, "matter", key))
    return list(openpyxl.load_workbook(io.BytesIO(found.content)).worksheets)


def body(sheet: Worksheet) -> list[list[Any]]:
    """Headings and rows."""
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]


def test_a_clerk_gets_the_street_s_cases_in_rows(place: Town) -> None:
    [sheet] = sheets(place, "zhou", "all")
    day, due = datetime.fromisoformat("2026-09-14"), datetime.fromisoformat("2026-09-18")
    waits = "t2办（中山路街道 工委干事）"
    assert body(sheet) == [
        ["序号", "编号", "事由", "资金", "电话", "登记日期", "期限", "状态", "在等", "里面"],
        [1, "中〔2026〕001", EVIL, 250, "138****5678", day, due, "在办", waits, 2],
        [2, "中〔2026〕002", "路灯", 3, None, day, due, "在办", waits, 2],
    ]
    assert [sheet.cell(1, 1).value, sheet.cell(2, 1).value] == ["中山路街道事项台账", "单位：中山路街道"]
    assert sheet.cell(2, 6).value == "共 2 件    制表日期：2026年9月14日"


def test_the_end_is_told_in_its_own_words(place: Town) -> None:
    place.complete("zhou", 2, "t2", matter="路灯修好了", money=4)
    [sheet] = sheets(place, "zhou", "all")
    assert [body(sheet)[2][i] for i in (2, 3, 7, 8)] == ["路灯修好了", 4, "办结", None]


def test_it_is_a_page_an_office_can_print(place: Town) -> None:
    [sheet] = sheets(place, "zhou", "all")
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$3:$3", "A4")
    assert sheet.print_area == "'事项台账'!$A$1:$J$5"
    assert {str(one) for one in sheet.merged_cells.ranges} == {"A1:J1", "A2:E2", "F2:J2"}
    assert {cell.border.left.style for row in sheet["A3:J5"] for cell in row} == {"thin"}
    assert sheet.column_dimensions["C"].width == 30
    assert sheet["F4"].number_format == "yyyy-mm-dd"


def test_what_looks_like_a_formula_is_a_text(town: Town) -> None:
    town.publish(matters())
    texts = [EVIL, "+1", "-1", "@SUM(A1)", "好"]
    for text in texts:
        town.start("zhou", "matter", matter=text, money=101)
    [sheet] = sheets(town, "zhou", "dear")
    cells = [sheet.cell(row, 2) for row in range(4, 4 + len(texts))]
    assert [cell.data_type for cell in cells] == ["s"] * len(texts)
    assert [bool(cell.quotePrefix) for cell in cells] == [True, True, True, True, False]
    assert [cell.value for cell in cells] == texts


def test_everybody_gets_what_they_may_see_and_no_more(place: Town) -> None:
    assert [sheet.title for sheet in sheets(place, "qu", "all")] == ["中山路街道事项台账", "北河街道事项台账"]
    [north] = sheets(place, "zhao", "all")
    assert [row[2] for row in body(north)[1:]] == ["北河的事"]
    for login in ("liu", "root"):
        assert place.look(login, ledgers.offered) == []
        with pytest.raises(NotAllowed):
            sheets(place, login)


def test_conditions_choose_rows_and_all_ledgers_come_together(place: Town) -> None:
    [dear] = sheets(place, "zhou", "dear")
    assert body(dear) == [["序号", "事由"], [1, EVIL]]
    assert [sheet.title for sheet in sheets(place, "zhou")] == ["事项台账", "大额台账"]
    [empty] = sheets(place, "zhao", "dear")
    assert body(empty) == [["序号", "事由"]]
    for procedure, key in (("matter", "none"), ("none", None)):
        with pytest.raises(NotFound):
            place.look("zhou", lambda desk, p=procedure, k=key: ledgers.write(desk, p, k))


def test_nobody_kept_apart_is_in_it(place: Town) -> None:
    for sheet in sheets(place, None):
        assert "赵某某" not in str(body(sheet)) and "13812345678" not in str(body(sheet))


def test_the_command_line_writes_it(
    place: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(door, "engine", lambda: place.engine)
    out = tmp_path / "t.xlsx"
    assert main(["export", "--ledger", "matter/all", "--out", str(out), "--as", "zhou", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": str(out), "sheets": 1, "rows": 2}
    assert openpyxl.load_workbook(out).active.title == "事项台账"
    refused = tmp_path / "no.xlsx"
    assert main(["export", "--ledger", "matter", "--out", str(refused), "--as", "liu"]) == 1
    assert main(["export", "--ledger", "matter"]) == 2
    assert main(["export", "x.zip", "--ledger", "matter", "--out", str(refused)]) == 2
    assert main(["export"]) == 2
    assert not refused.exists()


SHIPPED = {
    "proposal/happy": ("register", {"提出人": "陈代表", "承办单位": "城市管理办公室", "答复类别": "A 已解决或基本解决", "办理状态": "办结销号"}),
    "proposal/anonymous": ("register", {"提出人": "匿名提出人"}),
    "proposal/promise_kept": ("promises", {"承诺次数": 1, "到期未兑现次数": 0, "兑现情况": "已兑现", "承诺事项": "列入下季度计划"}),
    "proposal/season": ("register", {"承办单位": "区交通运输局", "答复类别": "A 已解决或基本解决"}),
    "proposal/promise_broken": ("promises", {"承诺次数": 2, "到期未兑现次数": 1, "兑现情况": "已兑现"}),
    "nomination/substitute_late": ("nominees", {"姓名": "陈明", "办理状态": "在办：等公示期满"}),
    "nomination/happy": ("nominees", {"性别": "女", "推荐方式": "党组织", "办理状态": "正式当选"}),
    "project_vote/year": ("projects", {"项目": "项目A", "承办单位": "城市管理办", "进度（%）": 100, "办理状态": "完成销号"}),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_shipped_ledgers_tell_the_worked_cases(name: str, sqlite_db: Engine) -> None:
    key, wanted = SHIPPED[name]
    procedure, scenario = name.split("/")
    definition, found, _ = load(ROOT / "bpmn" / procedure)
    [told] = [one for one in found if Path(one.file).stem == scenario]
    spot = locality(load_localities()[0], told)
    assert spot is not None
    world = ServiceWorld(sqlite_db, definition.bundle, told.given, spot.id, Calendar.seeded())
    assert play(told, world, Calendar.seeded()).message is None
    with reading(sqlite_db) as db:
        desk = Desk(db, SYSTEM, world.now, calendars.load(db))
        written = ledgers.write(desk, procedure, key)
    heads, *rows = body(openpyxl.load_workbook(io.BytesIO(written.content)).active)
    assert any(dict(zip(heads, row, strict=True)).items() >= wanted.items() for row in rows), rows


def test_days_before_excel_s_calendar_and_other_values_are_words() -> None:
    values = [date(1899, 1, 2), True, Decimal("1.50"), ["甲", "乙"], {"a": 1}, "长" * 40_000, "好\x07的", "\t=1"]
    table = Table("a/b[c]", "题", "", "", [(str(n), 0) for n in range(len(values))], [values])
    sheet, again = openpyxl.load_workbook(io.BytesIO(write([table, table], MONDAY))).worksheets
    assert [sheet.title, again.title] == ["a_b_c_", "a_b_c_(2)"]
    shown = [cell.value for cell in sheet[4]]
    assert shown[:4] == ["1899-01-02", "是", 1.5, "甲、乙"] and len(shown[5]) == 32_000
    assert shown[6] == "好的" and [sheet.cell(4, 8).data_type, sheet.cell(4, 8).quotePrefix] == ["s", True]
