"""Text in a drawing: how wide it is and where it breaks, without a browser to ask."""

from __future__ import annotations

import re
import unicodedata

NO_START = frozenset("，。、；：？！）》”’】〕%)]},.;:!?")  # may not begin a line
NO_END = frozenset("（《“‘【〔([{")  # may not end a line
_PIECES = re.compile(r"\n|[ \t]+|[A-Za-z0-9_.,:;/\-+'\"%()&@#$=<>À-ɏ]+|.", re.S)


def width(text: str, size: float) -> float:
    """Roughly how wide a text is, in the unit of `size`."""
    return sum(_advance(sign) for sign in text) * size


def _advance(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign in "iljtf.,:;'|!()[] ":
        return 0.32
    return 0.78 if sign in "MWmw@%" else 0.68 if sign.isupper() else 0.56


def wrap(text: str, room: float, size: float, lines: int) -> list[str]:
    """Break a text into at most `lines` lines of width `room`; the last ends in … when something is left out."""
    found = _break(text, room, size)
    if len(found) <= lines:
        return _balanced(text, found, room, size)
    last = found[lines - 1].rstrip()
    while last and width(last + "…", size) > room:
        last = last[:-1]
    return [*found[: lines - 1], last + "…"]


def _balanced(text: str, found: list[str], room: float, size: float) -> list[str]:
    """The same number of lines with a narrower column, so that no single sign is left on the last one."""
    if len(found) < 2:
        return found
    narrow = width(text, size) / len(found)
    while narrow < room:
        tried = _break(text, narrow, size)
        if len(tried) == len(found):
            return tried
        narrow += size / 2
    return found


def _break(text: str, room: float, size: float) -> list[str]:
    done: list[str] = []
    line = ""
    for piece in _pieces(text, room, size):
        if piece == "\n":
            done.append(line)
            line = ""
        elif line.strip() and width(line + piece, size) > room and piece not in NO_START:
            keep = line[-1:] if line[-1:] in NO_END else ""
            done.append(line[: len(line) - len(keep)])
            line = keep + piece.lstrip()
        else:
            line += piece
    return [part.strip() for part in [*done, line] if part.strip()]


def _pieces(text: str, room: float, size: float) -> list[str]:
    found: list[str] = []
    for piece in _PIECES.findall(text):
        if piece.isspace() and piece != "\n":
            piece = " "
        found += _slices(piece, room, size) if width(piece, size) > room else [piece]
    return found


def _slices(word: str, room: float, size: float) -> list[str]:
    """A word longer than a line, cut."""
    slices = [""]
    for sign in word:
        if slices[-1] and width(slices[-1] + sign, size) > room:
            slices.append("")
        slices[-1] += sign
    return slices
