"""Tables as offices print them: a real .xlsx sheet, A4 across, headings on every page; no cell is ever a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from processes.expressions import literal
from processes.workdays import BEIJING

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE, LINE, HEAD = 1, 2, 3  # rows
MAX_TEXT = 32_000  # Excel takes 32 767
MAX_NAME = 31
FACE, TITLE_SIZE, SIZE = "宋体", 18, 11
A4 = 9
MARGINS = {"left": 0.6, "right": 0.6, "top": 0.8, "bottom": 0.7}  # inches
NARROW, WIDE = 8, 40  # characters
DATE, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
EARLIEST = date(1900, 3, 1)  # before that day Excel counts wrongly
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_THIN = Side(style="thin")
BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


@dataclass(frozen=True)
class Table:
    """One sheet: its tab, the title, what stands left and right under it, headings with widths (0: free), rows."""

    name: str
    title: str
    left: str
    right: str
    heads: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Any]]


def write(tables: Sequence[Table], now: datetime) -> bytes:
    """A workbook with one sheet per table; cells hold FEEL values."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "议事"
    book.properties.created = book.properties.modified = now.replace(tzinfo=None)
    for table in tables:
        _sheet(book.create_sheet(_name(table.name, [sheet.title for sheet in book])), table)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _name(wish: str, taken: list[str]) -> str:
    """A tab name Excel takes, and only once."""
    plain = re.sub(r"[\\/*?:\[\]\x00-\x1f]", "_", wish).strip("'")[:MAX_NAME] or "_"
    known, found, number = {one.lower() for one in taken}, plain, 2
    while found.lower() in known:
        tail = f"({number})"
        found, number = plain[: MAX_NAME - len(tail)] + tail, number + 1
    return found


def _sheet(sheet: Worksheet, table: Table) -> None:
    last = len(table.heads)
    _line(sheet, TITLE, 1, last, table.title, Font(name=FACE, size=TITLE_SIZE, bold=True), "center")
    sheet.row_dimensions[TITLE].height = 36
    middle = max(1, last // 2)
    plain = Font(name=FACE, size=SIZE)
    _line(sheet, LINE, 1, middle, table.left, plain, "left")
    _line(sheet, LINE, middle + 1, max(last, middle + 1), table.right, plain, "right")
    sheet.row_dimensions[LINE].height = 22
    for number, (head, _) in enumerate(table.heads, 1):
        _cell(sheet, HEAD, number, head, Font(name=FACE, size=SIZE, bold=True), "center")
    for row, values in enumerate(table.rows, HEAD + 1):
        for number, value in enumerate(values, 1):
            _cell(sheet, row, number, value, plain, None)
    _widths(sheet, table)
    _page(sheet, max(last, middle + 1))


def _line(sheet: Worksheet, row: int, first: int, last: int, text: str, font: Font, side: str) -> None:
    cell = sheet.cell(row, first)
    _put(cell, text)
    cell.font, cell.alignment = font, Alignment(horizontal=side, vertical="center")
    if last > first:
        sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)


def _cell(sheet: Worksheet, row: int, column: int, value: Any, font: Font, side: str | None) -> None:
    cell = sheet.cell(row, column)
    _put(cell, value)
    cell.font, cell.border = font, BOX
    across = side or ("left" if cell.data_type == "s" and len(str(cell.value)) > NARROW else "center")
    cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)


def _put(cell: Cell, value: Any) -> None:
    """A FEEL value as Excel keeps it; words are words even when they look like a formula."""
    plain = _plain(value)
    cell.value = plain
    if isinstance(plain, str):
        cell.data_type = "s"
        cell.quotePrefix = plain.startswith(FORMULA)
    elif isinstance(plain, datetime):
        cell.number_format = MOMENT
    elif isinstance(plain, date):
        cell.number_format = DATE


def _plain(value: Any) -> str | int | Decimal | date | datetime | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | Decimal):
        return value
    if isinstance(value, datetime):
        local = value.astimezone(BEIJING).replace(tzinfo=None) if value.tzinfo else value
        return local if local.date() >= EARLIEST else local.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value if value >= EARLIEST else value.isoformat()
    return _CONTROL.sub("", _words(value))[:MAX_TEXT]


def _words(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "、".join(_words(one) for one in value if one is not None)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | Decimal | date):
        return str(value)
    return literal(value)


def _widths(sheet: Worksheet, table: Table) -> None:
    for number, (head, width) in enumerate(table.heads, 1):
        values = [_plain(row[number - 1]) for row in table.rows]
        longest = max([_length(head) + 2, *(_length(_shown(one)) + 2 for one in values)])
        sheet.column_dimensions[get_column_letter(number)].width = width or min(max(longest, NARROW), WIDE)


def _shown(value: Any) -> str:
    return "" if value is None else value.strftime("%Y-%m-%d") if isinstance(value, date) else str(value)


def _length(text: str) -> int:
    """Width in Latin characters: a Chinese one is two wide."""
    return max((sum(2 if ord(sign) > 0x2E80 else 1 for sign in line) for line in text.split("\n")), default=0)


def _page(sheet: Worksheet, last: int) -> None:
    """A4 across, as wide as the page, headings repeated, pages counted."""
    sheet.freeze_panes = f"A{HEAD + 1}"
    sheet.print_title_rows = f"{HEAD}:{HEAD}"
    sheet.print_area = f"A1:{get_column_letter(last)}{max(sheet.max_row, HEAD)}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页  共 &N 页"
    for side, inches in MARGINS.items():
        setattr(sheet.page_margins, side, inches)
