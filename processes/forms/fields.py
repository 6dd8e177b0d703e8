"""What a form file says, read once: fields, their rules and the expressions they carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from processes.expressions import Env, Expression, FeelBudgetError

# Components a person answers, components that only arrange or explain, and those that hold rows.
INPUTS = frozenset(
    {"textfield", "textarea", "number", "select", "radio", "checkbox", "checklist", "datetime", "filepicker"}
)
COMPUTED = frozenset({"expression"})
LAYOUT = frozenset({"text", "group", "button"})
ROWS = frozenset({"dynamiclist"})
CHOICES = frozenset({"select", "radio", "checklist"})


def ask(expression: Expression, context: Mapping[str, Any], env: Env) -> Any:
    """What an expression of a form gives; one that costs too much gives nothing, for the officer has to go on."""
    try:
        return expression.evaluate(context, env)
    except FeelBudgetError:
        return None


def spoken(value: Any) -> str:
    """A FEEL value as people write it: 2026年11月24日, 3.5, 是."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, list):
        return "、".join(spoken(v) for v in value)
    return str(value)


@dataclass(frozen=True)
class Words:
    """Text of a form file: plain, wholly computed (`=…`) or with `{{…}}` places."""

    parts: tuple[str | Expression, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts)

    def say(self, context: Mapping[str, Any], env: Env) -> str:
        """The finished text for one case."""
        return "".join(p if isinstance(p, str) else spoken(ask(p, context, env)) for p in self.parts)


@dataclass(frozen=True)
class Option:
    """One answer that may be chosen; `hint` says what happens next if it is."""

    value: Any
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Rules:
    """What the answer must fulfil; a bound is a number, a date or an expression for one."""

    required: bool = False
    required_when: Expression | None = None
    min_length: int | None = None
    max_length: int | None = None
    min: Any = None
    max: Any = None
    pattern: Any = None
    kind: str | None = None
    digits: int | None = None
    min_rows: int | None = None
    max_rows: int | None = None
    check: Expression | None = None
    check_words: Words = Words()
    missing_words: Words = Words()


@dataclass(frozen=True)
class Field:
    """One component of a form; `key` is empty for those that carry no answer."""

    type: str
    key: str = ""
    label: Words = Words()
    hint: Words = Words()
    subtype: str | None = None
    options: tuple[Option, ...] = ()
    options_from: Expression | None = None
    hide: Expression | None = None
    default: Any = None
    computed: Expression | None = None
    readonly: Expression | bool = False
    multiple: bool = False
    fixed_rows: bool = False
    rules: Rules = Rules()
    properties: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Field, ...] = ()

    @property
    def answers(self) -> bool:
        """True when a value of this field reaches the case."""
        return self.type in INPUTS or self.type in COMPUTED or self.type in ROWS

    def expressions(self) -> Iterator[Expression]:
        """Every expression written at this field itself, not those of its children."""
        found: list[Any] = [self.options_from, self.hide, self.computed, self.rules.required_when, self.rules.check]
        found += [self.default, self.readonly, self.rules.min, self.rules.max]
        return (e for e in (*found, *self.label.parts, *self.hint.parts) if isinstance(e, Expression))


def empty(value: Any) -> bool:
    """True when nothing was said; the number 0 is an answer."""
    return value is None or value is False or (isinstance(value, str | list) and not value)


def flat(fields: tuple[Field, ...]) -> Iterator[Field]:
    """Fields in document order with groups opened; lists stay one field."""
    for f in fields:
        if f.type == "group":
            yield from flat(f.children)
        else:
            yield f


def everything(fields: tuple[Field, ...]) -> Iterator[Field]:
    """All components, groups and list columns included."""
    for f in fields:
        yield f
        yield from everything(f.children)
