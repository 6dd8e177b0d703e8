"""`yishi scenario run`: play worked cases on the engine, and on request through the services as well."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from processes.definition import BundleRefused
from processes.findings import Finding
from processes.library import bundles
from processes.scenarios.player import Played
from processes.scenarios.report import Report, load, rehearse
from processes.text import T
from services.cli.output import Output, Usage, finding_line


def run(options: Namespace, output: Output) -> int:
    """1 when a scenario fails or cannot be read."""
    path = Path(options.path)
    if not path.exists():
        raise Usage(T("没有这个文件或文件夹：{path}", path=options.path))
    inner = bundles(path)
    report, findings = Report((), ()), list[Finding]()
    for one in inner:
        more, found = _rehearsed(one, options.database)
        report = report.joined(more, one.name if len(inner) > 1 else "")
        findings += found
    for finding in findings:
        output.say(finding_line(finding.as_json()))
    _print(report, output)
    output.data(_counted(report, findings))
    return 0 if report.passed and not findings else 1


def _rehearsed(path: Path, database: str | None) -> tuple[Report, list[Finding]]:
    """How the scenarios of one bundle went; nothing is played when the bundle is refused."""
    try:
        definition, scenarios, findings = load(path)
    except BundleRefused as refused:
        return Report((), ()), list(refused.findings)
    report = rehearse(definition, scenarios)
    if database is not None:
        from services.rehearsal import also_on_database

        report = also_on_database(definition, scenarios, report, database)
    return report, findings


def _counted(report: Report, findings: list[Finding]) -> dict[str, Any]:
    """The report, in which a file that cannot be read is a failed scenario of its name."""
    found = report.as_json()
    first = {one.file: str(one.message) for one in reversed(findings) if one.rule == "scenario-shape"}
    unread = [
        {"name": file, "file": file, "passed": False, "steps": 0, "step": "", "message": first[file]}
        for file in sorted(first)
    ]
    said = {"scenarios": [*found["scenarios"], *unread], "findings": [one.as_json() for one in findings]}
    return {**found, "failed": found["failed"] + len(unread), **said}


def _print(report: Report, output: Output) -> None:
    for one in report.played:
        output.say(_line(one))
    output.say("")
    rows = [(c.file, f"{c.nodes[0]}/{c.nodes[1]}", f"{c.flows[0]}/{c.flows[1]}") for c in report.covered]
    output.table([T("文件"), T("节点"), T("连线")], rows)
    for covered in report.covered:
        if covered.missing:
            output.say(T("{file}：没有走到 {ids}", file=covered.file, ids="、".join(covered.missing)))


def _line(one: Played) -> str:
    if one.passed:
        return f"✓ {one.scenario.name}"
    place = one.step or str(T("结束时"))
    return f"✗ {one.scenario.name}（{one.scenario.file}，{place}）：{one.message}"
