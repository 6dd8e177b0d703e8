"""Reads lists people keep in Excel or CSV: sheets of rows with headings, every cell with its place."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from processes.text import T, Text

MAX_BYTES = 20_000_000
MAX_UNPACKED = 100_000_000
MAX_ROWS = 20_000


@dataclass(frozen=True)
class BadCell:
    """Where a list is wrong: sheet, row as people count it, column heading, what to mend."""

    sheet: str
    row: int
    column: str
    message: Text


@dataclass(frozen=True)
class Line:
    """One row of a list; `cells` by heading, stripped, "" when empty."""

    sheet: str
    row: int
    cells: dict[str, str]

    def bad(self, column: str, message: Text) -> BadCell:
        """A remark on one of its cells."""
        return BadCell(self.sheet, self.row, column, message)


class Unreadable(Exception):
    """The file is no list we can read; `message` says why."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(str(message))


def read(path: Path) -> list[Line]:
    """All rows of a .csv or .xlsx file under their headings; raises Unreadable."""
    if not path.is_file():
        raise Unreadable(T("没有文件 {name}", name=path.name))
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable(T("文件超过 20 MB"))
    if path.suffix.lower() == ".csv":
        return _lines(path.stem, _csv(path.read_bytes()))
    if path.suffix.lower() == ".xlsx":
        return _workbook(path.read_bytes())
    raise Unreadable(T("只能读 CSV 或 XLSX 文件"))


def _csv(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):  # Chinese Excel saves CSV as GB18030
        try:
            return list(csv.reader(io.StringIO(content.decode(encoding))))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise Unreadable(T("CSV 读不出来：{why}", why=str(error))) from error
    raise Unreadable(T("CSV 的编码既不是 UTF-8 也不是 GB18030"))


def _workbook(content: bytes) -> list[Line]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(item.file_size for item in packed.infolist()) > MAX_UNPACKED:
                raise Unreadable(T("工作簿解开后过大"))
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return [line for sheet in book.worksheets for line in _lines(sheet.title, _rows(sheet))]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Unreadable(T("工作簿读不出来：{why}", why=str(error))) from error


def _rows(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[list[str]]:
    return [["" if cell is None else _plain(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():  # Excel keeps whole numbers as floats
        return str(int(value))
    return str(value)


def _lines(sheet: str, rows: list[list[str]]) -> list[Line]:
    if len(rows) > MAX_ROWS:
        raise Unreadable(T("表“{sheet}”超过 {n} 行", sheet=sheet, n=MAX_ROWS))
    if not rows:
        return []
    heads = [head.strip() for head in rows[0]]
    found = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {head: cell.strip() for head, cell in zip(heads, row, strict=False) if head}
        if any(cells.values()):
            found.append(Line(sheet, number, {**dict.fromkeys(filter(None, heads), ""), **cells}))
    return found
