"""`yishi feel --json`: one question per line on standard input, one answer per line on standard output."""

from __future__ import annotations

import sys
from argparse import Namespace

from processes.expressions.lines import answer as answer_line
from services.cli.output import Output


def answer(options: Namespace, output: Output) -> int:
    """Answer until the input ends; a bad line gets an error line and the next one is read."""
    del options, output  # lines are JSON whether or not it is asked for
    for line in sys.stdin:
        if line.strip():
            sys.stdout.write(answer_line(line) + "\n")
            sys.stdout.flush()
    return 0
