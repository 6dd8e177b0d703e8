"""The rule table of a place: every number, limit and word that differs between streets, with unit and source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from processes.findings import Finding, Severity
from processes.text import T, Text
from processes.workdays import Unit

FOLDER = Path(__file__).parent.parent / "bpmn" / "localities"
DEFAULT = "default"
RATIO = "比例"
TYPES: dict[str, tuple[type, Text]] = {
    RATIO: (str, T('写成分数的文字，如 "2/3"')),
    "是否": (bool, T("true 或 false")),
    "文字": (str, T("文字")),
    "名单": (list, T("列表")),
}
COUNTS = frozenset({"人", "个", "次", "轮", "岁", "年", "届"})
FIELDS = frozenset({"label", "value", "unit", "source", "floor", "note", "at"})


@dataclass(frozen=True)
class Parameter:
    """One line of a rule table; `floor` is the least value no place may go below (same unit), `at` where it is used."""

    name: str
    label: str
    value: Any
    unit: str
    source: str
    floor: Any = None
    note: str = ""
    at: str = ""

    @property
    def is_term(self) -> bool:
        """True for a length of time."""
        return self.unit in set(Unit)

    def plain(self) -> Any:
        """The FEEL value: a term is {amount, unit}, a share {numerator, denominator}, all else stands for itself."""
        if self.is_term:
            return {"amount": self.value, "unit": self.unit}
        if self.unit == RATIO:
            share = Fraction(self.value)
            return {"numerator": share.numerator, "denominator": share.denominator}
        return _plain(self.value)


@dataclass(frozen=True)
class Locality:
    """A place and its complete rule table, what it does not say itself taken from the defaults."""

    id: str
    title: str
    parameters: Mapping[str, Parameter]
    own: frozenset[str] = frozenset()

    def params(self, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The table as case data (`params` in FEEL), with some values set otherwise (a term keeps its unit)."""
        table = {name: p.plain() for name, p in self.parameters.items()}
        return table | {name: self._plain(name, value) for name, value in (changes or {}).items()}

    def _plain(self, name: str, value: Any) -> Any:
        known = self.parameters.get(name)
        return value if known is None or isinstance(value, dict) else replace(known, value=value).plain()


def load_localities(folder: Path = FOLDER) -> tuple[dict[str, Locality], list[Finding]]:
    """All rule tables of a folder by id; `default.toml` is the register of names, units and floors.

    A line with an error is reported and the default stands in its place.
    """
    register, findings = read_locality(f"{DEFAULT}.toml", (folder / f"{DEFAULT}.toml").read_text(encoding="utf-8"))
    found = {register.id: register}
    for path in sorted(folder.glob("*.toml")):
        if path.stem == DEFAULT:
            continue
        place, more = read_locality(path.name, path.read_text(encoding="utf-8"), register)
        found[place.id] = place
        findings += more
    return found, findings


@cache
def parameter_names() -> frozenset[str]:
    """The names in the packaged register: what `params` may be asked for."""
    return frozenset(read_locality(f"{DEFAULT}.toml", (FOLDER / f"{DEFAULT}.toml").read_text("utf-8"))[0].parameters)


def read_locality(file: str, text: str, register: Locality | None = None) -> tuple[Locality, list[Finding]]:
    """Read one rule table against the register; without a register the file is the register itself."""
    reader = _Reader(file, text, register)
    return reader.locality(), reader.findings


def changed(place: Locality, register: Locality, name: str, fields: dict[str, Any]) -> tuple[Locality, list[Finding]]:
    """The place with one parameter edited ({value, unit, source, note}); unchanged when a finding forbids it."""
    reader = _Reader(place.id, "", register)
    parameter = reader.parameter(name, fields)
    if parameter is None:
        return place, reader.findings
    return replace(place, parameters={**place.parameters, name: parameter}, own=place.own | {name}), reader.findings


