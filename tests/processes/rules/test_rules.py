from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.rules import RULES, RuleError

A1 = [11800, 9600, 8900, 8400, 7900, 7300, 6800, 6400, 5900, 5500, 5100, 4700]
A1 += [4300, 3900, 3500, 3100, 2700, 2300, 2000, 1700, 1400, 1200, 900, 700]


def call(name: str, **arguments: Any) -> Any:
    return RULES[name].call(arguments)


def units(populations: list[int]) -> list[dict[str, Any]]:
    return [{"code": f"U{n:02}", "name": f"第{n}社区", "population": p} for n, p in enumerate(populations, 1)]


def seats(populations: list[int], total: int, taken: int = 0) -> list[int]:
    result = call("quota", units=units(populations), seats=total, unitSeats=taken)
    return [row["seats"] for row in result["rows"]]


def people(counts: list[int]) -> list[dict[str, str]]:
    return [{"id": f"P{n:02}-{k}", "unit": f"U{n:02}"} for n, count in enumerate(counts, 1) for k in range(count)]


class TestQuota:
    def test_a1(self) -> None:
        assert seats(A1, 70) == [6, 5, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1]

    def test_a1_with_unit_seats(self) -> None:
        assert seats(A1, 70, 10) == [5, 4, 4, 4, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1]

    def test_ties_go_to_the_larger_population_then_to_the_code(self) -> None:
        assert seats([100, 100, 100], 4) == [2, 1, 1]
        assert seats([300, 100], 4) == [3, 1]  # remainders 0 and 1/2: 300·2/400 = 1.5, 100·2/400 = 0.5
        assert seats([100, 300], 4) == [1, 3]

    def test_a_row_explains_itself(self) -> None:
        row = call("quota", units=units(A1), seats=Decimal(70))["rows"][0]
        assert row["base"] + row["byPopulation"] + row["byRemainder"] == row["seats"] == 6

    @pytest.mark.parametrize(
        "bad",
        [
            {"units": units([1, 2, 3]), "seats": 2},
            {"units": units([0, 0]), "seats": 5},
            {"units": [], "seats": 5},
            {"units": units([1]) * 2, "seats": 5},
            {"units": [{"code": "a", "population": -1}], "seats": 5},
            {"units": [{"code": "a", "population": Decimal("1.5")}], "seats": 5},
            {"units": [{"population": 3}], "seats": 5},
            {"units": "x", "seats": 5},
            {"units": units([1]), "seats": True},
        ],
    )
    def test_unfit_data_is_refused_with_a_sentence(self, bad: dict[str, Any]) -> None:
        with pytest.raises(RuleError) as refused:
            call("quota", **bad)
        assert str(refused.value.message)

    @given(st.lists(st.integers(0, 50_000), min_size=1, max_size=40).filter(any), st.integers(0, 200))
    def test_sum_and_order(self, populations: list[int], more: int) -> None:
        total = len(populations) + more
        given_ = seats(populations, total)
        assert sum(given_) == total
        assert min(given_) >= 1
        ranked = sorted(zip(populations, given_, strict=True))
        assert all(a[1] <= b[1] for a, b in pairwise(ranked) if a[0] < b[0])

    @given(st.lists(st.integers(1, 50_000), min_size=2, max_size=30), st.integers(0, 100))
    def test_every_unit_keeps_its_exact_quotient(self, populations: list[int], more: int) -> None:
        rest, total = more, sum(populations)
        for population, got in zip(populations, seats(populations, len(populations) + more), strict=True):
            assert population * rest // total <= got - 1 <= -(-population * rest // total)

    def test_edited_table(self) -> None:
        rows = call("quota", units=units(A1), seats=70)["rows"]
        assert call("quotaCheck", quota=rows, seats=70) == {"ok": True, "total": 70, "missing": 0, "without": []}
        rows[0] = {**rows[0], "seats": 5}
        assert call("quotaCheck", quota=rows, seats=70)["missing"] == 1
        rows[23] = {**rows[23], "seats": 0}
        assert call("quotaCheck", quota=rows, seats=70)["without"] == ["U24"]

    def test_the_seats_of_organisations_come_on_top_of_their_units(self) -> None:
        rows = call("quota", units=units(A1), seats=70, unitSeats=10)["rows"]
        hosts = [
            {"name": "中学", "unit": "U01", "seats": 4},
            {"name": "医院", "unit": "U01", "seats": 1},
            {"name": "公司", "unit": "U24", "seats": 5},
        ]
        table = call("quotaTable", quota=rows, seats=70, unitSeats=10, organisations=hosts)
        assert table["ok"] and table["problems"] == [] and table["total"] == 70
        assert sum(row["seats"] for row in table["rows"]) == 70
        assert [row["areaSeats"] for row in table["rows"]] == [row["seats"] for row in rows]
        first, last = table["rows"][0], table["rows"][23]
        assert (first["areaSeats"], first["unitSeats"], first["seats"]) == (5, 5, 10)
        assert first["organisations"] == ["中学", "医院"]
        assert (last["areaSeats"], last["unitSeats"], last["seats"]) == (1, 5, 6)
        for wrong in (hosts[:2], [*hosts[:2], {**hosts[2], "unit": "U99"}], [{**hosts[0], "seats": 6}, *hosts[1:]]):
            found = call("quotaTable", quota=rows, seats=70, unitSeats=10, organisations=wrong)
            assert not found["ok"] and len(found["problems"]) == 1

    def test_without_organisations_the_table_is_the_check(self) -> None:
        rows = call("quota", units=units(A1), seats=70)["rows"]
        table = call("quotaTable", quota=rows, seats=70)
        assert table["ok"] and [row["seats"] for row in table["rows"]] == [row["seats"] for row in rows]
        assert not call("quotaTable", quota=rows, seats=71)["ok"]

    def test_shortfall_by_unit(self) -> None:
        quota = [{"code": "U01", "seats": 3}, {"code": "U02", "name": "乙", "seats": 2}, {"code": "U03", "seats": 1}]
        result = call("shortfall", quota=quota, people=people([3, 0, 2]))
        assert (result["ok"], result["missing"], result["excess"]) == (False, 2, 1)
        assert result["rows"] == [{"code": "U02", "name": "乙", "seats": 2, "chosen": 0, "missing": 2}]


