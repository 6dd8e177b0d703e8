"""kill -9 while ballots are cast: nobody has two, nobody who was told “cast” has none, roll and box agree."""

from __future__ import annotations

import os
import random
import signal
import time
from itertools import count

from services import ballots
from services.store import db
from tests.services.test_ballots import Hall
from tests.services.town import Town

KILLS, DEPUTIES = 25, 240


def test_roll_and_box_agree_whenever_the_server_dies(town: Town, db_url: str) -> None:
    hall = Hall(town, DEPUTIES)
    logins = [f"d{n}" for n in range(DEPUTIES)]
    hall.phones(logins, hall.begin())
    town.engine.dispose()
    dice, told, at = random.Random(11), set[str](), 0
    for _ in range(KILLS):
        said = _one_life(db_url, hall, logins[at:], dice.uniform(0.03, 0.09))
        told |= set(said)
        at = max(at, len(told) - 3)
    voted = {
        row[0]
        for row in town.query("SELECT p.login FROM ballot_roll r JOIN persons p ON p.id = r.person_id WHERE voted")
    }
    assert len(told) > KILLS / 2 and told <= voted
    assert town.query("SELECT count(*) FROM ballots") == [(len(voted),)]
    for login in logins:
        hall.cast(login, ["A"], f"key-{login}")
    assert town.query("SELECT count(*) FROM ballots") == [(DEPUTIES,)]
    hall.act("jian", ballots.end)
    assert hall.act("jian", ballots.close)["votes"][0]["votes"] == DEPUTIES


def _one_life(url: str, hall: Hall, logins: list[str], seconds: float) -> list[str]:
    """A forked server taking one ballot after the other, killed after a while; gives what it had acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _serve(url, hall, logins, writing)
    os.close(writing)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return pipe.read().split()


def _serve(url: str, hall: Hall, logins: list[str], said: int) -> None:
    try:
        hall.town.engine = db.connect(url)
        for turn in count():
            login = logins[turn % len(logins)]
            hall.cast(login, ["A"], f"key-{login}")
            os.write(said, f"{login}\n".encode())
    finally:
        os._exit(1)
