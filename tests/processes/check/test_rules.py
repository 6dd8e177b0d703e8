"""Each rule in pairs: the sound bundle is silent, one fault is found on the right element and line."""

from __future__ import annotations

import re

import pytest

from processes.check import RULES, check_bundle
from processes.findings import Finding, Severity
from tests.processes.check.sound import bundle

EXTRA = {"sequenceFlow": '<sequenceFlow id="N1" sourceRef="{0}" targetRef="{1}"/>'}
PROCESS_END = '<process id="other"'
OTHER = '<process id="other" isExecutable="true">'


def inside(xml: str) -> tuple[str, str]:
    """Add something to the main process."""
    return '<endEvent id="E"/>', f'<endEvent id="E"/>\n{xml}\n'


def flow(source: str, target: str, id_: str = "N1", more: str = "") -> str:
    return f'<sequenceFlow id="{id_}" sourceRef="{source}" targetRef="{target}">{more}</sequenceFlow>'


def condition(text: str) -> str:
    return f"<conditionExpression>{text}</conditionExpression>"


F3 = '<sequenceFlow id="F3" sourceRef="X" targetRef="SC"><conditionExpression>agree = true</conditionExpression>'
TIMER = "<timeDuration>P3D</timeDuration>"
CASES: list[tuple[str, str | None, list[tuple[str, str]]]] = [
    ("duplicate-id", "A", [inside('<task id="A"/>')]),
    ("flow-end", "F2", [('sourceRef="A" targetRef="X"', 'sourceRef="A" targetRef="nowhere"')]),
    ("flow-end", "N1", [inside(flow("nobody", "E"))]),
    ("flow-scope", "N1", [inside(flow("A", "SE"))]),
    ("flow-direction", "N1", [inside(flow("A", "S"))]),
    ("flow-direction", "N1", [inside(flow("E2", "B"))]),
    ("flow-direction", "N1", [inside(flow("A", "BT"))]),
    ("default-flow", "X", [('default="F4"', 'default="F5"')]),
    ("event-reference", "ST", [('<sendTask id="ST" messageRef="M1"', '<sendTask id="ST" messageRef="M9"')]),
    ("event-reference", "MC", [('<messageEventDefinition messageRef="M1"/>', "<messageEventDefinition/>")]),
    ("event-reference", "BE", [('</subProcess>\n    <boundaryEvent id="BE" attachedToRef="SP"><errorEventDefinition errorRef="ER1"',
                                '</subProcess>\n    <boundaryEvent id="BE" attachedToRef="SP"><errorEventDefinition errorRef="ER2"')]),
    ("message-name", "ST", [('<sendTask id="ST" messageRef="M1"', '<sendTask id="ST" name="寄信"')]),
    ("called-process", "CA", [('calledElement="other"', 'calledElement="gone"')]),
    ("called-process", "CA", [('calledElement="other"', "")]),
    ("call-cycle", "OC", [('targetRef="OE"/>', 'targetRef="OC"/><callActivity id="OC" calledElement="main"/>'
                           '<sequenceFlow id="OF2" sourceRef="OC" targetRef="OE"/>')]),
    ("decision", "D", [('yishi:decision="N-D1"', 'yishi:decision="N-D7"')]),
    ("decision", "D", [('yishi:decision="N-D1"', "")]),
    ("form", "A", [('<userTask id="A" name="登记" yishi:form="F-1"', '<userTask id="A" name="登记" yishi:form="F-9"')]),
    ("form", None, [('form = "F-1"', 'form = "F-9"')]),
    ("service", "SV", [('yishi:effect="notice"', 'yishi:effect="fireworks"')]),
    ("service", "SV", [('yishi:effect="notice"', 'yishi:rule="noSuchRule"')]),
    ("service", "SV", [('yishi:effect="notice"', 'yishi:rule="quota" yishi:effect="notice"')]),
    ("service", "SV", [('yishi:effect="notice"', "")]),
    ("service", "SV", [('<yishi:param name="to" value="&quot;snc_clerk&quot;"/>', "")]),
    ("service", "SV", [('yishi:effect="notice"', 'yishi:rule="quota"')]),
    ("document", "SV", [('yishi:effect="notice"', 'yishi:effect="document"'),
                        ('name="text" value="string(total)"', 'name="template" value="&quot;gone&quot;"')]),
    ("no-start", "SP", [('<startEvent id="SS"/>', '<task id="SS"/>')]),
    ("no-start", "other", [('<startEvent id="OS"/>', '<task id="OS"/>')]),
    ("several-starts", "S2", [inside('<startEvent id="S2"/>' + flow("S2", "B"))]),
    ("several-starts", "SS2", [('<startEvent id="SS"/>', '<startEvent id="SS"/><startEvent id="SS2"/>' + flow("SS2", "SE"))]),
    ("start-trigger", "S2", [inside('<startEvent id="S2"><timerEventDefinition><timeCycle>R/P1M</timeCycle>'
                                    "</timerEventDefinition></startEvent>" + flow("S2", "B"))]),
    ("event-subprocess", "EV", [inside('<subProcess id="EV" triggeredByEvent="true"><startEvent id="VS"/>'
                                       + flow("VS", "VE", "VF") + '<endEvent id="VE"/></subProcess>')]),
    ("event-subprocess", "EV", [inside('<subProcess id="EV" triggeredByEvent="true"><startEvent id="VS">'
                                       '<messageEventDefinition messageRef="M1"/></startEvent>' + flow("VS", "VE", "VF")
                                       + '<endEvent id="VE"/></subProcess>' + flow("EV", "E"))]),
    ("unreachable", "Z1", [inside('<task id="Z1"/><task id="Z2"/>' + flow("Z1", "Z2") + flow("Z2", "E", "N2"))]),
    ("no-way-out", "Z1", [inside('<task id="Z1"/><task id="Z2"/>' + flow("Z1", "Z2") + flow("Z2", "Z1", "N2")
                                 + flow("B", "Z1", "N3"))]),
    ("no-exit", "Z1", [inside('<task id="Z1"/>' + flow("B", "Z1"))]),
    ("exit-condition", "X", [(F3, F3.split("<cond")[0])]),
    ("no-default", "X", [(' default="F4"', ""), ('sourceRef="X" targetRef="B"/>',
                         f'sourceRef="X" targetRef="B">{condition("agree = false")}</sequenceFlow>')]),
    ("condition-place", "F8", [('targetRef="SP"/>', f'targetRef="SP">{condition("agree")}</sequenceFlow>')]),
    ("default-condition", "F4", [('sourceRef="X" targetRef="B"/>',
                                 f'sourceRef="X" targetRef="B">{condition("agree")}</sequenceFlow>')]),
    ("event-gateway", "EG", [('sourceRef="EG" targetRef="TC"', 'sourceRef="EG" targetRef="B"')]),
    ("complex-gateway", "P1", [('<parallelGateway id="P1"/>', '<complexGateway id="P1"/>')]),
    ("ad-hoc", "AH", [inside('<adHocSubProcess id="AH"><task id="AT"/></adHocSubProcess>' + flow("A", "AH") + flow("AH", "E", "N2"))]),
    ("dead-join", "P2", [inside('<task id="Z1"/>' + flow("Z1", "P2"))]),
    ("choice-into-join", "J", [inside('<parallelGateway id="J"/><exclusiveGateway id="Y" default="Y2"/>' + flow("B", "Y")
                               + flow("Y", "J", "Y1", condition("agree")) + flow("Y", "J", "Y2") + flow("J", "E", "Y3"))]),
    ("boundary", "BT", [('<boundaryEvent id="BT" attachedToRef="A"', '<boundaryEvent id="BT"')]),
    ("boundary", "BT", [('<boundaryEvent id="BT" attachedToRef="A"', '<boundaryEvent id="BT" attachedToRef="X"')]),
    ("trigger", "TC", [('<timerEventDefinition><timeDate>2026-11-30T18:00:00+08:00</timeDate>\n      </timerEventDefinition>', "")]),
    ("several-triggers", "MC", [('<messageEventDefinition messageRef="M1"/>', '<messageEventDefinition messageRef="M1"/>'
                                 '<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>')]),
    ("link", "LT", [('<intermediateThrowEvent id="LT"><linkEventDefinition name="甲"', '<intermediateThrowEvent id="LT"><linkEventDefinition name="乙"')]),
    ("link", "LC", [('<intermediateThrowEvent id="LT"><linkEventDefinition name="甲"/>', '<intermediateThrowEvent id="LT">')]),
    ("link", "LC2", [inside('<intermediateCatchEvent id="LC2"><linkEventDefinition name="甲"/></intermediateCatchEvent>' + flow("LC2", "E"))]),
    ("compensation", "BC", [inside('<boundaryEvent id="BC" attachedToRef="D"><compensateEventDefinition/></boundaryEvent>')]),
    ("compensation", "H", [inside('<boundaryEvent id="BC" attachedToRef="D"><compensateEventDefinition/></boundaryEvent>'
                                  '<task id="H"/><association id="AS" sourceRef="BC" targetRef="H"/>')]),
    ("transaction", "E2", [('<endEvent id="E2"/>', '<endEvent id="E2"><cancelEventDefinition/></endEvent>')]),
    ("uncaught", "E2", [('<endEvent id="E2"/>', '<endEvent id="E2"><errorEventDefinition errorRef="ER1"/></endEvent>')]),
    ("timer", "BT", [(TIMER, "<timeDuration/>")]),
    ("timer", "BT", [(TIMER, "<timeDuration>P3DT</timeDuration>")]),
    ("timer", "BT", [(TIMER, "<timeCycle>0 0 9 * * ?</timeCycle>")]),
    ("timer", "BT", [(TIMER, "<timeCycle>R3/P1D/P2D</timeCycle>")]),
    ("timer-zone", "TC", [("18:00:00+08:00", "18:00:00")]),
    ("timer-zone", "BT", [(TIMER, '<timeDate>date and time("2026-11-30T18:00:00")</timeDate>')]),
    ("event-condition", "TC", [('<timerEventDefinition><timeDate>2026-11-30T18:00:00+08:00</timeDate>\n      </timerEventDefinition>',
                                "<conditionalEventDefinition/>")]),
    ("task-form", "A", [('<userTask id="A" name="登记" yishi:form="F-1"', '<userTask id="A" name="登记"')]),
    ("task-role", "A", [("<flowNodeRef>A</flowNodeRef>", "")]),
    ("role-unknown", "L1", [('yishi:role="snc_clerk"', 'yishi:role="king"')]),
    ("role-unknown", "A", [('<userTask id="A"', '<userTask id="A" yishi:role="king"')]),
    ("role-unknown", None, [('start = ["snc_clerk"]', 'start = ["king"]')]),
    ("task-limit", "B", [(' yishi:noLimit="随到随办"', "")]),
    ("many-source", "B", [('yishi:collection="[1, 2]" ', "")]),
    ("many-output", "B", [(' yishi:outputCollection="all"', ""), ("{mark: all}", "{mark: 1}")]),
    ("loop-end", "CA", [('</extensionElements></callActivity>', '</extensionElements><standardLoopCharacteristics/></callActivity>')]),
    ("script", "SC", [("{total: 1 + 2, twice: total * 2}", "import os\nos.remove('x')"), ('value="string(total)"', 'value="1"'),
                      ('value="total"', 'value="1"')]),
    ("script", "SC", [("<script>{total: 1 + 2, twice: total * 2}</script>", ""), ('value="string(total)"', 'value="1"'),
                      ('value="total"', 'value="1"')]),
    ("expression", "F3", [("agree = true", "agree ) true")]),
    ("expression", "F3", [("agree = true", "no such function(agree)")]),
    ("expression", "F3", [("agree = true", "agree == true")]),
    ("expression", "A", [("add working days(today(), 3)", "add worming days(today(), 3)")]),
    ("expression", "SC", [("total: 1 + 2", "total: 1 + ")]),
    ("expression", "SV", [('value="string(total)"', 'value="string(total"')]),
    ("expression", "CA", [('value="total"', 'value="total +"')]),
    ("expression", "ST", [("{mark: all}", "{mark: }")]),
    ("expression", "B", [('yishi:collection="[1, 2]"', 'yishi:collection="[1, 2"')]),
    ("expression", "BT", [(TIMER, "<timeDate>today( +</timeDate>")]),
    ("expression", None, [('caseTitle = "case.streetName"', 'caseTitle = "case."')]),
    ("name-unknown", "F3", [("agree = true", "agreed = true")]),
    ("name-unknown", "SV", [('value="string(total)"', 'value="string(totel)"')]),
    ("name-unknown", "BT", [(TIMER, "<timeDate>whenever</timeDate>")]),
    ("procedure", None, [('key = "small"\n', "")]),
    ("procedure", None, [("[[process]]", "[[proc")]),
    ("procedure", None, [("[[process]]", "[[processes]]")]),
    ("message-alone", "ST", [('<sendTask id="ST" messageRef="M1"', '<sendTask id="ST" messageRef="M2"'),
                             ('<message id="M1"', '<message id="M2" name="报道"/><message id="M1"')]),
    ("message-alone", "MC", [('<sendTask id="ST" messageRef="M1"', '<sendTask id="ST" messageRef="M2"'),
                             ('<message id="M1"', '<message id="M2" name="报道"/><message id="M1"')]),
    ("process-missing", None, [('id = "main"', 'id = "mein"')]),
    ("role-unknown", None, [('start = ["snc_clerk"]', "start = [{}, [1]]")]),
    ("form", None, [('form = "F-1"\ncaseTitle', "form = [1]\ncaseTitle")]),
    ("process-missing", None, [('<process id="main" isExecutable="true">', '<process id="main">')]),
    ("attribute-unknown", "A", [('yishi:due="add', 'yishi:deu="1" yishi:due="add')]),
    ("attribute-unknown", "D", [('yishi:decision="N-D1"', 'yishi:decision="N-D1" yishi:form="F-1"')]),
    ("choice-into-join", "J", [inside('<parallelGateway id="J"/><boundaryEvent id="BX" attachedToRef="B">'
        '<timerEventDefinition><timeDuration>P9D</timeDuration></timerEventDefinition></boundaryEvent><task id="K"/>'
        + flow("BX", "K") + flow("K", "J", "Y1") + flow("B", "J", "Y2") + flow("J", "E", "Y3"))]),
    ("process-twice", "main", [("<decision id=", "<decision id=")]),
    ("process-empty", "void", [(OTHER, f'<process id="void" isExecutable="true"/>{OTHER}')]),
    ("xml", None, [("</definitions>\n", "")]),
    ("xml", None, [('<?xml version="1.0" encoding="UTF-8"?>\n', "<!DOCTYPE definitions>\n")]),
    ("not-bpmn", None, [("<definitions xmlns=\"http://www.omg.org", "<page xmlns=\"http://www.omg.org"), ("</definitions>\n", "</page>\n")]),
]  # fmt: skip


