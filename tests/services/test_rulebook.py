"""A changed rule is for new cases only, and the page says why."""

from __future__ import annotations

from processes.definition import Bundle
from services import births, cases, rulebook
from tests.services.town import Town

BODY = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yishi="urn:yishi:bpmn:1" targetNamespace="t">
<process id="notice" name="公示" isExecutable="true"><startEvent id="s"/><userTask id="t" name="张贴公示" yishi:role="snc_clerk" yishi:form="F" yishi:due="deadline(today(), params.noticeDays)"/><endEvent id="e" name="完成"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="e"/></process></definitions>"""
FORM = '{"id": "F", "type": "default", "components": [{"type": "textfield", "key": "place", "label": "地点"}]}'
TOML = 'key = "notice"\ntitle = "公示"\nlevel = "street"\nparameters = ["noticeDays"]\n[[process]]\nid = "notice"\ntitle = "公示"\nnumber = "公示{seq}"\nstart = ["snc_clerk"]\n'


def test_a_case_keeps_the_rules_it_started_with(town: Town) -> None:
    files = {"notice.bpmn": BODY, "forms/F.form.json": FORM, "procedure.toml": TOML}
    town.publish(Bundle({name: text.encode() for name, text in files.items()}))
    before = town.start("zhou", "notice", "notice")
    [row] = town.look("zhou", lambda desk: rulebook.of_case(desk, before.id))
    assert (row.label, str(row.kept), row.changed) == ("公示期", "3 个工作日", False) and row.source
    town.act("zhou", lambda desk: births.set_params(desk, "ZS", {"noticeDays": 5}))
    after = town.start("zhou", "notice", "notice")
    [old] = town.look("zhou", lambda desk: rulebook.of_case(desk, before.id))
    [new] = town.look("zhou", lambda desk: rulebook.of_case(desk, after.id))
    assert (str(old.kept), str(old.now), old.changed) == ("3 个工作日", "5 个工作日", True)
    assert (str(new.kept), new.changed) == ("5 个工作日", False)
    waits = [town.look("zhou", lambda desk, c=c: cases.view(desk, c.id)).waiting[0].due for c in (before, after)]
    assert waits[0] is not None and waits[1] is not None and waits[0] < waits[1]
