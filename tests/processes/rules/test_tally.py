"""The count of a vote: V-D2, V-D3, V-D4, 差额 and quorum, with the figures of the places they come from."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.rules import RULES, RuleError

EIGHT = [{"id": c, "title": f"项目{c}"} for c in "ABCDEFGH"]
A7_VOTES = {"A": 28, "B": 27, "C": 25, "D": 24, "E": 22, "F": 19, "G": 19, "H": 10}
ROOM = {"members": 35, "signedIn": 31, "issued": 31}


def call(name: str, **arguments: Any) -> Any:
    return RULES[name].call(arguments)


def lines(votes: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"id": i, "votes": n} for i, n in votes.items()]


def a7(**changes: Any) -> Any:
    counted = {"returned": 31, "valid": 29, "invalid": 2, "abstained": 0, "lines": lines(A7_VOTES)}
    given_ = {"mode": "差额", "candidates": EIGHT, "seats": 6, "base": "all", "counted": counted, **ROOM}
    return call("tally", **{**given_, **changes})


def pair(first: Any, f: int, g: int, abstained: int, issued: int = 31) -> dict[str, Any]:
    """The arguments of a round between F and G after `first`."""
    both = f + g + abstained
    return {
        "mode": "差额",
        "candidates": [EIGHT[5], EIGHT[6]],
        "seats": 6,
        "base": "plurality",
        "members": 35,
        "signedIn": 31,
        "issued": issued,
        "earlier": first if isinstance(first, list) else [first],
        "counted": {
            "returned": both,
            "valid": both,
            "invalid": 0,
            "abstained": abstained,
            "lines": lines({"F": f, "G": g}),
        },
    }


class TestA7:
    def test_first_round_fills_five_and_names_the_tie(self) -> None:
        found = a7()
        assert found["elected"] == list("ABCDE") and found["tied"] == ["F", "G"]
        assert (found["placesLeft"], found["shortfall"], found["void"], found["ok"]) == (1, 0, False, True)
        assert sum(v["votes"] for v in found["votes"]) == 174 == 29 * 6
        assert "有效 29 张 + 无效 2 张 = 收回 31 张" in [e["text"] for e in found["equations"]]

    def test_second_round_elects_f_by_votes(self) -> None:
        found = call("tally", **pair(a7(), 16, 14, 1))
        assert found["round"] == 2 and found["places"] == 1 and found["baseNumber"] == 0
        assert found["elected"] == ["F"] and found["allElected"] == list("ABCDEF")
        assert found["placesLeft"] == 0 and found["abstained"] == 1

    def test_e1_a_second_tie_elects_nobody_by_order(self) -> None:
        first = a7()
        second = call("tally", **pair(first, 15, 15, 1))
        third = call("tally", **pair([first, second], 15, 15, 0, issued=30))
        assert second["tied"] == third["tied"] == ["F", "G"] and third["round"] == 3
        assert second["elected"] == third["elected"] == [] and third["placesLeft"] == 1

    def test_e2_more_returned_than_issued_is_void_and_not_counted(self) -> None:
        found = a7(returned=32)
        assert found["void"] and not found["ok"] and found["votes"] == [] and found["elected"] == []
        assert {"text": "收回 32 张 ≤ 发出 31 张", "holds": False} in found["equations"]
        assert found["placesLeft"] == 6

    def test_a_void_round_takes_no_place(self) -> None:
        assert a7(earlier=[a7(returned=32)])["elected"] == list("ABCDE")

    def test_nobody_is_in_when_the_count_does_not_reconcile(self) -> None:
        counted = {"returned": 31, "valid": 30, "invalid": 2, "abstained": 0, "lines": lines(A7_VOTES)}
        found = a7(counted=counted)
        assert not found["ok"] and not found["void"] and found["elected"] == [] and found["tied"] == []

    def test_one_line_may_not_have_more_votes_than_ballots(self) -> None:
        votes = {**A7_VOTES, "A": 30, "B": 25}
        counted = {"returned": 31, "valid": 29, "invalid": 2, "abstained": 0, "lines": lines(votes)}
        assert not a7(counted=counted)["ok"]

    def test_the_majority_of_those_present_lets_more_in_than_that_of_all(self) -> None:
        votes = {"A": 17, "B": 18}
        counted = {"returned": 31, "valid": 31, "invalid": 0, "abstained": 0, "lines": lines(votes)}
        assert a7(counted=counted)["elected"] == ["B"]
        assert a7(counted=counted)["shortfall"] == 5
        assert a7(counted=counted, base="present")["elected"] == ["B", "A"]

    def test_a_stranger_on_the_sheet_is_refused(self) -> None:
        with pytest.raises(RuleError, match="候选名单以外"):
            a7(counted={"returned": 1, "valid": 1, "lines": lines({"Z": 1})})

    def test_ballots_or_figures_but_not_both(self) -> None:
        with pytest.raises(RuleError, match="只有一样"):
            a7(ballots=[])


class TestBallot:
    def judge(self, marks: Any, mode: str = "差额", seats: int = 2, **more: object) -> Any:
        ballot = {"marks": marks, **more}
        return call("validity", ballot=ballot, mode=mode, candidates=EIGHT[:4], seats=seats)

    def test_e4_one_mark_too_many(self) -> None:
        found = self.judge(["A", "B", "C"])
        assert not found["valid"] and found["reason"] == "选了 3 个，多于应选的 2 个"

    def test_e4_no_mark_abstains_and_is_valid(self) -> None:
        assert self.judge([]) == {"valid": True, "abstention": True, "reason": "", "marks": [], "struck": []}

    def test_e4_both_words_on_a_line_void_that_line_only(self) -> None:
        marks = [{"id": "A", "choice": "赞成"}, {"id": "A", "choice": "反对"}, {"id": "B", "choice": "赞成"}]
        found = self.judge(marks, "等额")
        assert found["valid"] and found["struck"] == ["A"] and found["marks"] == [{"id": "B", "choice": "赞成"}]

    def test_a_mark_beside_the_list_is_void_and_takes_no_place(self) -> None:
        found = self.judge(["Z", "B", "A"])
        assert found["valid"] and found["marks"] == ["A", "B"] and found["struck"] == ["Z"]

    @pytest.mark.parametrize("flag", ["illegible", "identified"])
    def test_unreadable_or_marked_by_the_voter(self, flag: str) -> None:
        flags: dict[str, Any] = {flag: True}
        assert not self.judge(["A"], **flags)["valid"]

    @pytest.mark.parametrize(
        ("ranks", "valid"),
        [
            ({"A": 1, "B": 2}, True),
            ({"A": 1, "B": 1}, False),
            ({"A": 3}, False),
            ({"A": 0}, False),
            ({"B": 2}, True),
            ({"Z": 1, "B": 1}, True),
        ],
    )
    def test_priority_numbers(self, ranks: dict[str, int], valid: bool) -> None:
        found = self.judge([{"id": i, "rank": r} for i, r in ranks.items()], "排序")
        assert found["valid"] is valid

    def test_the_same_project_twice_with_numbers(self) -> None:
        assert not self.judge([{"id": "A", "rank": 1}, {"id": "A", "rank": 2}], "排序")["valid"]

    def test_words_other_than_the_printed_ones_are_refused(self) -> None:
        with pytest.raises(RuleError, match="赞成"):
            self.judge([{"id": "A", "choice": "满意"}], "等额")


class TestCountedFromBallots:
    def count(self, ballots: list[dict[str, Any]], mode: str = "差额", seats: int = 2, **more: Any) -> Any:
        given_ = {"members": 9, "signedIn": 9, "issued": 9, "base": "plurality", **more}
        return call("tally", mode=mode, candidates=EIGHT[:3], seats=seats, ballots=ballots, **given_)

    def test_paper_and_phone_in_one_count(self) -> None:
        papers: list[dict[str, Any]] = [
            {"marks": ["A"]},
            {"marks": ["A", "B"], "channel": "phone"},
            {"marks": [], "channel": "phone"},
        ]
        found = self.count([*papers, {"marks": ["A", "B", "C"]}])
        row = found["votes"][0]
        assert (row["votes"], row["paper"], row["phone"]) == (2, 1, 1)
        assert (found["valid"], found["invalid"], found["abstained"], found["returned"]) == (3, 1, 1, 4)

    def test_e4_equal_mode_reconciles_line_by_line(self) -> None:
        def paper(*words: str) -> dict[str, Any]:
            return {"marks": [{"id": i, "choice": w} for i, w in zip("AABC", words, strict=True)]}

        found = self.count([paper("赞成", "反对", "赞成", "弃权"), paper("赞成", "赞成", "反对", "赞成")], "等额", 3)
        a, b, c = found["votes"]
        assert (a["votes"], a["against"], a["abstained"], a["voided"]) == (1, 0, 0, 1)
        assert (b["votes"], b["against"], c["votes"], c["abstained"]) == (1, 1, 1, 1)
        assert found["ok"]

    def test_priority_numbers_count_by_points(self) -> None:
        papers = [{"marks": [{"id": i, "rank": n} for n, i in enumerate(order, 1)]} for order in ("AB", "BA", "BC")]
        found = self.count(papers, "排序")
        assert [(v["id"], v["points"]) for v in found["votes"]] == [("A", 3), ("B", 5), ("C", 1)]
        assert found["elected"] == ["B", "A"]

    def test_satisfaction_by_project(self) -> None:
        words = ["满意"] * 4 + ["基本满意"] * 2 + ["不满意"] * 3
        papers = [{"marks": [{"id": "A", "choice": w}, {"id": "B", "choice": "不满意"}]} for w in words]
        found = self.count(papers, "测评", 0, base="all")
        assert [v["verdict"] for v in found["votes"]] == ["基本满意", "不满意", "不满意"]
        assert found["votes"][2]["abstained"] == 9


class TestSatisfaction:
    def test_a10_first_and_second_vote(self) -> None:
        assert call("satisfaction", base=19, satisfied=4, basic=5, dissatisfied=10)["verdict"] == "不满意"
        assert call("satisfaction", base=19, satisfied=6, basic=8, dissatisfied=5)["verdict"] == "基本满意"

    def test_exactly_half_is_a_matter_of_the_place(self) -> None:
        half = {"base": 34, "satisfied": 17, "basic": 0, "dissatisfied": 17}
        assert call("satisfaction", **half)["verdict"] == "不满意"
        assert call("satisfaction", **half, halfIsPass=True)["verdict"] == "满意"

    def test_nobody_voted_is_no_consent(self) -> None:
        assert (
            call("satisfaction", base=0, satisfied=0, basic=0, dissatisfied=0, halfIsPass=True)["verdict"] == "不满意"
        )

    def test_more_words_than_people(self) -> None:
        with pytest.raises(RuleError, match="多于基数"):
            call("satisfaction", base=3, satisfied=2, basic=1, dissatisfied=1)


class TestDifferential:
    @pytest.mark.parametrize(("seats", "needed"), [(4, 5), (5, 6), (6, 8), (7, 9), (10, 12), (24, 29)])
    def test_a6(self, seats: int, needed: int) -> None:
        assert call("differential", candidates=needed, seats=seats)["ok"]
        short = call("differential", candidates=needed - 1, seats=seats)
        assert not short["ok"] and short["lacking"] == 1 and short["needed"] == needed

    def test_the_message_names_both_ways_out(self) -> None:
        found = call("differential", candidates=7, seats=6)
        assert found["equation"] == "5×7=35 < 6×6=36"
        assert "还少 1 个候选项目（至少要 8 个），或者把应选数减到 5 个" in found["message"]

    @given(st.integers(0, 300), st.integers(1, 200), st.integers(0, 9), st.integers(1, 9))
    def test_exact_and_honest(self, found: int, seats: int, up: int, down: int) -> None:
        margin = {"numerator": up, "denominator": down}
        said = call("differential", candidates=found, seats=seats, margin=margin)
        assert said["ok"] is (down * (found - seats) >= up * seats)
        assert said["ok"] is (said["lacking"] == 0)
        assert call("differential", candidates=said["needed"], seats=seats, margin=margin)["ok"]
        if said["seatsPossible"]:
            assert call("differential", candidates=found, seats=said["seatsPossible"], margin=margin)["ok"]
        assert not call("differential", candidates=found, seats=said["seatsPossible"] + 1, margin=margin)["ok"]


class TestQuorum:
    @pytest.mark.parametrize(("threshold", "needed"), [("1/2", 18), ("2/3", 24)])
    def test_a7_room(self, threshold: str, needed: int) -> None:
        assert call("quorum", members=35, present=31, threshold=threshold)["needed"] == needed
        assert call("quorum", members=35, present=needed, threshold=threshold)["ok"]
        assert call("quorum", members=35, present=needed - 1, threshold=threshold)["missing"] == 1

    def test_exactly_the_share_only_when_the_place_says_so(self) -> None:
        assert not call("quorum", members=30, present=20, threshold="2/3")["ok"]
        assert call("quorum", members=30, present=20, threshold="2/3", inclusive=True)["ok"]

    def test_more_present_than_members(self) -> None:
        assert not call("quorum", members=3, present=4)["ok"]


class TestOfficers:
    FIVE = (("甲", "总监票人"), ("乙", "监票人"), ("丙", "监票人"), ("丁", "计票人"), ("戊", "计票人"))

    def judge(self, *more: tuple[str, str], **others: Any) -> Any:
        officers = [{"name": n, "duty": d, "unit": "望江社区"} for n, d in (*self.FIVE, *more)]
        return call("countOfficers", officers=officers, **others)

    def test_one_two_two(self) -> None:
        assert self.judge() == {"ok": True, "problems": []}

    def test_a_second_chief_and_a_double_duty(self) -> None:
        assert self.judge(("乙", "总监票人"))["problems"] == ["“乙”担任了两项", "总监票人应为 1 人，现为 2 人"]

    def test_too_few(self) -> None:
        assert self.judge(counters=3)["problems"] == ["计票人至少 3 人，现为 2 人"]

    def test_nobody_with_a_stake(self) -> None:
        assert "提出过候选项目" in self.judge(proposers=["丁", ""])["problems"][0]
        assert len(self.judge(ownerUnits=["望江社区"])["problems"]) == 5


# --- laws, whatever the ballots say ---

marks = st.lists(st.sampled_from("ABCDEFGHZ"), max_size=9)
papers = st.lists(
    st.fixed_dictionaries(
        {"marks": marks, "channel": st.sampled_from(["paper", "phone"])}, optional={"illegible": st.booleans()}
    ),
    max_size=40,
)


@given(papers, st.integers(1, 8), st.sampled_from(["all", "present", "plurality"]), st.integers(0, 5), st.randoms())
def test_a_count_reconciles_and_knows_no_order(ballots: Any, seats: int, base: str, absent: int, random: Any) -> None:
    room = {"members": len(ballots) + absent, "signedIn": len(ballots), "issued": len(ballots), "seats": seats}
    found = call("tally", mode="差额", candidates=EIGHT, base=base, ballots=ballots, **room)
    assert found["ok"] and found["valid"] + found["invalid"] == found["returned"] == len(ballots)
    assert sum(v["votes"] for v in found["votes"]) <= found["valid"] * seats
    assert all(v["votes"] == v["paper"] + v["phone"] for v in found["votes"])
    votes = {v["id"]: v["votes"] for v in found["votes"]}
    out = set(votes) - set(found["elected"])
    majority = {i for i in votes if 2 * votes[i] > found["baseNumber"]}
    assert set(found["elected"]) <= majority and set(found["tied"]) <= majority
    assert len(found["elected"]) + found["placesLeft"] == seats
    assert all(votes[i] > votes[o] for i in found["elected"] for o in out & majority)
    assert len({votes[i] for i in found["tied"]}) <= 1
    assert not found["tied"] or len(found["tied"]) > found["placesLeft"] > 0
    assert found["tied"] or (majority >= set(found["elected"]) and len(found["elected"]) == min(seats, len(majority)))
    other = list(ballots)
    random.shuffle(other)
    mixed = random.sample(EIGHT, len(EIGHT))
    again = call("tally", mode="差额", candidates=mixed, base=base, ballots=other, **room)
    assert set(again["elected"]) == set(found["elected"]) and set(again["tied"]) == set(found["tied"])


@given(papers, st.integers(1, 8), st.integers(0, 40))
def test_a_round_is_void_exactly_when_more_came_back(ballots: Any, seats: int, issued: int) -> None:
    room = {"members": 60, "signedIn": 60, "issued": issued, "seats": seats}
    found = call("tally", mode="差额", candidates=EIGHT, ballots=ballots, **room)
    assert found["void"] is (len(ballots) > issued)
    assert not found["void"] or (found["votes"] == [] and found["elected"] == [])


@given(papers, st.integers(1, 8))
def test_figures_counted_by_hand_give_what_the_ballots_give(ballots: Any, seats: int) -> None:
    room = {"members": 60, "signedIn": 60, "issued": 50, "seats": seats, "mode": "差额", "candidates": EIGHT}
    found = call("tally", ballots=ballots, **room)
    counted = {name: found[name] for name in ("returned", "valid", "invalid", "abstained")}
    assert call("tally", counted={**counted, "lines": found["votes"]}, **room) == found


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.integers(0, 100), st.booleans())
def test_satisfaction_never_needs_a_float(good: int, fair: int, bad: int, none: int, half: bool) -> None:
    base = good + fair + bad + none
    found = call(
        "satisfaction", base=base, satisfied=good, basic=fair, dissatisfied=bad, abstained=none, halfIsPass=half
    )
    against = bad + none
    if found["verdict"] == "满意":
        assert good - (fair + against) >= (0 if half else 1)
    elif found["verdict"] == "基本满意":
        assert good + fair - against >= (0 if half else 1)
    else:
        assert good + fair == 0 or good + fair - against <= (-1 if half else 0)
