"""`yishi demo`: the demonstration street, built once."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime

from processes.text import T
from services.cli import door
from services.cli.output import Output
from services.demo import district
from services.demo.build import Built
from services.demo.build import build as build_street
from services.demo.place import PASSWORD, officers
from services.roles import role_title


def build(options: Namespace, output: Output) -> int:
    """Build the street or the district, or say that it stands."""
    if options.district:
        created = district.build(door.engine(), datetime.now(UTC), output.say)
        output.say(T("汉滨区已装入。登录名 {login}，密码 {password}", login="daigongwei", password=PASSWORD))
        output.data({"district": district.DISTRICT[1], "created": created, "password": PASSWORD})
        return 0
    output.data(ensure(output).as_json())
    return 0


def ensure(output: Output) -> Built:
    """The street stands afterwards; its log-ins are printed."""
    built = build_street(door.engine(), datetime.now(UTC), output.say)
    output.say("", T("演示街道共有办件{cases}个，文书{documents}份。", cases=built.cases, documents=built.documents))
    output.say(T("登录名（密码都是 {password}）：", password=PASSWORD))
    shown = [one for one in officers() if one.shown]
    output.table([T("登录名"), T("岗位"), T("姓名")], [(o.login, role_title(o.role), o.name) for o in shown])
    return built
