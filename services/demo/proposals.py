"""Twenty-eight suggestions of a year, one in every state an officer meets, told as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from processes.text import T
from processes.workdays import Calendar, Unit, deadline, today
from services.demo.place import name
from services.demo.play import Office, Tell, since
from services.store.db import Engine

Answers = dict[str, Any]
Data = Mapping[str, Any]
Script = Mapping[str, tuple["Reply", ...]]


@dataclass(frozen=True)
class Reply:
    """One answer of a story: after so many working days these answers on top of the usual; no `wait` means never."""

    wait: int | None = 0
    answers: Answers = field(default_factory=dict)


NEVER = Reply(None)


@dataclass(frozen=True)
class Story:
    """A suggestion: registered so many working days ago, whose it is, and where its way is not the usual one."""

    ago: int
    title: str
    place: str
    route: str = "②"
    lead: str = "D-city"
    script: Script = field(default_factory=dict)


def stops(element: str, **more: tuple[Reply, ...]) -> Script:
    """The usual way up to an element that is left for somebody to do."""
    return {**more, element: (NEVER,)}


RETURN = {
    "action": "申退", "legalBasis": "职责清单第12项", "suggestHandler": "规划建设办公室",
    "reason": "这一路段由市政单位管理，不在本单位职责清单范围内，没有维修权限。",
}  # fmt: skip
AGAIN = {**RETURN, "action": "提请协调"}
UNHAPPY = {"attitude": "满意", "result": "不满意", "comment": "只修好了一处，另外两处还是老样子。"}
PROMISE = {
    "class": "B",
    "evidence": None,
    "plan": "列入下季度维修计划，按期办好。",
    "promiseDate": lambda _data, day, calendar: deadline(day, 1, Unit.MO, calendar).isoformat(),
}
LATER = {
    "class": "C", "evidence": None, "reason": "需要等片区改造方案批准以后一并实施。",
    "reviewDate": lambda _data, day, _calendar: (day + timedelta(days=365)).isoformat(),
}  # fmt: skip
KEPT = {"decision": "不同意", "reason": "职责清单写明由你单位管理。"}
TWICE = {"C10": (Reply(1, RETURN), Reply(1, AGAIN)), "C11": (Reply(2, KEPT),)}
NOBODY = {"found": "没有找到", "asked": "问过三位代表，都有其他领衔任务。"}
NO_SPONSOR = {"C62": (Reply(5, NOBODY),)}
REFUSED = {"C02": (Reply(1, {"decision": "不予受理", "reason": "属个人之间的经济纠纷，请依法协商或诉讼。"}),)}
ELSEWHERE = {"C02": (Reply(1, {"decision": "转其他渠道", "reason": "属信访事项。", "channel": "街道信访办"}),)}
EXTEND = {
    "action": "申请延期",
    "reason": "雨季不能施工，需要顺延。",
    "proposerInformed": True,
    "newDue": lambda data, _day, _calendar: (data["due"] + timedelta(days=15)).isoformat(),
}

STORIES = (
    Story(190, "望江社区健身器材损坏", "望江社区中心广场"),
    Story(186, "文昌社区增设休息座椅", "文昌社区滨河步道", "①", "U02"),
    Story(182, "桂山社区公厕夜间照明不足", "桂山社区东门"),
    Story(178, "玉屏社区老旧水管分片改造", "玉屏社区三号片", "②", "D-build", {"C14": (Reply(3, LATER),)}),
    Story(170, "和顺社区路口增设减速带", "和顺社区小学门口", "②", "D-city", {"C13": (NEVER,)}),
    Story(150, "两户邻里借款纠纷", "泸州街社区", script=REFUSED),
    Story(148, "反映物业经理态度问题", "人民路社区", script=ELSEWHERE),
    Story(
        140,
        "渝西社区下水道返味",
        "渝西社区老院",
        "②",
        "D-city",
        {"C14": (Reply(3, PROMISE), Reply(45, PROMISE), NEVER)},
    ),
    Story(120, "双竹社区斑马线磨损看不清", "双竹社区正街", "②", "D-city", {**TWICE, **stops("C11b")}),
    Story(110, "探花社区路灯不亮影响夜间出行", "探花社区后街", "②", "D-city", stops("C20")),
    Story(108, "探花社区后街路灯不亮夜间出行难", "探花社区后街"),
    Story(106, "探花社区后街的路灯不亮夜间出行不便", "探花社区后街"),
    Story(96, "萱花社区开通接驳公交线", "萱花社区新区", "③", script={**NO_SPONSOR, **stops("C62b")}),
    Story(92, "永兴社区主干道拥堵治理", "永兴社区主干道", "③", script=stops("C66")),
    Story(88, "红河社区窨井盖松动", "红河社区二巷", script={"C16": (Reply(4, UNHAPPY),), "C14": (Reply(3), NEVER)}),
    Story(84, "松溉路社区垃圾清运不及时", "松溉路社区农贸市场"),
    Story(80, "凤凰湖社区河道漂浮物清理", "凤凰湖社区河段", script=stops("C20P")),
    Story(38, "石竹社区增设晾衣设施", "石竹社区四号院", "①", "U16", stops("C16")),
    Story(74, "瓦子社区占道经营整治", "瓦子社区菜市场", "②", "D-build", stops("C13")),
    Story(60, "东岳社区外墙脱落隐患排查", "东岳社区六栋", "②", "D-build", stops("C13")),
    Story(40, "观音井社区公交站台改造", "观音井社区站", "③", script=stops("C65")),
    Story(34, "小桥社区跨区道路标线统一", "小桥社区路口", "③", script=stops("C63")),
    Story(30, "大南门社区电动车充电棚不够用", "大南门社区北院", "②", "D-build", stops("C14L")),
    Story(26, "青龙社区挡土墙裂缝", "青龙社区坡道", "②", "D-build", {"C13": (Reply(8, EXTEND),), **stops("C15")}),
    Story(16, "新溪社区活动室开放时间短", "新溪社区活动室", "①", "U23", stops("C13")),
    Story(6, "竹林社区绿化带缺株补种", "竹林社区正门", "②", "D-city", stops("C10")),
    Story(3, "人民路社区噪声扰民", "人民路社区广场", script=stops("C05")),
    Story(1, "桂山社区快递车辆乱停", "桂山社区西门", script=stops("C02")),
)
REPORT = 126
"""Working days ago the report to the assembly is prepared; what is finished by then is closed."""
WITHDRAWN, PRIORITY = 4, 18
WITHDRAWN_AGO, PRIORITY_AGO = 152, 2
"""The story that is withdrawn and the one the director shall take up, and how many working days ago."""
ABILITY = {
    "①": {"ability": "居民自治", "money": "不需经费", "area": "一个小区或社区"},
    "②": {"ability": "街道", "money": "街道预算", "area": "本街道"},
    "③": {"ability": "区级部门", "money": "区级预算", "area": "两个以上街道或区级管网"},
}


def a_year(engine: Engine, calendar: Calendar, now: datetime, tell: Tell) -> None:
    """Register, handle, answer and report suggestions for most of a year; then everybody stops."""
    tell(T("意见建议：全年{count}件，各种状态都有", count=len(STORIES)))
    office = since(engine, calendar, now, max(story.ago for story in STORIES), tell, "proposal")
    book = Book(calendar)
    for day in office.days():
        ago = calendar.working_days_between(day, today(now))
        for story in STORIES:
            if story.ago == ago:
                book.register(office.start("ganshi", "proposal", registration(story)), story, office)
        _occasions(office, book, ago, day)
        office.sweep(book, book.held)


def _occasions(office: Office, book: Book, ago: int, day: date) -> None:
    """What the clerk begins besides: the report to the assembly, a withdrawal, a matter of the director."""
    if ago == REPORT:
        meeting = {"meetingName": "年中街道议事代表会议", "meetingDate": office.calendar.add_working_days(day, 2)}
        office.start("ganshi", "proposal_report", meeting)
    for when, story, kind in ((WITHDRAWN_AGO, WITHDRAWN, "撤回"), (PRIORITY_AGO, PRIORITY, "重点督办")):
        if ago == when:
            office.start("ganshi", "proposal_request", _request(book.number(STORIES[story]), kind))


def registration(story: Story) -> Answers:
    """The form of a new suggestion."""
    return {
        "title": story.title, "content": f"{story.title}，给居民带来不便，请尽快研究办理。", "place": story.place,
        "category": "城建", "source": "网格走访", "nature": "公共事务", "oneMatter": True, "proposerType": "议事代表",
        "proposer": name(906), "proposerLogin": "daibiao", "wantContact": "电话", "publicConsent": True,
        "urgency": "一般",
    }  # fmt: skip


def _request(number: str, kind: str) -> Answers:
    said = {"proposalNos": [{"no": number}], "kind": kind, "applicant": name(906), "reason": "代表本人书面提出。"}
    return said if kind == "重点督办" else {**said, "evidenceNote": "本人签名的书面申请。"}


@dataclass
class Book:
    """The stories by the number of their case, and since when each task lies on somebody's desk."""

    calendar: Calendar
    stories: dict[str, Story] = field(default_factory=dict)
    seen: dict[tuple[str, str, int], date] = field(default_factory=dict)
    given: Counter[tuple[str, str]] = field(default_factory=Counter)

    def register(self, case: int, story: Story, office: Office) -> None:
        """A story has become a case."""
        self.stories[office.number(case)] = story

    def number(self, story: Story) -> str:
        """The number of a story's case."""
        return next(number for number, one in self.stories.items() if one == story)

    def reply(self, element: str, data: Data) -> tuple[str, Story | None, Reply]:
        """Whose case it is, its story, and the next answer of the story to this element."""
        number = (data.get("parent") or data["case"])["no"]
        story = self.stories.get(number) or self.stories.get(data["case"]["no"])
        told = story.script.get(element, ()) if story else ()
        count = self.given[number, element]
        return number, story, told[count] if count < len(told) else Reply(USUAL_WAIT.get(element, 1))

    def held(self, element: str, data: Data) -> bool:
        """True for what the story leaves to others."""
        return element in OPEN or self.reply(element, data)[2].wait is None

    def answer(self, element: str, data: Data, day: date) -> Answers | None:
        """The usual answer with what the story has of its own, when its time has come."""
        number, story, reply = self.reply(element, data)
        count = self.given[number, element]
        first = self.seen.setdefault((number, element, count), day)
        if self.calendar.working_days_between(first, day) < (reply.wait or 0):
            return None
        self.given[number, element] += 1
        told = reply.answers.items()
        own = {key: value(data, day, self.calendar) if callable(value) else value for key, value in told}
        alone = "decision" in own or "found" in own or own.get("action") in RETURNS
        usual = {} if alone else _usual(element, story, data, day, self.calendar)
        return {key: value for key, value in {**usual, **own}.items() if value is not None}


