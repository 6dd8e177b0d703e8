"""`yishi case start|show|list|identity`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from processes.text import T
from services import cases, export, identities
from services.cases import CaseHead, CaseView
from services.cli import door
from services.cli.output import Output, Usage
from services.desk import Desk
from services.errors import NotFound

DIGITS = 18  # of a number that every database can hold


def start(options: Namespace, output: Output) -> int:
    """Start a case with the answers to its start form."""
    answers = door.answers(options)
    with door.writing(options.login) as desk:
        process = options.process or _only_process(desk, options.procedure)
        head = cases.start(desk, options.procedure, process, answers, door.key(options), options.street)
    output.say(T("已启动：{no} {title}", no=head.no, title=head.title))
    output.data({"case": asdict(head)})
    return 0


def _only_process(desk: Desk, procedure: str) -> str:
    found = [one.process for one in cases.startable(desk) if one.procedure == procedure]
    if not found:
        raise NotFound(T("没有可由此人启动的程序“{procedure}”。", procedure=procedure))
    if len(found) > 1:
        raise Usage(T("程序里有几个流程，请写明：{which}", which="、".join(found)))
    return found[0]


def list_(options: Namespace, output: Output) -> int:
    """Newest first."""
    with door.reading(options.login) as desk:
        found = cases.find(desk, options.query, options.state, options.limit)
    rows = [(one.id, one.no, one.title, one.state, one.outcome) for one in found]
    output.table(["ID", T("编号"), T("标题"), T("状态"), T("结果")], rows)
    output.data({"cases": [asdict(one) for one in found]})
    return 0


def show(options: Namespace, output: Output) -> int:
    """Where a case stands, what it waits for, what happened."""
    with door.reading(options.login) as desk:
        view = cases.view(desk, number(desk, options.case))
    _print(view, output)
    output.data(export.as_json(view))
    return 0


def identity(options: Namespace, output: Output) -> int:
    """Who an unnamed proposer is, for those who may know and say why."""
    with door.writing(options.login) as desk:
        found = identities.read(desk, number(desk, options.case), options.reason)
    output.table([T("项目"), T("内容")], list(found.items()))
    output.data({"identity": found})
    return 0


def number(desk: Desk, text: str) -> int:
    """The id of a case given by id or by its number."""
    if text.isascii() and text.isdigit() and len(text) <= DIGITS:
        return int(text)
    found: list[CaseHead] = [one for one in cases.find(desk, text) if one.no == text]
    if not found:
        raise NotFound()
    return found[0].id


def _print(view: CaseView, output: Output) -> None:
    head = view.head
    output.say(f"{head.no}  {head.title}", T("状态：{state}", state=head.outcome or head.state))
    waiting = [(row.kind, row.element, row.name, row.who, row.due) for row in view.waiting]
    output.table([T("等待"), T("环节"), T("名称"), T("由谁"), T("期限")], waiting)
    history = [(f"{e.at:%Y-%m-%d %H:%M}", e.who, e.what) for e in view.history]
    output.table([T("时间"), T("人员"), T("记录")], history)
