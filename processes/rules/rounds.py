"""A round of ballots, counted from its arguments and what was found in the boxes: one way for all who count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processes.rules.tally import tally


def count_round(said: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The rule `tally` over the arguments of the effect `ballot` and {signedIn?, issued?, ballots or counted, …}.

    Who is not said to have signed in is `present`, or all members; as many ballots are issued unless said otherwise.
    """
    signed = found.get("signedIn") or said.get("present") or said.get("members")
    return tally(
        said.get("mode"),
        said.get("candidates"),
        said.get("seats") or 0,
        found.get("members") or said.get("members") or signed,
        signed,
        found.get("issued", signed),
        said.get("base") or "all",
        found.get("present"),
        found.get("ballots"),
        found.get("counted"),
        found.get("returned"),
        said.get("earlier") or (),
        bool(said.get("halfIsPass")),
    )
