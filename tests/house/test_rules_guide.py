"""The page about rules, documents and rule tables leaves nothing out."""

from __future__ import annotations

import inspect
import re

import pytest

from processes import localities
from processes.markup import CLASSES, TAGS
from processes.rules import RULES
from processes.templates import Template
from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_and_parameter_is_written_down(name: str) -> None:
    """In its own row, with a question mark where it may be left out."""
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    for parameter in RULES[name].parameters:
        optional = parameter not in RULES[name].required
        assert bool(re.search(rf"`{parameter}`\?", row)) == optional, parameter
        assert f"`{parameter}`" in row, parameter


def test_every_finding_about_a_rule_table_is_written_down() -> None:
    """All rule names of the reader."""
    names = set(re.findall(r'"(locality-[a-z]+)"', inspect.getsource(localities)))
    assert len(names) == 7
    assert {n for n in names if f"| `{n}` |" not in PAGE} == set()


def test_every_class_and_tag_of_documents_is_written_down() -> None:
    """What the markup allows."""
    assert {c for c in CLASSES if f"`{c}`" not in PAGE} == set()
    tags = PAGE[PAGE.index("`h1 h2") :].split("`")[1].split()
    assert set(tags) == TAGS


def test_the_example_compiles() -> None:
    """A recipe that does not work is worse than none."""
    example = PAGE.split("```html\n")[1].split("```")[0]
    template, findings = Template.load("example.html", example)
    assert findings == []
    assert template.names == {"params", "deputies", "reserve"}
