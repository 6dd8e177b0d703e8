"""Spoilt files: whatever a file says, reading it gives findings and taking its decisions gives a value or a known error."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from lxml import etree

from processes.decisions import DecisionError, read_all
from processes.expressions import FeelBudgetError
from tests.processes.decisions.build import decision, env, literal, model, table
from tests.processes.decisions.test_graphs import BOXED, QUOTA

WORDS = ["", "x", "#d1", "#quota", "number", "Any", "COLLECT", "PRIORITY", "tA", "-", "Java", "中"]
TEXTS = [
    "",
    "-",
    "((((",
    "1..",
    "[1..2]",
    "not(",
    "null",
    '"a',
    "{a:",
    "function(x) x(x)",
    "quota(quota)",
    '@"x"',
    "d1(1)",
]
KIND = '<itemDefinition name="tA"><itemComponent name="tA"><typeRef>tA</typeRef></itemComponent></itemDefinition>'
SERVICE = '<decisionService id="s" name="s"><outputDecision href="#d1"/><inputDecision href="#d2"/></decisionService>'
FILE = model(
    KIND,
    QUOTA,
    SERVICE,
    '<inputData id="i" name="n"><variable name="n" typeRef="number"/></inputData>',
    decision("d1", table(["n:number:[0..9]"], ["x|1,2", "y=3"], [["> 1", "quota(n)", "2"], ["-", "d2", ""]], "PRIORITY"), ["d2"], ["quota"]),
    decision("d2", literal("n + 1"), models=["s"]),
    *(decision(f"b{number}", logic) for number, (logic, _) in enumerate(BOXED.values())),
)  # fmt: skip


@pytest.mark.parametrize("seed", range(400))
def test_no_file_is_too_spoilt(seed: int) -> None:
    chance = Random(seed)
    root = etree.fromstring(FILE)
    for _ in range(chance.randint(1, 4)):
        chance.choice(SPOIL)(chance, chance.choice(list(root.iter(etree.Element))), root)
    decisions, findings = read_all({"spoilt.dmn": etree.tostring(root)})
    assert all(finding.as_json()["message"] for finding in findings)
    for id_ in decisions:
        assert isinstance(decisions.inputs(id_), frozenset) and decisions.outputs(id_) is not None
        try:
            decisions.decide(id_, {"n": 3, "x": "a"}, env())
        except (DecisionError, FeelBudgetError) as known:
            assert str(known)


def _remove(chance: Random, element: Any, root: Any) -> None:
    if element.getparent() is not None:
        element.getparent().remove(element)


def _forget(chance: Random, element: Any, root: Any) -> None:
    if element.attrib:
        del element.attrib[chance.choice(list(element.attrib))]


def _rename(chance: Random, element: Any, root: Any) -> None:
    if element.attrib:
        element.set(chance.choice(list(element.attrib)), chance.choice(WORDS))


def _rewrite(chance: Random, element: Any, root: Any) -> None:
    element.text = chance.choice(TEXTS)


def _repeat(chance: Random, element: Any, root: Any) -> None:
    element.append(copy.deepcopy(chance.choice(list(root.iter(etree.Element)))))


def _disguise(chance: Random, element: Any, root: Any) -> None:
    element.tag = chance.choice(list(root.iter(etree.Element))).tag


SPOIL: list[Callable[[Random, Any, Any], None]] = [_remove, _forget, _rename, _rewrite, _repeat, _disguise]
