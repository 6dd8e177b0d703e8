"""Is this JSON of the published shape? The few words of JSON Schema that `bpmn/scenario.schema.json` uses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from processes.text import T, Text

Schema = dict[str, Any]
Fault = tuple[str, Text]

_PUBLISHED = Path(__file__).parents[2] / "bpmn" / "scenario.schema.json"

_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
}


@cache
def published() -> Schema:
    """The schema of scenario files, as designers and editors get it."""
    schema: Schema = json.loads(_PUBLISHED.read_text(encoding="utf-8"))
    return schema


def faults(value: Any, schema: Schema | None = None, where: str = "") -> Iterator[Fault]:
    """Every place where the value leaves the shape: (path like `steps[2].task`, sentence)."""
    schema = _resolved(published() if schema is None else schema)
    if "oneOf" in schema:
        yield from _one_of(value, schema["oneOf"], where)
    kind = schema.get("type")
    if kind and not _is(value, kind):
        yield where, T("应为{kind}", kind=kind)
        return
    for word, check in _CHECKS.items():
        if word in schema:
            yield from check(value, schema, where)


def _resolved(schema: Schema) -> Schema:
    reference = schema.get("$ref")
    if not reference:
        return schema
    found: Schema = published()
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _is(value: Any, kind: str) -> bool:
    if kind == "integer" and isinstance(value, bool):
        return False
    return isinstance(value, _KINDS[kind])


def _one_of(value: Any, branches: list[Schema], where: str) -> Iterator[Fault]:
    """Faults of the branch that was most likely meant, none when exactly one fits."""
    found = [list(faults(value, branch, where)) for branch in branches]
    if found.count([]) == 1:
        return
    likely = [f for f, branch in zip(found, branches, strict=True) if f and _meant(value, _resolved(branch))]
    yield from min(likely, key=len) if likely else [(where, T("写法不属于任何一种允许的形式"))]


def _meant(value: Any, branch: Schema) -> bool:
    kind = branch.get("type")
    if kind and not _is(value, kind):
        return False
    return not isinstance(value, dict) or all(name in value for name in branch.get("required", []))


def _required(value: Any, schema: Schema, where: str) -> Iterator[Fault]:
    for name in schema["required"]:
        if isinstance(value, dict) and name not in value:
            yield where, T("缺少“{name}”", name=name)


def _members(value: Any, schema: Schema, where: str) -> Iterator[Fault]:
    for name, inner in schema["properties"].items():
        if isinstance(value, dict) and name in value:
            yield from faults(value[name], inner, f"{where}.{name}".lstrip("."))


def _further(value: Any, schema: Schema, where: str) -> Iterator[Fault]:
    known, rest = schema.get("properties", {}), schema["additionalProperties"]
    for name in value if isinstance(value, dict) else ():
        if name in known:
            continue
        if rest is False:
            yield where, T("不认识“{name}”", name=name)
        elif isinstance(rest, dict):
            yield from faults(value[name], rest, f"{where}.{name}".lstrip("."))


def _items(value: Any, schema: Schema, where: str) -> Iterator[Fault]:
    for number, item in enumerate(value):
        yield from faults(item, schema["items"], f"{where}[{number}]")


def _pattern(value: Any, schema: Schema, where: str) -> Iterator[Fault]:
    if isinstance(value, str) and not re.search(schema["pattern"], value):
        yield where, T("“{value}”写法不对", value=value[:80])


def _at_least(value: Any, schema: Schema, where: str) -> Iterator[Fault]:
    if isinstance(value, int) and value < schema["minimum"]:
        yield where, T("不能小于{least}", least=schema["minimum"])


def _constant(value: Any, schema: Schema, where: str) -> Iterator[Fault]:
    if value != schema["const"]:
        yield where, T("应为“{value}”", value=schema["const"])


def _size(word: str, least: bool) -> Callable[[Any, Schema, str], Iterator[Fault]]:
    def check(value: Any, schema: Schema, where: str) -> Iterator[Fault]:
        size = len(value) if isinstance(value, (str, dict)) else schema[word]
        if (size < schema[word]) if least else (size > schema[word]):
            yield where, T("长度不对")

    return check


_CHECKS: dict[str, Callable[[Any, Schema, str], Iterator[Fault]]] = {
    "required": _required,
    "properties": _members,
    "additionalProperties": _further,
    "items": _items,
    "pattern": _pattern,
    "minimum": _at_least,
    "const": _constant,
    "minLength": _size("minLength", least=True),
    "minProperties": _size("minProperties", least=True),
    "maxProperties": _size("maxProperties", least=False),
}
