"""The shape of a process: starts, ends, ways, gateways, joins."""

from __future__ import annotations

from collections.abc import Iterator

from processes.check.registry import named
from processes.check.view import View, causes, link_throw, walk
from processes.findings import Finding
from processes.model import ACTIVITIES, EventDef, Flow, Node
from processes.text import T

CONDITIONAL = ACTIVITIES | {"exclusiveGateway", "inclusiveGateway"}


def flows(view: View) -> Iterator[Finding]:
    """Flow ends, scopes, directions, conditions in odd places."""
    for flow in view.diagram.flows.values():
        source, target = view.diagram.nodes.get(flow.source), view.diagram.nodes.get(flow.target)
        if source is None or target is None:
            yield _loose(view, flow, source, target)
            continue
        if source.scope != target.scope:
            message = T("连线 {flow} 从 {source} 穿过边界连到 {target}。请在同一层里连线，跨层用事件或消息。",
                        flow=named(flow), source=named(source), target=named(target))  # fmt: skip
            yield view.at("flow-scope", flow, message)
        yield from _direction(view, flow, source, target)
        yield from _condition(view, flow, source)


def _loose(view: View, flow: Flow, source: Node | None, target: Node | None) -> Finding:
    if source is None and target is None:
        message = T("连线 {flow} 两端都没有接上。请接好或删去。", flow=named(flow))
    elif source is None:
        message = T(
            "连线 {flow} 的起点没有接上（终点是 {target}）。请把它接到元素上。", flow=named(flow), target=named(target)
        )
    else:
        message = T(
            "连线 {flow} 的终点没有接上（起点是 {source}）。请把它接到元素上。", flow=named(flow), source=named(source)
        )
    return view.at("flow-end", flow, message)


def _direction(view: View, flow: Flow, source: Node, target: Node) -> Iterator[Finding]:
    if source.kind == "endEvent":
        yield view.at(
            "flow-direction",
            flow,
            T("结束事件 {node} 后面不能再有连线。请改用中间事件，或删去连线。", node=named(source)),
        )
    if target.kind == "startEvent":
        message = T("连线不能回到开始事件 {node}。请接到它后面的步骤。", node=named(target))
        yield view.at("flow-direction", flow, message)
    if target.kind == "boundaryEvent":
        yield view.at(
            "flow-direction", flow, T("边界事件 {node} 不能有进线。请把连线接到它所附的活动。", node=named(target))
        )


def _condition(view: View, flow: Flow, source: Node) -> Iterator[Finding]:
    if flow.condition is None:
        return
    if source.kind not in CONDITIONAL:
        message = T("{node} 的出线上不能写条件（连线 {flow}）。要按条件走，请在后面加一个排他或包容网关。",
                    node=named(source), flow=named(flow))  # fmt: skip
        yield view.at("condition-place", flow, message)
    elif source.default_flow == flow.id:
        message = T("{flow} 是 {node} 的默认出口，上面的条件不起作用。请删去条件，或另设默认出口。",
                    node=named(source), flow=named(flow))  # fmt: skip
        yield view.at("default-condition", flow, message)


def starts(view: View) -> Iterator[Finding]:
    """Every process and sub-process begins in exactly one clear way."""
    if not view.diagram.processes:
        yield view.at("process-empty", None, T("文件里没有流程。请画一个再保存。"))
    for scope, nodes in view.scopes.items():
        host = view.diagram.nodes.get(scope)
        place = host or view.diagram.processes.get(scope)
        if place is None or (host is not None and host.kind == "adHocSubProcess"):
            continue
        begins = [node for node in nodes if node.kind == "startEvent"]
        if host is not None and host.triggered_by_event:
            yield from _event_start(view, host, begins)
        elif host is None and not nodes:
            if view.diagram.processes[scope].executable or not _black_box(view, scope):
                yield view.at("process-empty", place, T("流程 {place} 里没有任何步骤。", place=named(place)))
        elif not begins:
            yield view.at("no-start", place, T("{place} 没有开始事件。请画一个，连到第一步。", place=named(place)))
        else:
            yield from _plain_starts(view, host, begins)


