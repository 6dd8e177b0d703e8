"""`yishi export`: a zip with cases, documents and procedures."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from processes.text import T
from services import export as exports
from services.cli import door
from services.cli.case import number
from services.cli.output import Output, Usage


def export(options: Namespace, output: Output) -> int:
    """Write the file, or nothing."""
    target = Path(options.target)
    if not target.parent.is_dir():
        raise Usage(T("没有这个文件夹：{path}", path=str(target.parent)))
    with door.reading(options.login) as desk:
        case = number(desk, options.case) if options.case else None
        done = exports.write(desk, target, case, options.procedure)
    output.say(
        T(
            "已导出：办件{cases}，文书{documents}，程序{procedures}。",
            cases=done.cases,
            documents=done.documents,
            procedures=done.procedures,
        )
    )
    output.data({"file": str(target), **asdict(done)})
    return 0
