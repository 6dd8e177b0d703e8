"""What the officers of the demonstration answer, element by element, from the invented nominations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from processes.rules.grids import even_cuts
from services.demo.nominees import Fate, Nominee
from services.demo.place import DEPARTMENTS

Data = Mapping[str, Any]
Answers = dict[str, Any]

MEMBERS, PRESENT = 60, 52
PASSED, REJECTED = (45, 4, 3), (20, 28, 4)
NOT_TODAY = None


@dataclass(frozen=True)
class Book:
    """The nominations by unit and place; answers are None where the officers let a term run out."""

    nominees: tuple[Nominee, ...]

    def answer(self, element: str, data: Data, today: date) -> Answers | None:
        """What is written into the form of a task; KeyError for an element nobody thought of."""
        return _ANSWERS[element](self, data, today)

    def of(self, person: Mapping[str, Any]) -> Nominee:
        """The nomination behind a candidate's record."""
        found = (one for one in self.nominees if one.unit == person["unit"] and one.name == person["name"])
        return next(found)

    def in_unit(self, unit: str) -> list[Nominee]:
        """The nominations of a community, in the order they are registered."""
        return [one for one in self.nominees if one.unit == unit]


def start(today: date, seats: int) -> Answers:
    """The start form of a nomination."""
    begin = date(today.year + 1, 1, 1)
    return {
        "kind": "首次推选",
        "termNo": 1,
        "seats": seats,
        "unitSeats": 0,
        "termFrom": begin.isoformat(),
        "termTo": date(begin.year + 5, 1, 1).isoformat(),
        "conditions": "拥护中国共产党的领导，遵纪守法，品行良好，有议事能力，热心公益，在群众中有威信。",
    }


def objection(candidate: Mapping[str, Any], notice_end: date, today: date) -> Answers:
    """The start form of an objection."""
    return {
        "candidateNo": candidate["id"],
        "noticeEnd": notice_end.isoformat(),
        "receivedOn": today.isoformat(),
        "realName": True,
        "objector": "居民代表",
        "channel": "来信",
        "hasFacts": True,
        "content": f"反映{candidate['name']}所填经历与实际不符，请核实。",
    }


def resignation(today: date) -> Answers:
    """The start form of a resignation."""
    return {
        "deputyName": "王明",
        "certNo": "永中议聘〔2026〕001-001",
        "unitCode": "U01",
        "ground": "辞职",
        "appliedOn": today.isoformat(),
        "groundNote": "工作调动，迁往外区，本人书面提出辞职。",
        "termTo": date(today.year + 5, 1, 1).isoformat(),
    }


# --- preparing ---


def _plan(book: Book, data: Data, today: date) -> Answers:
    return {
        "planDate": today.isoformat(),
        "planNo": f"中山路工委〔{today.year}〕12号",
        "leadGroup": "组长：街道党工委书记；副组长：人大街道工委主任；成员：党政办、党群办、各社区党组织书记。",
        "structureDemand": "妇女、专业技术人员和基层群众应有适当比例，每个社区至少一名。",
        "approval": "批准",
    }


def _quota(book: Book, data: Data, today: date) -> Answers:
    rows = data["proposal"]["rows"]
    return {"quota": [{key: row[key] for key in ("code", "name", "population", "seats")} for row in rows]}


# --- in the communities ---


def _announce(book: Book, data: Data, today: date) -> Answers:
    return {
        "place": f"{data['unit']['name']}居务公开栏",
        "announcedOn": today.isoformat(),
        "nominateUntil": (today + timedelta(days=10)).isoformat(),
        "contact": f"{data['unit']['name']}居委会 023-00000000",
    }


def _nominate(book: Book, data: Data, today: date) -> Answers:
    rows = [{"name": n.name, "way": n.way, "nominator": _nominator(n)} for n in book.in_unit(data["unit"]["code"])]
    return {"rows": rows}


def _nominator(one: Nominee) -> str:
    by = {"党组织": f"{one.unit_name}党委", "联名": "居民联名", "单位": "辖区单位", "自荐": "本人"}
    return by[one.way]


