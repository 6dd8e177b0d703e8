"""Hit policies, defaults and what a wrong table says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from processes.decisions import DecisionError, read_dmn
from tests.processes.decisions.build import decision, env, model, one, table

SCORES = [["> 5", '"高"'], ["> 3", '"中"'], ["< 10", '"低"']]


def decide(
    hit: str, rows: list[list[str]], data: dict[str, Any], outputs: list[str] | None = None, agg: str = ""
) -> Any:
    return one("d", table(["n"], outputs or ["等级"], rows, hit, agg)).decide("d", data, env())


def test_unique_gives_the_only_hit() -> None:
    assert decide("UNIQUE", SCORES, {"n": 2}) == "低"


def test_unique_with_two_hits_names_the_rows() -> None:
    with pytest.raises(DecisionError, match="第 1、2 行同时命中"):
        decide("UNIQUE", SCORES, {"n": 12})


def test_first_takes_the_first() -> None:
    assert decide("FIRST", SCORES, {"n": 7}) == "高"


def test_any_agrees_or_fails() -> None:
    rows = [["> 5", '"甲"'], ["> 3", '"甲"'], ["> 8", '"乙"']]
    assert decide("ANY", rows, {"n": 6}) == "甲"
    with pytest.raises(DecisionError, match="第 1、2、3 行结果不一致"):
        decide("ANY", rows, {"n": 9})


def test_priority_follows_the_listed_values() -> None:
    assert decide("PRIORITY", SCORES, {"n": 7}, ['等级|"低","中","高"']) == "低"
    assert decide("OUTPUT ORDER", SCORES, {"n": 7}, ['等级|"低","中","高"']) == ["低", "中", "高"]


def test_rule_order_and_collect_keep_the_rows_order() -> None:
    assert decide("RULE ORDER", SCORES, {"n": 7}) == ["高", "中", "低"]
    assert decide("COLLECT", SCORES, {"n": 4}) == ["中", "低"]


@pytest.mark.parametrize(("how", "result"), [("SUM", "60.5"), ("MIN", "10"), ("MAX", "30.5"), ("COUNT", "3")])
def test_collect_aggregates_exactly(how: str, result: str) -> None:
    rows = [["> 1", "10"], ["> 2", "20"], ["> 3", "30.5"]]
    assert decide("COLLECT", rows, {"n": 9}, ["x"], how) == Decimal(result)


def test_defaults_fill_in_when_nothing_hits() -> None:
    assert decide("UNIQUE", [["> 5", '"高"']], {"n": 1}, ['等级="无"']) == "无"
    assert decide("UNIQUE", [["> 5", '"高"']], {"n": 1}) is None


def test_several_outputs_are_a_context() -> None:
    result = decide("UNIQUE", [["> 5", '"高"', "n * 2"]], {"n": 6}, ["等级", "双倍"])
    assert result == {"等级": "高", "双倍": Decimal(12)}


def test_a_value_outside_the_allowed_ones_is_refused() -> None:
    decisions = one("d", table(['kind:string:"a","b"'], ["x"], [["-", "1"]]))
    assert decisions.decide("d", {"kind": "a"}, env()) == 1
    with pytest.raises(DecisionError, match="不在允许值"):
        decisions.decide("d", {"kind": "c"}, env())


def test_annotations_are_ignored() -> None:
    logic = table(["n"], ["x"], [["1", '"一"']])
    logic = logic.replace("<rule", '<annotation name="说明"/><rule', 1)
    logic = logic.replace("</rule>", "<annotationEntry><text>第一行</text></annotationEntry></rule>")
    assert one("d", logic).decide("d", {"n": 1}, env()) == "一"


def test_every_wrong_cell_is_found_at_once() -> None:
    rows = [["[0.5..", '"a"'], ["nofunction(1)", '"b"'], ["> 5", "1 +"]]
    _, findings = read_dmn("t.dmn", model(decision("d", table(["n"], ["x"], rows))))
    assert [finding.element for finding in findings] == ["r1c1", "r2c1", "r3c2"]
    assert all(finding.line == 3 and finding.file == "t.dmn" for finding in findings)


def test_a_broken_cell_fails_only_its_own_decision() -> None:
    good, bad = table(["n"], ["x"], [["1", '"一"']]), table(["n"], ["x"], [["[0..", "1"]])
    bad = bad.replace('id="r', 'id="q')
    decisions, findings = read_dmn("t.dmn", model(decision("good", good), decision("bad", bad)))
    assert len(findings) == 1
    assert decisions.decide("good", {"n": 1}, env()) == "一"
    with pytest.raises(DecisionError):
        decisions.decide("bad", {"n": 1}, env())


@pytest.mark.parametrize(
    ("logic", "rule"),
    [
        (table(["n"], ["x"], [["1", "2"]], hit="SOMETIMES"), "dmn-hit-policy"),
        (table(["n"], ["x"], [["1", "2"]], hit="PRIORITY"), "dmn-hit-policy"),
        (table(["n"], ["x", "y"], [["1", "2", "3"]], "COLLECT", "SUM"), "dmn-hit-policy"),
        (table(["n"], ["x", ""], [["1", "2", "3"]]), "dmn-shape"),
        (table(["n"], [], [["1"]]), "dmn-shape"),
        (table(["n"], ["x"], [["1"]]), "dmn-shape"),
        (table([" "], ["x"], [["1", "2"]]), "dmn-missing"),
        (table(["n:tNothing"], ["x"], [["1", "2"]]), "dmn-type"),
        ("", "dmn-missing"),
    ],
)
def test_wrong_tables_are_findings(logic: str, rule: str) -> None:
    _, findings = read_dmn("t.dmn", model(decision("d", logic)))
    assert rule in {finding.rule for finding in findings}


def test_outputs_and_inputs_tell_the_caller_what_to_bring() -> None:
    decisions = one("d", table(["n + base", "kind"], ["x", "y"], [["> limit", '"a"', "1", "extra"]]))
    assert decisions.inputs("d") == {"n", "base", "kind", "limit", "extra"}
    assert decisions.outputs("d") == ["x", "y"]