def found(rule: str, files: dict[str, bytes]) -> list[Finding]:
    return [finding for finding in check_bundle(files) if finding.rule == rule]


def test_the_sound_bundle_is_silent() -> None:
    said = [f for f in check_bundle(bundle()) if f.rule != "drawing-missing"]
    assert said == []


@pytest.mark.parametrize(("rule", "element", "changes"), CASES, ids=[f"{rule}-{element}" for rule, element, _ in CASES])
def test_a_fault_is_found_where_it_is(rule: str, element: str | None, changes: list[tuple[str, str]]) -> None:
    files = bundle(*changes)
    if rule == "process-twice":
        files["again.bpmn"] = files["main.bpmn"]
    said = found(rule, files)
    assert [f.element for f in said if f.element == element], [f.as_json() for f in check_bundle(files)]
    if element is not None and rule not in {"duplicate-id", "process-twice"}:
        assert {f.line for f in said if f.element == element} == {line(files["main.bpmn"].decode(), element)}
    assert all(f.rule in RULES and str(f.message) for f in said)


def line(text: str, element: str) -> int:
    start = re.search(rf'<[\w:]+[^<>]*\sid="{element}"', text)
    assert start is not None
    # libxml2 counts a start tag at the line on which it ends its attributes
    return text.count("\n", 0, text.index(">", start.start())) + 1