class TestStructure:
    def check(self, count: int, low: str = "65/100") -> dict[str, Any]:
        target = [{"label": "基层群众", "count": count, "min": low}]
        result = call("structure", seats=353, people=people([353]), targets=target, units=[{"code": "U01"}])
        assert isinstance(result, dict)
        return result

    def test_hanbin_65_percent_of_353_is_230(self) -> None:
        assert self.check(230)["ok"]
        short = self.check(229)
        assert not short["ok"]
        assert short["shares"][0]["percent"] == "64.87%"
        assert short["problems"] == ["基层群众占比 64.87%，要求不低于 65.00%"]

    def test_upper_bound_and_shares_from_the_rule_table(self) -> None:
        target = [{"label": "党员", "count": 46, "max": {"numerator": 65, "denominator": 100}}]
        result = call("structure", seats=70, people=people([70]), targets=target)
        assert not result["ok"]  # 46 · 100 > 65 · 70
        target[0]["count"] = 45
        assert call("structure", seats=70, people=people([70]), targets=target)["ok"]

    def test_number_and_units(self) -> None:
        result = call("structure", seats=4, people=people([2, 0, 1]), targets=[], units=units([1, 1, 1]))
        assert result["unitsWithout"] == ["U02"]
        assert result["problems"] == ["应确定 4 人，现为 3 人", "第2社区没有人选"]
        assert not result["enough"]


