"""The few SVG elements a drawing is made of, escaped and with short numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

_CONTROL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def number(value: float) -> str:
    """At most one decimal."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def clean(text: str) -> str:
    """Text that may stand in XML."""
    return escape(_CONTROL.sub("", text), quote=True)


def tag(name: str, *inside: str, **attributes: float | str | None) -> str:
    """One element; `_` in attribute names becomes `-`, a trailing one is dropped, None is left out."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{number(value) if isinstance(value, int | float) else clean(value)}"'
        for key, value in attributes.items()
        if value is not None and value != ""
    )
    return f"<{name}{said}>{''.join(inside)}</{name}>" if inside else f"<{name}{said}/>"


def text(lines: Iterable[str], x: float, y: float, size: float, **attributes: float | str | None) -> str:
    """Lines of text centred on (x, y)."""
    lines = list(lines)
    step = size * 1.32
    first = y - step * (len(lines) - 1) / 2 + size * 0.36
    anchor = attributes.pop("anchor", "middle")
    return "".join(
        tag("text", clean(line), x=x, y=first + n * step, font_size=size, text_anchor=anchor, **attributes)
        for n, line in enumerate(lines)
    )
