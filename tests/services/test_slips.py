"""A ballot survives its bytes: it is judged the same before and after, and every ballot of a round has one size."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from processes.rules.ballot import CHOICES, EQUAL, FREE, RANK, REVIEW, judge
from services.ballots import slips

IDS = [f"项目{n}" for n in range(9)]
SEATS = 4


@st.composite
def cards(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Any ballot somebody could write, good or bad."""
    mode = draw(st.sampled_from([FREE, EQUAL, RANK, REVIEW]))
    ids = draw(st.lists(st.sampled_from(IDS), unique=mode == RANK, max_size=12))
    marks: list[Any] = ids
    if mode == RANK:
        marks = [{"id": one, "rank": draw(st.integers(1, 300))} for one in ids]
    elif mode != FREE:
        marks = [{"id": one, "choice": draw(st.sampled_from(CHOICES[mode]))} for one in ids]
    flaws = {name: draw(st.booleans()) for name in ("illegible", "identified")}
    return mode, {"marks": marks, "channel": draw(st.sampled_from(["paper", "phone"])), **flaws}


@given(cards())
def test_a_ballot_is_judged_the_same_after_its_bytes(card: tuple[str, dict[str, Any]]) -> None:
    mode, ballot = card
    content = slips.pack(mode, IDS, ballot)
    assert len(content) == len(IDS) + 1
    again = slips.unpack(mode, IDS, content)
    assert again["channel"] == ballot["channel"]
    before, after = judge(ballot, mode, IDS, SEATS), judge(again, mode, IDS, SEATS)
    assert (before["valid"], before["abstention"], before["marks"], before["struck"]) == (
        after["valid"],
        after["abstention"],
        after["marks"],
        after["struck"],
    )


@given(cards())
def test_two_officers_read_the_same_words_from_the_same_bytes(card: tuple[str, dict[str, Any]]) -> None:
    mode, ballot = card
    assert slips.words(mode, {one: one for one in IDS}, slips.pack(mode, IDS, ballot))