USUAL_WAIT = {"C05": 2, "C12": 3, "C13": 12, "C14": 2, "C16": 3, "C20": 3, "C66": 20, "R2": 2}
OPEN = ("CB2U", "K1", "Q00U")
RETURNS = ("申退", "提请协调")


def _usual(element: str, story: Story | None, data: Data, day: date, calendar: Calendar) -> Answers:
    if element == "C02":
        return {"decision": "受理", **ABILITY[story.route if story else "②"]}
    if element == "C05":
        return _route(story or STORIES[0], data, day, calendar)
    if element == "C03":
        found = [{key: row[key] for key in ("no", "title", "percent")} for row in data["similar"]["rows"]]
        master = min(row["no"] for row in found)
        return {"found": found, "merge": "并案", "masterNo": master, "mergeReason": "同一地点的同一件事。"}
    if element == "C61":
        return {"headline": f"关于{data['title']}的建议", "body": data["content"], "suggestDepartment": "区交通运输局"}
    if element == "C63":
        return {"decision": "签署", **{key: data["text"][key] for key in ("headline", "body")}}
    return {key: day.isoformat() if value is TODAY else value for key, value in USUAL[element].items()}


def _route(story: Story, data: Data, day: date, calendar: Calendar) -> Answers:
    said = {"class": story.route, "requirement": "查明情况，按期办理并答复提出人。", "contactPerson": name(902)}
    if story.route == "③":
        return said
    term = data["params"]["replySelf" if story.route == "①" else "replyStreet"]
    due = data.get("due") or deadline(day, term["amount"], Unit(term["unit"]), calendar)
    return {**said, "lead": story.lead, "coHandlers": [], "due": due.isoformat()}


