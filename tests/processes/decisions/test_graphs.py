"""Files, versions, required decisions, models, services, imports, types and boxed expressions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from processes.decisions import DecisionError, read_all, read_dmn
from processes.expressions import FeelBudgetError
from tests.processes.decisions.build import NAMESPACE, decision, env, literal, model, one, table

QUOTA = '<businessKnowledgeModel id="quota" name="quota"><variable name="quota"/><encapsulatedLogic>'
QUOTA += '<formalParameter name="people" typeRef="number"/>' + literal("if people > 100 then 2 else 1")
QUOTA += "</encapsulatedLogic></businessKnowledgeModel>"
VERSIONS = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]


@pytest.mark.parametrize("namespace", VERSIONS)
def test_every_version_of_the_namespace_is_read(namespace: str) -> None:
    decisions, findings = read_dmn("t.dmn", model(decision("d", literal("1 + x")), namespace=namespace))
    assert findings == [] and decisions.decide("d", {"x": 2}, env()) == 3


@pytest.mark.parametrize(
    "content",
    [b"", b"<a", b"<a/>", b"\xff\xfe\x00", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"{}", b"<a>" * 10_000],
)
def test_bad_files_are_findings(content: bytes) -> None:
    decisions, findings = read_dmn("bad.dmn", content)
    assert [finding.rule for finding in findings] == ["dmn-xml"] and list(decisions) == []


def test_required_decisions_are_taken_first_and_only_their_names_are_asked() -> None:
    content = model(
        decision("total", literal("a + b")), decision("label", literal('if total > 5 then "多" else c'), ["total"])
    )
    decisions, findings = read_dmn("t.dmn", content)
    assert findings == []
    assert decisions.decide("label", {"a": 3, "b": 4}, env()) == "多"
    assert decisions.inputs("label") == {"a", "b", "c"}
    assert decisions.requirements("label") == ["total"]


def test_a_dot_before_a_digit_belongs_to_the_name() -> None:
    named = decision("table 2.1", literal("a + 1"))
    decisions, findings = read_dmn("t.dmn", model(named, decision("d", literal("table 2.1 * 2"), ["table 2.1"])))
    assert findings == []
    assert decisions.decide("d", {"a": 3}, env()) == 8


def test_knowledge_models_are_functions() -> None:
    decisions, findings = read_dmn("t.dmn", model(QUOTA, decision("d", literal("quota(n) + 1"), models=["quota"])))
    assert findings == []
    assert decisions.decide("d", {"n": 500}, env()) == 3
    assert decisions.inputs("d") == {"n"}


def test_a_model_that_calls_itself_for_ever_is_stopped() -> None:
    loop = QUOTA.replace("if people &gt; 100 then 2 else 1", "quota(people + 1)")
    assert loop != QUOTA
    decisions, _ = read_dmn("t.dmn", model(loop, decision("d", literal("quota(1)"), models=["quota"])))
    with pytest.raises(FeelBudgetError):
        decisions.decide("d", {}, env())


def test_lost_references_and_circles_are_findings() -> None:
    content = model(
        decision("a", literal("b"), ["b"]), decision("b", literal("a"), ["a"]), decision("c", literal("1"), ["x"])
    )
    decisions, findings = read_dmn("t.dmn", content)
    assert sorted((finding.rule, finding.element) for finding in findings) == [
        ("dmn-circle", "a"),
        ("dmn-circle", "b"),
        ("dmn-reference", "c"),
    ]
    assert decisions.decide("a", {}, env()) is None


def test_java_functions_are_refused() -> None:
    java = QUOTA.replace("<encapsulatedLogic>", '<encapsulatedLogic kind="Java">')
    decisions, findings = read_dmn("t.dmn", model(java, decision("d", literal("quota(1)"), models=["quota"])))
    assert [finding.rule for finding in findings] == ["dmn-external"]
    with pytest.raises(DecisionError):
        decisions.decide("d", {}, env())


def test_other_expression_languages_are_refused() -> None:
    other = literal("1").replace("<literalExpression", '<literalExpression expressionLanguage="juel"')
    _, findings = read_dmn("t.dmn", model(decision("d", other)))
    assert [finding.rule for finding in findings] == ["dmn-language"]


def test_files_of_a_bundle_import_each_other() -> None:
    lent = model(QUOTA).replace(b'namespace="urn:test"', b'namespace="urn:lent"')
    use = f'<import namespace="urn:lent" name="lent" importType="{NAMESPACE}"/>'
    needs = '<knowledgeRequirement><requiredKnowledge href="urn:lent#quota"/></knowledgeRequirement>'
    user = model(use, decision("d", needs + literal("lent.quota(200)")))
    decisions, findings = read_all({"user.dmn": user, "lent.dmn": lent})
    assert findings == [] and decisions.decide("d", {}, env()) == 2
    _, findings = read_dmn("user.dmn", user)
    assert {finding.rule for finding in findings} == {"dmn-import", "dmn-reference"}


def test_a_decision_id_in_two_files_is_a_finding() -> None:
    content = model(decision("d", literal("1")))
    _, findings = read_all({"a.dmn": content, "b.dmn": content})
    assert [(finding.rule, finding.file) for finding in findings] == [("dmn-duplicate", "b.dmn")]


def test_services_take_parameters_and_hide_the_rest() -> None:
    service = (
        '<decisionService id="s" name="s"><outputDecision href="#out"/><inputDecision href="#inner"/></decisionService>'
    )
    content = model(
        decision("inner", literal('"inside"')), decision("out", literal('inner + "!"'), ["inner"]), service,
        decision("d", literal('s("given")'), models=["s"]),
    )  # fmt: skip
    decisions, findings = read_dmn("t.dmn", content)
    assert findings == []
    assert decisions.decide("d", {}, env()) == "given!"
    assert decisions.serve("s", {"inner": "direct"}, env()) == "direct!"


def test_item_definitions_turn_strangers_into_null() -> None:
    kind = '<itemDefinition name="tKind"><typeRef>string</typeRef><allowedValues><text>"a","b"</text></allowedValues></itemDefinition>'
    data = '<inputData id="i" name="kind"><variable name="kind" typeRef="tKind"/></inputData>'
    need = '<informationRequirement><requiredInput href="#i"/></informationRequirement>'
    decisions, findings = read_dmn("t.dmn", model(kind, data, decision("d", need + literal("kind = null"))))
    assert findings == []
    assert decisions.decide("d", {"kind": "a"}, env()) is False
    assert decisions.decide("d", {"kind": "z"}, env()) is True


def test_names_with_spaces_and_chinese_names() -> None:
    content = model(decision("应到 人数", literal("12")), decision("d", literal("应到 人数 / 2 + 实到"), ["应到 人数"]))
    decisions, findings = read_dmn("t.dmn", content)
    assert findings == [] and decisions.decide("d", {"实到": 1}, env()) == 7


BOXED = {
    "context": (
        f'<context><contextEntry><variable name="a"/>{literal("x")}</contextEntry>'
        f'<contextEntry><variable name="b"/>{literal("a + 1")}</contextEntry></context>',
        {"a": 3, "b": 4},
    ),
    "context with a result": (
        f'<context><contextEntry><variable name="a"/>{literal("x")}</contextEntry>'
        f"<contextEntry>{literal('a * 2')}</contextEntry></context>",
        6,
    ),
    "list": (f"<list>{literal('x')}{literal('x + 1')}</list>", [3, 4]),
    "relation": (
        f'<relation><column name="n"/><column name="m"/><row>{literal("1")}{literal("x")}</row></relation>',
        [{"n": 1, "m": 3}],
    ),
    "conditional": (
        f"<conditional><if>{literal('x > 2')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>",
        1,
    ),
    "filter": (f"<filter><in>{literal('[1,5,x]')}</in><match>{literal('item > 2')}</match></filter>", [5, 3]),
    "for": (
        f'<for iteratorVariable="i"><in>{literal("[1..3]")}</in><return>{literal("i * x")}</return></for>',
        [3, 6, 9],
    ),
    "some": (
        f'<some iteratorVariable="i"><in>{literal("[1,x]")}</in><satisfies>{literal("i = 3")}</satisfies></some>',
        True,
    ),
    "every": (
        f'<every iteratorVariable="i"><in>{literal("[1,x]")}</in><satisfies>{literal("i = 3")}</satisfies></every>',
        False,
    ),
}


@pytest.mark.parametrize("name", BOXED)
def test_boxed_expressions(name: str) -> None:
    logic, expected = BOXED[name]
    decisions = one("d", logic)
    assert decisions.decide("d", {"x": Decimal(3)}, env()) == expected
    assert decisions.inputs("d") == {"x"}


def test_a_loop_that_never_ends_is_stopped_by_the_budget() -> None:
    loop = f'<for iteratorVariable="i"><in>{literal("[1..1000000000]")}</in><return>{literal("i")}</return></for>'
    content = model(decision("d", loop))
    decisions, _ = read_dmn("t.dmn", content)
    with pytest.raises(FeelBudgetError):
        decisions.decide("d", {}, env())


def test_decisions_of_a_graph_share_one_budget() -> None:
    rows = [["> 1", "sum(for i in 1..3000 return i)"]]
    chain = [decision(f"d{n}", table([f"d{n - 1}"], ["x"], rows), [f"d{n - 1}"]) for n in range(1, 60)]
    decisions, _ = read_dmn("t.dmn", model(decision("d0", literal("2")), *chain))
    with pytest.raises(FeelBudgetError):
        decisions.decide("d59", {}, env())
