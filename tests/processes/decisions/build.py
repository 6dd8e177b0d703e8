"""Small DMN files for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from processes.decisions import Decisions, read_dmn
from processes.expressions import Env

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def env() -> Env:
    return Env(NOW)


def model(*decisions: str, namespace: str = NAMESPACE) -> bytes:
    body = "".join(decisions)
    head = f'<definitions xmlns="{namespace}" id="definitions" name="d" namespace="urn:test">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{body}\n</definitions>'.encode()


def decision(id_: str, logic: str, needs: Sequence[str] = (), models: Sequence[str] = ()) -> str:
    required = "".join(
        f'<informationRequirement><requiredDecision href="#{need}"/></informationRequirement>' for need in needs
    ) + "".join(f'<knowledgeRequirement><requiredKnowledge href="#{each}"/></knowledgeRequirement>' for each in models)
    return f'<decision id="{id_}" name="{id_}"><variable name="{id_}"/>{required}{logic}</decision>'


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rows: Sequence[Sequence[str]],
    hit: str = "UNIQUE",
    aggregation: str = "",
) -> str:
    """Inputs as `text` or `text:type` or `text:type:allowed`; outputs as `name`, `name=default` or `name|values`."""
    collect = f' aggregation="{aggregation}"' if aggregation else ""
    columns = "".join(map(_input, inputs)) + "".join(map(_output, outputs))
    rules = "".join(_rule(number, row, len(inputs)) for number, row in enumerate(rows, 1))
    return f'<decisionTable hitPolicy="{hit}"{collect}>{columns}{rules}</decisionTable>'


def one(id_: str, logic: str) -> Decisions:
    """A file with one decision, which must be free of faults."""
    decisions, findings = read_dmn("t.dmn", model(decision(id_, logic)))
    assert findings == [], [str(finding.message) for finding in findings]
    return decisions


def _input(text: str) -> str:
    expression, kind, allowed = [*text.split(":"), "", ""][:3]
    type_ref = f' typeRef="{kind}"' if kind else ""
    values = f"<inputValues><text>{escape(allowed)}</text></inputValues>" if allowed else ""
    return f"<input><inputExpression{type_ref}><text>{escape(expression)}</text></inputExpression>{values}</input>"


def _output(text: str) -> str:
    name, _, default = text.partition("=")
    name, _, values = name.partition("|")
    listed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    entry = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    return f'<output name="{name}">{listed}{entry}</output>'


def _rule(number: int, row: Sequence[str], inputs: int) -> str:
    cells = "".join(
        f'<{tag} id="r{number}c{place}"><text>{escape(text)}</text></{tag}>'
        for place, text in enumerate(row, 1)
        for tag in ["inputEntry" if place <= inputs else "outputEntry"]
    )
    return f'<rule id="r{number}">{cells}</rule>'
