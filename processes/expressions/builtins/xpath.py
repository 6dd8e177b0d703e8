"""XPath regular expressions said in RE2's dialect; what XPath does not know is refused."""

from __future__ import annotations

import re

# Short lists of spans, because RE2 builds large programs of Unicode categories. `\w` is what is no punctuation, space
# or control; `\i` and `\c` are where XML names begin and go on.
_WORD = (
    r"0-9A-Za-z$+<=>\^`|~\x{A2}-\x{A6}\x{A8}-\x{AA}\x{AC}\x{AE}-\x{B5}\x{B8}-\x{BA}\x{BC}-\x{BE}\x{C0}-\x{37D}\x{37F}-\x{386}"
    r"\x{388}-\x{1FFF}\x{2070}-\x{2CFF}\x{3004}-\x{3007}\x{3012}-\x{3013}\x{3020}-\x{302F}\x{3031}-\x{D7FF}\x{F900}-\x{FE0F}"
    r"\x{FE20}-\x{FE2F}\x{FF10}-\x{FF19}\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}\x{FF66}-\x{FFDC}\x{10000}-\x{10FFFD}"
)
_DIGIT = r"0-9\x{660}-\x{669}\x{6F0}-\x{6F9}\x{966}-\x{96F}\x{FF10}-\x{FF19}"
_INITIAL = (
    r"_:A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}\x{2070}-\x{218F}"
    r"\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}"
)
_NAME = _INITIAL + r"\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}"
_INSIDE = {"w": _WORD, "d": _DIGIT, "s": r" \t\n\r", "i": _INITIAL, "c": _NAME}
_OUTSIDE = {
    **{letter: f"[{spans}]" for letter, spans in _INSIDE.items()},
    **{letter.upper(): f"[^{spans}]" for letter, spans in _INSIDE.items()},
}
_SINGLE = frozenset("nrt\\|.-^?*+{}()[]$")
_PROPERTY = re.compile(r"[pP]\{(Is)?([A-Za-z0-9-]+)\}")
_BLOCKS = {
    "BasicLatin": r"\x{0}-\x{7F}",
    "Latin-1Supplement": r"\x{80}-\x{FF}",
    "LatinExtended-A": r"\x{100}-\x{17F}",
    "GreekandCoptic": r"\x{370}-\x{3FF}",
    "Greek": r"\x{370}-\x{3FF}",
    "Cyrillic": r"\x{400}-\x{4FF}",
    "Hebrew": r"\x{590}-\x{5FF}",
    "Arabic": r"\x{600}-\x{6FF}",
    "Hiragana": r"\x{3040}-\x{309F}",
    "Katakana": r"\x{30A0}-\x{30FF}",
    "HangulSyllables": r"\x{AC00}-\x{D7A3}",
    "CJKSymbolsandPunctuation": r"\x{3000}-\x{303F}",
    "CJKUnifiedIdeographs": r"\x{4E00}-\x{9FFF}",
}
_PLACES = {"n": 10, "r": 13, "t": 9}
LAST = 0x10FFFF


class Unknown(Exception):
    """The pattern is no XPath pattern, or one RE2 cannot run."""


def translate(pattern: str, spaced: bool = False, across: bool = False) -> str:
    """The RE2 pattern of an XPath one. Raises Unknown.

    `spaced` drops white space outside classes; `across` lets a dot match line ends.
    """
    return _Reader(_unspaced(pattern) if spaced else pattern, "." if across else r"[^\n\r]").read()


def _unspaced(pattern: str) -> str:
    made, depth, escaped = [], 0, False
    for sign in pattern:
        if not escaped and sign in "[]":
            depth += 1 if sign == "[" else -1
        if depth > 0 or sign not in " \t\n\r":
            made.append(sign)
        escaped = sign == "\\" and not escaped
    return "".join(made)


