"""Undocumented is untested: every component and property of a form has its row in docs/forms.md."""

from __future__ import annotations

import re

import pytest

from processes.forms import fields, reading
from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "forms.md").read_text(encoding="utf-8")
ROWS = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
NAMED = {name for cell in ROWS for name in re.findall(r"`([\w.]+)`", cell)}


@pytest.mark.parametrize("kind", sorted(fields.INPUTS | fields.COMPUTED | fields.LAYOUT | fields.ROWS))
def test_every_component_is_written_down(kind: str) -> None:
    assert kind in NAMED


@pytest.mark.parametrize("name", sorted(reading._PROPERTIES))
def test_every_property_is_written_down(name: str) -> None:
    assert name in NAMED


@pytest.mark.parametrize("name", sorted(reading._VALIDATE))
def test_every_validation_is_written_down(name: str) -> None:
    assert f"validate.{name}" in NAMED
