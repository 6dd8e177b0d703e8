"""Units and persons as a list gives them, judged cell by cell before anything is touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from processes.text import T
from services.lists import BadCell, Line, Unreadable, read
from services.roles import LEVELS, ROLES

SHORTEST_PASSWORD = 8
UNIT_HEADS = ("编码", "名称", "级别", "上级编码", "人口")
PERSON_HEADS = ("登录名", "姓名", "岗位", "单位编码", "初始密码")
ENGLISH = dict(
    zip(
        ("code", "name", "level", "parent", "population", "login", "person", "role", "unit", "password"),
        UNIT_HEADS + PERSON_HEADS,
        strict=True,
    )
)


@dataclass
class Roster:
    """Rows of a list, normalised; not to be used when `bad` is not empty."""

    units: list[Line] = field(default_factory=list)
    persons: list[Line] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)


def judged(path: Path, units: Iterable[str], names: Mapping[str, str]) -> Roster:
    """Read a list and judge it against the known unit codes and the names behind known logins.

    Units: 编码 名称 级别 上级编码 人口; persons: 登录名 姓名 岗位 单位编码 初始密码, one row per post.
    """
    found = _sort(path)
    if not found.bad:
        _judge(found, set(units), dict(names))
    return found


def _sort(path: Path) -> Roster:
    found = Roster()
    try:
        lines = read(path)
    except Unreadable as error:
        found.bad.append(BadCell(path.name, 0, "", error.message))
        return found
    for line in lines:
        line = Line(line.sheet, line.row, _chinese(line.cells))
        if "登录名" in line.cells:
            found.persons.append(_filled(line, PERSON_HEADS))
        elif "编码" in line.cells:
            found.units.append(_filled(line, UNIT_HEADS))
        else:
            found.bad.append(line.bad("", T("表头应有“登录名”（人员）或“编码”（单位）")))
            break
    if not lines:
        found.bad.append(BadCell(path.name, 1, "", T("表里没有内容")))
    return found


def _chinese(cells: dict[str, str]) -> dict[str, str]:
    if "login" in cells and "name" in cells:
        cells = {("person" if head == "name" else head): cell for head, cell in cells.items()}
    return {ENGLISH.get(head, head): cell for head, cell in cells.items()}


def _filled(line: Line, heads: tuple[str, ...]) -> Line:
    return Line(line.sheet, line.row, {**dict.fromkeys(heads, ""), **line.cells})


def _judge(found: Roster, known: set[str], names: dict[str, str]) -> None:
    seen: set[str] = set()
    for line in found.units:
        found.bad += _unit_faults(line, known, seen)
        seen.add(line.cells["编码"])
    for line in found.persons:
        found.bad += _person_faults(line, known | seen, names)
    if not found.bad:
        for line in found.units:
            line.cells["级别"] = _level(line.cells["级别"]) or ""
        for line in found.persons:
            line.cells["岗位"] = _role(line.cells["岗位"]) or ""


def _unit_faults(line: Line, known: set[str], seen: set[str]) -> list[BadCell]:
    cells = line.cells
    faults = _missing(line, ("编码", "名称", "级别"))
    if cells["编码"] and cells["编码"] in seen:
        faults.append(line.bad("编码", T("编码“{code}”在表里出现了两次", code=cells["编码"])))
    if cells["级别"] and _level(cells["级别"]) is None:
        faults.append(line.bad("级别", T("没有“{level}”这个级别", level=cells["级别"])))
    if cells["上级编码"] and cells["上级编码"] not in known | seen:
        faults.append(line.bad("上级编码", T("没有编码为“{code}”的上级单位（上级要排在前面）", code=cells["上级编码"])))
    if cells["人口"] and not cells["人口"].isdecimal():
        faults.append(line.bad("人口", T("“{text}”不是整数", text=cells["人口"])))
    return faults


def _person_faults(line: Line, units: set[str], names: dict[str, str]) -> list[BadCell]:
    cells = line.cells
    faults = _missing(line, ("登录名", "姓名"))
    if cells["姓名"] and names.setdefault(cells["登录名"], cells["姓名"]) != cells["姓名"]:
        other = names[cells["登录名"]]
        faults.append(line.bad("姓名", T("登录名“{login}”已是{name}", login=cells["登录名"], name=other)))
    if cells["岗位"] and _role(cells["岗位"]) is None:
        faults.append(line.bad("岗位", T("没有“{role}”这个岗位", role=cells["岗位"])))
    if bool(cells["岗位"]) != bool(cells["单位编码"]):
        faults.append(line.bad("单位编码", T("岗位和单位编码要一起填")))
    elif cells["单位编码"] and cells["单位编码"] not in units:
        faults.append(line.bad("单位编码", T("没有编码为“{code}”的单位", code=cells["单位编码"])))
    if cells["初始密码"] and len(cells["初始密码"]) < SHORTEST_PASSWORD:
        faults.append(line.bad("初始密码", T("密码至少 {n} 个字符", n=SHORTEST_PASSWORD)))
    return faults


def _missing(line: Line, heads: tuple[str, ...]) -> list[BadCell]:
    return [line.bad(head, T("“{head}”不能为空", head=head)) for head in heads if not line.cells[head]]


def _named(table: Mapping[str, object], text: str) -> str | None:
    return next((code for code, title in table.items() if text in (code, str(title))), None)


def _level(text: str) -> str | None:
    return _named(LEVELS, {"村": "社区", "科室": "部门", "村（社区）": "社区"}.get(text, text))


def _role(text: str) -> str | None:
    return _named(ROLES, {"社区": "社区（村）", "村": "社区（村）"}.get(text, text))