def test_every_rule_has_a_pair_here_or_in_a_neighbour() -> None:
    elsewhere = {"too-large", "too-many", "bundle", "unreadable", "parameter-unknown", "ledger"}
    elsewhere |= {rule for rule in RULES if rule.startswith("drawing-")}
    assert set(RULES) == {rule for rule, _, _ in CASES} | elsewhere


def test_every_rule_is_explained_in_one_line() -> None:
    assert all(str(rule.about).endswith("。") and len(str(rule.about)) < 60 for rule in RULES.values())


def test_a_bundle_without_a_diagram_is_refused() -> None:
    files = bundle()
    del files["main.bpmn"]
    assert found("bundle", files)


def test_a_huge_bundle_is_refused_unread() -> None:
    assert [f.rule for f in check_bundle({f"{n}.txt": b"" for n in range(500)})] == ["too-large"]
    assert [f.rule for f in check_bundle({"a.txt": bytes(21 * 1024 * 1024)})] == ["too-large"]


def test_a_long_list_is_cut() -> None:
    many = "".join(f'<task id="Z{n}"/>' for n in range(400))
    said = [f for f in check_bundle(bundle(inside(many))) if f.file == "main.bpmn"]
    assert len(said) == 301
    assert said[-1].rule == "too-many"


def test_all_findings_come_at_once() -> None:
    faults = [("agree = true", "agree )"), ('yishi:decision="N-D1"', ""), (' yishi:noLimit="随到随办"', "")]
    rules = {finding.rule for finding in check_bundle(bundle(*faults))}
    assert {"expression", "decision", "task-limit"} <= rules


