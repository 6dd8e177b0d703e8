"""Which branches exclude each other: found with dominators, the nodes and flows every way from the start must pass."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from processes.check.registry import named
from processes.check.view import View, entries
from processes.findings import Finding
from processes.model import ACTIVITIES, Node
from processes.text import T

CHOICES = frozenset({"exclusiveGateway", "eventBasedGateway"})
Above = dict[str, str | None]  # element -> the nearest element that every way to it passes


def joins(view: View) -> Iterator[Finding]:
    """Parallel joins that wait for two exits of one choice, of which only one is ever taken."""
    above: Above = {}
    for scope, nodes in view.scopes.items():
        if any(node.kind == "parallelGateway" and len(node.incoming) > 1 for node in nodes):
            above |= dominators(view, scope)
    for node in view.nodes:
        if node.kind == "parallelGateway" and len(node.incoming) > 1 and node.id in view.reached:
            yield from _fed_by_choice(view, node, above)


def _fed_by_choice(view: View, node: Node, above: Above) -> Iterator[Finding]:
    chains = [(flow.id, _chain(flow.id, above)) for flow in view.entering(node) if flow.id in above][:20]
    for (one, first), (other, second) in combinations(chains, 2):
        choice = _parting(view, first, second)
        if choice is not None:
            message = T("并行汇合 {node} 同时等 {choice} 的两个出口，而那里只走一个，会停住。请改用排他网关汇合。",
                        node=named(node), choice=named(choice))  # fmt: skip
            yield view.at("choice-into-join", node, message, [choice.id, one, other])
            return


def _parting(view: View, first: list[str], second: list[str]) -> Node | None:
    """The choice at which two chains (from the start on) go apart; None when they part anywhere else."""
    same = 0
    while same < min(len(first), len(second)) and first[same] == second[same]:
        same += 1
    if same == 0 or same == min(len(first), len(second)):
        return None
    node = view.diagram.nodes.get(first[same - 1])
    exits = {first[same], second[same]}
    if node is None:
        return None
    if node.kind in CHOICES or (node.kind == "inclusiveGateway" and node.default_flow in exits):
        return node if exits <= set(node.outgoing) else None
    cut = {event.id for event in view.hosts.get(node.id, ()) if event.cancel_activity and not _compensates(event)}
    direct = exits <= cut | set(node.outgoing)
    return node if node.kind in ACTIVITIES and direct and exits & cut else None


def _compensates(event: Node) -> bool:
    return any(definition.kind == "compensate" for definition in event.events)


def _chain(id_: str, above: Above) -> list[str]:
    """The elements every way to this one passes, from the start on."""
    chain = []
    here: str | None = id_
    while here:
        chain.append(here)
        here = above.get(here)
    return chain[::-1]


def dominators(view: View, scope: str) -> Above:
    """The nearest dominator of every node and flow of a scope that can be reached (Cooper, Harvey, Kennedy)."""
    follows = _graph(view, scope)
    order = _postorder(follows)
    rank = {id_: n for n, id_ in enumerate(order)}
    before: dict[str, list[str]] = {}
    for source in order:
        for target in follows[source]:
            before.setdefault(target, []).append(source)
    nearest: dict[str, str] = {"": ""}
    changed = True
    while changed:
        changed = False
        for id_ in reversed(order[:-1]):
            found = _common(before[id_], nearest, rank)
            changed = changed or nearest.get(id_) != found
            nearest[id_] = found
    return {id_: found or None for id_, found in nearest.items() if id_}


def _common(sources: list[str], nearest: dict[str, str], rank: dict[str, int]) -> str:
    known = [source for source in sources if source in nearest]
    found = known[0]
    for other in known[1:]:
        while found != other:
            if rank[found] < rank[other]:
                found = nearest[found]
            else:
                other = nearest[other]
    return found


def _graph(view: View, scope: str) -> dict[str, list[str]]:
    """Nodes and flows of a scope, each with what follows; the empty id stands before all starts."""
    nodes = view.scopes.get(scope, [])
    follows: dict[str, list[str]] = {"": [node.id for node in entries(nodes)]}
    for node in nodes:
        flows = [flow for flow in view.exits(node) if view.joined(flow)]
        beyond = {flow.target for flow in flows}
        follows[node.id] = [flow.id for flow in flows] + [id_ for id_ in view.edges[node.id] if id_ not in beyond]
        follows.update((flow.id, [flow.target]) for flow in flows)
    return follows


def _postorder(follows: dict[str, list[str]]) -> list[str]:
    order: list[str] = []
    seen = {""}
    stack = [("", iter(follows[""]))]
    while stack:
        id_, rest = stack[-1]
        target = next((each for each in rest if each not in seen and each in follows), None)
        if target is None:
            order.append(id_)
            stack.pop()
        else:
            seen.add(target)
            stack.append((target, iter(follows[target])))
    return order


CHECKS = (joins,)
