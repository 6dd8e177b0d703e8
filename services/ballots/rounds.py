"""A round of ballots: opened by a diagram or by hand, begun, ended; who may do what in it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from processes.expressions import from_json, to_json
from processes.rules.ballot import FREE, RANK, ids_of, mode_of
from processes.rules.values import rows as table_rows
from processes.rules.values import whole
from processes.text import T, Text
from services import history
from services.ballots.rules import AgainstRule, Rule, frozen, table
from services.desk import Desk
from services.errors import Conflict, Invalid, NotAllowed, NotFound
from services.roles import AT_DISTRICT
from services.store import ballots as rows
from services.store import people
from services.store.json import dumps, loads

RUNS = frozenset({"teller", "snc_clerk", "snc_director"})
KINDS: dict[str, Text] = {
    "projects": T("民生实事项目"),
    "satisfaction": T("满意度测评"),
    "officers": T("小组推选"),
}
STATES: dict[str, tuple[Text, str]] = {
    "prepared": (T("签到发票"), "wait"),
    "voting": (T("投票开放中"), "doing"),
    "counting": (T("投票已截止，正在计票"), "doing"),
    "closed": (T("计票完毕"), "done"),
    "void": (T("本轮无效，选票封存"), "stuck"),
}
DUTIES: dict[str, Text] = {"chief": T("总监票人"), "scrutineer": T("监票人"), "counter": T("计票人")}
MOST_CANDIDATES, MOST_PLACES = 500, 254


@dataclass(frozen=True)
class Round:
    """state: prepared, voting, counting, closed or void; `places` is how many marks a ballot may carry."""

    id: int
    key: str
    attempt: int
    case_id: int | None
    street_id: int
    kind: str
    title: str
    mode: str
    places: int
    state: str
    code: str
    papers: int | None
    opened_at: datetime
    ended_at: datetime | None
    closed_at: datetime | None
    body: Mapping[str, Any]
    origin: str

    @property
    def candidates(self) -> list[dict[str, Any]]:
        """Rows {id, title, hint?} in the order of the ballot."""
        return list(self.body["candidates"])

    @property
    def ids(self) -> list[str]:
        """The candidates' ids in the order of the ballot."""
        return [row["id"] for row in self.body["candidates"]]

    @property
    def titles(self) -> dict[str, str]:
        """Words by id."""
        return {row["id"]: row["title"] for row in self.body["candidates"]}

    def rule(self, name: str) -> Rule:
        """A rule as it stood when the round was opened."""
        return Rule(**self.body["rules"][name])


@lru_cache(maxsize=256)
def _body(text: str) -> Mapping[str, Any]:
    """Shared by all who read it; nobody writes into it."""
    found: Mapping[str, Any] = from_json(loads(text))
    return found


def read(row: Any) -> Round:
    """A round from its row; NotFound when there is none."""
    if row is None:
        raise NotFound()
    return Round(
        row.id, row.key, row.attempt, row.case_id, row.street_id, row.kind, row.title, row.mode, row.places, row.state,
        row.code, row.papers, row.opened_at, row.ended_at, row.closed_at, _body(row.body), row.origin,
    )  # fmt: skip


# --- opening ---


