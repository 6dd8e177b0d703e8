"""The DMN conformance suite's literal expressions; tables, boxed expressions and graphs are tested with the decisions."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pytest
from lxml import etree

from processes.decisions import DecisionError, Decisions, read_dmn
from processes.expressions import Env, FeelBudgetError
from tests.processes import tck
from tests.processes.expressions.feel import NOW

pytestmark = pytest.mark.skipif(
    not tck.available(), reason=f"the DMN conformance suite is not at {tck.TCK}; set YISHI_TCK to its folder"
)

# Years outside 1 to 9999 are out of what we do.
OUTSIDE = re.compile(r'"-\d{4,}-|"\d{5,}-|date\(\s*(-\d+|\d{5,})\s*,')


class Sample(NamedTuple):
    name: str
    text: str
    expected: Any
    found: Any


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    """Every literal expression that needs no other decision, with what we make of it; errors count as null."""
    models: dict[str, tuple[Decisions, dict[str, str]]] = {}
    samples = []
    for case in tck.cases():
        if case.folder not in models:
            content = case.files[case.model]
            models[case.folder] = read_dmn(case.model, content, case.files)[0], _texts(content)
        decisions, texts = models[case.folder]
        for result in case.results:
            text = texts.get(result.name, "")
            if result.kind == "literalExpression" and result.plain and not result.left_out and not OUTSIDE.search(text):
                found = _outcome(decisions, result.name, case.inputs)
                samples.append(Sample(f"{case.folder} {result.name}", text, result.expected, found))
    return samples


def _texts(content: bytes) -> dict[str, str]:
    decisions = etree.fromstring(content).iter("{*}decision")
    return {each.get("name"): each.findtext("{*}literalExpression/{*}text") or "" for each in decisions}


def _outcome(decisions: Decisions, name: str, inputs: dict[str, Any]) -> Any:
    try:
        return decisions.decide(decisions.named(name) or "", inputs, Env(NOW))
    except (DecisionError, FeelBudgetError):
        return None


def _lines(missed: list[Sample]) -> str:
    return "\n".join(f"{each.name}: {each.text} gave {each.found!r}, not {each.expected!r}" for each in missed)


def test_values(samples: list[Sample]) -> None:
    valued = [each for each in samples if each.expected is not None]
    missed = [each for each in valued if not tck.agrees(each.found, each.expected)]
    assert len(valued) > 1200
    assert len(missed) <= len(valued) * 0.01, _lines(missed)


def test_nulls(samples: list[Sample]) -> None:
    nulls = [each for each in samples if each.expected is None]
    missed = [each for each in nulls if each.found is not None]
    assert len(nulls) > 1000
    assert len(missed) <= len(nulls) * 0.01, _lines(missed)