def _register(book: Book, data: Data, today: date) -> Answers:
    one = book.of(data["candidate"])
    return {
        "idNo": one.id_no,
        "gender": one.gender,
        "ethnicity": "土家族" if one.number % 17 == 0 else "汉族",
        "birth": one.birth.isoformat(),
        "nationality": "中国",
        "rights": "是",
        "education": ("大学", "大专", "高中或中专")[one.number % 3],
        "occupation": ("教师", "社区工作者", "医生", "店主", "工程师", "骑手")[one.number % 6],
        "post": "",
        "sector": one.sector,
        "party": one.party,
        "baseFlag": one.grassroots,
        "npcDeputy": "不是",
        "residence": f"{one.unit_name}{one.number + 1}号",
        "grid": f"{one.unit_name}第1网格",
        "since": date(today.year - 2 - one.number % 9, 3, 1).isoformat(),
        "phone": f"1390000{one.number:04}",
        "resume": "长期在本社区居住或工作，参加社区议事和志愿服务。",
        "reason": "熟悉情况，愿意为居民说话办事。",
    }


def _sign(book: Book, data: Data, today: date) -> Answers:
    one = book.of(data["candidate"])
    count = 9 if one.fate is Fate.NINE_SIGNATURES else 12
    return {
        "signers": [
            {
                "name": f"居民{one.number + 1}之{n}",
                "idLast4": f"{one.number % 100:02}{n:02}",
                "phone": "",
                "address": one.unit_name,
                "signedAt": today.isoformat(),
                "resident": True,
                "verified": True,
            }
            for n in range(1, count + 1)
        ]
    }


def _let_pass(book: Book, data: Data, today: date) -> Answers | None:
    return NOT_TODAY


def _consent(book: Book, data: Data, today: date) -> Answers:
    return {"consent": "同意", "consentOn": today.isoformat()}


def _assembly(book: Book, data: Data, today: date) -> Answers:
    votes = []
    for row in data["answers"]:
        if row["ready"]:
            one = book.of({"unit": data["unit"]["code"], "name": row["name"]})
            cast = REJECTED if one.fate is Fate.VOTED_DOWN else PASSED
            votes.append({"id": row["id"], "name": row["name"], **_votes(cast)})
    return {"meetingDay": today.isoformat(), **_meeting(), "votes": votes}


def _meeting() -> Answers:
    return {"totalMembers": MEMBERS, "present": PRESENT, "chair": "社区党委书记", "recorder": "居委会委员"}


def _votes(cast: tuple[int, int, int]) -> Answers:
    return dict(zip(("votesFor", "against", "abstain"), cast, strict=True))


def _choose(book: Book, data: Data, today: date) -> Answers:
    """Somebody nominated in two communities stays where the nomination was meant to succeed."""
    second = next(one.unit for one in book.nominees if one.fate is Fate.TWICE)
    kept = next(one["id"] for one in data["double"]["people"] if f"-{second}-" not in one["id"])
    return {"kept": kept, "choseOn": today.isoformat(), "choiceRecord": "本人签字"}


# --- reviews ---


def _first_review(book: Book, data: Data, today: date) -> Answers:
    fate = book.of(data["candidate"]).fate
    reason = {Fate.TWICE: "重复推荐", Fate.EIGHT_MONTHS: "居住或工作不满一年"}.get(fate)
    answers = {"firstReviewer": "工委干事", "firstReviewedOn": today.isoformat()}
    if fate is Fate.INCOMPLETE:
        return {**answers, "firstResult": "补正", "failReason": "材料不齐", "firstNote": "请补充居住证明。"}
    if reason is None:
        return {**answers, "firstResult": "通过"}
    return {**answers, "firstResult": "不通过", "failReason": reason, "firstNote": "材料核实的情况与登记表不一致。"}


def _opinion(book: Book, data: Data, today: date) -> Answers:
    one = book.of(data["candidate"])
    opposing = DEPARTMENTS[one.number % len(DEPARTMENTS)][0]
    if one.fate is Fate.OPPOSED and data["dept"]["code"].endswith(opposing):
        return {"result": "不同意", "basis": "有未了结的违法记录。", "signer": "分管负责人"}
    return {"result": "同意", "signer": "分管负责人"}