def test_a_foreign_file_is_judged_more_mildly() -> None:
    files = bundle(
        (' yishi:noLimit="随到随办"', ""), ('yishi:role="snc_clerk"', ""), ("agree = true", "strange = true")
    )
    alone = {f.rule: f.severity for f in check_bundle({"main.bpmn": files["main.bpmn"]})}
    assert alone["task-limit"] is alone["task-role"] is alone["form"] is Severity.WARNING
    assert alone["name-unknown"] is Severity.ADVICE


CURED = [
    inside('<intermediateThrowEvent id="SG"><signalEventDefinition signalRef="G"/></intermediateThrowEvent>'
           '<endEvent id="GE"><signalEventDefinition signalRef="G"/></endEvent>' + flow("B", "SG") + flow("SG", "GE", "N2")),
    inside('<subProcess id="EV" triggeredByEvent="true"><startEvent id="VS" isInterrupting="true"><messageEventDefinition'
           ' messageRef="M1"/></startEvent>' + flow("VS", "VE", "VF") + '<endEvent id="VE"/></subProcess>'),
    inside('<boundaryEvent id="BC" attachedToRef="D"><compensateEventDefinition/></boundaryEvent>'
           '<task id="H" isForCompensation="true"/><association id="AS" sourceRef="BC" targetRef="H"/>'),
    inside('<task id="W"/>' + flow("B", "W") + flow("W", "E", "N2", condition("agree")) + flow("W", "B", "N3")),
    (TIMER, "<timeCycle>R3/PT1H</timeCycle>"),
    (TIMER, "<timeDate>2026-11-30</timeDate>"),
    (TIMER, "<timeDuration>=P3D</timeDuration>"),
    (TIMER, "<timeDate>add working days(today(), 3)</timeDate>"),
]  # fmt: skip


