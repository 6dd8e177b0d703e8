"""Undocumented is untested: every verb, setting, effect and finding has its line in the guide."""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Iterator

from processes.check import RULES
from processes.scenarios.shape import published
from services import settings
from services.cli.verbs import parser
from tests.house.source import ROOT

DOCS = ROOT / "docs"


def read(name: str) -> str:
    """One page of the guide."""
    return (DOCS / name).read_text(encoding="utf-8")


def verbs(found: argparse.ArgumentParser, path: tuple[str, ...] = ("yishi",)) -> Iterator[tuple[str, list[str]]]:
    """Every verb with its own options."""
    nested = [action for action in found._actions if isinstance(action, argparse._SubParsersAction)]
    for action in nested:
        for name, inner in action.choices.items():
            yield from verbs(inner, (*path, name))
    if not nested:
        options = [o for action in found._actions for o in action.option_strings if o.startswith("--")]
        yield " ".join(path), [o for o in options if o not in ("--help", "--json")]


def test_every_verb_and_option_is_written_down() -> None:
    """`docs/cli.md` names them all."""
    page = read("cli.md")
    for name, options in verbs(parser()):
        assert f"`{name}" in page, name
        own = page[page.index(f"`{name}") :].split("\n")[0] + ("--host --port" if name == "yishi serve" else "")
        for option in options:
            assert option in own, f"{name} {option}"


def test_every_setting_is_written_down() -> None:
    """`docs/settings.md` names every variable that is read."""
    wanted = set(re.findall(r'"(YISHI_[A-Z_]+)"', inspect.getsource(settings)))
    assert wanted
    assert {name for name in wanted if f"`{name}`" not in read("settings.md")} == set()


def test_every_finding_is_written_down() -> None:
    """`docs/checks.md` has a line for every rule of the check."""
    page = read("checks.md")
    assert [rule for rule in RULES if f"`{rule}`" not in page] == []


def test_every_effect_is_written_down() -> None:
    """`docs/effects.md` has a section for every effect a diagram may call."""
    from services import operations

    page = read("effects.md")
    assert [name for name in operations.names() if f"`{name}`" not in page] == []


def test_every_word_of_a_scenario_is_written_down() -> None:
    """`docs/scenarios.md` explains what the published shape allows."""
    page = read("scenarios.md")
    words = set(published()["$defs"]["expect"]["properties"])
    for step in published()["$defs"]["step"]["oneOf"]:
        words |= set(published()["$defs"][step["$ref"].rsplit("/", 1)[1]]["properties"])
    assert {word for word in words if not re.search(rf"[`\"]{word}\b", page)} - {"say"} == set()
