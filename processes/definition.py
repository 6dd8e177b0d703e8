"""A bundle of files becomes a definition: checked, hashed, parsed once, cached, never changed."""

from __future__ import annotations

import hashlib
import io
import tomllib
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from processes.check import check_bundle
from processes.check.stock import PROCEDURE, kind_of
from processes.decisions import Decisions, read_all
from processes.engine.compiled import CompiledProcess, compile_process
from processes.findings import Finding, has_errors
from processes.forms import Form
from processes.model import Diagram, Node, read_bpmn
from processes.text import T, Text

MAX_FILES = 400
MAX_BYTES = 20 * 1024 * 1024
MAX_RATIO = 100
CACHED = 64
SKIPPED = (".git", "__pycache__", ".DS_Store")


class UnreadableBundle(Exception):
    """The folder, zip or file cannot be taken as a bundle at all."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


class BundleRefused(Exception):
    """The check found errors; all findings are in `findings`."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(f"{f.file}:{f.line or '-'} {f.element or ''} {f.message}" for f in findings))
        self.findings = findings


@dataclass(frozen=True)
class Bundle:
    """The files of a procedure by their path inside it, with forward slashes."""

    files: Mapping[str, bytes]

    @classmethod
    def read(cls, path: str | Path) -> Bundle:
        """Read a folder, a zip or a single file; raises UnreadableBundle."""
        place = Path(path)
        if place.is_dir():
            return cls(_folder(place))
        if not place.is_file():
            raise UnreadableBundle(T("找不到「{path}」", path=path))
        content = place.read_bytes() if place.stat().st_size <= MAX_BYTES else b""
        if not content:
            raise UnreadableBundle(T("「{path}」是空的或者太大", path=path))
        return cls.unzip(content) if content[:4] == b"PK\x03\x04" else cls({place.name: content})

    @classmethod
    def unzip(cls, content: bytes) -> Bundle:
        """Read a zip from memory; hostile ones (too large, nested paths, bombs) raise UnreadableBundle."""
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return cls(_archive(archive))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as exc:
            raise UnreadableBundle(T("压缩包读不懂：{why}", why=str(exc))) from exc

    def zip(self) -> bytes:
        """The bundle as a zip whose bytes depend on its contents alone."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in sorted(self.files.items()):
                archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content)
        return target.getvalue()

    @property
    def hash(self) -> str:
        """SHA-256 over names and contents, as hex."""
        total = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            total.update(f"{name}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()


@dataclass
class Definition:
    """One immutable version of a procedure, ready to run."""

    hash: str
    bundle: Bundle
    procedure: dict[str, Any]
    diagrams: list[Diagram]
    processes: dict[str, CompiledProcess]
    forms: dict[str, Form]
    decisions: Decisions
    documents: dict[str, bytes]
    scenarios: dict[str, bytes]
    findings: list[Finding] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The procedure's key; a single diagram goes by its first process."""
        return str(self.procedure.get("key") or next(iter(self.processes), ""))

    @property
    def title(self) -> str:
        """The procedure's title in Chinese."""
        return str(self.procedure.get("title") or self.key)

    def node(self, process: str, element: str) -> Node:
        """One node of a process; KeyError when there is none."""
        return self.processes[process].elements[element].node

    def settings(self, process: str) -> dict[str, Any]:
        """The `[[process]]` entry of procedure.toml; empty for a process without one."""
        entries = self.procedure.get("process", [])
        return next((dict(entry) for entry in entries if entry.get("id") == process), {})

    def forms_of(self, process: str) -> list[str]:
        """The forms people fill in while a process and those it calls run: the start form, then those of its tasks."""
        found: dict[str, None] = {}
        queue, seen = [process], {process}
        for name in queue:
            nodes = [e.node for e in self.processes[name].elements.values()]
            start = self.settings(name).get("form")
            found |= dict.fromkeys(f for f in [start, *(n.ext.get("form") for n in nodes)] if f in self.forms)
            called = [n.called for n in nodes if n.called in self.processes and n.called not in seen]
            seen.update(name for name in called if name)
            queue += [name for name in called if name]
        return list(found)


_cache: OrderedDict[str, Definition] = OrderedDict()


def define(bundle: Bundle) -> Definition:
    """Check a bundle and make it runnable; raises BundleRefused with every finding when the check finds an error.

    Definitions are immutable and shared by all cases of a version, so they are kept by their hash.
    """
    key = bundle.hash
    if key in _cache:
        _cache.move_to_end(key)
        return _cache[key]
    findings = check_bundle(bundle.files)
    if has_errors(findings):
        raise BundleRefused(findings)
    definition = _define(bundle, key, findings)
    _cache[key] = definition
    if len(_cache) > CACHED:
        _cache.popitem(last=False)
    return definition


def _define(bundle: Bundle, key: str, findings: list[Finding]) -> Definition:
    kinds: dict[str, dict[str, bytes]] = {}
    for name, content in bundle.files.items():
        kinds.setdefault(kind_of(name), {})[name] = content
    diagrams = [read_bpmn(name, content) for name, content in sorted(kinds.get("diagram", {}).items())]
    forms = [Form.load(name, content)[0] for name, content in sorted(kinds.get("form", {}).items())]
    procedure = bundle.files.get(PROCEDURE, b"")
    return Definition(
        hash=key,
        bundle=bundle,
        procedure=tomllib.loads(procedure.decode("utf-8-sig")),
        diagrams=diagrams,
        processes=_processes(diagrams),
        forms={form.id: form for form in forms},
        decisions=read_all(kinds.get("decision", {}))[0],
        documents=_by_stem(kinds.get("document", {})),
        scenarios=kinds.get("scenario", {}),
        findings=findings,
    )


def _processes(diagrams: list[Diagram]) -> dict[str, CompiledProcess]:
    """The executable processes; in files where none is marked so, all that have nodes."""
    found = {}
    for diagram in diagrams:
        filled = {n.process for n in diagram.nodes.values()}
        marked = [p for p in diagram.processes.values() if p.executable and p.id in filled]
        for process in marked or [p for p in diagram.processes.values() if p.id in filled]:
            found[process.id] = compile_process(diagram, process.id)
    return found


def _by_stem(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {PurePosixPath(name).stem: content for name, content in files.items()}


def _folder(place: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    size = 0
    for path in sorted(p for p in place.rglob("*") if p.is_file() and not set(p.parts) & set(SKIPPED)):
        size += path.stat().st_size
        if len(files) >= MAX_FILES or size > MAX_BYTES:
            raise UnreadableBundle(T("「{path}」里的文件太多或太大", path=place))
        files[path.relative_to(place).as_posix()] = path.read_bytes()
    return files


def _archive(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > MAX_FILES or size > MAX_BYTES or size / packed > MAX_RATIO:
        raise UnreadableBundle(T("压缩包里的文件太多或太大"))
    files = {}
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename:
            raise UnreadableBundle(T("压缩包里的路径「{name}」不能接受", name=entry.filename))
        files[entry.filename] = archive.read(entry)
    return files
