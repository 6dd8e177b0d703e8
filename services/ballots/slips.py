"""A ballot as bytes of one size in its round: one for how it came and what ails it, one for each candidate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from processes.rules.ballot import CHOICES, EQUAL, FREE, RANK, REVIEW

PAPER, ILLEGIBLE, IDENTIFIED = 1, 2, 4
MOST = 255


def pack(mode: str, ids: Sequence[str], ballot: Mapping[str, Any]) -> bytes:
    """The bytes of a ballot {marks, channel?, illegible?, identified?}; what is not on the list is left out."""
    head = PAPER * (ballot.get("channel") == "paper")
    head |= ILLEGIBLE * bool(ballot.get("illegible")) | IDENTIFIED * bool(ballot.get("identified"))
    cells = dict.fromkeys(ids, 0)
    for mark in ballot.get("marks") or []:
        one = mark if isinstance(mark, str) else mark["id"]
        if one in cells:
            cells[one] |= _cell(mode, mark)
    return bytes([head, *cells.values()])


def _cell(mode: str, mark: Any) -> int:
    if mode == FREE:
        return 1
    if mode == RANK:
        return min(int(mark["rank"]), MOST)
    return 1 << CHOICES[mode].index(mark["choice"])


def unpack(mode: str, ids: Sequence[str], content: bytes) -> dict[str, Any]:
    """The ballot as the rules of counting read it."""
    head = content[0]
    marks = [mark for one, cell in zip(ids, content[1:], strict=True) if cell for mark in _marks(mode, one, cell)]
    return {
        "marks": marks,
        "channel": "paper" if head & PAPER else "phone",
        "illegible": bool(head & ILLEGIBLE),
        "identified": bool(head & IDENTIFIED),
    }


def _marks(mode: str, one: str, cell: int) -> list[Any]:
    if mode == FREE:
        return [one]
    if mode == RANK:
        return [{"id": one, "rank": cell}]
    return [{"id": one, "choice": word} for bit, word in enumerate(CHOICES[mode]) if cell & 1 << bit]


def words(mode: str, titles: Mapping[str, str], content: bytes) -> str:
    """What a ballot says, for two officers who compare what they read."""
    ballot = unpack(mode, list(titles), content)
    if ballot["illegible"]:
        return "无法辨认"
    if ballot["identified"]:
        return "有可以认出投票人的记号"
    said = [_said(mode, titles, mark) for mark in ballot["marks"]]
    return "、".join(said) or "一项没选"


def _said(mode: str, titles: Mapping[str, str], mark: Any) -> str:
    if mode == FREE:
        return titles[mark]
    more = mark["rank"] if mode == RANK else mark["choice"]
    return f"{titles[mark['id']]}（{more}）"


LINES = frozenset({EQUAL, REVIEW})
