"""The number of a case, after the pattern of its procedure."""

from __future__ import annotations

import re
from typing import Any

PLACE = re.compile(r"\{(year|seq|prefix|street)(?::0?(\d))?\}")
DEFAULT = "{street}〔{year}〕{seq:03}"


def number(pattern: str | None, **places: Any) -> str:
    """Fill `{year}`, `{seq:03}`, `{prefix}` and `{street}`; anything else stands as it is."""
    return PLACE.sub(lambda place: str(places[place[1]]).zfill(int(place[2] or 0)), pattern or DEFAULT)
