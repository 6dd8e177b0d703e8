"""Reads item definitions and finds the type a `typeRef` means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processes.decisions import feel
from processes.decisions.elements import child, children, text_of
from processes.decisions.report import Report
from processes.decisions.types import allowed, builtin
from processes.expressions.types import ANY, Type
from processes.text import T


class Types:
    """The named types of one model and, under their import names, of the models it imports."""

    def __init__(self, root: Any, report: Report, imported: Mapping[str, Types]) -> None:
        self._definitions = {item.get("name", ""): item for item in children(root, "itemDefinition")}
        self._report = report
        self.imported = imported
        self._known: dict[str, Type] = {}
        self._reading: set[str] = set()

    def named(self, ref: str) -> Type | None:
        """The type of this name, None when nobody defines it."""
        name = ref.strip().removeprefix("feel:")
        if name not in self._definitions:
            name = name.rpartition(":")[2] if ":" in name and "{" not in name else name.rpartition("}")[2]
        if name in self._definitions:
            return self._own(name)
        return builtin(name) or self._foreign(name)

    def of(self, ref: str | None, element: Any) -> Type:
        """The type of a `typeRef`; an unknown one is a finding and counts as any."""
        if not ref:
            return ANY
        found = self.named(ref)
        if found is None:
            place = self._report.place(element)
            self._report.warning("dmn-type", T("类型“{type}”没有定义", type=ref), place)
        return found or ANY

    def resolve_all(self) -> dict[str, Type]:
        """Every type defined here, by name."""
        return {name: self._own(name) for name in self._definitions if name}

    def _foreign(self, name: str) -> Type | None:
        for prefix, types in self.imported.items():
            if not prefix or name.startswith(prefix + "."):
                found = types.named(name.removeprefix(prefix + ".") if prefix else name)
                if found is not None:
                    return found
        return None

    def _own(self, name: str) -> Type:
        if name in self._reading:
            return ANY  # a type that contains itself: its inner part is not checked
        if name not in self._known:
            self._reading.add(name)
            self._known[name] = self._read(self._definitions[name])
            self._reading.discard(name)
        return self._known[name]

    def _read(self, item: Any) -> Type:
        base = self._constrained(self._base(item), child(item, "allowedValues"))
        if item.get("isCollection") not in ("true", "1"):
            return self._constrained(base, child(item, "typeConstraint"))
        return self._constrained(Type("list", (base,)), child(item, "typeConstraint"))

    def _base(self, item: Any) -> Type:
        parts = list(children(item, "itemComponent"))
        if parts:
            return Type("context", fields=tuple((part.get("name", ""), self._read(part)) for part in parts))
        function = child(item, "functionItem")
        if function is not None:
            return self._function(function)
        reference = child(item, "typeRef")
        return ANY if reference is None else self.of(reference.text, item)

    def _function(self, item: Any) -> Type:
        parameters = [self.of(part.get("typeRef"), part) for part in children(item, "parameters")]
        return Type("function", (*parameters, self.of(item.get("outputTypeRef"), item)))

    def _constrained(self, base: Type, holder: Any) -> Type:
        text, line = text_of(holder)
        if not text.strip():
            return base
        try:
            return allowed(base, feel.unary(text, frozenset()), text.strip())
        except feel.Refused as refused:
            place = self._report.place(holder, line)
            self._report.error("dmn-expression", refused.message, place)
            return base
