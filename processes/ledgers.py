"""台账: what a procedure's register lists, one row per case, as `[[ledger]]` of procedure.toml says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from processes.expressions import Env, Expression, FeelError, compile_expression
from processes.forms import Form
from processes.forms.fields import everything
from processes.forms.telling import masked

FACTS = frozenset(
    {"id", "no", "title", "street", "streetName", "startedBy", "startedOn", "state", "stateName", "outcome", "endedOn",
     "dueDate", "overdue", "waits", "parentNo"}
)  # fmt: skip
"""What `case` holds in a ledger, besides the variables of the case."""
UNSAID = "算不出"


@dataclass(frozen=True)
class Column:
    """A heading with the FEEL text of its cells; `width` in characters, 0 when the sheet may choose."""

    title: str
    value: str
    width: int = 0


@dataclass(frozen=True)
class Ledger:
    """One register: the cases of `process` for which `where` holds, or all."""

    key: str
    title: str
    process: str
    columns: tuple[Column, ...]
    where: str = ""

    @cached_property
    def _cells(self) -> list[Expression]:
        return [compile_expression(column.value) for column in self.columns]

    @cached_property
    def _where(self) -> Expression | None:
        return compile_expression(self.where) if self.where else None

    @property
    def names(self) -> frozenset[str]:
        """The variables its texts read."""
        return frozenset().union(*(one.names for one in (*self._cells, self._where) if one is not None))

    def row(self, context: Mapping[str, Any], env: Env) -> list[Any] | None:
        """The cells of one case as FEEL values, or None when the case does not belong into it."""
        if self._where is not None and _value(self._where, context, env) is not True:
            return None
        return [_value(cell, context, env) for cell in self._cells]


def _value(text: Expression, context: Mapping[str, Any], env: Env) -> Any:
    try:
        return text.evaluate(context, env)
    except FeelError:
        return UNSAID


def ledgers(procedure: Mapping[str, Any]) -> list[Ledger]:
    """The ledgers of a checked procedure.toml, in their order."""
    return [
        Ledger(
            entry["key"],
            entry["title"],
            entry["process"],
            tuple(Column(c["title"], c["value"], int(c.get("width", 0))) for c in entry["columns"]),
            entry.get("where", ""),
        )
        for entry in procedure.get("ledger", [])
    ]


def masks(forms: Iterable[Form]) -> dict[str, str]:
    """The answers that are read back with their middle covered, by key: idcard or phone."""
    fields = (field for form in forms for field in everything(form.fields))
    return {field.key: str(field.properties["mask"]) for field in fields if field.properties.get("mask")}


def covered(value: Any, hidden: Mapping[str, str]) -> Any:
    """A value with every such answer covered, however deep it stands."""
    if isinstance(value, dict):
        return {
            key: masked(str(one), hidden[key]) if key in hidden and one is not None else covered(one, hidden)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [covered(one, hidden) for one in value]
    return value