class _Reader:
    def __init__(self, file: str, text: str, register: Locality | None) -> None:
        self.file = file
        self.text = text
        self.register = register
        self.findings: list[Finding] = []

    def locality(self) -> Locality:
        table = self._parse()
        known = dict(self.register.parameters) if self.register else {}
        own = {}
        for name, fields in table.get("parameters", {}).items():
            parameter = self.parameter(name, fields)
            if parameter:
                own[name] = parameter
        stem = Path(self.file).stem
        place = str(table.get("id", stem))
        return Locality(place, str(table.get("title", place)), {**known, **own}, frozenset(own))

    def _parse(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as e:
            place = re.search(r"line (\d+)", str(e))
            self._say("locality-syntax", T("文件不是有效的 TOML：{problem}", problem=str(e)), None)
            if place:
                self.findings[-1] = replace(self.findings[-1], line=int(place[1]))
            return {}

    def parameter(self, name: str, fields: Any) -> Parameter | None:
        """The checked parameter, or None after saying what is wrong with it."""
        known = self.register.parameters.get(name) if self.register else None
        if not self._is_complete(name, fields, known):
            return None
        label = known.label if known else str(fields.get("label", ""))
        parameter = Parameter(
            name=name,
            label=label,
            value=fields["value"],
            unit=str(fields["unit"]),
            source=str(fields["source"]).strip(),
            floor=known.floor if known else fields.get("floor"),
            note=str(fields.get("note", "")),
            at=known.at if known else str(fields.get("at", "")),
        )
        return parameter if self._fits(parameter, known) else None

    def _is_complete(self, name: str, fields: Any, known: Parameter | None) -> bool:
        before = len(self.findings)
        if self.register and not known:
            self._say("locality-unknown", T("没有“{name}”这个参数", name=name), name)
        elif not isinstance(fields, dict) or fields.keys() - FIELDS:
            self._say("locality-field", T("参数“{name}”应写成 value、unit、source、note", name=name), name)
        else:
            words = {"value": T("值"), "unit": T("单位"), "source": T("来源")} | ({} if known else {"label": T("名称")})
            for field, word in words.items():
                given = fields.get(field)
                if given is None or (field != "value" and not str(given).strip()):
                    self._say("locality-missing", T("参数“{name}”缺少{field}", name=name, field=word), name)
        return len(self.findings) == before

    def _fits(self, parameter: Parameter, known: Parameter | None) -> bool:
        before = len(self.findings)
        self._check_unit(parameter, known)
        self._check_value(parameter)
        if len(self.findings) == before:
            self._check_floor(parameter)
        return len(self.findings) == before

    def _check_unit(self, parameter: Parameter, known: Parameter | None) -> None:
        if not (parameter.is_term or parameter.unit in TYPES or parameter.unit in COUNTS):
            self._say("locality-unit", T("不认识的单位“{unit}”", unit=parameter.unit), parameter.name)
        elif known and parameter.unit != known.unit:
            free = parameter.is_term and known.is_term and known.floor is None
            if not free:
                self._say(
                    "locality-unit", T("“{label}”的单位应为 {unit}", label=known.label, unit=known.unit), known.name
                )

    def _check_value(self, parameter: Parameter) -> None:
        kind, words = TYPES.get(parameter.unit, (int, T("不小于 0 的整数")))
        value = parameter.value
        good = type(value) is kind and not (isinstance(value, int) and value < 0)
        if good and parameter.unit == RATIO:
            good = bool(re.fullmatch(r"\d{1,9}/0*[1-9]\d{0,8}", value))
        if not good:
            text = T("“{label}”的值应为{words}", label=parameter.label, words=words)
            self._say("locality-type", text, parameter.name)

    def _check_floor(self, parameter: Parameter) -> None:
        if parameter.floor is not None and Fraction(parameter.value) < Fraction(parameter.floor):
            text = T(
                "“{label}”不得低于 {floor}，现为 {value}",
                label=parameter.label,
                floor=parameter.floor,
                value=parameter.value,
            )
            self._say("locality-floor", text, parameter.name)

    def _say(self, rule: str, message: Text, name: str | None) -> None:
        self.findings.append(Finding(Severity.ERROR, rule, self.file, message, element=name, line=self._line(name)))

    def _line(self, name: str | None) -> int | None:
        place = name and re.search(rf"^\[parameters\.{re.escape(name)}\]|^{re.escape(name)}\s*=", self.text, re.M)
        return self.text.count("\n", 0, place.start()) + 1 if place else None


def _plain(value: Any) -> Any:
    """TOML values as FEEL values: no binary floats."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value
