"""Answers read back: the words of the chosen option, units, dates as people write them, numbers masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processes.forms.fields import spoken
from processes.text import T

if TYPE_CHECKING:
    from processes.forms.resolved import Shown


def tell(fields: list[Shown]) -> list[tuple[str, str]]:
    """Label and words of every visible field that has an answer, in document order."""
    told: list[tuple[str, str]] = []
    for shown in fields:
        if shown.type == "group":
            told += tell(shown.children)
        elif shown.type == "dynamiclist":
            told += _rows(shown)
        elif shown.visible and shown.value not in (None, "", []) and shown.type not in ("text", "button"):
            told.append((shown.label or shown.field.key, words(shown)))
    return told


def words(shown: Shown) -> str:
    """One answer as text."""
    value = shown.value
    if shown.type == "filepicker":
        return str(T("{n} 个文件", n=len(value or ())))
    if isinstance(value, list):
        return "、".join(_chosen(shown, v) for v in value)
    if shown.options:
        return _chosen(shown, value)
    text = masked(spoken(value), shown.field.properties.get("mask"))
    unit = shown.field.properties.get("unit")
    return f"{text} {unit}" if unit else text


def masked(text: str, mask: str | None) -> str:
    """Numbers that identify a person, with the middle covered."""
    keep = {"idcard": (4, 4), "phone": (3, 4)}.get(mask or "")
    if keep is None or len(text) <= sum(keep):
        return text
    return text[: keep[0]] + "*" * (len(text) - sum(keep)) + text[-keep[1] :]


def _chosen(shown: Shown, value: Any) -> str:
    return next((o.label for o in shown.options if o.value == value), spoken(value))


def _rows(shown: Shown) -> list[tuple[str, str]]:
    written = shown.rows[: len(shown.value or [])]  # the page may have added blank rows to write on
    if not written:
        return []
    lines = ["，".join(text for _, text in tell(row)) for row in written]
    return [(shown.label or shown.field.key, "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1)))]
