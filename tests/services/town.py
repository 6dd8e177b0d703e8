"""A street with people and a few small procedures, on a real database; every act is one committed transaction."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from processes.definition import Bundle
from services import calendars, cases, deployments, people, tasks, worker
from services.cases import CaseHead
from services.desk import SYSTEM, Desk
from services.store.db import Engine, reading, writing
from services.tasks import Done, TaskRow
from tests.processes.engine.play import HEAD
from tests.processes.scenarios import opinions

MONDAY = datetime(2026, 9, 14, 1, 0, tzinfo=UTC)
"""2026-09-14 09:00 in Beijing."""
T = TypeVar("T")
_keys = itertools.count()

UNITS = [
    ("D", "永川区", "district", None),
    ("ZS", "中山路街道", "street", "D"),
    ("BH", "北河街道", "street", "D"),
    ("U1", "第1社区", "community", "ZS"),
    ("U2", "第2社区", "community", "ZS"),
    ("U3", "第3社区", "community", "ZS"),
    ("JW", "纪委", "department", "ZS"),
]
PEOPLE = [
    ("zhou", "周敏", "snc_clerk", "ZS"),
    ("wang", "王芳", "snc_clerk", "ZS"),
    ("chen", "陈建国", "snc_director", "ZS"),
    ("liu", "刘洋", "community", "U1"),
    ("sun", "孙侃", "community", "U2"),
    ("qian", "钱坤", "community", "U3"),
    ("zhao", "赵静", "snc_clerk", "BH"),
    ("qu", "区代工委", "district_affairs", "D"),
    ("root", "管理员", "system_admin", "D"),
]


def form(name: str, *keys: str, kind: str = "textfield") -> bytes:
    """A form with required text fields."""
    parts = [{"type": kind, "key": key, "label": key, "validate": {"required": True}} for key in keys]
    return json.dumps({"type": "default", "id": name, "components": parts}).encode()


def bundle(key: str, body: str, roots: str = "", others: str = "", **forms: bytes) -> Bundle:
    """A procedure of one process named like its key, started by clerks; forms by id with _ for -."""
    procedure = (
        f'key = "{key}"\ntitle = "程序{key}"\nlevel = "street"\n[[process]]\nid = "{key}"\ntitle = "流程{key}"\n'
    )
    procedure += 'start = ["snc_clerk"]\nnumber = "中〔{year}〕{seq:03}"\n'
    text = f'{HEAD}{roots}<process id="{key}" name="{key}" isExecutable="true">{body}</process>{others}</definitions>'
    files = {"procedure.toml": procedure.encode(), f"{key}.bpmn": text.encode()}
    files |= {f"forms/{name}.form.json": content for name, content in forms.items()}
    return Bundle(files)


def user(name: str, form: str = "F", role: str = "snc_clerk", inner: str = "", **more: str) -> str:
    """A user task with form, role and no limit unless one is given."""
    more = {"noLimit": "试用"} | more if "due" not in more else more
    extra = "".join(f' yishi:{key}="{value}"' for key, value in more.items())
    return f'<userTask id="{name}" name="{name}办" yishi:form="{form}" yishi:role="{role}"{extra}>{inner}</userTask>'


class Town:
    """Acts of people on the database, each committed at its end as a door would."""

    def __init__(self, engine: Engine, now: datetime = MONDAY) -> None:
        self.engine, self.now = engine, now

    def build(self) -> Town:
        """Units, people, nothing published."""
        with writing(self.engine) as db:
            desk = Desk(db, SYSTEM, self.now, calendars.load(db))
            for code, name, level, parent in UNITS:
                people.add_unit(desk, code, name, level, parent, 100 if level == "community" else None)
            for login, name, role, unit in PEOPLE:
                people.add_person(desk, login, name)
                people.add_post(desk, login, role, unit)
        return self

    def act(self, login: str | None, verb: Callable[[Desk], T]) -> T:
        """Do something as somebody (None = the system) and commit."""
        with writing(self.engine) as db:
            return verb(self._desk(db, login))

    def look(self, login: str | None, verb: Callable[[Desk], T]) -> T:
        """Look at something without writing."""
        with reading(self.engine) as db:
            return verb(self._desk(db, login))

    def _desk(self, db: Any, login: str | None) -> Desk:
        return Desk(db, people.actor(db, login) if login else SYSTEM, self.now, calendars.load(db))

    def publish(self, found: Bundle) -> deployments.VersionRow:
        return self.act(None, lambda desk: deployments.publish(desk, found))

    def publish_opinions(self) -> deployments.VersionRow:
        return self.publish(Bundle(opinions.bundle()))

    def start(
        self, login: str | None, procedure: str, process: str | None = None, key: str = "", **answers: Any
    ) -> CaseHead:
        key = key or f"s{next(_keys)}"
        street = None if login else "ZS"
        return self.act(login, lambda d: cases.start(d, procedure, process or procedure, answers, key, street))

    def todo(self, login: str, view: str = "mine") -> list[TaskRow]:
        return self.look(login, lambda desk: tasks.inbox(desk, view)).rows

    def open(self, case_id: int) -> dict[str, TaskRow]:
        """Open tasks of a case by element (the last one, where there are several)."""
        return {row.element: row for row in self.look(None, lambda desk: tasks.of_case(desk, case_id))}

    def complete(self, login: str, case_id: int, element: str, key: str = "", **answers: Any) -> Done:
        task = self.open(case_id)[element].id
        key = key or f"k{next(_keys)}"
        return self.act(login, lambda desk: tasks.complete(desk, task, answers, key))

    def view(self, case_id: int, login: str | None = None) -> cases.CaseView:
        return self.look(login, lambda desk: cases.view(desk, case_id))

    def work(self, **later: float) -> int:
        """Let time pass, then do everything that is due."""
        self.now += timedelta(**later)
        return worker.run_due(self.engine, self.now)

    def query(self, text: str) -> list[Any]:
        """Look straight into the database."""
        with reading(self.engine) as db:
            return list(db.exec_driver_sql(text).all())