def open(desk: Desk, street: Any, payload: Mapping[str, Any], origin: str, case_id: int | None = None) -> int | None:
    """Open a round at a street (its unit row) with the arguments of the effect `ballot`; None when it is open already.

    The roll is frozen now: all who hold a post of the place's `ballotVoters` in the street, or `roles` at `unit`, or
    the `voters` named by login. RuleError when candidates, mode or seats do not fit.
    """
    given = {name: value for name, value in payload.items() if value is not None}
    unit = _unit(desk, street, given.get("unit"))
    mode, listed = mode_of(given.get("mode")), _candidates(given.get("candidates"))
    earlier = table_rows(given.get("earlier") or [], "earlier")
    places = whole(given.get("seats", 0), "seats") - sum(len(one.get("elected") or []) for one in earlier)
    if mode in (FREE, RANK) and not 0 < places <= MOST_PLACES:
        raise Invalid({"seats": T("应选数应在 1 至 {most} 之间", most=MOST_PLACES)})
    place = table(desk, street)
    voters = _voters(desk, street, unit, given, place.parameters["ballotVoters"].value)
    body = {
        "key": given.get("key") or origin, "candidates": listed, "seats": given.get("seats", 0),
        "base": given.get("base") or "all",
        "members": max(whole(given.get("members", 0), "members"), len(voters)), "present": given.get("present"),
        "earlier": earlier, "halfIsPass": bool(given.get("halfIsPass")), "rules": frozen(place),
        "ownerUnits": _names(given.get("ownerUnits")), "proposers": _names(given.get("proposers")),
        "print": _fingerprint(voters), "street": street.name,
    }  # fmt: skip
    kind = given.get("kind") if given.get("kind") in KINDS else "projects"
    head = {"key": str(given.get("key") or origin), "kind": kind, "title": str(given.get("title") or "")[:200]}
    row = {**head, "origin": origin, "attempt": 1, "case_id": case_id, "street_id": street.id, "mode": mode}
    return _written(desk, {**row, "places": max(places, 0), "body": dumps(to_json(body))}, voters)


def _written(desk: Desk, row: dict[str, Any], voters: Sequence[Mapping[str, Any]]) -> int | None:
    found = rows.add_round(desk.db, {**row, "state": "prepared", "opened_at": desk.now})
    if found is None:
        return None
    rows.add_roll(desk.db, [{"round_id": found, **voter} for voter in voters])
    record(desk, row["case_id"], "ballot", T("准备投票：{title}，名册 {n} 人", title=row["title"], n=len(voters)))
    return found


def again(desk: Desk, round: Round) -> int | None:
    """The same vote once more with the same roll and officers, after a void round that no case repeats."""
    voters = [{"person_id": v.person_id, "name": v.name, "unit": v.unit} for v in rows.roll(desk.db, round.id)]
    origin, _, _ = round.origin.partition("#")
    row = {
        "key": round.key, "kind": round.kind, "title": round.title, "case_id": round.case_id, "mode": round.mode,
        "street_id": round.street_id, "places": round.places, "body": dumps(to_json(dict(round.body))),
        "attempt": round.attempt + 1, "origin": f"{origin}#{round.attempt + 1}",
    }  # fmt: skip
    found = _written(desk, row, voters)
    for officer in rows.officers(desk.db, round.id) if found else ():
        assert found is not None
        rows.set_officer(desk.db, found, officer.person_id, officer.name, officer.duty)
    return found


def _unit(desk: Desk, street: Any, wanted: Any) -> Any:
    if not wanted:
        return street
    code = wanted.get("code") if isinstance(wanted, Mapping) else wanted
    found = people.unit(desk.db, str(code))
    if found is None or not found.path.startswith(street.path):
        raise Invalid({"unit": T("没有编码为“{code}”的单位", code=code)})
    return found


def _candidates(given: Any) -> list[dict[str, Any]]:
    listed = table_rows(given, "candidates")
    ids_of(listed)
    if len(listed) > MOST_CANDIDATES:
        raise Invalid({"candidates": T("候选太多")})
    kept = ("ownerUnit", "proposers", "login")
    return [
        {"id": row["id"], "title": str(row.get("title") or row.get("name") or row["id"]), "hint": row.get("hint") or ""}
        | {name: row[name] for name in kept if row.get(name)}
        for row in listed
    ]


def _names(given: Any) -> list[str]:
    many = given if isinstance(given, list) else [given]
    return [str(one.get("code") or one.get("name") if isinstance(one, Mapping) else one) for one in many if one]


