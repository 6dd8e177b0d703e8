"""All scenarios of a bundle played on the engine: who passed, who failed where, and what was never walked through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from processes.check.stock import kind_of
from processes.definition import Bundle, Definition, define
from processes.findings import Finding
from processes.localities import DEFAULT, Locality, load_localities
from processes.scenarios.coverage import Covered, coverage
from processes.scenarios.engine_world import EngineWorld
from processes.scenarios.player import Played, play
from processes.scenarios.script import Scenario, read_scenario
from processes.text import T
from processes.workdays import Calendar


@dataclass(frozen=True)
class Report:
    """How a set of scenarios went; `covered` speaks of all of them together."""

    played: tuple[Played, ...]
    covered: tuple[Covered, ...]

    @property
    def passed(self) -> bool:
        """True when nothing failed."""
        return all(one.passed for one in self.played)

    def joined(self, other: Report, folder: str = "") -> Report:
        """Both together; the other's files are named below its folder when there are several."""
        covered = [replace(one, file=f"{folder}/{one.file}") if folder else one for one in other.covered]
        return Report((*self.played, *other.played), (*self.covered, *covered))

    def as_json(self) -> dict[str, Any]:
        """The stable shape of `yishi scenario run --json`."""
        passed = sum(one.passed for one in self.played)
        return {
            "passed": passed,
            "failed": len(self.played) - passed,
            "scenarios": [one.as_json() for one in self.played],
            "coverage": {one.file: one.as_json() for one in self.covered},
        }


def read_all(files: Mapping[str, bytes]) -> tuple[list[Scenario], list[Finding]]:
    """The scenarios of a bundle by file name, and what is wrong with those that cannot be read."""
    read = [read_scenario(name, content) for name, content in sorted(files.items())]
    return [scenario for scenario, _ in read if scenario], [one for _, findings in read for one in findings]


def rehearse(definition: Definition, scenarios: Iterable[Scenario], calendar: Calendar | None = None) -> Report:
    """Play scenarios on the engine, each in a fresh world."""
    days = calendar or Calendar.seeded()
    places, _ = load_localities()
    played: list[Played] = []
    trace: list[tuple[str, str | None]] = []
    for scenario in scenarios:
        place = locality(places, scenario)
        if place is None:
            played.append(Played(scenario, "locality", T("没有地方规则表“{id}”", id=scenario.locality)))
            continue
        world = EngineWorld(definition, scenario.given, place, days)
        played.append(play(scenario, world, days))
        trace += world.trace
    return Report(tuple(played), tuple(coverage(definition, trace)))


def locality(places: Mapping[str, Locality], scenario: Scenario) -> Locality | None:
    """The rule table a scenario names, the default when it names none."""
    return places.get(scenario.locality or DEFAULT)


def find_bundle(path: Path) -> tuple[Path, str | None]:
    """The bundle a path means: a bundle itself, or a scenario file inside one (then also its name there)."""
    if path.suffix != ".json":
        return path, None
    for folder in path.resolve().parents:
        if (folder / "procedure.toml").exists():
            return folder, path.resolve().relative_to(folder).as_posix()
    raise FileNotFoundError(2, "not inside a bundle", str(path))


def load(path: Path) -> tuple[Definition, list[Scenario], list[Finding]]:
    """The definition and scenarios a path means; findings are scenario files that cannot be read.

    Those stop no other scenario. Raises BundleRefused for a fault in the bundle's other files.
    """
    folder, only = find_bundle(path)
    kinds: dict[bool, dict[str, bytes]] = {True: {}, False: {}}
    for name, content in Bundle.read(folder).files.items():
        kinds[kind_of(name) == "scenario"][name] = content
    definition = define(Bundle(kinds[False]))
    scenarios, findings = read_all({only: (folder / only).read_bytes()} if only else kinds[True])
    return definition, scenarios, findings
