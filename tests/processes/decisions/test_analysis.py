"""Gaps, overlaps and rows that never count."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random

import pytest

from processes.decisions.analysis import gaps_and_overlaps
from tests.processes.decisions.build import env, one, table


def look(
    inputs: Sequence[str], rows: Sequence[Sequence[str]], hit: str = "UNIQUE", output: str = "x"
) -> list[tuple[str, str]]:
    decisions = one("d", table(inputs, [output], rows, hit))
    [(_, found)] = decisions.tables()
    return [(finding.rule, str(finding.message)) for finding in gaps_and_overlaps(found)]


def test_a_complete_table_has_nothing_to_say() -> None:
    assert look(["n:number"], [["< 5", "1"], ["[5..10]", "2"], ["> 10", "3"]]) == []


def test_a_hole_between_ranges_is_named() -> None:
    assert look(["n:number"], [["< 5", "1"], ["> 5", "2"]]) == [("dmn-gap", "决策表“d”没有一行管到：n 5")]
    assert look(["n:number"], [["<= 5", "1"], [">= 6", "2"]]) == [("dmn-gap", "决策表“d”没有一行管到：n (5..6)")]


def test_whole_numbers_and_days_have_no_holes_between_neighbours() -> None:
    assert look(["n:integer"], [["<= 5", "1"], [">= 6", "2"]]) == []
    rows = [['<= date("2026-02-28")', "1"], ['>= date("2026-03-01")', "2"]]
    assert look(["d:date"], rows) == []


def test_a_default_output_closes_every_gap() -> None:
    assert look(["n"], [["> 5", "1"]], output="x=0") == []


def test_collecting_tables_may_have_gaps() -> None:
    assert look(["n"], [["> 5", "1"], ["> 6", "2"]], "COLLECT") == []


def test_allowed_values_bound_the_question() -> None:
    assert look(['k:string:"甲","乙"'], [['"甲"', "1"], ['"乙"', "2"]]) == []
    assert look(["k:string"], [['"甲"', "1"], ['"乙"', "2"]]) == [
        ("dmn-gap", '决策表“d”没有一行管到：k not("甲", "乙")')
    ]
    assert look(["n:number:[0..100]"], [["< 60", "1"], [">= 60", "2"]]) == []


def test_booleans_are_two() -> None:
    assert look(["b:boolean"], [["true", "1"]]) == [("dmn-gap", "决策表“d”没有一行管到：b false")]
    assert look(["b"], [["true", "1"], ["false", "2"]]) == []


def test_overlaps_name_both_rows_and_the_place() -> None:
    rows = [["< 10", '"a"', "1"], ["> 5", '"a"', "2"], ["-", 'not("a")', "3"]]
    found = look(["n", "k"], rows)
    assert ("dmn-overlap", '决策表“d”第 1 行与第 2 行重叠：n (5..10)，k "a"') in found
    assert len([rule for rule, _ in found if rule == "dmn-overlap"]) == 1
    assert not [rule for rule, _ in found if rule == "dmn-gap"]


def test_gaps_in_two_dimensions() -> None:
    rows = [["< 10", "true", "1"], [">= 10", "-", "2"]]
    assert look(["n:number", "b:boolean"], rows) == [("dmn-gap", "决策表“d”没有一行管到：n < 10，b false")]


def test_a_row_behind_an_earlier_one_is_unreachable() -> None:
    found = look(["n"], [["> 5", "1"], ["> 7", "2"], ["-", "3"]], "FIRST")
    assert found == [("dmn-unreachable", "决策表“d”第 2 行被别的行完全遮住，永远轮不到")]


def test_two_rows_together_can_hide_a_third() -> None:
    found = look(["n"], [["< 5", "1"], [">= 5", "2"], ["[1..9]", "3"]], "FIRST")
    assert [rule for rule, _ in found] == ["dmn-unreachable"]


def test_priority_hides_rows_of_lower_rank() -> None:
    rows = [["> 7", '"低"'], ["> 5", '"高"'], ["<= 5", '"低"']]
    found = look(["n"], rows, "PRIORITY", 'x|"高","低"')
    assert found == [("dmn-unreachable", "决策表“d”第 1 行被别的行完全遮住，永远轮不到")]


def test_an_impossible_cell_is_told() -> None:
    assert "dmn-unreachable" in {rule for rule, _ in look(["n"], [["[5..3]", "1"], ["-", "2"]], "FIRST")}
    found = look(["n:number:[0..10]"], [["> 10", "1"], ["<= 10", "2"]])
    assert ("dmn-unreachable", "决策表“d”第 1 行永远不会命中") in found


def test_cells_that_need_data_are_admitted_not_guessed() -> None:
    found = look(["n"], [["> limit", "1"], ["<= limit", "2"]])
    assert [rule for rule, _ in found] == ["dmn-unexamined", "dmn-unexamined"]
    found = look(["n"], [["> limit", "1"], ["> 5", "2"]])
    assert "dmn-gap" not in {rule for rule, _ in found}
    found = look(["n", "k"], [["< limit", '"a"', "1"], ["-", '"b"', "2"]])
    assert ("dmn-gap", '决策表“d”没有一行管到：k not("a", "b")') in found


def test_questions_about_the_input_are_understood() -> None:
    rows = [["? > 3 and ? < 9", "1"], ["? <= 3 or ? >= 9", "2"]]
    assert look(["n"], rows) == []


def test_the_same_question_twice_is_one() -> None:
    assert look(["n", "n"], [["> 5", "-", "1"], ["-", "<= 5", "2"]]) == []


def test_null_counts_only_where_a_cell_speaks_of_it() -> None:
    assert look(["n"], [["null", "1"], ["< 5", "2"], [">= 5", "3"]]) == []
    assert look(["k"], [['"a"', "1"], ['not("a")', "2"], ["null", "3"]])[0][0] == "dmn-overlap"


def test_huge_tables_stop_instead_of_hanging() -> None:
    inputs = [f"n{i}:number" for i in range(12)]
    rows = [[("> " + str(j * 7 + i)) if (i + j) % 3 else "-" for i in range(12)] + [str(j)] for j in range(40)]
    assert "dmn-unexamined" in {rule for rule, _ in look(inputs, rows)}


CELLS = [
    "-", "< 3", "<= 3", "> 3", ">= 7", "[3..7]", "(3..7)", "[3..7)", "3", "3, 5", "not(3)", "not([3..7])", "< 3, > 7",
    "? > 3 and ? < 7", "[5..3]",
]  # fmt: skip
WORDS = ["-", '"甲"', '"甲","乙"', 'not("乙")', 'not("甲","乙")', '"丙"']
POINTS = [({"n": Decimal(n) / 2, "k": k}) for n in range(-2, 20) for k in ("甲", "乙", "丙", "别的")]


@pytest.mark.parametrize("seed", range(120))
def test_the_report_agrees_with_taking_the_decision_everywhere(seed: int) -> None:
    """Every table's report beside what its rows do at every kind of input there is."""
    chance = Random(seed)
    rows = [[chance.choice(CELLS), chance.choice(WORDS), str(number)] for number in range(chance.randint(1, 5))]
    collect = one("d", table(["n:number", "k:string"], ["x"], rows, "COLLECT"))
    hits = [[int(each) for each in collect.decide("d", point, env())] for point in POINTS]
    unique = {rule for rule, _ in look(["n:number", "k:string"], rows)}
    assert ("dmn-gap" in unique) == any(not found for found in hits)
    assert ("dmn-overlap" in unique) == any(len(found) > 1 for found in hits)
    dead = {number for number in range(len(rows)) if not any(found[:1] == [number] for found in hits)}
    told = [text for rule, text in look(["n:number", "k:string"], rows, "FIRST") if rule == "dmn-unreachable"]
    assert {int(text.split("第 ")[1].split(" ")[0]) - 1 for text in told} == dead
