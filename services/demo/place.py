"""中山路街道 as data: 24 communities, departments, grids, and one officer for every post. All names are invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

DISTRICT = ("YC", "永川区")
STREET = ("ZSL", "中山路街道")
LOCALITY = "yongchuan-zhongshanlu"
PASSWORD = "zhongshanlu"  # noqa: S105  (the demonstration's, printed for everybody)
GRIDS = 534

POPULATIONS = (
    11800, 9600, 8900, 8400, 7900, 7300, 6800, 6400, 5900, 5500, 5100, 4700,
    4300, 3900, 3500, 3100, 2700, 2300, 2000, 1700, 1400, 1200, 900, 700,
)  # fmt: skip
NAMES = (
    "望江", "文昌", "桂山", "玉屏", "和顺", "泸州街", "人民路", "渝西", "双竹", "探花", "萱花", "永兴",
    "红河", "松溉路", "凤凰湖", "石竹", "瓦子", "东岳", "观音井", "小桥", "大南门", "青龙", "新溪", "竹林",
)  # fmt: skip
DEPARTMENTS = (
    ("organization", "组织部门"),
    ("discipline", "纪检监察机关"),
    ("police", "公安机关"),
    ("court", "人民法院"),
    ("procuratorate", "人民检察院"),
    ("petition", "信访部门"),
    ("tax", "税务部门"),
    ("market", "市场监管部门"),
    ("environment", "生态环境部门"),
    ("labour", "人力资源社会保障部门"),
)
OFFICES = (
    ("D-city", "城市管理办公室"),
    ("D-build", "规划建设办公室"),
    ("D-traffic", "区交通运输局"),
)
POSTS = (
    ("keshi", "handler", "D-city"),
    ("keshi", "handler", "D-build"),
    ("keshi", "reviewer", "D-city"),
    ("keshi", "reviewer", "D-build"),
    ("qubumen", "district_department", "D-traffic"),
    ("qubumen", "reviewer", "D-traffic"),
)
"""Second posts: login, role, unit. Whoever handles for an office also gives its opinion in a joint review."""
DEPUTIES = tuple(f"daibiao{n:02}" for n in range(2, 71))
TELLERS = ("jianpiao2", "jipiao")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "明丽强芳伟静勇敏军艳杰娟涛霞超红平桂英志刚玲斌兰鹏燕波梅辉洁峰雪龙萍飞琴浩颖健蓉翔瑶成凤凯倩宁薇林慧安琳"


@dataclass(frozen=True)
class Unit:
    """A community, department or grid."""

    code: str
    name: str
    population: int | None = None
    parent: str = STREET[0]


@dataclass(frozen=True)
class Officer:
    """Somebody with one post; `shown` marks the one login per role that is printed."""

    login: str
    name: str
    role: str
    unit: str
    shown: bool = True


def communities() -> list[Unit]:
    """The 24 units of the nomination, the largest first."""
    pairs = zip(NAMES, POPULATIONS, strict=True)
    return [Unit(f"U{n:02}", f"{name}社区", people) for n, (name, people) in enumerate(pairs, start=1)]


def departments() -> list[Unit]:
    """The departments of the joint review."""
    return [Unit(f"D-{code}", name) for code, name in DEPARTMENTS]


def grids() -> list[Unit]:
    """534 grids, shared out by population, each community at least one."""
    units = communities()
    total = sum(POPULATIONS)
    counts = [max(1, people * GRIDS // total) for people in POPULATIONS]
    for place in range(GRIDS - sum(counts)):
        counts[place % len(counts)] += 1
    return [
        Unit(f"G-{unit.code}-{n:02}", f"{unit.name}第{n}网格", None, unit.code)
        for unit, count in zip(units, counts, strict=True)
        for n in range(1, count + 1)
    ]


def name(number: int) -> str:
    """An invented name; different numbers below 1,600 give different names."""
    surname = SURNAMES[number * 7 % len(SURNAMES)]
    first, second = GIVEN[number * 11 % len(GIVEN)], GIVEN[(number * 17 + number // len(GIVEN)) % len(GIVEN)]
    return surname + (first if first == second else first + second)


def officers() -> Iterator[Officer]:
    """One login for every role; communities and departments have one officer each."""
    street, district = STREET[0], DISTRICT[0]
    single = (
        ("dangwei", "party_committee", street),
        ("zhuren", "snc_director", street),
        ("ganshi", "snc_clerk", street),
        ("jiedaoban", "office_head", street),
        ("keshi", "handler", street),
        ("zuzhang", "group_leader", street),
        ("daibiao", "deputy", street),
        ("jianpiao", "teller", street),
        ("qudaibiao", "district_deputy", district),
        ("daigongwei", "district_affairs", district),
        ("qubumen", "district_department", district),
        ("sheji", "designer", street),
        ("guanli", "system_admin", district),
        ("shenji", "auditor", district),
    )
    for number, (login, role, unit) in enumerate(single):
        yield Officer(login, name(900 + number), role, unit)
    for number, one in enumerate(communities()):
        yield Officer(f"shequ{number + 1:02}", name(940 + number), "community", one.code, shown=number == 0)
    for number, (code, _) in enumerate(DEPARTMENTS):
        yield Officer(f"lianshen{number + 1:02}", name(980 + number), "reviewer", f"D-{code}", shown=number == 0)
