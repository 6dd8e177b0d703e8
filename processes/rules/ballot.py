"""One ballot: what it says and whether it counts (V-D2 of the project vote)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from processes.rules.values import Row, RuleError, rows, text, whole
from processes.text import T, Text

FREE, EQUAL, RANK, REVIEW = "差额", "等额", "排序", "测评"
CHOICES = {EQUAL: ("赞成", "反对", "弃权"), REVIEW: ("满意", "基本满意", "不满意", "弃权")}
CHANNELS = ("paper", "phone")


def validity(ballot: Any, mode: Any, candidates: Any, seats: Any = 0) -> dict[str, Any]:
    """Judge one ballot of the mode 差额, 等额, 排序 or 测评: more marks than places make it void, no mark abstains.

    A ballot is {marks, illegible?, identified?, channel?}. 差额: marks are ids. 排序: {id, rank}, 1 is first. 等额 and
    测评: {id, choice} with one of 赞成|反对|弃权 or 满意|基本满意|不满意|弃权; two words on one line void it.
    A mark for what is not on the list is void and not counted against the places (选举法 44 by analogy). Gives
    {valid, abstention, reason, marks: what counts, in the order of the list, struck: ids of void marks}.
    """
    word, listed, places = mode_of(mode), ids_of(candidates), whole(seats, "seats")
    if not isinstance(ballot, dict):
        raise RuleError(T("选票应为一组数据"))
    return judge(ballot, word, listed, places)


def mode_of(value: Any) -> str:
    """One of the four modes, or RuleError."""
    if value not in (FREE, EQUAL, RANK, REVIEW):
        raise RuleError(T("表决方式应为差额、等额、排序或测评，现为“{value}”", value=value))
    return str(value)


def ids_of(candidates: Any) -> list[str]:
    """The ids of a candidate list; RuleError when it is empty or one stands on it twice."""
    ids = [text(row, "id", "candidates") for row in rows(candidates, "candidates")]
    if not ids or len(set(ids)) < len(ids):
        raise RuleError(T("候选名单为空或有重复"))
    return ids


def judge(ballot: Row, mode: str, listed: list[str], places: int) -> dict[str, Any]:
    """`validity` over arguments already read."""
    if ballot.get("illegible"):
        return _void(T("无法辨认"))
    if ballot.get("identified"):
        return _void(T("有可以认出投票人的记号"))
    return _READERS[mode](ballot, mode, listed, places)


def _void(reason: Text) -> dict[str, Any]:
    return {"valid": False, "abstention": False, "reason": str(reason), "marks": [], "struck": []}


def _counted(marks: list[Any], struck: list[str]) -> dict[str, Any]:
    return {"valid": True, "abstention": not marks, "reason": "", "marks": marks, "struck": struck}


def _free(ballot: Row, mode: str, listed: list[str], places: int) -> dict[str, Any]:
    found = _list(ballot)
    if not all(isinstance(m, str) for m in found):
        raise RuleError(T("差额票上的每个记号应为候选编号"))
    chosen, known = set(found), set(listed)
    marks = [i for i in listed if i in chosen]
    if len(marks) > places:
        return _void(T("选了 {found} 个，多于应选的 {places} 个", found=len(marks), places=places))
    return _counted(marks, sorted(chosen - known))


def _rank(ballot: Row, mode: str, listed: list[str], places: int) -> dict[str, Any]:
    found = [(text(m, "id", "marks"), whole(m.get("rank"), "rank")) for m in rows(_list(ballot), "marks")]
    known = [(i, rank) for i, rank in found if i in set(listed)]
    if len({i for i, _ in known}) < len(known):
        return _void(T("同一项目填了两个序号"))
    if len({rank for _, rank in known}) < len(known):
        return _void(T("同一序号填了两个项目"))
    if any(not 1 <= rank <= places for _, rank in known):
        return _void(T("序号应在 1 至 {places} 之间", places=places))
    order = {i: n for n, i in enumerate(listed)}
    marks = [{"id": i, "rank": rank} for i, rank in sorted(known, key=lambda m: order[m[0]])]
    return _counted(marks, sorted({i for i, _ in found} - set(listed)))


def _lines(ballot: Row, mode: str, listed: list[str], places: int) -> dict[str, Any]:
    found = [(text(m, "id", "marks"), _word(m, mode)) for m in rows(_list(ballot), "marks")]
    times = Counter(i for i, _ in dict.fromkeys(found))
    words = dict(found)
    marks = [{"id": i, "choice": words[i]} for i in listed if times[i] == 1]
    struck = [i for i in listed if times[i] > 1] + sorted(set(times) - set(listed))
    return {**_counted(marks, struck), "abstention": all(m["choice"] == "弃权" for m in marks)}


def _word(mark: Row, mode: str) -> str:
    if mark.get("choice") not in CHOICES[mode]:
        raise RuleError(
            T("每一行应填{words}之一，现为“{value}”", words="、".join(CHOICES[mode]), value=mark.get("choice"))
        )
    return str(mark["choice"])


def _list(ballot: Row) -> list[Any]:
    found = ballot.get("marks")
    if found is not None and not isinstance(found, list):
        raise RuleError(T("选票上的记号应为列表"))
    return list(found or [])


_READERS: dict[str, Callable[[Row, str, list[str], int], dict[str, Any]]] = {
    FREE: _free,
    RANK: _rank,
    EQUAL: _lines,
    REVIEW: _lines,
}