def _inform(book: Book, data: Data, today: date) -> Answers:
    reasons = {Fate.TWICE: "重复推荐", Fate.EIGHT_MONTHS: "不符合条件"}
    return {
        "informReason": reasons.get(book.of(data["candidate"]).fate, "联审未通过"),
        "informedOn": today.isoformat(),
        "informedTo": "推荐社区和本人",
        "substitute": "不另荐",
    }


# --- notice and objections ---


def _post(book: Book, data: Data, today: date) -> Answers:
    return {
        "postedOn": today.isoformat(),
        "place": f"{data['unit']['name']}居务公开栏",
        "objectionPhone": "人大街道工委办公室 023-00000001",
    }


def _kept(book: Book, data: Data, today: date) -> Answers:
    return {"kept": "全程张贴"}


def _checked(book: Book, data: Data, today: date) -> Answers:
    return {"progress": "完成", "checkResult": "已向社区、单位和本人核实。"}


def _defence(book: Book, data: Data, today: date) -> Answers:
    return {"defenceOn": today.isoformat(), "defence": "本人作了说明，并提交了证明材料。"}


def _finding(book: Book, data: Data, today: date) -> Answers:
    upheld = book.of(data["candidate"]).fate is Fate.OBJECTED
    return {
        "finding": "成立" if upheld else "不成立",
        "findingReason": "反映的问题属实。" if upheld else "反映的问题与事实不符。",
        "decidedOn": today.isoformat(),
    }


def _reply(book: Book, data: Data, today: date) -> Answers:
    return {"repliedOn": today.isoformat(), "replyWay": "书面", "reply": "反映的问题已核实，现将结果告知。"}


# --- deciding and installing ---


def _decide(book: Book, data: Data, today: date) -> Answers:
    clear = [(one["id"], book.of(one).fate) for one in data["clear"]]
    return {
        "decisionKind": "确定名单",
        "meetingDate": today.isoformat(),
        "attendance": "应到9人，实到9人",
        "documentNo": f"中山路工委纪要〔{today.year}〕8号",
        "chosen": [number for number, fate in clear if fate is Fate.CONFIRMED],
    }


def _file(book: Book, data: Data, today: date) -> Answers:
    return {"filingNo": f"永中人工委〔{today.year}〕6号", "filedOn": today.isoformat(), "filingNote": "附公示情况。"}


def _receipt(book: Book, data: Data, today: date) -> Answers:
    return {"receipt": "已备案", "receiptNo": f"永人备〔{today.year}〕15号", "receiptOn": today.isoformat()}


def _groups(book: Book, data: Data, today: date) -> Answers:
    """The officers keep the number of groups proposed, and share the communities out evenly among them."""
    codes = [row["code"] for row in data["quota"]]
    plan = data["plan"]["groups"]
    cuts = even_cuts(len(codes), len(plan))
    rows = [
        {"no": group["no"], "title": group["title"], "units": codes[begin:end]}
        for group, (begin, end) in zip(plan, cuts, strict=True)
    ]
    return {"groups": rows}


def _officers(book: Book, data: Data, today: date) -> Answers:
    members = [one["id"] for one in data["deputies"] if one["unit"] in data["group"]["units"]]
    return {"leader": members[0], "viceLeaders": members[1:3], "officersOn": today.isoformat()}


def _grids(book: Book, data: Data, today: date) -> Answers:
    return {"gridDecision": "同意安排"}


def _train(book: Book, data: Data, today: date) -> Answers:
    count = len(data["deputies"])
    return {
        "trainedOn": today.isoformat(),
        "trained": count,
        "topics": "政策法规、议事规则、履职方法",
        "filesReady": True,
    }


_ANSWERS: dict[str, Callable[[Book, Data, date], Answers | None]] = {
    "N01": _plan,
    "N02": _quota,
    "N11": _announce,
    "N12": _nominate,
    "N12a": _register,
    "N12b": _sign,
    "N13B": _let_pass,
    "N14": _consent,
    "N15": _assembly,
    "N19U": _choose,
    "N20": _first_review,
    "N21T": _opinion,
    "N23": _inform,
    "N25": _post,
    "N25C": _kept,
    "N26a": _checked,
    "N26b": _defence,
    "N26c": _finding,
    "N26d": _reply,
    "N29": _decide,
    "N32": _file,
    "N32W": _receipt,
    "N33": _groups,
    "N34T": _officers,
    "N35": _grids,
    "N36": _train,
}
