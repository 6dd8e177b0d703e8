"""`yishi check`: findings for any BPMN file or bundle, within a time limit, whatever the file holds."""

from __future__ import annotations

import signal
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

from processes.findings import Finding, Severity, has_errors
from processes.text import T, Text
from services.cli.output import Output, Usage, finding_line


def check(options: Namespace, output: Output) -> int:
    """Say every finding; 1 when one of them stops publishing."""
    findings: list[Finding] = []
    for name in options.paths:
        if not Path(name).exists():
            raise Usage(T("没有这个文件或文件夹：{path}", path=name))
    for name in options.paths:
        found = _guarded(Path(name), options.seconds)
        findings += found if len(options.paths) == 1 else [replace(f, file=f"{name}/{f.file}") for f in found]
    ok = not has_errors(findings)
    for finding in findings:
        output.say(finding_line(finding.as_json()))
    output.say(T("可以发布。") if ok else T("不能发布。"))
    output.data({"findings": [finding.as_json() for finding in findings], "ok": ok})
    return 0 if ok else 1


class _TooLong(BaseException):
    """The time limit; not an Exception, so that no handler inside the check swallows it."""


def _guarded(path: Path, seconds: int) -> list[Finding]:
    """The findings; a check that is beaten by a file says so as a finding."""
    try:
        with _limit(seconds):
            return _examined(path)
    except _TooLong:
        return [_beaten(path, T("检查超过{seconds}秒，已停止。", seconds=seconds))]
    except (RecursionError, MemoryError):
        return [_beaten(path, T("文件嵌套过深或过大，无法检查。"))]
    except OSError:
        raise
    except Exception as problem:
        return [_beaten(path, T("检查中断：{why}", why=f"{type(problem).__name__}: {problem}"))]


def _examined(path: Path) -> list[Finding]:
    """A folder or zip is a bundle, a folder of procedures all of them, anything else one file."""
    from processes.check import MAX_BYTES, check_bundle, check_file
    from processes.library import bundles, check_table

    table = check_table(path)
    if table is not None:
        return table
    inner = bundles(path)
    if inner != [path]:
        return [replace(f, file=f"{one.name}/{f.file}") for one in inner for f in _examined(one)]
    if path.is_file():
        if path.stat().st_size > MAX_BYTES:
            return [_beaten(path, T("文件太大，上限{bytes}字节。", bytes=MAX_BYTES))]
        content = path.read_bytes()
        if content[:4] != b"PK\x03\x04":
            return check_file(path.name, content)
    from processes.definition import Bundle, UnreadableBundle

    try:
        return check_bundle(Bundle.read(path).files)
    except UnreadableBundle as problem:
        return [_beaten(path, problem.text)]


def _beaten(path: Path, message: Text) -> Finding:
    return Finding(Severity.ERROR, "check-stopped", path.name, message)


@contextmanager
def _limit(seconds: int) -> Iterator[None]:
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
