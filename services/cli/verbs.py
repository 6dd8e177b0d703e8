"""Every verb with its arguments and the door that does it; nothing heavy is imported here."""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn

from processes.text import T

Sub = Any  # argparse keeps the type of its sub-parser collection to itself


class Misused(SystemExit):
    """Exit code 2, with what to tell a program that listens."""

    def __init__(self, message: str) -> None:
        super().__init__(2)
        self.message = message


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Usage errors end with 2 and one clear line."""
        print(f"{self.format_usage()}{T('用法有误')}: {message}", file=sys.stderr)
        raise Misused(f"{T('用法有误')}: {message}")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(prog="yishi", description=str(T("街道议事程序：画成图，照图办，人人各办一步。")))
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=_Parser)
    for add in (_site, _models, _cases, _tasks, _data):
        add(verbs)
    return top


def number(text: str) -> int:
    """A whole number from 0 on that a database can hold."""
    found = int(text)
    if not 0 <= found < 2**63:
        raise ValueError(text)
    return found


def _verb(verbs: Sub, name: str, door: str, text: object) -> argparse.ArgumentParser:
    """One verb with `--json`; `door` is module:function in this package."""
    found: argparse.ArgumentParser = verbs.add_parser(name, help=str(text), description=str(text))
    found.add_argument("--json", action="store_true", help=str(T("以JSON输出，键名不变")))
    found.set_defaults(door=door)
    return found


def _noun(verbs: Sub, name: str, text: object) -> Sub:
    """A noun with verbs of its own."""
    noun = verbs.add_parser(name, help=str(text), description=str(text))
    return noun.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)


def _site(verbs: Sub) -> None:
    serve = _verb(verbs, "serve", "site:serve", T("启动网站"))
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--worker", action="store_true", help=str(T("同时启动后台办理")))
    serve.add_argument("--demo", action="store_true", help=str(T("没有数据时先装入演示街道")))
    worker = _verb(verbs, "worker", "site:worker", T("启动后台办理（定时、投递）"))
    worker.add_argument("--beside", type=int, metavar="PID", help=str(T("这个进程结束时也结束")))
    worker.add_argument("--once", action="store_true", help=str(T("办完已到期的就退出")))
    demo = _verb(verbs, "demo", "demo:build", T("装入演示街道：中山路街道"))
    demo.add_argument("--district", action="store_true", help=str(T("改为装入汉滨区：四个街道，另用一个空数据库")))
    _verb(verbs, "doctor", "doctor:examine", T("检查安装、数据库和运行情况"))


def _models(verbs: Sub) -> None:
    check = _verb(verbs, "check", "check:check", T("检查程序包或任何BPMN文件"))
    check.add_argument("paths", metavar="FILE|BUNDLE", nargs="+")
    check.add_argument("--seconds", type=int, default=60, help=str(T("最多用多少秒")))
    draw = _verb(verbs, "draw", "draw:draw", T("给没有图形的BPMN文件排图，或导出图片"))
    draw.add_argument("path", metavar="FILE")
    draw.add_argument("--out", metavar="BPMN", help=str(T("排好的图另存到这里，不改原文件")))
    draw.add_argument("--svg", metavar="SVG", help=str(T("把图画成SVG图片")))
    draw.add_argument("--process", metavar="ID", help=str(T("图片里只画这个流程")))
    draw.add_argument("--again", action="store_true", help=str(T("已有的图形不要了，重新排")))
    scenario = _noun(verbs, "scenario", T("演练"))
    run = _verb(scenario, "run", "scenario:run", T("演练场景文件或整个程序包"))
    run.add_argument("path", metavar="FILE|BUNDLE")
    run.add_argument("--database", metavar="URL", help=str(T("再经真实数据库演练一遍，空串表示临时SQLite")))
    publish = _verb(verbs, "publish", "publish:publish", T("检查并发布程序包"))
    publish.add_argument("path", metavar="BUNDLE")
    publish.add_argument("--as", dest="login", help=str(T("以谁的名义")))
    feel = _verb(verbs, "feel", "feel:answer", T("逐行计算FEEL表达式"))
    feel.set_defaults(json=False)


def _cases(verbs: Sub) -> None:
    case = _noun(verbs, "case", T("办件"))
    start = _verb(case, "start", "case:start", T("启动一件"))
    start.add_argument("procedure")
    start.add_argument("process", nargs="?", help=str(T("程序里有几个流程时写明")))
    start.add_argument("--street", help=str(T("在几个街道任职时写明街道代码")))
    _answering(start)
    show = _verb(case, "show", "case:show", T("查看一件"))
    show.add_argument("case", metavar="ID|NO")
    show.add_argument("--as", dest="login")
    opened = _verb(case, "identity", "case:identity", T("查看单独保存的提出人身份和查询码，理由记入经办记录"))
    opened.add_argument("case", metavar="ID|NO")
    opened.add_argument("--reason", required=True, help=str(T("查看的理由")))
    opened.add_argument("--as", dest="login", required=True)
    found = _verb(case, "list", "case:list_", T("列出办件"))
    found.add_argument("--query", default="")
    found.add_argument("--state", choices=["running", "incident", "ended", "cancelled"])
    found.add_argument("--limit", type=number, default=50)
    found.add_argument("--as", dest="login")


def _answering(verb: argparse.ArgumentParser) -> None:
    """Who answers, with what, and the key under which a second try is the same act."""
    verb.add_argument("--as", dest="login", required=True, help=str(T("登录名")))
    verb.add_argument("--answers", default="{}", metavar="JSON|@FILE", help=str(T("答案，JSON或@文件")))
    verb.add_argument("--key", help=str(T("同一个键再来一次不会重复办理")))


def _tasks(verbs: Sub) -> None:
    task = _noun(verbs, "task", T("待办"))
    found = _verb(task, "list", "task:list_", T("列出某人的待办"))
    found.add_argument("--as", dest="login", required=True)
    found.add_argument("--view", choices=["mine", "group", "done"], default="mine")
    found.add_argument("--limit", type=number, default=50)
    complete = _verb(task, "complete", "task:complete", T("办理一件待办"))
    complete.add_argument("task", type=number, metavar="ID")
    _answering(complete)


def _data(verbs: Sub) -> None:
    calendar = _noun(verbs, "calendar", T("工作日历"))
    days = _verb(calendar, "import", "calendar:import_", T("装入放假调休通知（CSV：日期,是否上班,说明）"))
    days.add_argument("path", metavar="CSV")
    days.add_argument("--as", dest="login")
    people = _noun(verbs, "people", T("人员"))
    persons = _verb(people, "import", "people:import_", T("从CSV或XLSX装入单位、人员、岗位"))
    persons.add_argument("path", metavar="CSV|XLSX")
    persons.add_argument("--as", dest="login")
    export = _verb(verbs, "export", "export:export", T("导出办件、文书和程序包，或者台账"))
    export.add_argument("target", metavar="ZIP", nargs="?")
    export.add_argument("--case", metavar="ID|NO")
    export.add_argument("--procedure", metavar="KEY")
    export.add_argument("--ledger", metavar="PROCEDURE[/KEY]", help=str(T("导出这个程序的台账（XLSX），写到 --out")))
    export.add_argument("--out", metavar="XLSX", help=str(T("台账写到这个文件")))
    export.add_argument("--as", dest="login")
