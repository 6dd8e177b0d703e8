"""A diagram as the rules look at it: who follows whom, what starts where. Built once per file."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from processes.check.registry import Place, at
from processes.findings import Finding
from processes.model import SUB_PROCESSES, Diagram, Flow, Node
from processes.text import Text


@dataclass
class View:
    """One diagram; `own` says that it belongs to a bundle with a procedure.toml."""

    diagram: Diagram
    own: bool = True
    edges: dict[str, list[str]] = field(init=False)
    back: dict[str, list[str]] = field(init=False)
    compiled: dict[str, Any] = field(default_factory=dict)  # FEEL text -> expression, or what is wrong with it

    def __post_init__(self) -> None:
        self.edges = {id_: [] for id_ in self.diagram.nodes}
        self._add_flows()
        self._add_boundaries()
        self._add_links()
        self.back = {id_: [] for id_ in self.edges}
        for source, targets in self.edges.items():
            for target in targets:
                self.back[target].append(source)

    def _add_flows(self) -> None:
        for flow in self.diagram.flows.values():
            if self.joined(flow):
                self.edges[flow.source].append(flow.target)

    def _add_boundaries(self) -> None:
        for node in self.nodes:
            if node.kind == "boundaryEvent" and node.attached_to in self.edges:
                self.edges[node.attached_to].append(node.id)
                if node.handler in self.edges:
                    self.edges[node.id].append(node.handler)

    def _add_links(self) -> None:
        catches = {(node.scope, name): node.id for node in self.nodes if (name := link_catch(node))}
        for node in self.nodes:
            target = catches.get((node.scope, link_throw(node) or ""))
            if target:
                self.edges[node.id].append(target)

    @cached_property
    def nodes(self) -> list[Node]:
        return list(self.diagram.nodes.values())

    @cached_property
    def scopes(self) -> dict[str, list[Node]]:
        """Scope id -> the nodes directly in it; processes and sub-processes without nodes included."""
        scopes: dict[str, list[Node]] = {id_: [] for id_ in self.diagram.processes}
        for node in self.nodes:
            scopes.setdefault(node.scope, []).append(node)
            if node.kind in SUB_PROCESSES:
                scopes.setdefault(node.id, [])
        return scopes

    @cached_property
    def hosts(self) -> dict[str, list[Node]]:
        """Activity id -> its boundary events."""
        hosts: dict[str, list[Node]] = {}
        for node in self.nodes:
            if node.kind == "boundaryEvent" and node.attached_to:
                hosts.setdefault(node.attached_to, []).append(node)
        return hosts

    @cached_property
    def watchers(self) -> dict[str, list[Node]]:
        """Scope -> the start events of its event sub-processes."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            if node.triggered_by_event:
                found.setdefault(node.scope, []).extend(entries(self.scopes.get(node.id, [])))
        return found

    @cached_property
    def reached(self) -> set[str]:
        """Everything that can be walked to inside its own scope."""
        return walk(self.edges, (node.id for nodes in self.scopes.values() for node in entries(nodes)))

    def joined(self, flow: Flow) -> bool:
        """Both ends exist and lie in one scope."""
        source, target = self.diagram.nodes.get(flow.source), self.diagram.nodes.get(flow.target)
        return source is not None and target is not None and source.scope == target.scope

    def exits(self, node: Node) -> list[Flow]:
        return [self.diagram.flows[id_] for id_ in node.outgoing]

    def entering(self, node: Node) -> list[Flow]:
        return [self.diagram.flows[id_] for id_ in node.incoming]

    def at(self, rule: str, place: Place | None, message: Text, path: Sequence[str] = ()) -> Finding:
        """A finding in this file."""
        return at(rule, self.diagram.file, place, message, path, self.own)


def link_throw(node: Node) -> str | None:
    """The link name an event jumps to."""
    return _link(node) if node.kind == "intermediateThrowEvent" else None


def link_catch(node: Node) -> str | None:
    """The link name an event is jumped to by."""
    return _link(node) if node.kind == "intermediateCatchEvent" else None


def _link(node: Node) -> str | None:
    return next((event.link_name or node.name or node.id for event in node.events if event.kind == "link"), None)


def entries(nodes: list[Node]) -> list[Node]:
    """Where a scope begins: start events and event sub-processes; without a start whatever has no predecessor."""
    starts = [node for node in nodes if node.kind == "startEvent"]
    if not starts:
        starts = [n for n in nodes if not n.incoming and n.kind != "boundaryEvent" and not n.compensation]
    return starts + [node for node in nodes if node.triggered_by_event]


def walk(edges: dict[str, list[str]], start: Iterable[str]) -> set[str]:
    """Everything reachable, the start included."""
    seen = set(start)
    todo = list(seen)
    while todo:
        for id_ in edges.get(todo.pop(), ()):
            if id_ not in seen:
                seen.add(id_)
                todo.append(id_)
    return seen


def causes(wrong: list[str], edges: dict[str, list[str]], back: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    """Group wrong nodes by cause: (first node, all nodes behind it), earliest first, each node once."""
    rank = {id_: n for n, id_ in enumerate(wrong)}
    firsts = [id_ for id_ in rank if not any(source in rank for source in back.get(id_, ()))]
    covered: set[str] = set()
    groups = []
    for first in firsts + list(rank):
        if first not in covered:
            group = _behind(first, rank, edges, covered)
            groups.append((first, sorted(group, key=rank.__getitem__)))
    return groups


def _behind(first: str, pool: Container[str], edges: dict[str, list[str]], covered: set[str]) -> list[str]:
    """The nodes of the pool that follow the first and are not covered yet; they are covered now."""
    found = [first]
    covered.add(first)
    for id_ in found:
        for target in edges.get(id_, ()):
            if target in pool and target not in covered:
                covered.add(target)
                found.append(target)
    return found
