"""Two inquiries: one before its second vote of satisfaction, one that a group has just moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from processes.text import T
from processes.workdays import Calendar, Unit, deadline
from services import ballots
from services.demo.place import STREET, name
from services.demo.play import Office, Tell, since
from services.store.db import Engine

Answers = dict[str, Any]
Data = Mapping[str, Any]

BEGAN, MOVED = 60, 1
"""How many working days ago the two inquiries began."""
MEMBERS, PRESENT = 70, 62
FIRST_VOTE = {"satisfied": 14, "basic": 13, "dissatisfied": 35, "abstained": 0}
WAIT = {"Q02": 2, "Q03": 2, "Q05": 3, "Q05B": 2, "Q09": 4, "Q10": 2, "Q11R": 12, "Q12": 3, "Q13": 2}
ISSUES = ("电梯维修不及时", "公共收益没有公示", "消防通道被占", "垃圾清运不及时", "楼道灯损坏", "绿化带缺株")
TODAY = object()


def a_year(engine: Engine, calendar: Calendar, now: datetime, tell: Tell) -> None:
    """The first inquiry up to the call for its second vote, and a motion of a group left to its leader."""
    tell(T("代表约询：物业管理，等第二次满意度测评"))
    inquiry = Inquiry(since(engine, calendar, now, BEGAN, tell, "inquiry"))
    inquiry.play()
    office = since(engine, calendar, now, MOVED, tell, "inquiry")
    office.start("zuzhang", "inquiry", {"kind": "代表小组", "topic": "背街小巷环境卫生"})


@dataclass
class Inquiry:
    """One inquiry into the management of housing estates."""

    office: Office
    seen: dict[str, date] = field(default_factory=dict)

    def play(self) -> None:
        """Day by day; the vote after the first rectification is below half, the second is left to the clerk."""
        office = self.office
        number = office.number(office.start("daibiao", "inquiry", {"kind": "代表联名", "topic": "物业管理"}))
        for _ in office.days():
            while office.sweep(self, _second):
                pass
            self._count(number)

    def _count(self, number: str) -> None:
        with self.office.desk() as desk:
            waiting = [one for one in ballots.listed_by(desk, STREET[0], f"{number}/1/1") if one.state == "prepared"]
            for one in waiting:
                counted = {"returned": PRESENT, "valid": PRESENT, "lines": [{"id": one.ids[0], **FIRST_VOTE}]}
                ballots.settle(desk, one, {"signedIn": PRESENT, "issued": PRESENT, "counted": counted})
        self.office.follow_up()

    def answer(self, element: str, data: Data, day: date) -> Answers | None:
        """What the officers write, when it has lain on the desk long enough."""
        if element == "Q06S" and day < data["meetingDay"]:
            return None
        place = f"{element} {data.get('round')} {(data.get('item') or {}).get('issue')}"
        first = self.seen.setdefault(place, day)
        if self.office.calendar.working_days_between(first, day) < WAIT.get(element, 0):
            return None
        if element in WRITTEN:
            return WRITTEN[element](data, day, self.office.calendar)
        return {key: day.isoformat() if value is TODAY else value for key, value in USUAL[element].items()}


def _second(element: str, data: Data) -> bool:
    return element == "Q00U" or (element == "Q13" and data["round"] == 2)


def _consent(data: Data, day: date, calendar: Calendar) -> Answers:
    meeting = calendar.add_working_days(day, 8)
    return {
        "consent": "同意", "ways": list(data["waysWanted"]), "meetingDay": meeting.isoformat(),
        "respondent": "规划建设办公室负责人", "consentNo": "街委纪〔2026〕8号",
    }  # fmt: skip


def _notice(data: Data, _day: date, _calendar: Calendar) -> Answers:
    return {
        "meetingDay": data["meetingDay"].isoformat(), "meetingTime": "9:00", "place": "街道代表之家",
        "attendees": "代表三名，应询单位负责人",
    }  # fmt: skip


def _record(data: Data, day: date, calendar: Calendar) -> Answers:
    due = deadline(day, 3, Unit.MO, calendar).isoformat()
    said = {"answer": "情况属实，已经核实。", "promise": "限期办好。", "promiseDue": due}
    answers = [{"question": one["question"], **said} for one in data["questions"]]
    return {"answers": answers, "written": "要", "recorder": name(902)}


def _reply(data: Data, _day: date, _calendar: Calendar) -> Answers:
    replies = [{"question": one["question"], "reply": "已责成物业公司整改。"} for one in data["answers"]]
    return {"replies": replies, "drafter": name(904)}


def _list(_data: Data, day: date, calendar: Calendar) -> Answers:
    due = deadline(day, 2, Unit.MO, calendar).isoformat()
    said = {"unit": "D-build", "measure": "查明原因，限期改好。", "pace": "限期整改", "due": due}
    return {"list": [{"issue": issue, **said} for issue in ISSUES]}


def _looked(data: Data, day: date, _calendar: Calendar) -> Answers:
    finding = "已解决" if data["round"] == 2 else "部分解决"
    rows = [{"issue": one["issue"], "state": one["state"], "finding": finding, "note": None} for one in data["results"]]
    return {"checkedOn": day.isoformat(), "checkers": 3, "checkRows": rows}


WRITTEN = {"Q03": _consent, "Q04": _notice, "Q07": _record, "Q09": _reply, "Q10": _list, "Q12": _looked}
USUAL: Mapping[str, Answers] = {
    "Q01": {
        "topic": "物业管理", "category": "物业管理", "background": "三个小区物业服务质量下降，居民多次反映。",
        "targetKind": "街道科室、站所", "target": "D-build", "waysWanted": ["约谈", "询问", "现场会办"],
        "questions": [{"question": "物业服务合同怎么监管"}, {"question": "公共收益为什么不公示"}],
        "proposers": [{"name": name(906)}, {"name": name(1100)}, {"name": name(1101)}], "relatedCases": [],
    },
    "Q02": {"relevant": "是", "judicial": "不涉及", "duplicate": "不重复", "review": "立项"},
    "Q04A": {"answer": "按时出席", "attendee": "规划建设办公室负责人"},
    "Q05": {"visitedOn": TODAY, "visitors": 3, "findings": "走访二十户，反映集中在电梯和公共收益。"},
    "Q05B": {"materials": "已逐条核实，情况说明附后。"},
    "Q06S": {
        "attendance": "主要负责人到会", "attendeeName": name(904), "deputiesPresent": 3, "heldOn": TODAY,
    },
    "Q06A": {"talkNotes": "逐项说明情况。", "talkPersons": 1},
    "Q06B": {"askNotes": "代表逐条询问，应询单位逐条回答。", "observers": 12},
    "Q06C": {"site": "望江花园", "jointUnits": "城市管理办公室、消防站", "siteNotes": "当场明确责任。"},
    "Q09S": {"signer": name(903), "signerPost": "主要负责人", "signed": True},
    "Q11R": {"state": "已整改", "measure": "已按要求办理。", "progress": "现场照片附后。"},
    "Q13": {"voteDay": TODAY, "members": MEMBERS, "presentNow": PRESENT},
}  # fmt: skip
