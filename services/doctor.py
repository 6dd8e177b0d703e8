"""Is this installation well: what a maintainer looks at first, each with the way to mend it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from processes.text import T, Text
from processes.workdays import today
from services import deployments, people
from services.desk import Desk
from services.roles import ADMINISTERS
from services.store import jobs
from services.store.db import Engine

OLDEST = (3, 11)
NEXT_YEAR_FROM = (11, 1)  # the State Council announces next year's days in November
LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class Look:
    """One thing looked at; `message` says how it stands, or how to mend it."""

    name: str
    ok: bool
    message: Text


def examine(engine: Engine, desk: Desk) -> Iterator[Look]:
    """Every look, in the order in which one would mend."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Look("python", sys.version_info >= OLDEST, T("Python {version}", version=version))
    yield Look("database", True, T("{kind}，结构是最新的", kind=engine.dialect.name))
    yield _calendar(desk)
    yield _procedures(desk)
    yield _administrators(desk)
    yield _worker(desk)


def _calendar(desk: Desk) -> Look:
    now = today(desk.now)
    year = now.year + ((now.month, now.day) >= NEXT_YEAR_FROM)
    if desk.calendar.provisional(year):
        return Look(
            "calendar",
            False,
            T("{year}年的放假安排还没有装入，期限按预计计算。请用 yishi calendar import 装入。", year=year),
        )
    return Look("calendar", True, T("工作日历已到{year}年", year=year))


def _procedures(desk: Desk) -> Look:
    count = sum(version.current for version in deployments.versions(desk))
    if not count:
        return Look("procedures", False, T("还没有发布程序。请用 yishi publish bpmn/nomination 发布。"))
    return Look("procedures", True, T("已发布{count}个程序", count=count))


def _administrators(desk: Desk) -> Look:
    found = [one for one in people.persons(desk) if one.active and any(post[0] in ADMINISTERS for post in one.posts)]
    if not found:
        return Look("administrators", False, T("没有系统管理员。请用 yishi people import 装入人员和岗位。"))
    return Look("administrators", True, T("系统管理员{count}人", count=len(found)))


def _worker(desk: Desk) -> Look:
    if jobs.any_ready(desk.db, desk.now - LATE):
        return Look(
            "worker", False, T("有到期五分钟以上还没有办的定时或投递。后台办理在运行吗？请用 yishi worker 启动。")
        )
    return Look("worker", True, T("没有积压的定时和投递"))
