"""Read a form file strictly: what we would silently ignore is refused, all faults at once, each naming its field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import re2

from processes.expressions import Expression, FeelNameError, FeelSyntaxError, compile_expression
from processes.findings import Finding, Severity
from processes.forms.fields import CHOICES, COMPUTED, INPUTS, LAYOUT, ROWS, Field, Option, Rules, Words, everything
from processes.forms.form import Form
from processes.text import T, Text

MAX_DEPTH = 8
MAX_FIELDS = 300
MAX_TEXT = 4000

_KEY = re.compile(r"[^\W\d]\w*")
_PLACE = re.compile(r"\{\{(.+?)\}\}", re.S)
_VALIDATE = {"required", "minLength", "maxLength", "min", "max", "pattern", "validationType"}
_PROPERTIES = {
    "mask", "checksum", "unit", "expression", "readonly", "requiredWhen", "requiredText", "message", "check",
    "checkMessage", "minRows", "maxRows", "rowLabel", "addLabel", "min", "max", "apart",
}  # fmt: skip
_SUBTYPES = {"date", "time", "datetime"}
_CHECKSUMS = {"idcard"}
_MASKS = {"idcard", "phone"}


def read_form(file: str, text: str | bytes) -> tuple[Form, list[Finding]]:
    """The form and every finding about it; never raises for bad content."""
    reader = _Reader(file)
    try:
        raw = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as why:
        reader.text = ""
        reader.add("form.json", None, T("表单文件不是完整的 JSON：{why}", why=str(why)[:200]))
        raw = {}
    else:
        reader.text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    if not isinstance(raw, dict):
        reader.add("form.json", None, T("表单文件最外层要是一个对象，里面有 components 列表。"))
        raw = {}
    fields = reader.children(raw, depth=1, inside_list=False)
    reader.look_back(fields)
    return Form(file, str(raw.get("id") or file), str(raw.get("title") or ""), fields), reader.findings


@dataclass
class _Reader:
    file: str
    text: str = ""
    findings: list[Finding] = field(default_factory=list)
    count: int = 0

    def add(self, rule: str, element: str | None, message: Text, severity: Severity = Severity.ERROR) -> None:
        self.findings.append(Finding(severity, rule, self.file, message, element, self.line_of(element)))

    def line_of(self, element: str | None) -> int | None:
        """The line where a key stands, for people who open the file in an editor."""
        if not element:
            return None
        quoted = f'"{element.rsplit(".", 1)[-1]}"'
        return next((n for n, line in enumerate(self.text.splitlines(), 1) if quoted in line), None)

    # ---- components ----

    def children(self, raw: Mapping[str, Any], depth: int, inside_list: bool) -> tuple[Field, ...]:
        """The components of a form, group or list."""
        items = raw.get("components", [])
        if not isinstance(items, list):
            self.add("form.json", _name(raw), T("“{name}”的 components 要是一个列表。", name=_name(raw)))
            return ()
        if depth > MAX_DEPTH:
            self.add("form.limits", _name(raw), T("表单套得太深，最多 {n} 层。", n=MAX_DEPTH))
            return ()
        return tuple(f for item in items if (f := self.component(item, depth, inside_list)) is not None)

    def component(self, raw: Any, depth: int, inside_list: bool) -> Field | None:
        """One component, or None when its kind is not ours."""
        self.count += 1
        if self.count > MAX_FIELDS:
            if self.count == MAX_FIELDS + 1:
                self.add("form.limits", None, T("一张表单最多 {n} 个字段，请分成几步来填。", n=MAX_FIELDS))
            return None
        if not isinstance(raw, dict):
            self.add("form.json", None, T("components 里有一项不是对象。"))
            return None
        kind = raw.get("type")
        if not isinstance(kind, str) or kind not in INPUTS | COMPUTED | LAYOUT | ROWS:
            self.add(
                "form.component", _name(raw), T("“{name}”用了不认识的组件 {kind}。", name=_name(raw), kind=str(kind))
            )
            return None
        if kind == "dynamiclist" and inside_list:
            self.add("form.component", _name(raw), T("“{name}”：可加行的名单里不能再套名单。", name=_name(raw)))
            return None
        return self.field(kind, raw, depth, inside_list)

    def field(self, kind: str, raw: Mapping[str, Any], depth: int, inside_list: bool) -> Field:
        """A known component with everything it says."""
        key = self.key(kind, raw)
        properties = self.properties(kind, raw)
        children = self.children(raw, depth + 1, inside_list or kind == "dynamiclist") if _holds(kind) else ()
        return Field(
            type=kind,
            key=key,
            label=self.words(raw, "text" if kind == "text" else _label_of(kind, raw)),
            hint=self.words(raw, "description"),
            subtype=self.subtype(kind, raw),
            options=self.options(kind, raw),
            options_from=self.options_from(raw),
            hide=self.hide(raw),
            default=self.value_or_expression(raw, raw.get("defaultValue")),
            computed=self.expression(raw, raw.get("expression") or properties.get("expression")),
            readonly=self.readonly(raw, properties),
            multiple=bool(raw.get("multiple")),
            rules=self.rules(raw, properties),
            properties=properties,
            children=children,
            fixed_rows=kind == "dynamiclist" and _fixed(raw, children),
        )

    def key(self, kind: str, raw: Mapping[str, Any]) -> str:
        """The name of the variable; lists call it `path` in form-js."""
        if kind in LAYOUT:
            if kind == "group" and raw.get("path"):
                self.add(
                    "form.key", _name(raw), T("分组“{name}”不能有 path，里面的字段直接成为变量。", name=_name(raw))
                )
            return ""
        key = raw.get("path") if kind == "dynamiclist" else raw.get("key")
        if not isinstance(key, str) or not _KEY.fullmatch(key) or key.startswith("_"):
            self.add(
                "form.key", _name(raw), T("“{name}”要有变量名：字母开头，只用字母、数字和下划线。", name=_name(raw))
            )
            return ""
        return key

    def subtype(self, kind: str, raw: Mapping[str, Any]) -> str | None:
        """date, time or datetime; for buttons the action."""
        if kind == "button":
            return str(raw.get("action") or "submit")
        if kind != "datetime":
            return None
        found = str(raw.get("subtype") or "date")
        if found not in _SUBTYPES:
            self.add("form.property", _name(raw), T("“{name}”的日期类型 {kind} 不认识。", name=_name(raw), kind=found))
            return "date"
        return found

    # ---- choices ----

    def options(self, kind: str, raw: Mapping[str, Any]) -> tuple[Option, ...]:
        """Fixed choices written in the file."""
        if kind not in CHOICES:
            return ()
        listed = raw.get("values")
        if listed is None:
            if not (raw.get("valuesKey") or raw.get("valuesExpression")):
                self.add("form.options", _name(raw), T("“{name}”没有可选的答案。", name=_name(raw)))
            return ()
        if not isinstance(listed, list) or not all(isinstance(v, dict) and "value" in v for v in listed) or not listed:
            self.add("form.options", _name(raw), T("“{name}”的答案要逐条写明 label 和 value。", name=_name(raw)))
            return ()
        found = tuple(
            Option(v["value"], str(v.get("label") or v["value"]), str(v.get("hint") or v.get("description") or ""))
            for v in listed
        )
        if len({str(o.value) for o in found}) < len(found):
            self.add("form.options", _name(raw), T("“{name}”有两个答案的 value 相同。", name=_name(raw)))
        return found

    def options_from(self, raw: Mapping[str, Any]) -> Expression | None:
        """Choices that come from the data of the case."""
        return self.expression(raw, raw.get("valuesKey") or raw.get("valuesExpression"))

    # ---- rules ----

    def rules(self, raw: Mapping[str, Any], properties: Mapping[str, str]) -> Rules:
        """The `validate` block and those of our properties that judge answers."""
        said = raw.get("validate") or {}
        if not isinstance(said, dict) or (unknown := set(said) - _VALIDATE):
            unknown = unknown if isinstance(said, dict) else {"validate"}
            text = "、".join(sorted(map(str, unknown)))
            self.add("form.property", _name(raw), T("“{name}”有不认识的校验：{text}。", name=_name(raw), text=text))
            said = {k: v for k, v in said.items() if k in _VALIDATE} if isinstance(said, dict) else {}
        return Rules(
            required=said.get("required") is True,
            required_when=self.expression(raw, properties.get("requiredWhen")),
            min_length=self.whole(raw, said.get("minLength")),
            max_length=self.whole(raw, said.get("maxLength")),
            min=self.bound(raw, said.get("min", properties.get("min"))),
            max=self.bound(raw, said.get("max", properties.get("max"))),
            pattern=self.pattern(raw, said.get("pattern")),
            kind=said.get("validationType") if said.get("validationType") in ("email", "phone") else None,
            digits=self.whole(raw, raw.get("decimalDigits")),
            min_rows=self.whole(raw, properties.get("minRows")),
            max_rows=self.whole(raw, properties.get("maxRows")),
            check=self.expression(raw, properties.get("check")),
            check_words=self.words(properties, "checkMessage"),
            missing_words=self.words(properties, "message"),
        )

    def whole(self, raw: Mapping[str, Any], said: Any) -> int | None:
        """A whole number of zero or more, written as number or text."""
        if said in (None, ""):
            return None
        if isinstance(said, bool) or not re.fullmatch(r"\d{1,9}", str(said)):
            self.add(
                "form.property", _name(raw), T("“{name}”里 {said} 应是一个整数。", name=_name(raw), said=str(said))
            )
            return None
        return int(said)

    def bound(self, raw: Mapping[str, Any], said: Any) -> Any:
        """A number as it stands or an expression; dates are written as expressions."""
        if said in (None, "") or (isinstance(said, int | Decimal) and not isinstance(said, bool)):
            return None if said == "" else said
        if isinstance(said, str) and re.fullmatch(r"-?\d{1,18}(\.\d{1,9})?", said):
            return Decimal(said)
        return self.expression(raw, said)

    def pattern(self, raw: Mapping[str, Any], said: Any) -> Any:
        """A pattern in linear time: look-around and back references do not exist here."""
        if not said:
            return None
        try:
            return re2.compile(str(said)[:MAX_TEXT], re2_options())
        except re2.error as why:
            told = why.args[0] if why.args else ""
            told = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
            self.add("form.pattern", _name(raw), T("“{name}”的格式式样读不懂：{why}", name=_name(raw), why=told))
            return None

    # ---- expressions and words ----

    def properties(self, kind: str, raw: Mapping[str, Any]) -> dict[str, str]:
        """Our own settings, kept in form-js's free `properties`."""
        said = raw.get("properties") or {}
        if not isinstance(said, dict):
            self.add("form.property", _name(raw), T("“{name}”的 properties 要是一个对象。", name=_name(raw)))
            return {}
        found = {str(k): str(v) for k, v in said.items() if v not in (None, "")}
        for name in sorted(set(found) - _PROPERTIES):
            self.add(
                "form.property", _name(raw),
                T("“{name}”的设置 {said} 不认识，不会起作用。", name=_name(raw), said=name), Severity.WARNING,
            )  # fmt: skip
        for name, allowed in (("checksum", _CHECKSUMS), ("mask", _MASKS)):
            if name in found and found[name] not in allowed:
                self.add(
                    "form.property", _name(raw),
                    T("“{name}”的 {what} 只能是 {known}。", name=_name(raw), what=name, known="、".join(allowed)),
                )  # fmt: skip
        return found

    def readonly(self, raw: Mapping[str, Any], properties: Mapping[str, str]) -> Expression | bool:
        """Fixed, or fixed while an expression is true."""
        said = raw.get("readonly", raw.get("disabled", properties.get("readonly", False)))
        if isinstance(said, bool) or str(said) in ("true", "false"):
            return said is True or str(said) == "true"
        return self.expression(raw, said) or False

    def hide(self, raw: Mapping[str, Any]) -> Expression | None:
        """`conditional.hide`."""
        conditional = raw.get("conditional") or {}
        return self.expression(raw, conditional.get("hide") if isinstance(conditional, dict) else conditional)

    def value_or_expression(self, raw: Mapping[str, Any], said: Any) -> Any:
        """A literal, or an expression when it begins with `=`."""
        return self.expression(raw, said) if isinstance(said, str) and said.startswith("=") else said

    def words(self, raw: Mapping[str, Any], name: str) -> Words:
        """Label, hint, paragraph, or what is said of a wrong answer."""
        said = raw.get(name)
        if said in (None, ""):
            return Words()
        text = str(said)
        if text.startswith("="):
            whole = self.expression(raw, text)
            return Words((whole,) if whole else ())
        pieces = _PLACE.split(text)
        found = [p if n % 2 == 0 else self.expression(raw, p) for n, p in enumerate(pieces)]
        return Words(tuple(p for p in found if p))

    def expression(self, raw: Mapping[str, Any], said: Any) -> Expression | None:
        """A compiled expression, or None with a finding that names the field."""
        if said in (None, "", False):
            return None
        try:
            return compile_expression(str(said))
        except (FeelSyntaxError, FeelNameError) as why:
            self.add(
                "form.expression", _name(raw),
                T("“{name}”的表达式写错了：{why}（{said}）", name=_name(raw), why=str(why), said=str(said)[:200]),
            )  # fmt: skip
            return None

    # ---- the whole ----

    def look_back(self, fields: tuple[Field, ...], place: str = "") -> None:
        """What only shows when all fields are known: names used twice, lists without columns, several buttons."""
        seen: set[str] = set()
        for f in _one_scope(fields):
            if f.key and f.key in seen:
                self.add("form.duplicate", f.key, T("变量名“{key}”用了两次。", key=f.key))
            seen.add(f.key)
            if f.type == "dynamiclist":
                if not any(c.answers for c in _one_scope(f.children)):
                    self.add("form.component", f.key, T("名单“{key}”里没有一个字段。", key=f.key))
                self.look_back(f.children, f.key)
            if f.type == "expression" and f.computed is None:
                self.add("form.expression", f.key, T("“{key}”没有写算式。", key=f.key))
        buttons = [f for f in everything(fields) if f.type == "button" and f.subtype == "submit"]
        if len(buttons) > 1 and not place:
            self.add("form.component", None, T("一张表单只能有一个提交按钮。"))


def re2_options() -> Any:
    """Bounded memory and no talk on standard error."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    return options


def _one_scope(fields: tuple[Field, ...]) -> list[Field]:
    found: list[Field] = []
    for f in fields:
        found += _one_scope(f.children) if f.type == "group" else [f]
    return found


def _fixed(raw: Mapping[str, Any], columns: tuple[Field, ...]) -> bool:
    """Rows that the case lays out: their number stays, because columns are filled in by position."""
    return raw.get("allowAddRemove") is False or any(c.computed is not None for c in _one_scope(columns))


def _holds(kind: str) -> bool:
    return kind in ("group", "dynamiclist")


def _label_of(kind: str, raw: Mapping[str, Any]) -> str:
    if kind == "datetime" and not raw.get("label"):
        return "timeLabel" if raw.get("subtype") == "time" else "dateLabel"
    return "label"


def _name(raw: Any) -> str:
    if not isinstance(raw, Mapping):
        return ""
    path = raw.get("path") if raw.get("type") == "dynamiclist" else None
    named = raw.get("key") or path or raw.get("label") or raw.get("id") or raw.get("type")
    return str(named or "")[:80]
