"""Parallel joins and the branches that reach them."""

from __future__ import annotations

import pytest

from processes.check.branches import joins
from processes.check.view import View
from processes.model import read_bpmn

NAMES = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
KINDS = {
    "X": "exclusiveGateway",
    "A": "parallelGateway",
    "O": "inclusiveGateway",
    "G": "eventBasedGateway",
    "t": "task",
}


def waits_for(flows: str, more: str = "") -> set[str]:
    """The choices named by findings; `flows` like "s-X1 X1-t1": the first letter of a node says its kind."""
    pairs = [pair.split("-") for pair in flows.split()]
    nodes = dict.fromkeys(node for pair in pairs for node in pair)
    body = "".join(f'<{KINDS[id_[0]]} id="{id_}"/>' for id_ in nodes if id_ not in {"s", "e"} and id_[0] in KINDS)
    body += "".join(f'<sequenceFlow id="{a}-{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairs)
    xml = f'<definitions {NAMES}><process id="p"><startEvent id="s"/><endEvent id="e"/>{body}{more}</process></definitions>'
    return {finding.path[0] for finding in joins(View(read_bpmn("x.bpmn", xml.encode())))}


WAITING = {
    "straight": "s-X X-t1 X-t2 t1-A t2-A A-e",
    "after more choices": "s-X X-X1 X1-t1 X1-t2 t1-X2 t2-X2 X2-A X-A A-e",
    "event gateway": "s-G G-t1 G-t2 t1-A t2-A A-e",
    "in a loop": "s-X0 X0-X X-t1 X-t2 t1-A t2-A A-X3 X3-X0 X3-e",
    "one of three": "s-A1 A1-X A1-t3 X-t1 X-t2 t1-A t2-A t3-A A-e",
}
FINE = {
    "parallel block": "s-A1 A1-t1 A1-t2 t1-A t2-A A-e",
    "choice closed before the split": "s-X X-t1 X-t2 t1-X1 t2-X1 X1-A1 A1-t3 A1-t4 t3-A t4-A A-e",
    "choice inside a branch": "s-A1 A1-X X-t1 X-t2 t1-X1 t2-X1 X1-A A1-t3 t3-A A-e",
    "inclusive split": "s-O O-t1 O-t2 t1-A t2-A A-e",
    "block in a loop": "s-X0 X0-A1 A1-t1 A1-t2 t1-A t2-A A-X X-X0 X-e",
    "each exit into its own split": "s-X X-A1 X-A2 A1-t1 A1-t2 A2-t3 A2-t4 t1-X1 t3-X1 t2-X2 t4-X2 X1-A X2-A A-e",
}


@pytest.mark.parametrize("flows", WAITING.values(), ids=WAITING)
def test_a_join_that_waits_for_both_exits_of_a_choice(flows: str) -> None:
    assert len(waits_for(flows)) == 1


@pytest.mark.parametrize("flows", FINE.values(), ids=FINE)
def test_a_join_that_gets_what_it_waits_for(flows: str) -> None:
    assert waits_for(flows) == set()


@pytest.mark.parametrize(("cancel", "found"), [("true", {"t1"}), ("false", set())])
def test_an_interrupting_boundary_is_a_choice(cancel: str, found: set[str]) -> None:
    edge = (f'<boundaryEvent id="b" attachedToRef="t1" cancelActivity="{cancel}"><timerEventDefinition/></boundaryEvent>'
            '<sequenceFlow id="b-A" sourceRef="b" targetRef="A"/>')  # fmt: skip
    assert waits_for("s-t1 t1-A A-e", edge) == found


def test_thousands_of_nodes_are_no_trouble() -> None:
    chain = " ".join(f"t{n}-t{n + 1}" for n in range(3000))
    assert waits_for(f"s-X X-t0 {chain} t3000-A X-A A-e") == {"X"}
