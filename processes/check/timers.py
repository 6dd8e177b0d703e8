"""Timer texts: ISO literals are known by their shape, everything else is FEEL."""

from __future__ import annotations

import re

DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
LOOKS_ISO = re.compile(r"-?P\d|-?PT\d|R\d*/|\d{4}-\d\d-\d\d", re.ASCII)
CRON = re.compile(r"[\d*/,?LW#-]+(\s+[\d*/,?LW#A-Z-]+){4,6}", re.ASCII)
NAIVE_IN_FEEL = re.compile(
    r"""(?:date and time\(\s*|@)"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?)"\s*""", re.ASCII
)


def is_moment(text: str) -> bool:
    return MOMENT.fullmatch(text) is not None


def is_naive(text: str) -> bool:
    """A moment without an offset, as a literal or inside FEEL."""
    found = MOMENT.fullmatch(text)
    return (found is not None and found.group(3) is None) or NAIVE_IN_FEEL.search(text) is not None


def is_iso(text: str) -> bool:
    """A literal that needs no FEEL: day, moment, duration, or cycle R3/… of those."""
    if DAY.fullmatch(text) or MOMENT.fullmatch(text) or DURATION.fullmatch(text):
        return True
    parts = text.split("/")
    if len(parts) not in {2, 3} or re.fullmatch(r"R\d*", parts[0], re.ASCII) is None:
        return False
    moments = sum(is_moment(part) or DAY.fullmatch(part) is not None for part in parts[1:])
    return sum(DURATION.fullmatch(part) is not None for part in parts[1:]) == 1 and moments == len(parts) - 2


def looks_iso(text: str) -> bool:
    """Meant as a literal (or as cron), well written or not."""
    return LOOKS_ISO.match(text) is not None or CRON.fullmatch(text) is not None
