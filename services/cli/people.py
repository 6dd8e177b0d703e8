"""`yishi people import`: units, persons and posts from CSV or XLSX."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from processes.text import T
from services import people
from services.cli import door
from services.cli.output import Output


def import_(options: Namespace, output: Output) -> int:
    """Add what is new and change what differs; one bad cell means nothing changes."""
    path = Path(options.path)
    with path.open("rb"):  # a missing file is wrong usage, before any transaction
        pass
    with door.writing(options.login) as desk:
        done = people.import_file(desk, path)
    for cell in done.bad:
        output.say(
            T(
                "{sheet} 第{row}行 {column}：{fault}",
                sheet=cell.sheet,
                row=cell.row,
                column=cell.column,
                fault=cell.message,
            )
        )
    output.say(T("单位{units}，人员{persons}，岗位{posts}。", units=done.units, persons=done.persons, posts=done.posts))
    bad = [{"sheet": c.sheet, "row": c.row, "column": c.column, "message": str(c.message)} for c in done.bad]
    output.data({"units": done.units, "persons": done.persons, "posts": done.posts, "bad": bad})
    return 1 if bad else 0
