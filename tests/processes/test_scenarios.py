"""Every procedure under bpmn/ is sound, its worked cases end as they say, and together they walk through everything."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from processes.definition import Bundle, Definition, define
from processes.scenarios.report import Report, read_all, rehearse

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
BUNDLES = sorted(path.parent for path in BPMN.glob("*/procedure.toml"))
SCENARIOS = [(bundle, name) for bundle in BUNDLES for name in sorted(p.name for p in bundle.glob("scenarios/*.json"))]


@cache
def definition(bundle: Path) -> Definition:
    """A bundle, read and checked once."""
    return define(Bundle.read(bundle))


@cache
def report(bundle: Path) -> Report:
    """All scenarios of a bundle, played on the engine once."""
    found = definition(bundle)
    scenarios, findings = read_all(found.scenarios)
    assert findings == []
    return rehearse(found, scenarios)


def test_there_are_procedures() -> None:
    """An empty folder would make every test below vacuous."""
    assert {bundle.name for bundle in BUNDLES} >= {"nomination"}
    assert len(SCENARIOS) >= 20


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_a_procedure_passes_its_own_check(bundle: Path) -> None:
    """Neither errors nor warnings."""
    assert [str(f.message) for f in definition(bundle).findings if str(f.severity) != "advice"] == []


@pytest.mark.xdist_group("scenarios")
@pytest.mark.parametrize(("bundle", "name"), SCENARIOS, ids=lambda value: getattr(value, "stem", value))
def test_a_scenario_ends_as_it_says(bundle: Path, name: str) -> None:
    """Played on the engine alone."""
    played = next(one for one in report(bundle).played if one.scenario.file.endswith(f"/{name}"))
    assert played.passed, f"{played.step}: {played.message}"


@pytest.mark.xdist_group("scenarios")
@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_scenarios_walk_through_everything(bundle: Path) -> None:
    """Every node and every flow of every diagram."""
    for covered in report(bundle).covered:
        assert covered.nodes[0] == covered.nodes[1], (covered.file, covered.missing)
        assert covered.flows[0] == covered.flows[1], (covered.file, covered.missing)
