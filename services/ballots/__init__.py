"""Ballots: rounds, roll, casting, counting. Other rooms use these names only; nothing here is data of a case."""

from services.ballots.casting import cast
from services.ballots.closing import close, count_papers, result, settle, sheet, sign
from services.ballots.papers import enter_paper
from services.ballots.roll import check_in, issue, roll, unlock
from services.ballots.rounds import appoint, begin, dismiss, end, listed, listed_by, open, seen
from services.ballots.rules import AgainstRule

__all__ = [
    "AgainstRule", "appoint", "begin", "cast", "check_in", "close", "count_papers", "dismiss", "end", "enter_paper",
    "issue", "listed", "listed_by", "open", "result", "roll", "seen", "settle", "sheet", "sign", "unlock",
]  # fmt: skip
