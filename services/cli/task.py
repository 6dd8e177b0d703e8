"""`yishi task list|complete`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from processes.text import T
from services import tasks
from services.cli import door
from services.cli.output import Output


def list_(options: Namespace, output: Output) -> int:
    """What waits for a person."""
    with door.reading(options.login) as desk:
        inbox = tasks.inbox(desk, options.view, options.limit)
    rows = [(row.id, row.title, row.case_no, row.unit_title, row.due_date, row.left) for row in inbox.rows]
    output.table(["ID", T("待办"), T("编号"), T("单位"), T("期限"), T("剩余工作日")], rows)
    output.data({"tasks": [asdict(row) for row in inbox.rows], "counts": inbox.counts})
    return 0


def complete(options: Namespace, output: Output) -> int:
    """Answer a task; wrong answers are named field by field and nothing changes."""
    answers = door.answers(options)
    with door.writing(options.login) as desk:
        done = tasks.complete(desk, options.task, answers, door.key(options))
    output.say(done.said)
    following = [asdict(row) for row in done.next]
    output.data({"case_id": done.case_id, "said": str(done.said), "incident": done.incident, "next": following})
    return 0
