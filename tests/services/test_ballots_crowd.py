"""Many at once: every ballot counts once, whatever is sent twice, and nobody is kept out by luck."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from services import ballots
from services.store.db import Engine
from tests.services.test_ballots import Hall
from tests.services.town import Town

CLIENTS, DEPUTIES = 8, 120


def test_every_ballot_counts_once_though_each_is_sent_twice_by_eight_clients(town: Town) -> None:
    hall = Hall(town, DEPUTIES)
    logins = [f"d{n}" for n in range(DEPUTIES)]
    hall.phones(logins, hall.begin())
    sent = [(login, f"key-{login}") for login in logins] * 2
    random.Random(7).shuffle(sent)

    def cast(one: tuple[str, str]) -> bool:
        return hall.cast(one[0], ["A", "B"], one[1])

    with ThreadPoolExecutor(CLIENTS) as pool:
        counted = list(pool.map(cast, sent))
    assert sum(counted) == DEPUTIES
    assert town.query("SELECT count(*) FROM ballots") == [(DEPUTIES,)]
    hall.act("jian", ballots.end)
    result = hall.act("jian", ballots.close)
    assert (result["valid"], result["votes"][0]["votes"]) == (DEPUTIES, DEPUTIES)


def test_the_end_of_the_voting_and_the_last_ballots_do_not_overtake_each_other(town: Town) -> None:
    hall = Hall(town, 24)
    logins = [f"d{n}" for n in range(24)]
    hall.phones(logins, hall.begin())
    taken: list[bool] = []

    def cast(login: str) -> None:
        try:
            taken.append(hall.cast(login, ["A"]))
        except ballots.AgainstRule:
            taken.append(False)

    with ThreadPoolExecutor(CLIENTS) as pool:
        waiting = [pool.submit(cast, login) for login in logins[:12]]
        waiting.append(pool.submit(hall.act, "jian", ballots.end))
        waiting += [pool.submit(cast, login) for login in logins[12:]]
        for one in waiting:
            one.result()
    result = hall.act("jian", ballots.close)
    assert result["returned"] == sum(taken) == result["votes"][0]["votes"]


def test_writers_of_one_process_take_turns_on_sqlite(sqlite_db: Engine) -> None:
    """SQLite alone keeps somebody out of eight busy writers for longer than it lets them wait."""
    hall = Hall(Town(sqlite_db).build(), 4)
    code = hall.begin()
    with ThreadPoolExecutor(CLIENTS) as pool:
        work = [pool.submit(hall.act, "jian", ballots.check_in, hall.person(f"d{n % 4}"), "phone") for n in range(600)]
        assert not [one.exception() for one in work if one.exception()]
    assert hall.act("d0", ballots.unlock, code)
