"""Any file at all: the interchange corpus, the same files broken by chance, and files made to hurt."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from lxml import etree

from processes.check import RULES, check_file
from processes.drawing import draw
from processes.findings import Finding, Severity
from processes.model import read_bpmn
from tests.processes.check.sound import DIAGRAM

CORPUS = Path(os.environ.get("YISHI_CORPUS", Path(__file__).parents[4] / "shared" / "corpus" / "miwg"))
FILES = sorted(CORPUS.glob("*/*.bpmn"))
NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"
with_corpus = pytest.mark.skipif(not FILES, reason=f"the BPMN interchange corpus is not at {CORPUS}")


def check(content: bytes, limit: float = 2.0) -> list[Finding]:
    start = time.perf_counter()
    findings = check_file("any.bpmn", content)
    assert time.perf_counter() - start < limit
    assert all(isinstance(f.message, object) and str(f.message) and f.file == "any.bpmn" for f in findings)
    assert all(f.rule in RULES for f in findings)
    return findings


@with_corpus
def test_every_reference_file_is_read_and_checked() -> None:
    for path in FILES:
        content = path.read_bytes()
        findings = check(content)
        diagram = read_bpmn(path.name, content)
        assert diagram.nodes or diagram.pools or {"xml", "process-empty"} & {f.rule for f in findings}, path
        etree.fromstring(draw(diagram).encode())


@with_corpus
def test_known_faults_of_the_reference_files_are_named() -> None:
    def rules(name: str) -> set[tuple[str, str | None]]:
        return {(f.rule, f.element) for f in check((CORPUS / "Reference" / name).read_bytes())}

    assert {rule for rule, _ in rules("A.2.0.bpmn")} >= {"exit-condition"}
    assert {rule for rule, _ in rules("A.3.0.bpmn")} >= {"no-start"}
    assert {rule for rule, _ in rules("C.1.0.bpmn")} >= {"timer", "task-form"}
    assert {rule for rule, _ in rules("C.9.2.bpmn")} >= {"called-process", "task-form"}


@with_corpus
@pytest.mark.parametrize("seed", range(40))
def test_broken_files_are_answered_too(seed: int) -> None:
    chance = random.Random(seed)
    content = chance.choice(FILES).read_bytes()
    check(_cut(content, chance))
    check(_stirred(content, chance))


@pytest.mark.parametrize("seed", range(60))
def test_our_own_diagram_broken_by_chance(seed: int) -> None:
    chance = random.Random(seed)
    check(_cut(DIAGRAM.encode(), chance))
    check(_stirred(DIAGRAM.encode(), chance))


def _cut(content: bytes, chance: random.Random) -> bytes:
    """Bytes lost, doubled, changed."""
    found = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(found))
        end = place + chance.choice([1, 3, 40, 400])
        found[place:end] = chance.choice([b"", b"\0", b"\xff", b"<", found[place:end] * 2, b"&amp;", "，".encode()])
    return bytes(found)


def _stirred(content: bytes, chance: random.Random) -> bytes:
    """Well-formed but senseless: elements dropped, doubled and moved, attributes swapped and emptied."""
    try:
        root = etree.fromstring(content)
    except etree.XMLSyntaxError:
        return content
    for _ in range(chance.randint(3, 25)):
        elements = [e for e in root.iter() if isinstance(e.tag, str) and e is not root]
        if len(elements) < 2:
            break
        _stir(chance, *chance.sample(elements, 2))
    return bytes(etree.tostring(root))


def _stir(chance: random.Random, one: etree._Element, other: etree._Element) -> None:
    act = chance.randrange(6)
    if act == 0:
        one.getparent().remove(one)
    elif act == 1:
        one.getparent().append(etree.fromstring(etree.tostring(one)))
    elif act == 2 and one not in list(other.iterancestors()):
        other.append(one)
    elif act == 3 and one.attrib and other.attrib:
        key = chance.choice(list(one.attrib))
        one.set(key, chance.choice(list(other.attrib.values())))
    elif act == 4 and one.attrib:
        one.set(chance.choice(list(one.attrib)), chance.choice(["", "  ", "nan", "1e999", "{", '"', "名", "a" * 5000]))
    else:
        kinds = ["subProcess", "task", "boundaryEvent", "sequenceFlow", "complexGateway", "lane", "script", "timeDate"]
        one.tag = f"{{{NAMESPACE}}}{chance.choice(kinds)}"


def process(body: str) -> bytes:
    return f'<definitions xmlns="{NAMESPACE}"><process id="p">{body}</process></definitions>'.encode()


def flow(n: int, source: str, target: str, inside: str = "") -> str:
    return f'<sequenceFlow id="f{n}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


START = '<startEvent id="s"/>'
SPITEFUL = {
    "nothing": b"",
    "zeros": bytes(1000),
    "not xml": "议事".encode(),
    "entity bomb": b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><definitions>&b;</definitions>',
    "external entity": b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><definitions>&a;</definitions>',
    "doctype in utf-16": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><definitions/>'.encode("utf-16"),
    "doctype in utf-7": b'<?xml version="1.0" encoding="UTF-7"?>+ADw-!DOCTYPE x+AD4-<definitions/>',
    "deep": process("<subProcess>" * 1000 + "</subProcess>" * 1000),
    "a chain": process(START + "".join(f'<task id="t{n}"/>' + flow(n, f"t{n - 1}" if n else "s", f"t{n}")
                                       for n in range(3000))),
    "a circle": process(START + "".join(f'<task id="t{n}"/>' + flow(n, f"t{n}", f"t{(n + 1) % 3000}")
                                        for n in range(3000))),
    "apart": process(START + "".join(f'<task id="t{n}"/>' for n in range(5000))),
    "many errors": process(START + "".join(f'<endEvent id="e{n}"><errorEventDefinition/></endEvent>' for n in range(3000))),
    "long text": process('<scriptTask id="x"><script>{' + "/*" * 500_000 + "}</script></scriptTask>"),
    "long condition": process('<exclusiveGateway id="x"/>' + flow(1, "x", "x", "<conditionExpression>" + "(" * 200_000
                                                                  + "</conditionExpression>")),
    "too large": b"<a>" + b" " * (6 * 1024 * 1024) + b"</a>",
    "other names": b'<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd"/>',
    "no names at all": b'<definitions><process><startEvent/><task/><sequenceFlow/></process></definitions>',
}  # fmt: skip


@pytest.mark.parametrize("name", SPITEFUL)
def test_files_made_to_hurt_are_answered_in_time(name: str) -> None:
    check(SPITEFUL[name], limit=5.0)
    draw(read_bpmn(name, SPITEFUL[name]))


@pytest.mark.parametrize("name", ["entity bomb", "external entity", "doctype in utf-16", "doctype in utf-7"])
def test_a_doctype_is_refused_with_its_line(name: str) -> None:
    said = check(SPITEFUL[name])
    assert [(f.rule, f.severity, f.line) for f in said] == [("xml", Severity.ERROR, 1)]
    assert "DOCTYPE" in str(said[0].message)


def test_the_name_of_the_file_decides_how_it_is_read() -> None:
    assert check_file("x.form.json", b"{}") is not None
    assert {f.rule for f in check_file("x.xml", b"<a/>")} == {"not-bpmn"}
    assert all(f.file == "x.xml" for f in check_file("x.xml", b"<a/>"))