@pytest.mark.parametrize("change", CURED, ids=range(len(CURED)))
def test_what_the_engine_can_do_is_not_refused(change: tuple[str, str]) -> None:
    files = bundle(change, ('<message id="M1"', '<signal id="G" name="钟"/><message id="M1"'))
    assert [f.as_json() for f in check_bundle(files) if f.severity is Severity.ERROR] == []


def test_a_loop_that_something_else_breaks_off_may_have_no_exit() -> None:
    loop = ('<subProcess id="LP"><startEvent id="LS1"/><task id="LA"/><task id="LB"/>' + flow("LS1", "LA", "L2")
            + flow("LA", "LB", "L3") + flow("LB", "LA", "L4") + "</subProcess>" + flow("B", "LP"))  # fmt: skip
    leave = ('<boundaryEvent id="LX" attachedToRef="LP"><timerEventDefinition>' + TIMER + "</timerEventDefinition>"
             "</boundaryEvent>" + flow("LX", "E", "N2"))  # fmt: skip
    assert found("no-way-out", bundle(inside(loop)))
    assert not found("no-way-out", bundle(inside(loop + leave)))


def test_the_known_calls_of_other_bundles_are_found() -> None:
    files = bundle(('calledElement="other"', 'calledElement="elsewhere"'))
    assert found("called-process", files)
    assert not [f for f in check_bundle(files, known_calls={"elsewhere"}) if f.rule == "called-process"]


