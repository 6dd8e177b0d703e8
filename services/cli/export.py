"""`yishi export`: a zip with cases, documents and procedures, or the ledgers of a procedure as a workbook."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from processes.text import T
from services import export as exports
from services import ledgers
from services.cli import door
from services.cli.case import number
from services.cli.output import Output, Usage


def export(options: Namespace, output: Output) -> int:
    """Write the file, or nothing."""
    if options.ledger:
        return _ledger(options, output)
    if options.out or not options.target:
        raise Usage(T("请写明导出到哪个 ZIP 文件；台账请写 --ledger 和 --out。"))
    target = _target(options.target)
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


def _ledger(options: Namespace, output: Output) -> int:
    if not options.out or options.target or options.case or options.procedure:
        raise Usage(T("导出台账要写 --ledger 程序 --out 文件.xlsx，不能再写别的。"))
    target = _target(options.out)
    procedure, _, key = options.ledger.partition("/")
    with door.reading(options.login) as desk:
        found = ledgers.write(desk, procedure, key or None)
    part = target.with_name(target.name + ".part")
    try:
        part.write_bytes(found.content)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    output.say(T("已导出台账：{sheets}张表，{rows}件。", sheets=found.sheets, rows=found.rows))
    output.data({"file": str(target), "sheets": found.sheets, "rows": found.rows})
    return 0


def _target(name: str) -> Path:
    target = Path(name)
    if not target.parent.is_dir():
        raise Usage(T("没有这个文件夹：{path}", path=str(target.parent)))
    return target
