"""A thousand ballots from eight clients at once, one durable commit each, beside as many bare commits in the same run."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from time import perf_counter

from services import ballots, calendars, people
from services.desk import Actor, Desk
from services.store import people as people_rows
from services.store.db import Engine, reading, writing
from tests.bench.figures import Figure
from tests.services.town import Town

BALLOTS, CLIENTS, ROUNDS = 1000, 8, 3
GOAL = ">= 0.5"
LISTED = [{"id": f"P{n}", "title": f"项目{n}"} for n in range(8)]


def voting(engine: Engine, folder: Path, name: str = "SQLite") -> Figure:
    """Ballots a second; ours and the floor in turns, the best turn of each counts.

    The floor is taken with one client and with as many as ours: SQLite alone is faster without a crowd.
    """
    town = Town(engine).build()
    voters, ours, floors = _hired(town), 0.0, 0.0
    for turn in range(ROUNDS):
        floors = max(floors, *(_rate(_Bare(folder / f"bare{turn}-{n}.db").commit, n) for n in (1, CLIENTS)))
        ours = max(ours, _cast(town, voters, turn))
    about = f"ballots cast by {CLIENTS} clients at once, {name}; floor: bare commits"
    return Figure(f"ballots_{name.lower()}", ours, floors, "ballots/s", about, GOAL)


def _rate(act: Callable[[int], None], clients: int = CLIENTS) -> float:
    with ThreadPoolExecutor(clients) as pool:
        begin = perf_counter()
        list(pool.map(act, range(BALLOTS)))
        return BALLOTS / (perf_counter() - begin)


class _Bare:
    """SQLite alone with the product's durability: what a ballot writes, and no more."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: dict[int, sqlite3.Connection] = {}
        db = self._connection(0)
        db.execute("CREATE TABLE roll (id INTEGER PRIMARY KEY, voted INTEGER)")
        db.execute("CREATE TABLE ballots (id INTEGER PRIMARY KEY, content BLOB)")
        db.executemany("INSERT INTO roll VALUES (?, 0)", [(n,) for n in range(BALLOTS)])

    def _connection(self, thread: int) -> sqlite3.Connection:
        if thread not in self._open:
            db = sqlite3.connect(self._path, isolation_level=None, timeout=30, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL"):
                db.execute(f"PRAGMA {pragma}")
            self._open[thread] = db
        return self._open[thread]

    def commit(self, number: int) -> None:
        db = self._connection(threading.get_ident())
        db.execute("BEGIN IMMEDIATE")
        db.execute("UPDATE roll SET voted = 1 WHERE id = ?", (number,))
        db.execute("INSERT INTO ballots (content) VALUES (?)", (bytes(9),))
        db.execute("COMMIT")


def _hired(town: Town) -> list[Actor]:
    def hire(desk: Desk) -> list[str]:
        logins = [f"d{n}" for n in range(BALLOTS)]
        for login in logins:
            people.add_person(desk, login, login)
            people.add_post(desk, login, "deputy", "U1")
        for login in ("j1", "j2", "j3"):
            people.add_person(desk, login, login)
            people.add_post(desk, login, "teller", "ZS")
        return logins

    logins = town.act(None, hire)
    with reading(town.engine) as db:
        return [people.actor(db, login) for login in logins]


def _begun(town: Town, voters: list[Actor], turn: int) -> int:
    def begin(desk: Desk) -> int:
        wish = {"kind": "projects", "title": "票选", "candidates": LISTED, "seats": 6, "mode": "差额", "key": "K"}
        found = ballots.open(desk, people_rows.unit(desk.db, "ZS"), wish, f"bench{turn}")
        assert found is not None
        for login, duty in (("j1", "chief"), ("j2", "scrutineer"), ("j3", "counter")):
            ballots.appoint(desk, found, login, duty)
        for voter in voters:
            assert voter.person_id is not None
            ballots.check_in(desk, found, voter.person_id, "phone")
        return found

    found = town.act(None, begin)
    code = town.act(None, lambda desk: ballots.begin(desk, found))
    with writing(town.engine) as db:
        days = calendars.load(db)
        for voter in voters:
            assert ballots.unlock(Desk(db, voter, town.now, days), found, code)
    return found


def _cast(town: Town, voters: list[Actor], turn: int) -> float:
    found, taken = _begun(town, voters, turn), count()
    with reading(town.engine) as db:
        days = calendars.load(db)

    def cast(number: int) -> None:
        chosen = [LISTED[(number + n) % 8]["id"] for n in range(6)]
        with writing(town.engine) as db:
            assert ballots.cast(Desk(db, voters[number], town.now, days), found, chosen, f"k{next(taken)}")

    rate = _rate(cast)
    town.act(None, lambda desk: ballots.end(desk, found))
    result = town.act(None, lambda desk: ballots.close(desk, found))
    assert (result["valid"], sum(v["votes"] for v in result["votes"])) == (BALLOTS, 6 * BALLOTS)
    return rate
