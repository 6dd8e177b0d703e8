"""`yishi calendar import`: the days of a holiday notice, from a CSV of day, work or rest, name, source."""

from __future__ import annotations

import csv
from argparse import Namespace
from dataclasses import asdict
from datetime import date
from pathlib import Path

from processes.text import T
from processes.workdays import Day, Kind
from services import calendars
from services.cli import door
from services.cli.output import Output, Usage

YES = {"1", "true", "yes", "work", "上班", "是"}
NO = {"0", "false", "no", "rest", "休", "放假", "否"}


def import_(options: Namespace, output: Output) -> int:
    """Replace the years in the file; open deadlines are recomputed and each change is said."""
    rows = read(Path(options.path))
    with door.writing(options.login) as desk:
        moved = calendars.import_(desk, rows)
    output.say(T("已装入{days}天；{moved}个期限有变化。", days=len(rows), moved=len(moved)))
    output.table(
        [T("编号"), T("环节"), T("原期限"), T("新期限")], [(m.case_no, m.element, m.before, m.after) for m in moved]
    )
    output.data({"days": len(rows), "moved": [asdict(one) for one in moved]})
    return 0


def read(path: Path) -> list[Day]:
    """The lines of a notice; the first bad one is named and nothing is used."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        numbered = enumerate(csv.reader(lines), start=1)
        found = [_row(cells, number, path.stem) for number, cells in numbered if _matters(cells, number)]
    if not found:
        raise Usage(T("文件里没有日期：{path}", path=str(path)))
    return found


def _matters(cells: list[str], number: int) -> bool:
    """Blank lines, remarks and a heading line say nothing."""
    text = "".join(cells).strip()
    return bool(text) and not text.startswith("#") and not (number == 1 and not text[0].isdigit())


def _row(cells: list[str], number: int, file: str) -> Day:
    day, works, note, source = [*(cell.strip() for cell in cells), "", "", ""][:4]
    if works.lower() not in YES | NO:
        raise Usage(T("第{number}行：“{value}”应为上班或放假", number=number, value=works))
    kind = Kind.WORK if works.lower() in YES else Kind.REST
    try:
        return Day(date.fromisoformat(day), kind, note, source or file)
    except ValueError:
        raise Usage(T("第{number}行：“{value}”不是日期，应如2027-01-01", number=number, value=day)) from None
