"""Which nodes and flows of the diagrams the scenarios went through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from processes.definition import Definition
from processes.model import Diagram

Trace = Iterable[tuple[str, str | None]]


@dataclass(frozen=True)
class Covered:
    """One BPMN file; `nodes` and `flows` are (covered, all), `missing` ids in the order of the file."""

    file: str
    nodes: tuple[int, int]
    flows: tuple[int, int]
    missing: tuple[str, ...]

    @property
    def nodes_percent(self) -> int:
        """Rounded down, so that 100 means all."""
        return 100 if self.nodes[1] == 0 else self.nodes[0] * 100 // self.nodes[1]

    def as_json(self) -> dict[str, Any]:
        """The stable shape inside `yishi scenario run --json`."""
        return {"nodes": list(self.nodes), "flows": list(self.flows), "missing": list(self.missing)}


def coverage(definition: Definition, trace: Trace) -> list[Covered]:
    """Coverage of every diagram of a bundle; only processes that can run are counted."""
    nodes: set[str] = set()
    flows: set[str] = set()
    for element, flow in trace:
        nodes.add(element)
        if flow is not None:
            flows.add(flow)
    return [_covered(definition, diagram, nodes, flows) for diagram in definition.diagrams]


def _covered(definition: Definition, diagram: Diagram, nodes: set[str], flows: set[str]) -> Covered:
    all_nodes = [node.id for node in diagram.nodes.values() if node.process in definition.processes]
    all_flows = [flow.id for flow in diagram.flows.values() if flow.source in set(all_nodes)]
    missing = [one for one in all_nodes if one not in nodes] + [one for one in all_flows if one not in flows]
    return Covered(
        diagram.file,
        (sum(one in nodes for one in all_nodes), len(all_nodes)),
        (sum(one in flows for one in all_flows), len(all_flows)),
        tuple(missing),
    )