def test_one_cause_one_finding() -> None:
    chain = "".join(f'<task id="Z{n}"/>' + flow(f"Z{n}", f"Z{n + 1}", f"ZF{n}") for n in range(20)) + '<task id="Z20"/>'
    said = found("unreachable", bundle(inside(chain)))
    assert [(f.element, len(f.path)) for f in said] == [("Z0", 21)]


def test_roles_and_effects_are_those_of_the_services() -> None:
    from processes.check.stock import EFFECTS, ROLES
    from services import operations, roles

    assert set(roles.ROLES) == ROLES
    assert set(operations.EFFECTS) == set(EFFECTS)


def test_a_message_from_elsewhere_wants_a_reason() -> None:
    lonely = [
        ('<sendTask id="ST" messageRef="M1"', '<sendTask id="ST" messageRef="M2"'),
        ('<message id="M1"', '<message id="M2" name="报道"/><message id="M1"'),
    ]
    explained = '[[message]]\nname = "报道"\nwhy = "{why}"\n\n[[process]]'
    assert {f.element for f in found("message-alone", bundle(*lonely))} == {"ST", "MC"}
    said = bundle(*lonely, ("[[process]]", explained.format(why="宣传部门的系统接收")))
    assert [f.element for f in found("message-alone", said)] == ["MC"]
    assert len(found("message-alone", bundle(*lonely, ("[[process]]", explained.format(why=""))))) == 2


def test_an_error_may_be_caught_where_the_process_is_called() -> None:
    thrown = ('<endEvent id="OE"/>', '<endEvent id="OE"><errorEventDefinition errorRef="ER1"/></endEvent>')
    edge = '<boundaryEvent id="CAB" attachedToRef="CA"><errorEventDefinition errorRef="ER1"/></boundaryEvent>'
    caught = inside(edge + flow("CAB", "E", "CAF"))
    assert [f.element for f in found("uncaught", bundle(thrown))] == ["OE"]
    assert found("uncaught", bundle(thrown, caught)) == []