class _Reader:
    def __init__(self, pattern: str, dot: str = ".") -> None:
        self.pattern = pattern
        self.dot = dot
        self.at = 0

    def read(self) -> str:
        made = []
        while self.at < len(self.pattern):
            made.append(self._piece())
        return "".join(made)

    def _piece(self) -> str:
        sign = self.pattern[self.at]
        if sign == "\\":
            return self._escape(_OUTSIDE)
        if sign == "[":
            return self._class()
        if sign == "(" and self.pattern.startswith("(?", self.at) and not self.pattern.startswith("(?:", self.at):
            raise Unknown
        if sign == "]":
            raise Unknown
        self.at += 1
        return self.dot if sign == "." else sign

    def _escape(self, classes: dict[str, str]) -> str:
        following = self.pattern[self.at + 1 : self.at + 2]
        if following in ("p", "P"):
            return self._property(classes is _OUTSIDE)
        self.at += 2
        if following in classes:
            return classes[following]
        if following in _OUTSIDE:
            return self._complement(following)
        if following not in _SINGLE or not following:
            raise Unknown
        return "\\" + following

    def _complement(self, letter: str) -> str:
        """`\\D` within a class: the spans between those of `\\d`."""
        spans = _minus([(0, LAST)], _Reader(f"[{_plain(_INSIDE[letter.lower()])}]")._spans())
        return "".join(f"\\x{{{low:X}}}-\\x{{{high:X}}}" for low, high in spans)

    def _property(self, alone: bool) -> str:
        found = _PROPERTY.match(self.pattern, self.at + 1)
        if found is None:
            raise Unknown
        self.at = found.end()
        block, name = found.groups()
        if not block:
            return "\\" + found.group()
        if name not in _BLOCKS:
            raise Unknown
        negated = found.group().startswith("P")
        if negated and not alone:
            raise Unknown
        return f"[{'^' * negated}{_BLOCKS[name]}]" if alone else _BLOCKS[name]

    def _class(self) -> str:
        """A class, `[a-z-[aeiou]]` included when both sides are plain characters."""
        start = self.at
        self.at += 1
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        parts: list[str] = []
        while not self.pattern.startswith("]", self.at) or not parts:
            if self.at >= len(self.pattern) or self.pattern[self.at] in "[]":
                raise Unknown
            if self.pattern.startswith("-[", self.at):
                return self._subtracted(start)
            parts.append(self._member())
        self.at += 1
        return "[" + "^" * negated + "".join(parts) + "]"

    def _member(self) -> str:
        sign = self.pattern[self.at]
        if sign == "\\":
            return self._escape(_INSIDE)
        self.at += 1
        return "\\" + sign if sign in "^&~" else sign

    def _subtracted(self, start: int) -> str:
        self.at = start
        return "[" + "".join(f"\\x{{{low:X}}}-\\x{{{high:X}}}" for low, high in self._spans()) + "]"

    def _spans(self) -> list[tuple[int, int]]:
        """The characters of a class as spans of code points."""
        self.at += 1
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        spans: list[tuple[int, int]] = []
        less: list[tuple[int, int]] = []
        while self.at < len(self.pattern) and self.pattern[self.at] != "]":
            if self.pattern.startswith("-[", self.at):
                self.at += 1
                less = self._spans()
                break
            spans.append(self._span())
        if not self.pattern.startswith("]", self.at) or not spans:
            raise Unknown
        self.at += 1
        return _minus([(0, LAST)] if negated else spans, less + spans if negated else less)

    def _span(self) -> tuple[int, int]:
        low = self._point()
        if self.pattern.startswith("-", self.at) and self.pattern[self.at + 1 : self.at + 2] not in ("[", "]", ""):
            self.at += 1
            return low, self._point()
        return low, low

    def _point(self) -> int:
        sign = self.pattern[self.at]
        self.at += 1
        if sign == "\\":
            sign = self.pattern[self.at : self.at + 1]
            self.at += 1
            if sign not in _SINGLE or not sign:
                raise Unknown
            return _PLACES.get(sign, ord(sign))
        return ord(sign)


def _plain(spans: str) -> str:
    """Our own spans with the characters themselves instead of their numbers."""
    return re.sub(r"\\x\{([0-9A-F]+)\}", lambda found: chr(int(found.group(1), 16)), spans)


def _minus(spans: list[tuple[int, int]], less: list[tuple[int, int]]) -> list[tuple[int, int]]:
    for low, high in less:
        cut: list[tuple[int, int]] = []
        for a, b in spans:
            cut += [(x, y) for x, y in ((a, min(b, low - 1)), (max(a, high + 1), b)) if x <= y]
        spans = cut
    if not spans:
        raise Unknown
    return spans
