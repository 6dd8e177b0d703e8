"""`yishi doctor`: is this installation well."""

from __future__ import annotations

from argparse import Namespace

from services import doctor
from services.cli import door
from services.cli.output import Output


def examine(options: Namespace, output: Output) -> int:
    """1 when something needs mending."""
    del options
    with door.reading() as desk:
        looks = list(doctor.examine(door.engine(), desk))
    for look in looks:
        output.say(f"{'✓' if look.ok else '✗'} {look.message}")
    ok = all(look.ok for look in looks)
    output.data({"ok": ok, "checks": [{"name": x.name, "ok": x.ok, "message": str(x.message)} for x in looks]})
    return 0 if ok else 1
