"""汉滨 in numbers: four streets, 353 deputies, the 147 suggestions of their first sessions and 24 projects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from processes.definition import Bundle
from processes.text import T
from processes.workdays import Calendar
from services import calendars, deployments, people
from services.demo import proposals, votes
from services.demo.place import PASSWORD, name
from services.demo.play import Office, Tell, since
from services.demo.proposals import NEVER, NO_SPONSOR, Book, Reply, Script, Story, stops
from services.desk import SYSTEM, Desk
from services.errors import Rejected
from services.store import db
from services.store.db import Engine
from services.store.hurry import aside

DISTRICT, LOCALITY = ("HB", "汉滨区"), "hanbin"
CLASSES = {"①": 29, "②": 82, "③": 36}
WITHOUT_SPONSOR = 2
BEGAN, SESSION = 150, 60
"""Working days ago: the votes began, the suggestions were handed in."""
ABOVE = (
    ("qudaibiao", "district_deputy"), ("daigongwei", "district_affairs"), ("guanli", "system_admin"),
    ("shenji", "auditor"),
)  # fmt: skip
IN_STREET = (
    ("dangwei", "party_committee"), ("zhuren", "snc_director"), ("ganshi", "snc_clerk"), ("jiedaoban", "office_head"),
    ("zuzhang", "group_leader"), ("jianpiao", "teller"),
)  # fmt: skip
WHAT = ("路灯不亮", "下水不畅", "停车困难", "垃圾清运", "健身器材", "占道经营", "树枝遮窗", "噪声扰民", "路面破损")


@dataclass(frozen=True)
class Street:
    """A street: code, name, deputies, suggestions of its first session."""

    code: str
    name: str
    deputies: int
    suggestions: int

    def login(self, post: str) -> str:
        """The log-in of a post of this street."""
        return f"{self.code.lower()}-{post}"


STREETS = (
    Street("HB1", "汉滨一街", 89, 41),
    Street("HB2", "汉滨二街", 88, 38),
    Street("HB3", "汉滨三街", 88, 35),
    Street("HB4", "汉滨四街", 88, 33),
)


def build(engine: Engine, now: datetime, tell: Tell) -> bool:
    """Build the district into an empty database; False when it stands there, Rejected when something else does."""
    with db.reading(engine) as connection:
        units = people.units(Desk(connection, SYSTEM, now, calendars.load(connection)))
    if any(unit.code == DISTRICT[0] for unit in units):
        return False
    if units:
        raise Rejected(T("这个数据库里已有别的数据。请用 YISHI_DATABASE 另指定一个空数据库，再装入汉滨区。"))
    with aside(engine) as quick:
        calendar = _found(quick, now)
        routes = _routes()
        for street in STREETS:
            tell(T("{street}：代表{deputies}名，意见建议{count}件", street=street.name, deputies=street.deputies,
                   count=street.suggestions))  # fmt: skip
            _vote(quick, calendar, now, tell, street)
            _session(quick, calendar, now, tell, street, routes)
    return True


def _found(engine: Engine, now: datetime) -> Calendar:
    with db.writing(engine) as connection:
        desk = Desk(connection, SYSTEM, now, calendars.load(connection))
        people.add_unit(desk, *DISTRICT, "district")
        for login, role in ABOVE:
            _hire(desk, login, role, DISTRICT[0], PASSWORD)
        for street in STREETS:
            _street(desk, street)
        for key in ("proposal", "project_vote"):
            deployments.publish(desk, Bundle.read(votes.PROCEDURES / key))
        return desk.calendar


def _street(desk: Desk, street: Street) -> None:
    people.add_unit(desk, street.code, street.name, "street", DISTRICT[0])
    people.set_locality(desk, street.code, LOCALITY)
    for number in range(1, 9):
        people.add_unit(
            desk, f"{street.code}-U{number}", f"{street.name}第{number}社区", "community", street.code, 3000
        )
    for code, title in (("city", "城市管理办公室"), ("build", "规划建设办公室"), ("traffic", "区交通运输局")):
        people.add_unit(desk, f"{street.code}-{code}", title, "department", street.code)
    for login, role, unit in _posts(street):
        _hire(desk, login, role, unit, PASSWORD if role == "snc_clerk" else None)


def _posts(street: Street) -> Iterator[tuple[str, str, str]]:
    for post, role in IN_STREET:
        yield street.login(post), role, street.code
    for number in range(1, 9):
        yield street.login(f"shequ{number:02}"), "community", f"{street.code}-U{number}"
    for code, role in (("city", "handler"), ("build", "handler"), ("traffic", "district_department")):
        yield street.login(code), role, f"{street.code}-{code}"
    for number in range(street.deputies, 0, -1):
        yield street.login(f"daibiao{number:02}"), "deputy", street.code


def _hire(desk: Desk, login: str, role: str, unit: str, password: str | None = None) -> None:
    people.add_person(desk, login, name(sum(login.encode()) * 7 % 1500), password)
    people.add_post(desk, login, role, unit)


def _office(
    engine: Engine, calendar: Calendar, now: datetime, tell: Tell, street: Street, days: int, key: str
) -> Office:
    posts = {(role, unit): login for login, role, unit in _posts(street)}
    office = since(engine, calendar, now, days, tell, key)
    return replace(office, officers=posts | {(role, DISTRICT[0]): login for login, role in ABOVE})


def _vote(engine: Engine, calendar: Calendar, now: datetime, tell: Tell, street: Street) -> None:
    projects = tuple(
        replace(one, title=street.name + one.title.partition("社区")[2], votes=50 if one.votes > 30 else 20)
        for one in votes.LAST
    )
    office = _office(engine, calendar, now, tell, street, BEGAN, "project_vote")
    units = (f"{street.code}-build", f"{street.code}-city")
    votes.Vote(office, projects, None, street.code, street.login(""), street.deputies, units).play()


# --- the suggestions of the first session ---


def _routes() -> Iterator[tuple[str, bool]]:
    """The class of every suggestion, mixed, and whether a sponsor is missing."""
    dealt = [route for route, count in CLASSES.items() for _ in range(count)]
    missing = WITHOUT_SPONSOR
    for number in range(len(dealt)):
        route = dealt[number * 59 % len(dealt)]
        yield route, route == "③" and missing > 0
        missing -= route == "③" and missing > 0


def _session(
    engine: Engine, calendar: Calendar, now: datetime, tell: Tell, street: Street, routes: Iterator[tuple[str, bool]]
) -> None:
    office = _office(engine, calendar, now, tell, street, SESSION, "proposal")
    book = Book(calendar)
    for number in range(street.suggestions):
        story = _story(street, number, *next(routes))
        start = {**proposals.registration(story), "proposerLogin": street.login("daibiao01"), "source": "会议意见单"}
        book.register(office.start(street.login("ganshi"), "proposal", start), story, office)
    for _ in office.days():
        office.sweep(book, book.held)


def _story(street: Street, number: int, route: str, no_sponsor: bool) -> Story:
    place = f"{street.name}第{number % 8 + 1}社区{number + 1}号院"
    lead = f"{street.code}-U{number % 8 + 1}" if route == "①" else f"{street.code}-{('city', 'build')[number % 2]}"
    alone = {"C03": (Reply(1, {"merge": "单独办理", "masterNo": None, "mergeReason": None}),)}
    return Story(
        SESSION, f"{place}{WHAT[number % 9]}", place, route, lead, {**alone, **_way(street, number, route, no_sponsor)}
    )


def _way(street: Street, number: int, route: str, no_sponsor: bool) -> Script:
    if no_sponsor:
        return {**NO_SPONSOR, **stops("C62b")}
    if route == "③":
        handed = {
            "decision": "交办", "upstreamNo": f"汉建{number + 1}号", "department": f"{street.code}-traffic",
            "departmentName": "区交通运输局", "handedOn": lambda _data, day, _calendar: day.isoformat(),
        }  # fmt: skip
        return {"C65": (Reply(2, handed),), "C66": (NEVER,)}
    return stops(("C13", "C16", "C13", "C20", "C14L")[number % 5])
