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
WANTED = {"rule-argument", "template", "parameter-unknown", "name-unknown", "unreadable"}


def param(name: str, value: str) -> str:
    return f'<yishi:param name="{name}" value="{value}"/>'


FINE = param("units", "units") + param("seats", "params.seats")


def findings(arguments: str = FINE, more: str = "", **documents: bytes) -> list[tuple[str, str | None, int | None]]:
    files = {"p.bpmn": (DIAGRAM % arguments).encode(), "procedure.toml": (PROCEDURE % more).encode()}
    files |= {f"documents/{name}.html": content for name, content in documents.items()}
    return [(f.rule, f.element, f.line) for f in check_bundle(files) if f.rule in WANTED]


def test_a_sound_bundle_has_nothing_to_say() -> None:
    text = "<h1>{{ params.streetName }}</h1>{% for q in quota.rows %}<p>{{ q.name }} {{ number }}</p>{% endfor %}"
    assert findings(more='parameters = ["seats"]', list=text.encode()) == []


def test_arguments_of_rules() -> None:
    assert findings(param("units", "units")) == [("rule-argument", "N02", 5)]
    assert findings(FINE + param("seat", "1")) == [("rule-argument", "N02", 5)]


def test_templates_are_compiled_with_the_bundle() -> None:
    assert findings(notice=b"<p>\n{{ 1 + }}</p>") == [("template", "notice", 2)]
    assert findings(notice=b"<p>\n<script></p>") == [("template", "notice", 2)]
    assert findings(notice=b"{{ nosuch(1) }}") == [("template", "notice", 1)]
    assert findings(notice="公示".encode("gbk")) == [("unreadable", None, None)]


def test_names_a_template_reads_must_be_written() -> None:
    assert findings(notice=b"<p>a</p>\n<p>{{ candidat.name }}</p>") == [("name-unknown", "notice", 2)]


def test_mistyped_parameters() -> None:
    assert findings(param("units", "units") + param("seats", "params.seat")) == [("parameter-unknown", "N02", 5)]
    assert findings(notice=b"<p>\n{{ params.noticeDay.amount }}</p>") == [("parameter-unknown", "noticeDay", 2)]
    assert findings(more='parameters = ["seats", "seets"]') == [("parameter-unknown", None, None)]
    assert findings(notice=b"{{ case.params.seets }}") == []
