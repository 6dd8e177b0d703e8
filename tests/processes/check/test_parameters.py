from processes.check import check_bundle

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yishi="urn:yishi:bpmn:1" id="D">
  <bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="S"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:serviceTask id="N02" name="测算名额" yishi:rule="quota">
      <bpmn:extensionElements>%s</bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:endEvent id="E"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="N02"/>
    <bpmn:sequenceFlow id="f2" sourceRef="N02" targetRef="E"/>
  </bpmn:process>
</bpmn:definitions>"""
PROCEDURE = 'key = "k"\ntitle = "t"\n%s\n[[process]]\nid = "p"\ntitle = "t"\nstart = []\n'


def param(name: str, value: str) -> str:
    return f'<yishi:param name="{name}" value="{value}"/>'


FINE = param("units", "units") + param("seats", "params.seats")


def findings(arguments: str = FINE, more: str = "", **documents: bytes) -> list[tuple[str, str | None, int | None]]:
    files = {"p.bpmn": (DIAGRAM % arguments).encode(), "procedure.toml": (PROCEDURE % more).encode()}
    files |= {f"documents/{name}.html": content for name, content in documents.items()}
    return [(f.rule, f.element, f.line) for f in check_bundle(files) if f.rule == "parameter-unknown"]


def test_a_sound_bundle_has_nothing_to_say() -> None:
    text = "<h1>{{ params.streetName }}</h1>{% for q in quota.rows %}<p>{{ q.name }} {{ number }}</p>{% endfor %}"
    assert findings(more='parameters = ["seats"]', list=text.encode()) == []


def test_mistyped_parameters() -> None:
    assert findings(param("units", "units") + param("seats", "params.seat")) == [("parameter-unknown", "N02", 5)]
    assert findings(notice=b"<p>\n{{ params.noticeDay.amount }}</p>") == [("parameter-unknown", "noticeDay", 2)]
    assert findings(more='parameters = ["seats", "seets"]') == [("parameter-unknown", None, None)]
    assert findings(notice=b"{{ case.params.seets }}") == []