def _black_box(view: View, process: str) -> bool:
    return any(pool.process == process for pool in view.diagram.pools.values())


def _event_start(view: View, host: Node, begins: list[Node]) -> Iterator[Finding]:
    if len(begins) != 1 or not begins[0].events:
        message = T("事件子流程 {node} 里要有且只有一个带触发（消息、定时、错误等）的开始事件。", node=named(host))
        yield view.at("event-subprocess", host, message)
    if host.incoming or host.outgoing:
        yield view.at(
            "event-subprocess", host, T("事件子流程 {node} 由事件启动，不能接连线。请删去连线。", node=named(host))
        )


def _plain_starts(view: View, host: Node | None, begins: list[Node]) -> Iterator[Finding]:
    if host is not None:
        if len(begins) > 1:
            message = T("子流程 {node} 里有 {count} 个开始事件，只能有一个。", node=named(host), count=len(begins))
            yield view.at("several-starts", begins[1], message)
        if begins[0].events:
            message = T("子流程 {node} 的开始事件不能带触发。请去掉触发，或改成事件子流程。", node=named(host))
            yield view.at("several-starts", begins[0], message)
        return
    for node in begins:
        if node.event is not None and not _triggers(node.event):
            message = T(
                "流程的开始事件 {node} 不会自动触发。请改成无触发、消息触发或写明日期的开始事件。", node=named(node)
            )
            yield view.at("start-trigger", node, message)
    plain = [node for node in begins if not node.events]
    if len(plain) > 1:
        message = T("流程有 {count} 个无触发的开始事件，不知从哪一个开始。请只留一个，其余加上触发。", count=len(plain))
        yield view.at("several-starts", plain[1], message)


def _triggers(event: EventDef) -> bool:
    return event.kind == "message" or (event.kind == "timer" and event.timer_kind == "date" and bool(event.text))


def ways(view: View) -> Iterator[Finding]:
    """Nodes nobody reaches, nodes that never reach an end, steps that just stop."""
    dark = [node.id for node in view.nodes if node.id not in view.reached and _counts(view, node)]
    for first, group in causes(dark, view.edges, view.back):
        node = view.diagram.nodes[first]
        message = T("{node} 从开始事件走不到，永远不会办到（连同后面共 {count} 个）。请连上或删去。",
                    node=named(node), count=len(group))  # fmt: skip
        yield view.at("unreachable", node, message, group)
    yield from _traps(view)
    for node in view.nodes:
        if _stops(view, node):
            message = T("{node} 没有出线，走到这里就悄悄结束。请接到下一步或结束事件。", node=named(node))
            yield view.at("no-exit", node, message)


def _counts(view: View, node: Node) -> bool:
    host = view.diagram.nodes.get(node.scope)
    if node.kind == "boundaryEvent" and node.attached_to not in view.diagram.nodes:
        return False  # said as "boundary"
    if host is not None and host.kind == "adHocSubProcess":
        return False
    return not node.compensation or bool(node.incoming)


def _traps(view: View) -> Iterator[Finding]:
    ends = [node.id for node in view.nodes if not view.edges[node.id]]
    beside = {node.id for node in view.nodes if _beside(node)}
    good = walk({id_: [] if id_ in beside else sources for id_, sources in view.back.items()}, ends)
    lost = [node for node in view.nodes if node.id in view.reached and node.id not in good]
    saved = {scope for scope in {node.scope for node in lost} if _rescued(view, scope)}
    stuck = [node.id for node in lost if node.scope not in saved]
    for first, group in causes(stuck, view.edges, view.back):
        node = view.diagram.nodes[first]
        message = T("从 {node} 起只会兜圈子，走不到结束（共 {count} 个步骤）。请给这个圈一个出口。",
                    node=named(node), count=len(group))  # fmt: skip
        yield view.at("no-way-out", node, message, group)


def _beside(node: Node) -> bool:
    """A boundary event that leaves its host running is no way out of it."""
    compensates = any(event.kind == "compensate" for event in node.events)
    return node.kind == "boundaryEvent" and (compensates or not node.cancel_activity)


