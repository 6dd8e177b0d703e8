"""A small bundle in which nothing is wrong, and ways to make exactly one thing wrong."""

from __future__ import annotations

import json

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yishi="urn:yishi:bpmn:1"
             xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M1" name="报到"/>
  <error id="ER1" errorCode="E"/>
  <collaboration id="C"><participant id="POOL" name="街道" processRef="main"/></collaboration>
  <process id="main" isExecutable="true">
    <laneSet id="LS"><lane id="L1" name="工委" yishi:role="snc_clerk"><flowNodeRef>A</flowNodeRef>
      <flowNodeRef>B</flowNodeRef></lane></laneSet>
    <startEvent id="S"/>
    <sequenceFlow id="F1" sourceRef="S" targetRef="A"/>
    <userTask id="A" name="登记" yishi:form="F-1" yishi:due="add working days(today(), 3)"/>
    <boundaryEvent id="BT" attachedToRef="A" cancelActivity="false"><outgoing>F1b</outgoing>
      <timerEventDefinition id="T1"><timeDuration>P3D</timeDuration></timerEventDefinition></boundaryEvent>
    <sequenceFlow id="F1b" sourceRef="BT" targetRef="E2"/>
    <endEvent id="E2"/>
    <sequenceFlow id="F2" sourceRef="A" targetRef="X"/>
    <exclusiveGateway id="X" name="同意？" default="F4"/>
    <sequenceFlow id="F3" sourceRef="X" targetRef="SC"><conditionExpression>agree = true</conditionExpression></sequenceFlow>
    <sequenceFlow id="F4" sourceRef="X" targetRef="B"/>
    <scriptTask id="SC"><script>{total: 1 + 2, twice: total * 2}</script></scriptTask>
    <sequenceFlow id="F5" sourceRef="SC" targetRef="D"/>
    <businessRuleTask id="D" yishi:decision="N-D1" yishi:result="verdict"/>
    <sequenceFlow id="F6" sourceRef="D" targetRef="SV"/>
    <serviceTask id="SV" yishi:effect="notice">
      <extensionElements><yishi:param name="to" value="&quot;snc_clerk&quot;"/>
        <yishi:param name="text" value="string(total)"/></extensionElements></serviceTask>
    <sequenceFlow id="F7" sourceRef="SV" targetRef="P1"/>
    <parallelGateway id="P1"/>
    <sequenceFlow id="F8" sourceRef="P1" targetRef="SP"/>
    <sequenceFlow id="F9" sourceRef="P1" targetRef="CA"/>
    <subProcess id="SP"><startEvent id="SS"/><sequenceFlow id="F10" sourceRef="SS" targetRef="SE"/>
      <endEvent id="SE"><errorEventDefinition errorRef="ER1"/></endEvent></subProcess>
    <boundaryEvent id="BE" attachedToRef="SP"><errorEventDefinition errorRef="ER1"/></boundaryEvent>
    <sequenceFlow id="F11" sourceRef="BE" targetRef="P2"/>
    <callActivity id="CA" calledElement="other"><extensionElements>
      <yishi:param name="given" value="total"/></extensionElements></callActivity>
    <sequenceFlow id="F12" sourceRef="CA" targetRef="P2"/>
    <parallelGateway id="P2"/>
    <sequenceFlow id="F13" sourceRef="P2" targetRef="LT"/>
    <intermediateThrowEvent id="LT"><linkEventDefinition name="甲"/></intermediateThrowEvent>
    <intermediateCatchEvent id="LC"><linkEventDefinition name="甲"/></intermediateCatchEvent>
    <sequenceFlow id="F14" sourceRef="LC" targetRef="EG"/>
    <eventBasedGateway id="EG"/>
    <sequenceFlow id="F15" sourceRef="EG" targetRef="MC"/>
    <sequenceFlow id="F16" sourceRef="EG" targetRef="TC"/>
    <intermediateCatchEvent id="MC"><messageEventDefinition messageRef="M1"/></intermediateCatchEvent>
    <intermediateCatchEvent id="TC"><timerEventDefinition><timeDate>2026-11-30T18:00:00+08:00</timeDate>
      </timerEventDefinition></intermediateCatchEvent>
    <sequenceFlow id="F17" sourceRef="MC" targetRef="B"/>
    <sequenceFlow id="F18" sourceRef="TC" targetRef="B"/>
    <userTask id="B" name="征求意见" yishi:form="F-1" yishi:noLimit="随到随办">
      <multiInstanceLoopCharacteristics yishi:collection="[1, 2]" yishi:element="one" yishi:outputCollection="all"/>
    </userTask>
    <sequenceFlow id="F19" sourceRef="B" targetRef="ST"/>
    <sendTask id="ST" messageRef="M1" yishi:payload="{mark: all}"/>
    <sequenceFlow id="F20" sourceRef="ST" targetRef="E"/>
    <endEvent id="E"/>
  </process>
  <process id="other" isExecutable="true"><startEvent id="OS"/><sequenceFlow id="OF" sourceRef="OS" targetRef="OE"/>
    <endEvent id="OE"/></process>
</definitions>
"""
PROCEDURE = """key = "small"
title = "小程序"
[[process]]
id = "main"
title = "小程序"
start = ["snc_clerk"]
form = "F-1"
caseTitle = "case.streetName"
"""
FORM = json.dumps(
    {"id": "F-1", "type": "default", "components": [{"type": "checkbox", "key": "agree", "label": "同意"}]}
)
DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:test:dmn">
  <decision id="N-D1" name="资格"><variable name="资格"/>
    <literalExpression><text>"good"</text></literalExpression></decision>
</definitions>
"""


def bundle(*changes: tuple[str, str]) -> dict[str, bytes]:
    """The sound bundle with pieces of its files replaced; every piece must be there."""
    files = {"procedure.toml": PROCEDURE, "main.bpmn": DIAGRAM, "forms/F-1.form.json": FORM, "d.dmn": DECISION}
    for old, new in changes:
        holders = [name for name, text in files.items() if old in text]
        assert holders, f"not in the bundle: {old}"
        files[holders[0]] = files[holders[0]].replace(old, new, 1)
    return {name: text.encode() for name, text in files.items()}


def line_of(piece: str, text: str = DIAGRAM) -> int:
    """The line on which a piece of the diagram stands."""
    return text[: text.index(piece)].count("\n") + 1
