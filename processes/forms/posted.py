"""What a door hands in, HTML pairs or JSON, brought to one plain shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from processes.forms.fields import Field, flat

_ROW = re.compile(r"([^\[\].]+)\[(\d{1,4})\]\.(.+)")

Pairs = Iterable[tuple[str, Any]]


def plain(fields: tuple[Field, ...], posted: Mapping[str, Any] | Pairs) -> dict[str, Any]:
    """Answers as a dict: lists as lists of rows, names beginning with an underscore left out.

    HTML pairs name a cell of a list `rows[0].name`; an answer given twice stays a list only where several may be
    chosen, otherwise the last one counts, as browsers do with a hidden default.
    """
    if isinstance(posted, Mapping) and not hasattr(posted, "multi_items"):
        return {str(k): v for k, v in posted.items() if not str(k).startswith("_")}
    pairs = posted.multi_items() if hasattr(posted, "multi_items") else posted
    return _from_pairs({f.key: f for f in flat(fields) if f.answers}, pairs)


def _from_pairs(known: dict[str, Field], pairs: Pairs) -> dict[str, Any]:
    out: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, Any]]] = {}
    for name, value in pairs:
        if name.startswith("_"):
            continue
        cell = _ROW.fullmatch(name)
        target = known.get(cell[1]) if cell else None
        if cell and target is not None and target.type == "dynamiclist":
            row = rows.setdefault(cell[1], {}).setdefault(int(cell[2]), {})
            if cell[3].startswith("_"):  # says that the row is there even when no box in it is ticked
                continue
            column = {c.key: c for c in flat(target.children)}.get(cell[3])
            _put(row, column, cell[3], value)
        else:
            _put(out, known.get(name), name, value)
    out.update({key: [found[i] for i in sorted(found)] for key, found in rows.items()})
    return out


def _put(out: dict[str, Any], field: Field | None, name: str, value: Any) -> None:
    if field is not None and (field.type == "checklist" or field.multiple):
        if value != "":  # the empty hidden input that says "nothing chosen"
            out.setdefault(name, []).append(value)
        else:
            out.setdefault(name, [])
    else:
        out[name] = value
