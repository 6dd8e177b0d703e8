"""The page about decision tables names every finding there is."""

from __future__ import annotations

import re

from tests.house.source import ROOT


def test_every_finding_about_decisions_is_written_down() -> None:
    page = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    files = (ROOT / "processes" / "decisions").glob("*.py")
    found = {rule for file in files for rule in re.findall(r'"(dmn-[a-z-]+)"', file.read_text(encoding="utf-8"))}
    assert len(found) >= 15
    listed = set(re.findall(r"^\| `(dmn-[a-z-]+)` \|", page, re.MULTILINE))
    assert found == listed
