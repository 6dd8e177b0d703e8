"""A form bound to one case: what is shown, what may be chosen, and whether an answer will do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as start
from datetime import date, datetime, time
from typing import Any

from processes.expressions import Env, Expression
from processes.forms import answers as reading
from processes.forms import telling
from processes.forms.fields import CHOICES, INPUTS, Field, Option, ask, empty, flat
from processes.forms.form import Form
from processes.forms.posted import plain
from processes.text import T, Text

MAX_ROWS = 500
MAX_OPTIONS = 2000
_ROW_NUMBER = re.compile(r"\[\d+\]\.")


@dataclass(frozen=True)
class Answers:
    """Typed values by key, and by field name the sentence for what has to be put right."""

    values: dict[str, Any]
    errors: dict[str, Text]
    apart: dict[str, Any] = start(default_factory=dict)
    """What is kept away from the case (`apart` in the form): who an unnamed person is. Label and value."""

    @property
    def ok(self) -> bool:
        """True when the answers may be taken."""
        return not self.errors


@dataclass
class Shown:
    """One field as it stands on the page; `name` is its control's name, `raw` what the person wrote."""

    field: Field
    name: str
    label: str
    hint: str
    visible: bool
    value: Any = None
    raw: Any = None
    error: Text | None = None
    required: bool = False
    fixed: bool = False
    leads: bool = False
    options: tuple[Option, ...] = ()
    low: Any = None
    high: Any = None
    children: list[Shown] = start(default_factory=list)
    rows: list[list[Shown]] = start(default_factory=list)

    @property
    def type(self) -> str:
        """The kind of component."""
        return self.field.type

    @property
    def written(self) -> str:
        """What stands in the control: dates as browsers write them, everything else as given."""
        raw = self.raw
        if isinstance(raw, datetime):
            return f"{raw.astimezone(reading.BEIJING) if raw.tzinfo else raw:%Y-%m-%dT%H:%M}"
        if isinstance(raw, date):
            return raw.isoformat()
        if isinstance(raw, time):
            return f"{raw:%H:%M}"
        return "" if raw is None else str(raw)

    def picked(self, option: Option) -> bool:
        """True when this choice is the answer so far."""
        chosen = self.raw if isinstance(self.raw, list) else [self.raw]
        return any(c is not None and str(c) == str(option.value) for c in chosen)


