"""The number of a case, after the pattern of its procedure: first its series, then its place in the series."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PLACE = re.compile(r"\{(\w+)(?::0?(\d))?\}")
DEFAULT = "{street}〔{year}〕{seq:03}"


def series(pattern: str | None, params: Mapping[str, Any], year: int, street: str) -> str:
    """Fill `{year}`, `{street}`, `{prefix}` and any parameter of the place; `{seq:03}` and unknown names stay."""
    places = {**params, "year": year, "street": street, "prefix": params.get("numberPrefix") or street}
    places.pop("seq", None)
    return PLACE.sub(lambda place: str(places.get(place[1], place[0])), pattern or DEFAULT)


def numbered(found: str, seq: int) -> str:
    """The number at this place of a series."""
    return PLACE.sub(lambda place: str(seq).zfill(int(place[2] or 0)) if place[1] == "seq" else place[0], found)