TODAY = object()
DONE = "已到现场查看并办理完毕，提出人表示知晓。"
USUAL: Mapping[str, Answers] = {
    "C10": {"action": "签收", "receiver": "承办科室负责人"},
    "C12": {"time": TODAY, "way": "电话", "who": "承办科室负责人", "summary": "听取了提出人的意见，说明了办理打算。"},
    "C13": {"action": "办理完毕", "progress": DONE},
    "C14": {"class": "A", "done": DONE, "evidence": "现场照片和验收单", "publicOk": True},
    "C14L": {"decision": "同意", "signer": "街道办事处主任", "seal": True},
    "C16": {"attitude": "满意", "result": "满意", "counted": True},
    "C20": {"feedbackOn": TODAY, "way": "当面", "summary": "已向附近居民说明，居民表示满意。"},
    "C20P": {"decision": "公开", "text": DONE},
    "C21": {"way": "到现场看", "real": "属实"},
    "C62": {"found": "找到", "name": name(908), "login": "qudaibiao"},
    "C62a": {"found": "没有"},
    "C65": {
        "decision": "交办", "upstreamNo": "区建〔2026〕88号", "handedOn": TODAY, "department": "D-traffic",
        "departmentName": "区交通运输局", "difficult": False,
    },
    "CB3U": {"decision": "同意"},
    "R1": {"checked": "一致"},
    "R2": {"reportedOn": TODAY, "views": "代表没有其他意见。"},
}  # fmt: skip