class Resolved:
    """A form with the data of its case; holds no answers itself."""

    def __init__(self, form: Form, data: Mapping[str, Any], env: Env) -> None:
        self.form = form
        self.env = env
        self.stored = data
        self.leaders = _leaders(form.fields)

    def plain(self, posted: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> dict[str, Any]:
        """Posted answers in the JSON shape a draft is kept in."""
        return plain(self.form.fields, posted)

    def validate(self, posted: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> Answers:
        """Typed values of all answers; nothing posted is believed that this form did not offer.

        Hidden and empty fields are in the values as None (lists as []), so that every key exists afterwards.
        """
        raw = self.plain(posted)
        walk = _Walk(self, raw, judging=True)
        walk.fields(self.form.fields, raw, "")
        known = set(self.form.keys())
        strange = {k: T("这张表里没有“{key}”这一项。", key=k[:80]) for k in raw if k not in known}
        apart = {
            one.label.say(self.stored, self.env): walk.values.pop(one.key)
            for one in flat(self.form.fields)
            if one.properties.get("apart") and one.key in walk.values
        }
        return Answers(
            walk.values, {**strange, **walk.errors}, {label: value for label, value in apart.items() if value}
        )

    def show(
        self,
        posted: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None,
        errors: Mapping[str, Text] | None = None,
        spare_rows: Mapping[str, int] | None = None,
    ) -> list[Shown]:
        """The fields to draw, with defaults when nothing was posted; a field with an error is always visible."""
        raw = None if posted is None else self.plain(posted)
        walk = _Walk(self, raw, judging=False, errors=errors or {}, spare=spare_rows or {})
        return walk.fields(self.form.fields, raw, "")

    def tell(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Answers as people read them: label and words, hidden and empty ones left out, masked ones masked."""
        return telling.tell(self.show(values))

    def options(self, field: Field, context: Mapping[str, Any]) -> tuple[Option, ...]:
        """Choices of the file, followed by those of the case."""
        if field.options_from is None:
            return field.options
        found = ask(field.options_from, context, self.env)
        listed = found if isinstance(found, list) else []
        return field.options + tuple(o for item in listed[:MAX_OPTIONS] if (o := _option(item)) is not None)


class _Walk:
    """One pass in field order: each field sees the stored data and the answers above it."""

    def __init__(
        self,
        resolved: Resolved,
        raw: dict[str, Any] | None,
        judging: bool,
        errors: Mapping[str, Text] | None = None,
        spare: Mapping[str, int] | None = None,
    ) -> None:
        self.resolved = resolved
        self.judging = judging
        self.fresh = raw is None
        self.errors: dict[str, Text] = dict(errors or {})
        self.spare = spare or {}
        self.values: dict[str, Any] = {}
        self.context: dict[str, Any] = {**resolved.stored, **dict.fromkeys(resolved.form.keys())}

    # ---- one scope: the form, or one row of a list ----

    def fields(self, fields: tuple[Field, ...], raw: Mapping[str, Any] | None, place: str) -> list[Shown]:
        """Walk the fields of one scope; values and errors are collected on the way."""
        return [self.one(f, raw, place) for f in fields]

    def one(self, f: Field, raw: Mapping[str, Any] | None, place: str, hidden: bool = False) -> Shown:
        """One component; `place` is the row prefix of its control name."""
        hidden = hidden or self.true(f.hide)
        shown = Shown(f, place + f.key, self.say(f.label.say), self.say(f.hint.say), not hidden)
        if f.type == "group":
            shown.children = [self.one(c, raw, place, hidden) for c in f.children]
            shown.visible = not hidden or any(c.visible for c in shown.children)
        elif f.type == "dynamiclist":
            self.list(shown, raw, hidden)
        elif f.type == "expression":
            self.keep(f, None if hidden else self.value(f.computed))
            shown.value = self.context[f.key]
        elif f.type in INPUTS:
            self.input(shown, raw, hidden)
        return shown

    def input(self, shown: Shown, raw: Mapping[str, Any] | None, hidden: bool) -> None:
        """A field a person answers."""
        f = shown.field
        given = self.given(f, raw)
        shown.leads = _ROW_NUMBER.sub(".", shown.name) in self.resolved.leaders
        shown.fixed = f.computed is not None or f.readonly is True or self.true(f.readonly)
        shown.required = f.rules.required or self.true(f.rules.required_when)
        shown.options = self.resolved.options(f, self.context) if f.type in CHOICES else ()
        shown.low, shown.high = self.value(f.rules.min), self.value(f.rules.max)
        if hidden:
            self.hidden(shown, given)
        elif shown.fixed:
            self.fixed(shown, given)
        else:
            self.answered(shown, given)
        shown.raw = given if not self.fresh and given is not None else shown.value
        shown.error = self.errors.get(shown.name)
        shown.visible = shown.visible or shown.error is not None
        self.keep(f, shown.value)

    def given(self, f: Field, raw: Mapping[str, Any] | None) -> Any:
        """What was posted; on a fresh page the default, which only sees stored data."""
        if raw is not None:
            return raw.get(f.key)
        default = f.default
        return ask(default, self.resolved.stored, self.resolved.env) if isinstance(default, Expression) else default

    def hidden(self, shown: Shown, given: Any) -> None:
        """A hidden field has no value and takes none."""
        if self.judging and not self.fresh and not empty(given):
            self.errors[shown.name] = T("这种情况下不填“{label}”，请清空，或改选前面的一项。", label=shown.label)

    def fixed(self, shown: Shown, given: Any) -> None:
        """A field the case fills in itself."""
        f = shown.field
        if f.computed is not None:
            shown.value = self.value(f.computed)
        elif f.default is not None:
            shown.value = self.given(f, None)
        else:
            shown.value = self.resolved.stored.get(f.key)
        if self.judging and not reading.same(shown.value, given):
            self.errors[shown.name] = T("“{label}”由系统填写，不能改。", label=shown.label)

    def answered(self, shown: Shown, given: Any) -> None:
        """Read and judge what a person said."""
        f, label = shown.field, shown.label or shown.field.key
        try:
            shown.value = reading.read(f, label, given, shown.options)
        except reading.Refused as why:
            self.note(shown, why.message)
            return
        if shown.required and (shown.value is None or shown.value is False):
            words = f.rules.missing_words.say(self.context, self.resolved.env)
            self.note(shown, _literal(words) if words else reading.missing(f, label))
        elif shown.value is not None:
            self.note(shown, reading.judge(f, label, shown.value, shown.low, shown.high) or self.checked(f, shown))

    def checked(self, f: Field, shown: Shown) -> Text | None:
        """The form's own rule across fields, with the words the designer gave it."""
        if f.rules.check is None:
            return None
        before = self.context.get(f.key)
        self.context[f.key] = shown.value
        fine = self.value(f.rules.check) is True
        words = "" if fine else f.rules.check_words.say(self.context, self.resolved.env)
        self.context[f.key] = before
        if fine:
            return None
        return _literal(words) if words else T("“{label}”和前面填的对不上，请再核对。", label=shown.label)

    def note(self, shown: Shown, message: Text | None) -> None:
        """Keep the first thing to be put right about a field."""
        if self.judging and message is not None:
            self.errors.setdefault(shown.name, message)

    # ---- lists ----

    def list(self, shown: Shown, raw: Mapping[str, Any] | None, hidden: bool) -> None:
        """A list of rows; wholly empty rows are spare paper and do not count."""
        f = shown.field
        given = self.given(f, raw)
        rows = given if isinstance(given, list) and all(isinstance(r, Mapping) for r in given) else []
        if self.judging and given not in (None, "") and rows is not given and given != []:
            self.errors[shown.name] = T("“{label}”要逐行来填。", label=shown.label)
        if self.judging and not f.fixed_rows:
            rows = [r for r in rows if not _blank(f, r)]
        if hidden and rows:
            self.note(shown, T("这种情况下不填“{label}”，请清空，或改选前面的一项。", label=shown.label))
        shown.required = f.rules.required or bool(f.rules.min_rows) or self.true(f.rules.required_when)
        values = [self.row(shown, n, r) for n, r in enumerate(rows[:MAX_ROWS])]
        if not hidden:
            self.count(shown, len(rows))
        self.keep(f, [] if hidden else values)
        shown.value = self.context[f.key]
        if values and not hidden and not any(name.startswith(f"{shown.name}[") for name in self.errors):
            self.note(shown, self.checked(f, shown))
        if not self.judging:
            self.blank_rows(shown)
        shown.error = self.errors.get(shown.name)
        shown.visible = shown.visible or shown.error is not None

    def row(self, shown: Shown, number: int, raw: Mapping[str, Any] | None) -> dict[str, Any]:
        """One row: its own scope above the form's."""
        outer, collected, fresh = self.context, self.values, self.fresh
        keys = [c.key for c in flat(shown.field.children) if c.answers]
        self.context = {**outer, **dict.fromkeys(keys), "i": number + 1}
        self.values, self.fresh = {}, raw is None
        place = f"{shown.name}[{number}]."
        shown.rows.append(self.fields(shown.field.children, raw, place))
        for key in set(raw or ()) - set(keys):
            self.errors.setdefault(place + str(key)[:80], T("这张表里没有“{key}”这一项。", key=str(key)[:80]))
        values = self.values
        self.context, self.values, self.fresh = outer, collected, fresh
        return values

    def count(self, shown: Shown, number: int) -> None:
        """Enough rows, and not too many."""
        rules, label = shown.field.rules, shown.label or shown.name
        least = rules.min_rows or (1 if shown.required else 0)
        most = min(rules.max_rows or MAX_ROWS, MAX_ROWS)
        if shown.field.fixed_rows and isinstance(laid_out := self.given(shown.field, None), list):
            if number != len(laid_out):
                self.note(shown, T("“{label}”的行数是定好的，共 {n} 行。", label=label, n=len(laid_out)))
            return
        if number < least:
            self.note(shown, T("“{label}”至少要 {n} 行，现在填了 {m} 行。", label=label, n=least, m=number))
        if number > most:
            self.note(shown, T("“{label}”最多 {n} 行，现在是 {m} 行。", label=label, n=most, m=number))

    def blank_rows(self, shown: Shown) -> None:
        """Paper to write on: the least number of rows at first, then as many as were asked for."""
        if shown.field.fixed_rows:
            return
        wanted = self.spare.get(shown.name, 0 if shown.rows else max(1, shown.field.rules.min_rows or 1))
        for _ in range(min(wanted, MAX_ROWS - len(shown.rows))):
            self.row(shown, len(shown.rows), None)

    # ---- small things ----

    def keep(self, f: Field, value: Any) -> None:
        """A value becomes part of the answers and is seen by the fields below."""
        self.values[f.key] = value
        self.context[f.key] = value

    def value(self, said: Any) -> Any:
        """A literal, or what an expression gives now."""
        return ask(said, self.context, self.resolved.env) if isinstance(said, Expression) else said

    def true(self, said: Any) -> bool:
        """True only for FEEL true: a null condition neither hides nor requires."""
        return self.value(said) is True

    def say(self, words: Any) -> str:
        """Label or hint for this case."""
        return str(words(self.context, self.resolved.env))


def _blank(f: Field, row: Mapping[str, Any]) -> bool:
    defaults = {c.key: c.default for c in flat(f.children)}
    return all(empty(v) or str(v) == str(defaults.get(k)) for k, v in row.items())


def _literal(words: str) -> Text:
    """Words of a form file are no templates: braces in them stay braces."""
    return Text(words)


def _option(item: Any) -> Option | None:
    """Choices of a case: {value, label}, {code, name}, {id, title} or plain values."""
    if isinstance(item, Mapping):
        value = next((item[k] for k in ("value", "code", "id") if item.get(k) is not None), None)
        label = next((item[k] for k in ("label", "name", "title") if item.get(k) is not None), value)
        return None if value is None else Option(value, str(label), str(item.get("hint") or ""))
    return None if item is None else Option(item, str(item))


def _leaders(fields: tuple[Field, ...], place: str = "") -> frozenset[str]:
    """Keys (columns as `list.column`) that decide what other fields show: a change redraws the form."""
    own = frozenset(f.key for f in flat(fields) if f.answers)
    found = frozenset(place + name for name in _used(fields) & own)
    inner = (_leaders(f.children, f"{f.key}.") for f in flat(fields) if f.type == "dynamiclist")
    return found.union(*inner)


def _used(fields: tuple[Field, ...]) -> frozenset[str]:
    """Names that decide about other fields; the columns of a list mean nothing outside it."""
    names: frozenset[str] = frozenset()
    for f in fields:
        columns = frozenset(c.key for c in flat(f.children)) if f.type == "dynamiclist" else frozenset[str]()
        names |= frozenset[str]().union(*(e.names for e in _deciding(f))) - {f.key}
        names |= _used(f.children) - columns
    return names


def _deciding(f: Field) -> list[Expression]:
    """Expressions that change what is on the page; bounds and checks only speak up afterwards."""
    found = (f.hide, f.rules.required_when, f.options_from, f.computed, f.readonly)
    return [e for e in found if isinstance(e, Expression)]
