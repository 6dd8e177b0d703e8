"""Three wrong ballots as the hall hears them: what was wrong, the rule in its own words, and its source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services import ballots
from tests.services.test_ballots import Hall, marks
from tests.services.town import Town

ONCE = "规则：每名代表只投一票，签到时定下纸质票或手机票一种方式，不得代投（来源：默认）。"


def told(act: Callable[[], Any]) -> str:
    with pytest.raises(ballots.AgainstRule) as refusal:
        act()
    return str(refusal.value.message)


def test_an_over_marked_ballot(town: Town) -> None:
    hall = Hall(town, 3)
    hall.phones(["d0"], hall.begin())
    assert told(lambda: hall.cast("d0", marks("ABCDEFG"))) == (
        "您选了 7 项，最多选 6 项。规则：每张选票所选的多于应选数的作废，等于或者少于应选数的有效；"
        "同一行选了两种意见的，该行无效（来源：参照选举法第四十四条）。"
    )


def test_a_33rd_ballot_of_32_issued(town: Town) -> None:
    hall = Hall(town, 33)
    hall.begin()
    for n in range(32):
        hall.check_in(f"d{n}", "paper")
        hall.give(f"d{n}")
    assert told(lambda: hall.give("d0")) == (
        "代表000已领过票。签到 32 人、发出 32 张，没有多的票。规则：发出的选票不多于签到人数，每人只发一张（来源：默认）。"
    )
    hall.act("jian", ballots.end)
    hall.act("jian", ballots.count_papers, 32)
    assert told(lambda: hall.act("cha", ballots.enter_paper, {33: {"marks": ["A"]}})).endswith(
        "规则：收回的选票多于发出的，整轮作废，重新投票；等于或者少于发出的有效（来源：参照选举法第四十四条）。"
    )


def test_a_second_vote_by_phone_after_paper(town: Town) -> None:
    hall = Hall(town, 3)
    hall.begin()
    hall.check_in("d0", "paper")
    hall.give("d0")
    assert told(lambda: hall.cast("d0", ["A"])) == "您签到时定的是纸质票，不能再用手机投一次。" + ONCE
    assert told(lambda: hall.check_in("d0", "phone")).endswith("已领纸质票，不能再用手机投票。" + ONCE)
