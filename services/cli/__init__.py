"""The command line: one door per noun, each loaded only when its verb is called."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

from services.cli.output import Output, Usage, complain
from services.cli.verbs import Misused, parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; 0 = done, 1 = refused or failed, 2 = used wrongly. Nothing is changed unless 0."""
    try:
        options = parser().parse_args(argv)
    except Misused as problem:
        asked = "--json" in (sys.argv[1:] if argv is None else argv)
        Output(json=asked).data({"error": {"message": problem.message}})
        raise
    _readable(options.json)
    output = Output(json=options.json)
    module, verb = options.door.split(":")
    try:
        code: int = getattr(import_module(f"services.cli.{module}"), verb)(options, output)
        return code
    except Usage as problem:
        return complain(output, problem.message, code=2)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError) as problem:
        return complain(output, f"{problem.filename}: {problem.strerror}", code=2)
    except UnicodeDecodeError as problem:
        return complain(output, str(problem), code=2)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except Exception as problem:
        if not _expected(problem):
            raise
        return complain(output, getattr(problem, "message", str(problem)), code=1, detail=problem)


def _readable(json: bool) -> None:
    """JSON is UTF-8 on any machine; what an encoding lacks, a file name that is no text, is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            utf8 = "utf-8" if json and stream is sys.stdout else stream.encoding
            stream.reconfigure(encoding=utf8, errors="backslashreplace")


def _expected(problem: Exception) -> bool:
    """A refusal, recognised without loading the rooms of verbs that never meet it."""
    refusals = {"services.errors": "Rejected", "processes.definition": "UnreadableBundle"}
    loaded = ((sys.modules.get(room), name) for room, name in refusals.items())
    return any(isinstance(problem, getattr(room, name)) for room, name in loaded if room is not None)
