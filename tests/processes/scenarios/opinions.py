"""A small procedure with everything a scenario can touch: two processes, messages, a timer, forms, documents."""

from __future__ import annotations

import json
from typing import Any

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yishi="urn:yishi:bpmn:1" targetNamespace="t">
  <message id="m_ask" name="ask"/><message id="m_reply" name="reply"/><message id="m_stop" name="stop"/>
  <process id="collect" name="征求意见" isExecutable="true">
    <laneSet id="ls"><lane id="l1" name="工委" yishi:role="snc_clerk">
      <flowNodeRef>S</flowNodeRef><flowNodeRef>Plan</flowNodeRef><flowNodeRef>Ask</flowNodeRef>
      <flowNodeRef>Wait</flowNodeRef><flowNodeRef>Late</flowNodeRef><flowNodeRef>Paper</flowNodeRef>
      <flowNodeRef>Done</flowNodeRef><flowNodeRef>Over</flowNodeRef></lane></laneSet>
    <startEvent id="S" name="开始"/>
    <userTask id="Plan" name="拟定题目" yishi:form="F-plan" yishi:due="deadline(today(), 3, &quot;WD&quot;)"/>
    <intermediateThrowEvent id="Ask" name="发出" yishi:targets="units" yishi:key="target.code"
      yishi:payload="{unit: target, topic: topic}"><messageEventDefinition messageRef="m_ask"/></intermediateThrowEvent>
    <receiveTask id="Wait" name="等意见" messageRef="m_reply" yishi:key="u.code" yishi:result="opinion">
      <multiInstanceLoopCharacteristics yishi:collection="units" yishi:element="u"
        yishi:outputCollection="opinions" yishi:outputElement="opinion.text"/></receiveTask>
    <boundaryEvent id="Late" name="期满" attachedToRef="Wait"><timerEventDefinition>
      <timeDate>deadline(today(), 5, "WD")</timeDate></timerEventDefinition></boundaryEvent>
    <serviceTask id="Paper" name="汇总成文" yishi:effect="document"><extensionElements>
      <yishi:param name="template" value="&quot;summary&quot;"/></extensionElements></serviceTask>
    <endEvent id="Done" name="已汇总" yishi:end="E-DONE"/>
    <endEvent id="Over" name="期满未齐" yishi:end="E-LATE"/>
    <sequenceFlow id="f1" sourceRef="S" targetRef="Plan"/><sequenceFlow id="f2" sourceRef="Plan" targetRef="Ask"/>
    <sequenceFlow id="f3" sourceRef="Ask" targetRef="Wait"/><sequenceFlow id="f4" sourceRef="Wait" targetRef="Paper"/>
    <sequenceFlow id="f5" sourceRef="Paper" targetRef="Done"/><sequenceFlow id="f6" sourceRef="Late" targetRef="Over"/>
  </process>
  <process id="opinion" name="社区意见" isExecutable="true">
    <laneSet id="ls2"><lane id="l2" name="社区" yishi:role="community">
      <flowNodeRef>OS</flowNodeRef><flowNodeRef>Write</flowNodeRef><flowNodeRef>Send</flowNodeRef></lane></laneSet>
    <startEvent id="OS" name="收到"><messageEventDefinition messageRef="m_ask"/></startEvent>
    <userTask id="Write" name="写意见" yishi:form="F-write" yishi:unit="unit.code" yishi:noLimit="试用"/>
    <endEvent id="Send" name="已回" yishi:end="E-SENT" yishi:key="unit.code" yishi:payload="{text: text}">
      <messageEventDefinition messageRef="m_reply"/></endEvent>
    <sequenceFlow id="o1" sourceRef="OS" targetRef="Write"/><sequenceFlow id="o2" sourceRef="Write" targetRef="Send"/>
  </process>
</definitions>
"""

PROCEDURE = """
key = "opinions"
title = "征求意见"
level = "street"
load = ["units"]
[[process]]
id = "collect"
title = "征求意见"
start = ["snc_clerk"]
[[process]]
id = "opinion"
title = "社区意见"
start = []
"""

UNITS = [{"code": f"U{n}", "name": f"第{n}社区", "population": 100 * n} for n in (1, 2, 3)]


def form(name: str, *fields: dict[str, Any]) -> bytes:
    """A form file."""
    components = [{"type": "textfield", **one} for one in fields]
    return json.dumps({"type": "default", "id": name, "components": components}).encode()


def bundle(**scenarios: dict[str, Any]) -> dict[str, bytes]:
    """The files, with scenarios by name."""
    files = {
        "procedure.toml": PROCEDURE.encode(),
        "opinions.bpmn": BPMN.encode(),
        "forms/plan.form.json": form("F-plan", {"key": "topic", "label": "题目", "validate": {"required": True}}),
        "forms/write.form.json": form("F-write", {"key": "text", "label": "意见", "validate": {"required": True}}),
        "documents/summary.html": "<h1>意见汇总</h1>".encode(),
    }
    for name, scenario in scenarios.items():
        files[f"scenarios/{name}.json"] = json.dumps(scenario).encode()
    return files


ALL_ANSWER: dict[str, Any] = {
    "name": "三个社区都回了意见",
    "given": {"clock": "2026-09-29T10:00", "units": UNITS},
    "steps": [
        {"start": "collect", "as": "snc_clerk"},
        {"as": "snc_clerk", "task": "Plan", "answers": {"topic": ""}, "refused": ["topic"]},
        {
            "as": "snc_clerk",
            "task": "Plan",
            "answers": {"topic": "路灯"},
            "expect": {"waiting": [{"task": "Write", "count": 3}, {"task": "Write", "unit": "U2"}], "cases": 4},
        },
        {"as": "community@U2", "task": "Write", "answers": {"text": '=unit.name + "：" + topic'}},
        {"advance": "PT2H"},
        {"as": "community", "task": "Write", "times": "all", "answers": {"text": "同意"}},
    ],
    "expect": {
        "ends": {"E-DONE": 1, "E-SENT": 3},
        "running": 0,
        "pending": 0,
        "data": [
            'opinions = ["同意", "第2社区：路灯", "同意"]',
            {"true": "parent.id = 1", "process": "opinion", "count": 3},
        ],
        "documents": {"summary": 1},
        "nothingElse": True,
    },
}

LATE: dict[str, Any] = {
    "name": "期满还有社区没有回",
    "given": {"clock": "2026-09-29T10:00", "units": UNITS},
    "steps": [
        {"start": "collect", "as": "snc_clerk"},
        {"as": "snc_clerk", "task": "Plan", "answers": {"topic": "路灯"}, "where": "case.startedOn = today()"},
        {"until": "2026-10-12T23:59", "expect": {"ends": {"E-LATE": 0}}},
        {"advance": "PT2M", "expect": {"ends": {"E-LATE": 1}, "running": 3}},
        {
            "repeat": {"u": "=units"},
            "steps": [{"as": '="community@" + u.code', "task": "Write", "answers": {"text": "迟"}}],
        },
    ],
    "expect": {"ends": {"E-LATE": 1, "E-SENT": 3}, "pending": 3, "documents": {"summary": 0}},
}