def _voters(desk: Desk, street: Any, unit: Any, given: Mapping[str, Any], usual: Sequence[str]) -> list[dict[str, Any]]:
    if given.get("voters"):
        logins = [str(one.get("login") if isinstance(one, Mapping) else one) for one in given["voters"]]
        return [{"person_id": p.id, "name": p.name, "unit": ""} for p in rows.named(desk.db, logins)]
    roles = [str(role) for role in given.get("roles") or usual]
    above = [int(part) for part in street.path.split("/") if part] if AT_DISTRICT & set(roles) else []
    found = rows.electorate(desk.db, roles, unit.path, [one for one in above if one != street.id])
    return [{"person_id": p.id, "name": p.name, "unit": p.unit} for p in found]


def _fingerprint(voters: Sequence[Mapping[str, Any]]) -> str:
    """Eight characters to read aloud: the roll that was frozen is the roll that is used."""
    text = "\n".join(f"{v['person_id']} {v['name']}" for v in voters)
    return hashlib.sha256(text.encode()).hexdigest()[:8].upper()


def record(desk: Desk, case_id: int | None, code: str, what: Text, detail: str = "") -> None:
    """A line in the case's history; never about a single voter."""
    if case_id is not None:
        history.record(desk, case_id, history.Act(code, what, detail=detail))


# --- who may ---


def runs(desk: Desk, round: Round) -> bool:
    """True for those who stand at the desk of the meeting: tellers, the committee's staff, officers."""
    return desk.actor.system or _staff(desk, round.street_id) or duty(desk, round.id) is not None


def _staff(desk: Desk, street_id: int) -> bool:
    path = people.unit_by_id(desk.db, street_id).path
    return any(post.role in RUNS and path.startswith(post.path) for post in desk.actor.posts)


def duty(desk: Desk, round_id: int) -> str | None:
    """The actor's duty in a round."""
    return next((o.duty for o in rows.officers(desk.db, round_id) if o.person_id == desk.actor.person_id), None)


def officer(desk: Desk, round: Round) -> None:
    """NotAllowed for whoever has no duty in this round: only its officers count."""
    if not desk.actor.system and duty(desk, round.id) is None:
        raise NotAllowed(T("只有本轮的监票计票人员可以计票。"))


def seen(desk: Desk, round_id: int) -> Round:
    """A round as whoever is on its roll or at its desk may see it; NotFound for everybody else."""
    round = read(rows.round_of(desk.db, round_id))
    if not runs(desk, round) and rows.voter(desk.db, round_id, desk.actor.person_id or 0) is None:
        raise NotFound()
    return round


def kept(desk: Desk, round_id: int, *states: str) -> Round:
    """A round locked for somebody at its desk, in one of these states (Conflict when it is in another)."""
    seen(desk, round_id)
    round = read(rows.locked(desk.db, round_id))
    if not runs(desk, round):
        raise NotAllowed()
    if round.state not in states:
        raise Conflict(T("这一轮现在是“{state}”，不能这样办。", state=STATES[round.state][0]))
    return round


def listed(desk: Desk, limit: int = 50) -> list[Round]:
    """The rounds this person votes in or stands at the desk of, newest first."""
    paths = [post.path for post in desk.actor.posts if post.role in RUNS]
    streets = [unit.id for unit in people.all_units(desk.db, "street") if any(unit.path.startswith(p) for p in paths)]
    return [read(row) for row in rows.rounds_for(desk.db, desk.actor.person_id, streets, limit)]


def listed_by(desk: Desk, street: str, key: str) -> list[Round]:
    """The rounds of a street with this key, oldest first."""
    unit = people.unit(desk.db, street)
    return [read(row) for row in rows.with_key(desk.db, unit.id, key)] if unit is not None else []


# --- officers ---


def at_hand(desk: Desk, round: Round) -> list[tuple[str, str]]:
    """Login and name of those who may be asked to count: tellers of the street and deputies on the roll."""
    street = people.unit_by_id(desk.db, round.street_id)
    return [(row.login, row.name) for row in rows.helpers(desk.db, round.id, street.path)]


