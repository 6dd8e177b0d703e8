"""Two votes on projects: last season's, whose projects are under way in five colours, and one in the counting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from processes.text import T
from processes.workdays import Calendar, Unit, deadline, today
from services import ballots, people
from services.demo.place import DEPUTIES, STREET, TELLERS, name
from services.demo.play import Office, Tell, since
from services.store.db import Engine

Answers = dict[str, Any]
Data = Mapping[str, Any]

PROCEDURES = Path(__file__).parents[2] / "bpmn"
MEMBERS, PRESENT, SEATS = 1 + len(DEPUTIES), 62, 6
BY_PHONE = 40
LAST_SEASON, THIS_SEASON = 225, 66
"""How many working days ago the two votes began."""


@dataclass(frozen=True)
class Project:
    """A candidate: the share of the target it reaches in every report, and the votes it got last season."""

    title: str
    sector: str
    reached: float | None
    votes: int


LAST = (
    Project("文昌社区滨河步道照明", "便民", None, 58),
    Project("望江社区日间照料站", "养老", 1.0, 55),
    Project("桂山社区停车位改造", "交通", 0.8, 51),
    Project("玉屏社区雨污分流", "环境", 0.45, 47),
    Project("和顺社区老旧电梯更新", "安全", 0.2, 44),
    Project("人民路社区图书角", "文化", 1.0, 40),
    Project("渝西社区口袋公园", "环境", 1.0, 22),
    Project("双竹社区健身步道", "便民", 1.0, 15),
)
NEXT = tuple(
    Project(f"{place}社区{what}", sector, 1.0, 0)
    for place, what, sector in (
        ("探花", "加装充电棚", "安全"), ("萱花", "学生接送通道", "交通"), ("永兴", "社区食堂", "养老"),
        ("红河", "背街小巷照明", "便民"), ("松溉路", "农贸市场改造", "环境"), ("凤凰湖", "卫生服务点", "医疗"),
        ("石竹", "儿童活动角", "文化"), ("瓦子", "公厕改造", "环境"),
    )
)  # fmt: skip
WAIT = {"V03": 3, "V03G": 2, "V04": 6, "V05": 2, "V06": 3, "V08": 2, "V20": 3, "V22": 4, "V22V": 6, "V21": 2}
LEFT = ("V24", "V26", "V26R", "V27", "Q00U")


def a_year(engine: Engine, calendar: Calendar, now: datetime, tell: Tell) -> None:
    """Hire deputies and tellers, then both votes."""
    tell(T("民生实事项目：上次票选的{count}个项目在办，五种颜色都有", count=SEATS))
    last = Vote(since(engine, calendar, now, LAST_SEASON, tell, "project_vote"), LAST, None)
    last.hire()
    last.play()
    tell(T("民生实事项目：本次票选投票截止，等待计票"))
    meeting = calendar.add_working_days(today(now), -1)
    Vote(since(engine, calendar, now, THIS_SEASON, tell, "project_vote"), NEXT, meeting).play()


@dataclass
class Vote:
    """One vote from its beginning to now; with a day of the meeting its ballots lie in the box, uncounted."""

    office: Office
    projects: tuple[Project, ...]
    meeting: date | None
    street: str = STREET[0]
    prefix: str = ""
    members: int = MEMBERS
    units: tuple[str, str] = ("D-build", "D-city")
    seen: dict[str, date] = field(default_factory=dict)
    visited: set[str] = field(default_factory=set)

    def hire(self) -> None:
        """The other deputies and tellers, without a password."""
        with self.office.desk() as desk:
            for role, logins, first in (("deputy", DEPUTIES, 1100), ("teller", TELLERS, 1200)):
                for number, login in enumerate(logins):
                    people.add_person(desk, login, name(first + number))
                    people.add_post(desk, login, role, STREET[0])

    def play(self) -> None:
        """Day by day until now."""
        office = self.office
        year = self.meeting.year + 1 if self.meeting else (office.clock.date() + timedelta(days=100)).year
        key = office.number(office.start(f"{self.prefix}ganshi", "project_vote", {"year": year, "seats": SEATS})) + "/1"
        for number, project in enumerate(self.projects, start=1):
            office.start(f"{self.prefix}shequ{number:02}", "project_vote_idea", _idea(project))
        voted = False
        for _ in office.days():
            while office.sweep(self, self._left):
                pass
            voted = voted or self.vote(key)

    def _left(self, element: str, data: Data) -> bool:
        return element in LEFT or (element == "V22V" and str(data["watched"]["id"]) in self.visited)

    def vote(self, key: str) -> bool:
        """The round, once it is there: counted, or stopped at the box."""
        with self.office.desk() as desk:
            found = ballots.listed_by(desk, self.street, key)
            if found and self.meeting is None:
                ballots.settle(desk, found[-1], _figures(found[-1].ids, self.projects))
        if found and self.meeting is not None:
            Hall(self.office, found[-1].id, tuple(found[-1].ids)).vote()
        self.office.follow_up()
        return bool(found)

    def answer(self, element: str, data: Data, day: date) -> Answers | None:
        """What the officers write, when it has lain on the desk long enough."""
        place = f"{data['case']['no']} {element} {(data.get('project') or {}).get('id')}"
        first = self.seen.setdefault(place, day)
        if self.office.calendar.working_days_between(first, day) < WAIT.get(element, 0):
            return None
        if element == "V08" and self.meeting and deadline(day, 5, Unit.CD, self.office.calendar) > self.meeting:
            raise LookupError(f"{day}: no time left before {self.meeting}")
        del self.seen[place]
        if element == "V22V":
            self.visited.add(str(data["watched"]["id"]))
        return self._written(element, data, day)

    def _written(self, element: str, data: Data, day: date) -> Answers:
        if element == "V08":
            meeting = self.meeting or deadline(day, 5, Unit.CD, self.office.calendar)
            return {**MEETING, "members": self.members, "postedOn": day.isoformat(), "meetingDay": meeting.isoformat()}
        if element == "V03G":
            return _merged(self, data)
        if element in WRITTEN:
            return WRITTEN[element](self.projects, data, day)
        return {key: day.isoformat() if value is TODAY else value for key, value in USUAL[element].items()}


@dataclass(frozen=True)
class Hall:
    """The meeting: officers of the count, check-in, ballots by phone and on paper, the end of the voting."""

    office: Office
    round: int
    ids: tuple[str, ...]

    def vote(self) -> None:
        """Everybody present votes; nobody has begun to count."""
        duties = ("chief", "scrutineer", "counter")
        with self._desk("jianpiao") as desk:
            for login, duty in zip(("jianpiao", *TELLERS), duties, strict=True):
                ballots.appoint(desk, self.round, login, duty)
            code = ballots.begin(desk, self.round)
            voters = ("daibiao", *DEPUTIES)[:PRESENT]
            for number, login in enumerate(voters):
                way = "phone" if number < BY_PHONE else "paper"
                ballots.check_in(desk, self.round, people.person_id(desk.db, login), way)
        for number, login in enumerate(voters):
            self._one(login, number, code)
        with self._desk("jianpiao") as desk:
            ballots.end(desk, self.round)

    def _one(self, login: str, number: int, code: str) -> None:
        if number >= BY_PHONE:
            with self._desk(TELLERS[0]) as desk:
                ballots.issue(desk, self.round, people.person_id(desk.db, login))
            return
        with self._desk(login) as desk:
            ballots.unlock(desk, self.round, code)
            ballots.cast(desk, self.round, _marks(self.ids, number), f"demo-{login}")

    def _desk(self, login: str) -> Any:
        return self.office.desk(login)


def _marks(ids: tuple[str, ...], number: int) -> list[str]:
    """Six of eight, the two left out different from voter to voter."""
    out = {number * 3 % len(ids), (number * 5 + 2) % len(ids)}
    return [one for place, one in enumerate(ids) if place not in out][:SEATS]


def _figures(ids: Iterable[str], projects: tuple[Project, ...]) -> Answers:
    lines = [{"id": one, "votes": project.votes} for one, project in zip(ids, projects, strict=True)]
    counted = {"returned": PRESENT, "valid": PRESENT, "invalid": 0, "abstained": 0, "lines": lines}
    return {"signedIn": PRESENT, "issued": PRESENT, "counted": counted}


def _idea(project: Project) -> Answers:
    return {
        "title": project.title, "place": project.title[:5], "problem": "居民反映多年，出行生活不方便。",
        "proposal": "请街道列入民生实事项目。", "sector": project.sector, "source": "居民",
    }  # fmt: skip


# --- what is written ---

TODAY = object()
MEETING: Answers = {
    "meetingPlace": "街道议事中心", "members": MEMBERS, "agenda": "票选民生实事项目", "postPlace": "各社区公开栏",
    "method": "无记名投票，不得委托他人代投。",
}  # fmt: skip
COUNTERS = [
    {"name": person, "unit": "驻街单位", "duty": duty}
    for person, duty in zip(
        ("周正", "吴清", "郑明", "王实", "冯真"), ("总监票人", "监票人", "监票人", "计票人", "计票人"), strict=True
    )
]
PHOTO = ["demo"]
USUAL: Mapping[str, Answers] = {
    "V06": {"approval": "同意", "committeeDay": TODAY, "committeeNo": "街委〔2026〕9号"},
    "V08V": {"inspectedOn": TODAY, "inspectors": 6, "inspection": "到现场看了候选项目，情况属实。"},
    "V09": {"present": PRESENT, "leave": "其余代表请假。"},
    "V10": {
        "methodFor": PRESENT, "methodAgainst": 0, "methodAbstain": 0, "chair": "工委主任", "officers": COUNTERS,
    },
    "V11": {"attended": 12, "opinion": "同意提交票选。", "amendments": []},
    "V12": {"frozenOk": True, "printed": 100, "keeper": "周正"},
    "V13Q": {"presentNow": PRESENT},
    "V18": {
        "chiefSign": "周正", "scrutineerSign": "吴清、郑明", "counterSign": "王实、冯真", "signed": True,
        "announced": True, "keptAt": "工委保险柜",
    },
    "V19": {"publishedOn": TODAY, "publishedAt": "政府网站、社区公开栏"},
    "V19H": {"receivedOn": TODAY, "receiptNo": "收〔2026〕15号"},
    "V22": {
        "group": [{"name": name(1100 + n), "district": "望江社区"} for n in range(3)], "groupHead": name(1100),
    },
    "V22V": {"visitedOn": TODAY, "visitors": 3, "found": "正在施工，现场围挡整齐。"},
}  # fmt: skip


def _plan(_projects: tuple[Project, ...], data: Data, day: date) -> Answers:
    term = data["params"]["solicitDays"]
    until = deadline(day, term["amount"], Unit(term["unit"]), Calendar.seeded())
    return {
        "organisers": "人大街道工委、街道办事处", "solicitUntil": until.isoformat(), "channels": "扫码、电话、社区窗口",
        "scope": "普惠性、公益性，本年能够办成的民生实事", "contact": "街道人大工委办公室",
    }  # fmt: skip


def _sorted(_projects: tuple[Project, ...], data: Data, _day: date) -> Answers:
    return {
        "ideaKinds": [{"no": x["no"], "title": x["title"], "kind": "民生普惠", "note": None} for x in data["ideas"]]
    }


def _merged(vote: Vote, data: Data) -> Answers:
    sectors = {project.title: project.sector for project in vote.projects}
    rows = [
        {
            "title": one["title"], "place": one["title"][:5], "sector": sectors[one["title"]],
            "ownerUnit": vote.units[number % 2], "sources": [one["no"]],
            "description": f"建设{one['title']}",
        }
        for number, one in enumerate(data["pooled"])
    ]  # fmt: skip
    return {"rows": rows}


def _feasible(_projects: tuple[Project, ...], data: Data, day: date) -> Answers:
    finish = max(date(data["year"], 12, 20), day + timedelta(days=250))
    goal = {"yearGoal": "年内完成主体工程。"} if finish.year > data["year"] else {}
    return {
        **goal, "landOk": True, "estCost": 30, "fundSource": "街道财政", "startOn": day.isoformat(),
        "finishBy": finish.isoformat(), "beneficiaries": 1500, "risk": "无", "opinion": "可行",
    }  # fmt: skip


def _shortlist(_projects: tuple[Project, ...], data: Data, _day: date) -> Answers:
    return {"seats": SEATS, "shortlist": [one["id"] for one in data["studied"]], "shortlistReason": "居民反映最集中。"}


def _accepted(_projects: tuple[Project, ...], data: Data, day: date) -> Answers:
    finish = data["project"]["finishBy"]
    quarter = (finish - day) / 4
    steps = [{"date": (day + quarter * n).isoformat(), "target": 25 * n, "work": f"第{n}阶段"} for n in range(1, 5)]
    return {
        "owner": data["project"]["ownerName"], "leader": name(903), "contactPerson": name(904), "budget": 30,
        "contactPhone": "13800000000", "milestones": steps, "finishBy": finish.isoformat(),
    }  # fmt: skip


def _progress(projects: tuple[Project, ...], data: Data, day: date) -> Answers:
    target = max([0, *(int(one["target"]) for one in data["plan"]["milestones"] if one["date"] <= day)])
    reached = next(one.reached for one in projects if one.title == data["project"]["title"])
    percent = (100 if target >= 50 else target) if reached is None else int(target * reached)
    return {"percent": percent, "spent": percent // 4, "photo": PHOTO, "problem": ""}


WRITTEN = {
    "V01": _plan, "V03": _sorted, "V04": _feasible, "V05": _shortlist, "V20": _accepted,
    "V21": _progress,
}  # fmt: skip
