"""The rule table a case was started with, beside what holds today: a changed rule is for new cases only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from processes.expressions import from_json
from processes.localities import Parameter
from processes.text import T, Text
from services import births, deployments, scope
from services.desk import Desk
from services.store import cases as rows
from services.store import people

UNITS = {"WD": T("{n} 个工作日"), "CD": T("{n} 天"), "MO": T("{n} 个月")}


@dataclass(frozen=True)
class RuleRow:
    """`kept` is what this case follows, `now` what a case started today would; equal unless the table has changed."""

    label: str
    kept: Text | str
    now: Text | str
    source: str
    at: str

    @property
    def changed(self) -> bool:
        """True when the place has decided otherwise since."""
        return str(self.kept) != str(self.now)


def of_case(desk: Desk, case_id: int) -> list[RuleRow]:
    """The parameters a case's procedure names, the changed ones first; NotFound when it is not for this person."""
    row = scope.case(desk, case_id)
    definition = deployments.definition(desk.db, row.version_id)
    kept = from_json(rows.root_variables(desk.db, case_id)).get("params") or {}
    unit = people.unit_by_id(desk.db, row.street_id)
    table, today = births.locality(desk, unit).parameters, births.params(desk, unit)
    names = [str(n) for n in definition.procedure.get("parameters", []) if n in table and n in kept]
    found = [_row(table[name], kept[name], today.get(name)) for name in names]
    return sorted((one for one in found if one is not None), key=lambda one: not one.changed)


def _row(line: Parameter, kept: Any, now: Any) -> RuleRow | None:
    was, is_ = words(kept), words(now)
    return None if was is None or is_ is None else RuleRow(line.label, was, is_, line.source, line.at)


def words(value: Any) -> Text | str | None:
    """A parameter's value as people say it; None for lists, which do not fit a line."""
    if isinstance(value, Mapping) and "unit" in value:
        unit = UNITS[str(value["unit"])]
        return replace(unit, params={"n": value["amount"]})
    if isinstance(value, Mapping) and "numerator" in value:
        return str(Fraction(int(value["numerator"]), int(value["denominator"])))
    if isinstance(value, bool):
        return T("是") if value else T("否")
    return None if isinstance(value, Mapping | list) or value in (None, "") else str(value)