def _rescued(view: View, scope: str) -> bool:
    """Something may break the scope off: an interrupting boundary, event sub-process, terminate or error end."""
    if any(event.cancel_activity for event in view.hosts.get(scope, ())):
        return True
    ends = (node for node in view.scopes.get(scope, ()) if node.kind == "endEvent" and node.id in view.reached)
    if any(event.kind in {"terminate", "error", "cancel"} for node in ends for event in node.events):
        return True
    return any(start.is_interrupting for start in view.watchers.get(scope, ()))


def _stops(view: View, node: Node) -> bool:
    if node.outgoing or node.kind == "endEvent" or node.triggered_by_event or node.compensation or link_throw(node):
        return False
    if node.kind == "boundaryEvent" and any(event.kind == "compensate" for event in node.events):
        return False
    ends = [inner for inner in view.scopes.get(node.id, ()) if inner.kind == "endEvent"]
    if ends and all(event.event is not None and event.event.kind in {"error", "cancel"} for event in ends):
        return False  # it is always left by a boundary event
    scope = view.diagram.nodes.get(node.scope)
    return scope is None or scope.kind != "adHocSubProcess"


def gateways(view: View) -> Iterator[Finding]:
    """What may leave and follow each kind of gateway, defaults included."""
    for node in view.nodes:
        if node.default_flow and node.default_flow not in node.outgoing:
            message = T(
                "{node} 的默认出口 {flow} 不是它自己的出线。请重新指定。", node=named(node), flow=node.default_flow
            )
            yield view.at("default-flow", node, message)
        if node.kind == "complexGateway":
            message = T("不支持复杂网关 {node}。请改用包容网关（看条件）或并行网关（全部等）。", node=named(node))
            yield view.at("complex-gateway", node, message)
        elif node.kind == "adHocSubProcess":
            message = T("不支持即席子流程 {node}。请画出步骤的先后，或改用多实例任务。", node=named(node))
            yield view.at("ad-hoc", node, message)
        elif node.kind == "eventBasedGateway":
            yield from _event_gateway(view, node)
        elif node.kind in CONDITIONAL:
            yield from _choice(view, node)


def _event_gateway(view: View, node: Node) -> Iterator[Finding]:
    for flow in view.exits(node):
        target = view.diagram.nodes.get(flow.target)
        if target is not None and target.kind not in {"intermediateCatchEvent", "receiveTask"}:
            message = T("事件网关 {node} 后面接了 {target}。只能直接接捕获事件或接收任务。",
                        node=named(node), target=named(target))  # fmt: skip
            yield view.at("event-gateway", node, message, [flow.id])


def _choice(view: View, node: Node) -> Iterator[Finding]:
    exits = view.exits(node)
    bare = [flow for flow in exits if flow.condition is None and flow.id != node.default_flow]
    gateway = node.kind in {"exclusiveGateway", "inclusiveGateway"}
    if gateway and bare and len(exits) > 1:
        message = T("网关 {node} 的出线 {flows} 没有条件，也不是默认出口。请写上 FEEL 条件，或设为默认出口。",
                    node=named(node), flows="、".join(named(flow) for flow in bare))  # fmt: skip
        yield view.at("exit-condition", node, message, [flow.id for flow in bare])
    elif exits and not bare and not node.default_flow:
        message = T("{node} 的出线都有条件而没有默认出口：条件都不成立时会停住。请设一个默认出口。", node=named(node))
        yield view.at("no-default", node, message)


def joins(view: View) -> Iterator[Finding]:
    """Parallel joins that would wait for ever."""
    for node in view.nodes:
        if node.kind != "parallelGateway" or len(node.incoming) < 2 or node.id not in view.reached:
            continue
        entering = [flow for flow in view.entering(node) if view.joined(flow)]
        dead = [flow for flow in entering if flow.source not in view.reached]
        if dead:
            message = T("并行汇合 {node} 要等 {flows}，而这条支线永远走不到，办件会停在这里。请连上或删去支线。",
                        node=named(node), flows="、".join(named(flow) for flow in dead))  # fmt: skip
            yield view.at("dead-join", node, message, [flow.id for flow in dead])


CHECKS = (flows, starts, gateways, ways, joins)
