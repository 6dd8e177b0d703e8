"""What is wrong between the elements of a model: lost references, circles, ids used twice."""

from __future__ import annotations

from collections.abc import Iterator

from processes.decisions.graph import Decisions
from processes.decisions.model import Decision, InputData, Knowledge, Service
from processes.decisions.reader import Model
from processes.findings import Finding, Severity
from processes.text import T, Text


def check_wiring(decisions: Decisions, model: Model | None) -> list[Finding]:
    """Findings about requirements of one model."""
    if model is None:
        return []
    return [*_lost(decisions, model), *_circles(decisions, model), *_twice(decisions, model)]


def _lost(decisions: Decisions, model: Model) -> Iterator[Finding]:
    elements: list[Decision | Knowledge | Service] = [
        *model.decisions.values(),
        *model.knowledge.values(),
        *model.services.values(),
    ]
    for element in elements:
        for reference, kinds in _references(element):
            found = decisions.find(reference, model)
            if found is None or not isinstance(found.element, kinds):
                message = T("“{name}”引用的 {reference} 不存在", name=element.name, reference=reference)
                yield _finding("dmn-reference", message, element)


def _references(element: Decision | Knowledge | Service) -> list[tuple[str, tuple[type, ...]]]:
    if isinstance(element, Service):
        decisions, inputs, functions = [*element.outputs, *element.input_decisions], element.input_data, []
    else:
        decisions, inputs, functions = element.needs.decisions, element.needs.inputs, element.needs.knowledge
    return [
        *((each, (Decision,)) for each in decisions),
        *((each, (InputData,)) for each in inputs),
        *((each, (Knowledge, Service)) for each in functions),
    ]


def _circles(decisions: Decisions, model: Model) -> Iterator[Finding]:
    needs = {
        id_: [
            found.element.id
            for ref in each.needs.decisions
            if (found := decisions.find(ref, model)) and found.model is model
        ]
        for id_, each in model.decisions.items()
    }
    for id_, decision in model.decisions.items():
        if _reaches(needs, id_):
            yield _finding("dmn-circle", T("决策“{name}”绕圈依赖自己", name=decision.name), decision)


def _reaches(needs: dict[str, list[str]], start: str) -> bool:
    seen: set[str] = set()
    waiting = list(needs[start])
    while waiting:
        at = waiting.pop()
        if at == start:
            return True
        if at not in seen:
            seen.add(at)
            waiting += needs.get(at, [])
    return False


def _twice(decisions: Decisions, model: Model) -> Iterator[Finding]:
    for id_, decision in model.decisions.items():
        first = decisions.home_file(id_)
        if first is not None and first != model.file:
            yield _finding("dmn-duplicate", T("决策编号“{id}”在 {file} 中已经用过", id=id_, file=first), decision)


def _finding(rule: str, message: Text, element: Decision | Knowledge | Service) -> Finding:
    return Finding(Severity.ERROR, rule, element.place.file, message, element.id, element.place.line)
