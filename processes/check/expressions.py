"""Every FEEL text is compiled; every name it reads must be written somewhere in the bundle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

from processes.check import messages
from processes.check.registry import at, named
from processes.check.stock import Stock
from processes.check.texts import Spot, context_keys, spots, without_strings
from processes.check.view import View
from processes.expressions import Expression, FeelBudgetError, FeelSyntaxError, compile_expression
from processes.findings import Finding, Severity
from processes.model import Node
from processes.text import T, Text

MOST_KNOWN = 1_000  # more names are not searched for one that looks alike
ALWAYS = frozenset(
    {"case", "params", "parent", "units", "departments", "grids", "siblings", "register", "loopCounter", "target",
     "item", "partial", "numberOfInstances", "numberOfCompletedInstances", "nrOfInstances",
     "nrOfCompletedInstances"}
)  # fmt: skip

OF_STREET = frozenset({"street", "termEnd", "cases"})  # processes/starts.py gives them


def compiled(view: View, _stock: Stock) -> Iterator[Finding]:
    """Syntax and function names of every FEEL text."""
    for spot in spots(view):
        found = _compile(view, spot.text)
        if isinstance(found, Expression):
            continue
        message = T("{place} 的{what} 写错了：{reason}。原文：{text}", place=named(spot.place), what=spot.what,
                    reason=str(found).rstrip("。"), text=_short(spot.text))  # fmt: skip
        yield view.at("expression", spot.place, message)


def _compile(view: View, text: str) -> Expression | Text:
    """The compiled text, or what is wrong with it; each text once per diagram."""
    if text not in view.compiled:
        view.compiled[text] = _try(text)
    found: Expression | Text = view.compiled[text]
    return found


def _try(text: str) -> Expression | Text:
    if _doubled(text):
        return T("FEEL 判断相等只写一个 =，不写 ==")
    try:
        return compile_expression(text)
    except (FeelSyntaxError, FeelBudgetError) as error:
        return Text("{reason}", {"reason": error})


def _doubled(text: str) -> bool:
    """`a == b` is FEEL (a equals the test "= b") and never what was meant."""
    return "==" in without_strings(text)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 120 else text[:119] + "…"


def names(stock: Stock, views: list[View]) -> Iterator[Finding]:
    """Names read somewhere in the bundle but written nowhere in it; one finding per element and name."""
    found = _unwritten(stock, views)
    if _open_ended(views):
        yield from (
            replace(finding, severity=min(finding.severity, Severity.WARNING, key=_weight)) for finding in found
        )
    else:
        yield from found


def _weight(severity: Severity) -> int:
    return [Severity.ADVICE, Severity.WARNING, Severity.ERROR].index(severity)


def _unwritten(stock: Stock, views: list[View]) -> Iterator[Finding]:
    known = written(stock, views)
    for view in views:
        said: set[tuple[str, str]] = set()
        for spot in (*spots(view), *_decision_spots(stock, view)):
            for name in sorted(_reads(view, spot) - known - _of_street(spot)):
                if (spot.place.id, name) not in said:
                    said.add((spot.place.id, name))
                    yield view.at("name-unknown", spot.place, _unknown(named(spot.place), spot.what, name, known))
    yield from _beside(stock, known)


def _of_street(spot: Spot) -> frozenset[str]:
    """What a timer start reads besides: there is no case yet, only a street."""
    return OF_STREET if isinstance(spot.place, Node) and spot.place.kind == "startEvent" else frozenset()


def _reads(view: View, spot: Spot) -> frozenset[str]:
    if spot.given is not None:
        return spot.given
    found = _compile(view, spot.text)
    return found.names if isinstance(found, Expression) else frozenset()


def _beside(stock: Stock, known: set[str]) -> Iterator[Finding]:
    """Names read by forms and documents."""
    for form in stock.forms.values():
        for key, read in form.names().items():
            for name in sorted(read - known):
                message = _unknown(key, T("设置"), name, known)
                yield at("name-unknown", form.file, Field(key), message, own=stock.own)
    for template in filter(None, stock.documents.values()):
        for name in sorted(template.names - known - {"number"}):
            message = _unknown(template.file, T("文字"), name, known)
            yield at("name-unknown", template.file, None, message, own=stock.own)


@dataclass(frozen=True)
class Field:
    """A form field as a place."""

    id: str
    line: int | None = None


def _unknown(place: str, what: Text, name: str, known: set[str]) -> Text:
    near = get_close_matches(name, known, 1, cutoff=0.75) if len(known) < MOST_KNOWN else []
    if near:
        return T("{place} 的{what} 用到 {name}，但没有地方写入它。是不是 {near}？",
                 place=place, what=what, name=name, near=near[0])  # fmt: skip
    return T("{place} 的{what} 用到 {name}，但没有地方写入它。请改名，或在前面的表单、脚本里写入。",
             place=place, what=what, name=name)  # fmt: skip


def _decision_spots(stock: Stock, view: View) -> Iterator[Spot]:
    """What decisions need beyond the parameters they are given."""
    for node in view.nodes:
        decision = node.ext.get("decision")
        if node.kind == "businessRuleTask" and decision and decision in stock.decisions:
            needed = stock.decisions.inputs(decision) - set(node.ext_params)
            yield Spot(node, T("决策表"), "", needed)


def written(stock: Stock, views: list[View]) -> set[str]:
    """Every name that something in the bundle writes, whenever and wherever: data flow, light."""
    known = set(ALWAYS)
    for form in stock.forms.values():
        known.update(form.keys())
    for view in views:
        for node in view.nodes:
            known |= _by_node(node)
    return known | _by_decisions(stock)


def _by_node(node: Node) -> set[str]:
    found = {node.ext.get("result") or ""}
    found.update(context_keys(node.script or "") or (), context_keys(node.ext.get("payload") or "") or ())
    if node.kind == "callActivity":
        found.update(node.ext_params)
    elif node.kind in {"serviceTask", "businessRuleTask"}:
        found |= {node.ext.get("rule") or "", node.ext.get("decision") or ""}
    if node.loop is not None:
        found |= {node.loop.element or "", node.loop.output_collection or ""}
    return found - {""}


def _open_ended(views: list[View]) -> bool:
    """Something writes names we cannot know: a rule without a result, a payload from another bundle."""
    nodes = [node for view in views for node in view.nodes]
    thrown = {name for node in nodes if node.kind in messages.THROWS for name in messages.names(node)}
    for node in nodes:
        if node.ext.get("result"):
            continue
        if node.ext.get("rule") or (node.kind not in messages.THROWS and not messages.names(node) <= thrown):
            return True
    return False


def _by_decisions(stock: Stock) -> set[str]:
    return {name for id_ in stock.decisions for name in (id_, *stock.decisions.outputs(id_))}


def of_procedure(stock: Stock, file: str, place: str, text: str) -> Iterator[Finding]:
    """A FEEL text of procedure.toml."""
    try:
        compile_expression(text)
    except FeelSyntaxError as error:
        message = T(
            "{place} 写错了：{reason}。原文：{text}", place=place, reason=str(error).rstrip("。"), text=_short(text)
        )
        yield at("expression", file, None, message, own=stock.own)
