"""`yishi feel --json`: one question per line on standard input, one answer per line on standard output."""

from __future__ import annotations

import codecs
import sys
from argparse import Namespace
from datetime import UTC, datetime
from typing import BinaryIO

from processes.expressions.lines import answer as answer_line
from processes.workdays import Calendar
from services.cli.output import Output


def answer(options: Namespace, output: Output) -> int:
    """Answer until the input ends; a bad line gets an error line and the next one is read."""
    del options, output  # lines are JSON whether or not it is asked for
    return converse(sys.stdin.buffer, sys.stdout.buffer)


def converse(questions: BinaryIO, answers: BinaryIO) -> int:
    """UTF-8 both ways whatever the machine's own encoding; every line is answered, a blank or garbled one as well."""
    calendar = Calendar.seeded()
    for number, raw in enumerate(questions):
        line = (raw.removeprefix(codecs.BOM_UTF8) if number == 0 else raw).decode("utf-8", "surrogateescape")
        answers.write(answer_line(line, datetime.now(UTC), calendar).encode() + b"\n")
        answers.flush()
    return 0