class TestGroups:
    QUOTA = (6, 5, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1)

    def groups(self, *sizes: int) -> list[dict[str, Any]]:
        codes = [u["code"] for u in units(A1)]
        starts = [sum(sizes[:n]) for n in range(len(sizes))]
        return [
            {"no": n, "units": codes[s : s + size]}
            for n, (s, size) in enumerate(zip(starts, sizes, strict=True), start=1)
        ]

    def check(self, groups: list[dict[str, Any]]) -> dict[str, Any]:
        result = call("groupingCheck", groups=groups, units=units(A1), unitsMin=4, unitsMax=6)
        assert isinstance(result, dict)
        return result

    def test_a3_sizes(self) -> None:
        assert self.check(self.groups(5, 5, 5, 5, 4))["ok"]
        refused = self.check(self.groups(6, 6, 6, 3, 3))
        assert len(refused["problems"]) == 2
        assert refused["problems"][0] == "第4小组有 3 个单位，应为 4 至 6 个"

    def test_forgotten_doubled_and_unknown_units(self) -> None:
        groups = self.groups(5, 5, 5, 5, 4)
        groups[0]["units"][0] = "U02"
        groups[1]["units"][0] = "U99"
        assert self.check(groups)["problems"] == [
            "第1社区没有编组",
            "第6社区没有编组",
            "第2社区编了 2 次",
            "没有“U99”这个单位",
        ]

    def test_proposal_for_a1_passes_the_check(self) -> None:
        made = call("grouping", units=units(A1), people=people(list(self.QUOTA)), groups=5, unitsMin=4, unitsMax=6)
        assert self.check(made["groups"])["ok"]
        assert sum(g["deputies"] for g in made["groups"]) == 70
        assert made["groups"][0]["title"] == "第1小组"
        assert len({m for g in made["groups"] for m in g["members"]}) == 70

    def test_deputies_of_organisations_join_the_smallest_groups(self) -> None:
        crowd = [*people([3, 1]), {"id": "X", "unit": "school"}, {"id": "Y", "unit": "hospital"}]
        made = call("grouping", units=units([1, 1]), people=crowd, groups=2, unitsMin=1, unitsMax=1)["groups"]
        assert [g["members"] for g in made] == [["P01-0", "P01-1", "P01-2"], ["P02-0", "X", "Y"]]

    def test_impossible_sizes_are_refused(self) -> None:
        with pytest.raises(RuleError):
            call("grouping", units=units(A1), people=[], groups=7, unitsMin=4, unitsMax=6)

    @given(st.integers(1, 6), st.data())
    def test_no_other_cut_is_more_even(self, groups: int, data: st.DataObject) -> None:
        count = data.draw(st.integers(groups, min(groups * 3, 9)))
        sizes = data.draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
        made = call("grouping", units=units(sizes), people=people(sizes), groups=groups, unitsMin=1, unitsMax=3)
        cost = sum(g["deputies"] ** 2 for g in made["groups"])
        assert cost == min(sum(sum(run) ** 2 for run in cut) for cut in cuts(sizes, groups))

    def test_officers(self) -> None:
        members = [f"P{n}" for n in range(14)]
        fine = {"members": members, "leader": "P1", "viceLeaders": ["P2", "P3"]}
        assert call("officersCheck", **fine) == {"ok": True, "problems": []}
        assert not call("officersCheck", **{**fine, "leader": "X"})["ok"]
        assert not call("officersCheck", **{**fine, "leader": "P2"})["ok"]
        assert not call("officersCheck", **{**fine, "viceLeaders": ["P2"]})["ok"]
        votes = [{"id": "P1", "votes": 8}, {"id": "P2", "votes": 8}, {"id": "P3", "votes": 7}]
        judged = call("officersCheck", **fine, votes=votes)
        assert judged["problems"] == ["“P3”得 7 票，未超过 14 名组员的要求比例"]


def cuts(sizes: list[int], groups: int) -> list[list[list[int]]]:
    if groups == 1:
        return [[sizes]] if 1 <= len(sizes) <= 3 else []
    return [[sizes[:n], *rest] for n in (1, 2, 3) if n < len(sizes) for rest in cuts(sizes[n:], groups - 1)]


class TestGrids:
    def places(self, counts: list[int]) -> list[dict[str, str]]:
        return [{"code": f"G{n:02}-{k:02}", "unit": f"U{n:02}"} for n, c in enumerate(counts, 1) for k in range(c)]

    def test_a3_zhongshanlu(self) -> None:
        deputies, places = people(list(TestGroups.QUOTA)), self.places([23] * 6 + [22] * 18)
        assert (len(deputies), len(places)) == (70, 534)
        made = call("grids", people=deputies, grids=places)
        loads = [len(r["grids"]) for r in made["rows"]]
        assert (loads.count(8), loads.count(7)) == (44, 26)
        assert call("gridsCheck", plan=made["rows"], grids=places)["ok"]

    def test_a3_changxi(self) -> None:
        deputies, places = people([7] * 5), self.places([6, 6, 6, 5, 5])
        made = call("grids", people=deputies, grids=places)
        loads = [sum(r["grids"] == [g["code"]] for r in made["rows"]) for g in places]
        assert (loads.count(2), loads.count(1)) == (7, 21)
        assert call("gridsCheck", plan=made["rows"], grids=places)["ok"]

    def test_edited_plan(self) -> None:
        places = self.places([2, 2])
        plan = [{"id": "a", "grids": ["G01-00", "G01-01", "G02-00"]}, {"id": "b", "grids": []}]
        judged = call("gridsCheck", plan=plan, grids=places)
        assert judged["uncovered"] == ["G02-01"]
        assert len(judged["problems"]) == 3

    def test_nobody_to_place_is_refused(self) -> None:
        with pytest.raises(RuleError):
            call("grids", people=[], grids=self.places([1]))

    @given(st.integers(1, 60), st.lists(st.integers(1, 20), min_size=1, max_size=12))
    def test_everything_is_covered_and_fair(self, deputies: int, counts: list[int]) -> None:
        places = self.places(counts)
        crowd = [{"id": str(n), "unit": f"U{1 + n % len(counts):02}"} for n in range(deputies)]
        made = call("grids", people=crowd, grids=places)
        assert {c for r in made["rows"] for c in r["grids"]} == {g["code"] for g in places}
        assert all(r["grids"] for r in made["rows"])
        assert made["most"] - made["least"] <= 1
        assert call("gridsCheck", plan=made["rows"], grids=places)["ok"]