def _person(desk: Desk, round: Round, words: str) -> Any:
    """By login, or by the name of somebody at hand when only one is called so."""
    found = people.person(desk.db, words)
    if found is None:
        logins = [login for login, name in at_hand(desk, round) if name == words]
        found = people.person(desk.db, logins[0]) if len(logins) == 1 else None
    if found is None or not found.active:
        raise Invalid({"login": T("没有登录名或姓名为“{login}”的在岗人员", login=words)})
    return found


def appoint(desk: Desk, round_id: int, login: str, task: str) -> None:
    """Make a person chief, scrutineer or counter of a round; AgainstRule for those with a stake in a candidate.

    `login` may also be the name of a teller or deputy, where only one is called so.
    """
    round = kept(desk, round_id, "prepared", "voting", "counting")
    if task not in DUTIES:
        raise Invalid({"duty": T("请选择职责")})
    person = _person(desk, round, login.strip())
    stake = _stake(desk, round, person)
    if stake is not None:
        raise AgainstRule(stake, round.rule("ballotOfficers"))
    chief = next((o for o in rows.officers(desk.db, round_id) if o.duty == "chief"), None)
    if task == "chief" and chief is not None and chief.person_id != person.id:
        raise Invalid({"duty": T("总监票人已经是{name}", name=chief.name)})
    rows.set_officer(desk.db, round_id, person.id, person.name, task)


def _stake(desk: Desk, round: Round, person: Any) -> Text | None:
    """Why this person must not count: unit staff of a candidate, proposer of one, or a candidate."""
    street = people.unit_by_id(desk.db, round.street_id)
    owners = {one for row in round.candidates for one in _names(row.get("ownerUnit"))} | set(round.body["ownerUnits"])
    for words in sorted(owners):
        unit = rows.unit_named(desk.db, words, street.path)
        if unit is not None and rows.posts_at(desk.db, person.id, unit.path):
            return T("{name}是承办单位{unit}的人，不能监票计票。", name=person.name, unit=unit.name)
    proposers = {one for row in round.candidates for one in _names(row.get("proposers"))} | set(round.body["proposers"])
    if proposers & {person.login, person.name}:
        return T("{name}提出过候选项目，不能监票计票。", name=person.name)
    if any(person.login in (row["id"], row.get("login")) for row in round.candidates):
        return T("{name}是候选人，不能监票计票。", name=person.name)
    return None


def dismiss(desk: Desk, round_id: int, person: int) -> None:
    """Take a duty away again before the result stands."""
    kept(desk, round_id, "prepared", "voting", "counting")
    rows.drop_officer(desk.db, round_id, person)


# --- beginning and ending ---


def begin(desk: Desk, round_id: int) -> str:
    """Open the voting; gives the code that is shown at the meeting. Needs enough officers (AgainstRule)."""
    round = kept(desk, round_id, "prepared")
    needed = round.rule("ballotTellers")
    found = rows.officers(desk.db, round_id)
    if len(found) < int(needed.words) or not any(o.duty == "chief" for o in found):
        told = T("监票计票人员至少 {n} 人、其中总监票人 1 人，现有 {found} 人。", n=needed.words, found=len(found))
        raise AgainstRule(told, needed)
    code = f"{secrets.randbelow(10**6):06d}"
    rows.change(desk.db, round_id, state="voting", code=code)
    record(desk, round.case_id, "ballot", T("开始投票：{title}", title=round.title))
    return code


def fits(round: Round, code: str) -> bool:
    """Is this the code of the meeting."""
    return bool(round.code) and hmac.compare_digest(round.code.encode(), code.strip().encode())


def end(desk: Desk, round_id: int) -> None:
    """End the voting: from now on no ballot is taken, by phone or on paper."""
    round = kept(desk, round_id, "voting")
    issued = any(v.channel == "paper" and v.issued for v in rows.roll(desk.db, round_id))
    rows.change(desk.db, round_id, state="counting", ended_at=desk.now, papers=None if issued else 0)
    record(desk, round.case_id, "ballot", T("投票截止：{title}", title=round.title))
