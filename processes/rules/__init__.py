"""Domain arithmetic too large for a table: pure functions over FEEL values, called from diagrams by name.

A rule whose meaning changes gets a new name; running cases keep the old one.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from processes.rules import ballot, grids, grouping, quota, roster, similarity, structure, support, tally, tellers
from processes.rules.values import RuleError
from processes.text import T

__all__ = ["RULES", "Rule", "RuleError"]


@dataclass(frozen=True)
class Rule:
    """A function a diagram may call with `yishi:rule`; it and its parameters are named in camelCase."""

    name: str
    function: Callable[..., Any]
    parameters: tuple[str, ...]
    required: frozenset[str]
    summary: str

    def call(self, arguments: Mapping[str, Any]) -> Any:
        """Compute; RuleError (with a sentence for the manager) when arguments are missing, unknown or unfit."""
        missing = [n for n in self.parameters if n in self.required and arguments.get(n) is None]
        unknown = [n for n in arguments if n not in self.parameters]
        if missing:
            raise RuleError(T("规则“{rule}”缺少参数：{names}", rule=self.name, names="、".join(missing)))
        if unknown:
            raise RuleError(T("规则“{rule}”没有参数：{names}", rule=self.name, names="、".join(unknown)))
        given = {_python(n): v for n, v in arguments.items() if v is not None}
        return self.function(**given)


def _python(name: str) -> str:
    """The Python spelling of a camelCase parameter."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def _rule(function: Callable[..., Any]) -> Rule:
    signature = inspect.signature(function).parameters
    required = frozenset(_camel(n) for n, p in signature.items() if p.default is inspect.Parameter.empty)
    summary = (inspect.getdoc(function) or "").splitlines()[0]
    return Rule(_camel(function.__name__), function, tuple(_camel(n) for n in signature), required, summary)


FUNCTIONS: tuple[Callable[..., Any], ...] = (
    quota.quota,
    quota.quota_check,
    quota.quota_table,
    quota.shortfall,
    structure.structure,
    grouping.grouping,
    grouping.grouping_check,
    grouping.officers_check,
    grids.grids,
    grids.grids_check,
    support.signatures,
    support.assembly,
    roster.duplicates,
    roster.certificates,
    ballot.validity,
    tally.tally,
    tally.satisfaction,
    tally.differential,
    tally.quorum,
    tellers.count_officers,
    similarity.similar,
)
RULES: Mapping[str, Rule] = {rule.name: rule for rule in map(_rule, FUNCTIONS)}