def signer(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "idLast4": "123X", **more}


class TestSupport:
    TEN = tuple(signer(f"居民{n}") for n in range(10))

    def verdict(self, *signers: dict[str, Any], **more: Any) -> tuple[str, int]:
        result = call("signatures", nominee=signer("张三"), signers=list(signers), minimum=10, **more)
        return result["verdict"], result["valid"]

    def test_ten_are_enough_nine_are_returned_none_is_refused(self) -> None:
        assert self.verdict(*self.TEN) == ("ok", 10)
        assert self.verdict(*self.TEN[:9]) == ("return", 9)
        assert self.verdict(signer("甲", resident=False)) == ("reject", 0)

    def test_signatures_that_do_not_count(self) -> None:
        nine = self.TEN[:9]
        assert self.verdict(*nine, signer("居民0")) == ("return", 9)
        assert self.verdict(*nine, signer("居民0", idLast4="0000")) == ("ok", 10)
        assert self.verdict(*nine, signer("张三")) == ("return", 9)
        assert self.verdict(*nine, signer("张三"), selfCounts=True) == ("ok", 10)
        assert self.verdict(*nine, signer("乙", verified=False)) == ("return", 9)

    def test_a_signer_may_support_as_many_as_the_unit_has_seats(self) -> None:
        assert self.verdict(*self.TEN, limit=2, earlier=[signer("居民0")]) == ("ok", 10)
        assert self.verdict(*self.TEN, limit=2, earlier=[signer("居民0")] * 2) == ("return", 9)

    def test_reason_for_every_signature(self) -> None:
        result = call("signatures", nominee=signer("张三"), signers=[signer("张三"), signer("甲")], minimum=10)
        assert [r["verifyResult"] for r in result["results"]] == ["本人", "有效"]

    @pytest.mark.parametrize(
        ("total", "present", "votes", "quorate", "passed"),
        [
            (60, 40, (21, 19, 0), True, True),
            (60, 40, (20, 10, 10), True, False),
            (60, 39, (39, 0, 0), False, False),
            (61, 41, (21, 20, 0), True, True),
            (0, 0, (0, 0, 0), False, False),
        ],
    )
    def test_assembly(self, total: int, present: int, votes: tuple[int, int, int], quorate: bool, passed: bool) -> None:
        yes, no, none = votes
        judged = call("assembly", total=total, present=present, votesFor=yes, against=no, abstain=none)
        assert (judged["ok"], judged["quorate"], judged["passed"]) == (True, quorate, passed)

    def test_counts_that_do_not_fit(self) -> None:
        judged = call("assembly", total=60, present=61, votesFor=61, against=1, abstain=0)
        assert (judged["ok"], judged["passed"], len(judged["problems"])) == (False, False, 2)


class TestRoster:
    def test_duplicates(self) -> None:
        crowd = [{"idNo": "1", "name": "甲"}, {"idNo": "2", "name": "乙"}, {"idNo": "1", "name": "甲"}]
        found = call("duplicates", people=crowd)
        assert (found["ok"], [r["key"] for r in found["rows"]], len(found["rows"][0]["people"])) == (False, ["1"], 2)

    def test_certificate_numbers_are_unique_and_kept(self) -> None:
        crowd = [{"id": "a"}, {"id": "b", "certNo": "永中议聘〔2026〕002"}, {"id": "c"}]
        named = call("certificates", people=crowd, prefix="永中议聘", year=2026)
        assert [p["certNo"] for p in named] == ["永中议聘〔2026〕001", "永中议聘〔2026〕002", "永中议聘〔2026〕003"]


def test_calls_name_missing_and_unknown_parameters() -> None:
    with pytest.raises(RuleError, match="缺少参数：seats"):
        call("quota", units=units([1]))
    with pytest.raises(RuleError, match="没有参数：seat"):
        call("quota", units=units([1]), seats=1, seat=1)


def test_every_rule_has_a_sentence_for_the_designer() -> None:
    assert all(rule.summary for rule in RULES.values())
    assert RULES["signatures"].parameters == ("nominee", "signers", "minimum", "limit", "earlier", "selfCounts")
    assert RULES["signatures"].required == {"nominee", "signers", "minimum"}
