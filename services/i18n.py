"""Languages: Chinese is written in the source, other languages are one .po file each, read at start.

`python -m services.i18n extract` brings the files up to date with the source, `check` refuses gaps.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from processes.text import Text

SOURCE = "zh_CN"
LOCALES = (SOURCE, "en")
ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).parent / "locale"

_METHODS = [("services/web/templates/**.html", "jinja2"), ("processes/**.py", "python"), ("services/**.py", "python")]
_OPTIONS = {"services/web/templates/**.html": {"silent": "false", "trimmed": "true"}}
_KEYWORDS: dict[str, Any] = {"T": None, "_": None, "gettext": None, "ngettext": (1, 2)}


@dataclass(frozen=True)
class Catalogue:
    """The sentences of one language; a sentence it lacks stays Chinese."""

    locale: str
    single: Mapping[str, str] = field(default_factory=dict)
    plural: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def gettext(self, message: str) -> str:
        """The sentence in this language."""
        return self.single.get(message) or message

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The sentence for this number; English has two forms, Chinese one."""
        forms = self.plural.get(one)
        if not forms or not all(forms):
            return one if n == 1 else many
        return forms[0] if n == 1 else forms[-1]

    def say(self, text: Text | str) -> str:
        """A sentence with its places filled; sentences used as parameters are translated as well."""
        if not isinstance(text, Text):
            return str(text)
        params = {k: self.say(v) if isinstance(v, Text) else v for k, v in text.params.items()}
        return Text(text.msgid, params).fill(self.gettext(text.msgid))


@lru_cache(maxsize=8)
def catalogue(locale: str) -> Catalogue:
    """The catalogue of a known language; unknown ones give Chinese."""
    file = _file(locale)
    if locale == SOURCE or locale not in LOCALES or not file.exists():
        return Catalogue(SOURCE)
    return _compiled(locale, _read(locale))


def say(text: Text | str, locale: str = SOURCE) -> str:
    """Translate one sentence."""
    return catalogue(locale).say(text)


def _compiled(locale: str, catalog: Catalog) -> Catalogue:
    single: dict[str, str] = {}
    plural: dict[str, tuple[str, ...]] = {}
    for message in catalog:
        if message.id and isinstance(message.id, tuple):
            plural[message.id[0]] = _strings(message)
        elif message.id:
            single[str(message.id)] = str(message.string)
    return Catalogue(locale, single, plural)


# ---- keeping the files up to date ----


def collect() -> Catalog:
    """Every sentence in the source and the templates."""
    found = Catalog(locale="en", project="yishi", charset="utf-8")
    for folder in ("processes", "services"):
        for name, line, message, comments, context in extract_from_dir(
            ROOT / folder, _methods(folder), _options(folder), _KEYWORDS, ("Translators:",)
        ):
            found.add(message, None, [(f"{folder}/{name}", line)], auto_comments=comments, context=context)
    return found


def _methods(folder: str) -> Iterable[tuple[str, str]]:
    return [(pattern.removeprefix(f"{folder}/"), how) for pattern, how in _METHODS if pattern.startswith(folder)]


def _options(folder: str) -> dict[str, dict[str, str]]:
    return {k.removeprefix(f"{folder}/"): v for k, v in _OPTIONS.items()}


def extract(locale: str) -> int:
    """Add new sentences to a catalogue and drop those no longer used; returns how many want a translation."""
    file = _file(locale)
    fresh = collect()
    known = {m.id: m for m in _read(locale)} if file.exists() else {}
    for message in fresh:
        old = known.get(message.id)
        if message.id and old is not None:
            message.string = old.string
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        write_po(out, fresh, width=120, sort_output=True, include_lineno=False, omit_header=False)
    return sum(1 for m in fresh if m.id and not _translated(m))


def problems(locale: str) -> list[str]:
    """What keeps a catalogue from being complete: missing, fuzzy, unused, unextracted, or places that differ."""
    known = {m.id: m for m in _read(locale) if m.id}
    wanted = {m.id: m for m in collect() if m.id}
    found = [f"not extracted: {_short(i)}" for i in wanted if i not in known]
    found += [f"not used any more: {_short(i)}" for i in known if i not in wanted]
    found += [f"fuzzy: {_short(i)}" for i, m in known.items() if m.fuzzy]
    found += [f"not translated: {_short(i)}" for i, m in known.items() if not _translated(m)]
    found += [f"places differ: {_short(i)}" for i, m in known.items() if _translated(m) and not _same_places(m)]
    return found


def _translated(message: Message) -> bool:
    return all(_strings(message))


def _same_places(message: Message) -> bool:
    source = message.id[-1] if isinstance(message.id, tuple | list) else str(message.id)
    said = _strings(message)
    return all(_places(s) <= _places(source) for s in said) and _places(said[-1]) == _places(source)


def _strings(message: Message) -> tuple[str, ...]:
    said = message.string
    return tuple(said) if isinstance(said, tuple | list) else (str(said or ""),)


def _places(sentence: str) -> frozenset[tuple[str, str]]:
    plain = sentence.replace("{{", "").replace("}}", "")
    return frozenset(re.findall(r"\{([A-Za-z_]\w*)[^}]*\}|%\((\w+)\)s", plain))


def _short(message_id: Any) -> str:
    return (message_id[0] if isinstance(message_id, tuple) else str(message_id))[:100]


def _file(locale: str) -> Path:
    return FOLDER / locale / "LC_MESSAGES" / "yishi.po"


def _read(locale: str) -> Catalog:
    with _file(locale).open("rb") as source:
        return read_po(source, locale=locale)


def main(arguments: list[str]) -> int:
    """`extract` or `check`, for every language but the source."""
    if arguments not in (["extract"], ["check"]):
        sys.stderr.write("usage: python -m services.i18n extract|check\n")
        return 2
    bad = 0
    for locale in (name for name in LOCALES if name != SOURCE):
        if arguments == ["extract"]:
            sys.stdout.write(f"{locale}: {extract(locale)} sentences want a translation\n")
        else:
            found = problems(locale)
            bad += len(found)
            sys.stdout.write("".join(f"{locale}: {line}\n" for line in found))
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
