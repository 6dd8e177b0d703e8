"""A form file that has been read and may be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processes.expressions import Env
from processes.findings import Finding
from processes.forms.fields import Field, everything, flat

if TYPE_CHECKING:
    from processes.forms.resolved import Resolved


@dataclass(frozen=True)
class Form:
    """The fields of one task, immutable and shared by all cases of a version."""

    file: str
    id: str
    title: str
    fields: tuple[Field, ...]

    @staticmethod
    def load(file: str, text: str | bytes) -> tuple[Form, list[Finding]]:
        """Read a form file; all that is wrong with it comes back at once and what could be read is kept."""
        from processes.forms.reading import read_form

        return read_form(file, text)

    def keys(self) -> list[str]:
        """Names of the variables that completing this form sets, in document order."""
        return [f.key for f in flat(self.fields) if f.answers]

    def columns(self) -> dict[str, list[str]]:
        """For each list its column keys."""
        return {f.key: [c.key for c in flat(f.children) if c.answers] for f in flat(self.fields) if f.children}

    def names(self) -> dict[str, frozenset[str]]:
        """For each field (key or label) the variables its expressions read from the case, own keys left out."""
        own = frozenset(self.keys())
        read: dict[str, frozenset[str]] = {}
        for f in self.fields:
            _read_names(f, own, read)
        return read

    def submit_label(self) -> str:
        """The words on the button, a verb with its object; empty when the form names none."""
        buttons = [f for f in everything(self.fields) if f.type == "button" and f.subtype != "reset"]
        return str(buttons[0].label.parts[0]) if buttons and buttons[0].label else ""

    def has_files(self) -> bool:
        """True when something can be attached."""
        return any(f.type == "filepicker" for f in everything(self.fields))

    def is_long(self) -> bool:
        """True when the form wants the whole width: lists, or more than ten questions."""
        return any(f.type == "dynamiclist" for f in everything(self.fields)) or len(self.keys()) > 10

    def resolve(self, data: Mapping[str, Any], env: Env) -> Resolved:
        """Bind the form to the data of a case at one moment."""
        from processes.forms.resolved import Resolved

        return Resolved(self, data, env)


def _read_names(f: Field, own: frozenset[str], read: dict[str, frozenset[str]]) -> None:
    names = frozenset[str]().union(*(e.names for e in f.expressions()))
    columns = frozenset(c.key for c in flat(f.children) if c.answers) if f.type == "dynamiclist" else frozenset()
    if names - own:
        place = f.key or "".join(p for p in f.label.parts if isinstance(p, str)) or f.type
        read[place] = read.get(place, frozenset()) | (names - own - {"i"})
    for child in f.children:
        _read_names(child, own | columns, read)
