"""Text into tokens, on demand, because names may hold spaces the reader learns on the way."""

from __future__ import annotations

import re
from typing import NamedTuple

from processes.expressions.budget import Place
from processes.expressions.errors import FeelSyntaxError
from processes.text import T

START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3005-\u3007\u3021-\u302f\u3031-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff21-\uff3a\uff41-\uff5a"
    "\uff66-\uffdc\U00010000-\U000effff"
)
PART = START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
# Unlike the standard, Chinese punctuation (、。「（，) is no part of a name: somebody mistyped a sign.
_NAME = re.compile(f"[{START}][{PART}]*")
_PART = re.compile(f"[{PART}]")
_SPACE = re.compile(r"(?:[\s\u180e\u200b\ufeff]+|//[^\n\r]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_SIGN = re.compile(r"\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{},.:@]")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "'": "'"}  # others stay, as patterns want them

KEYWORDS = frozenset(
    ("true", "false", "null", "and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies")
) | frozenset(("between", "instance", "of", "function", "external"))


class Token(NamedTuple):
    """kind: name, keyword, number, string, sign, end. `text` is the decoded content."""

    kind: str
    text: str
    start: int
    end: int


class Scanner:
    """Reads tokens at any position; `names` are multi-word names to take as one."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self.text = text
        self._by_word: dict[str, list[re.Pattern[str]]] = {}
        self._spelling: dict[str, str] = {}
        for name in names:
            self.learn(name)

    def learn(self, name: str) -> None:
        """From now on take this name as one token, if it is more than one word."""
        name = " ".join(name.split())
        first = _NAME.match(name)
        if first is None or first.end() == len(name) or _squeeze(name) in self._spelling:
            return
        self._spelling[_squeeze(name)] = name
        pattern = re.compile(r"\s+".join(re.escape(word) for word in name.split(" ")))
        known = self._by_word.setdefault(first.group(), [])
        known.append(pattern)
        known.sort(key=lambda each: -len(each.pattern))

    def place(self, at: int) -> Place:
        before = self.text[:at]
        return Place(before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1)

    def error(self, at: int, message: str, **params: str) -> FeelSyntaxError:
        return FeelSyntaxError(T(message, **params), *self.place(at))

    def skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def token(self, at: int) -> Token:
        """The token at or after a position."""
        at = self.skip(at)
        text = self.text
        if at >= len(text):
            return Token("end", "", at, at)
        if found := _NAME.match(text, at):
            return self._name(found.group(), at, found.end())
        if found := _NUMBER.match(text, at):
            return Token("number", found.group(), at, found.end())
        if found := _STRING.match(text, at):
            return Token("string", self._unescape(found.group(1), at), at, found.end())
        if found := _SIGN.match(text, at):
            return Token("sign", found.group(), at, found.end())
        if text[at] == '"':
            raise self.error(at, "引号没有配对")
        raise self.error(at, "不认识的字符“{sign}”", sign=text[at])

    def _name(self, word: str, at: int, end: int) -> Token:
        for pattern in self._by_word.get(word, ()):
            found = pattern.match(self.text, at)
            if found and not _PART.match(self.text, found.end()):
                return Token("name", self._spelling[_squeeze(found.group())], at, found.end())
        return Token("keyword" if word in KEYWORDS else "name", word, at, end)

    def _unescape(self, raw: str, at: int) -> str:
        if "\\" not in raw:
            return raw
        text = _ESCAPE.sub(lambda found: _escape(found.group(1)), raw)
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeError:
            raise self.error(at, "文字中有不完整的字符") from None


def _squeeze(name: str) -> str:
    return " ".join(name.split())


def _escape(code: str) -> str:
    if len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point < 0x110000 else "\ufffd"
    return _ESCAPES.get(code, "\\" + code)
