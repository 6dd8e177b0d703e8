"""The database locked, full, or gone: nothing is acknowledged that is not kept, and asking again settles it."""

from __future__ import annotations

import threading
import time
from collections import Counter

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from services import tasks
from services.store import db as store
from services.store.db import writing
from tests.postgres import Server
from tests.services.test_cases import chain
from tests.services.test_races import at_once, submit
from tests.services.town import Town


def test_a_long_writer_makes_others_wait_not_fail(sqlite_town: Town) -> None:
    town = sqlite_town
    town.publish(chain())
    open_tasks = [town.open(town.start("zhou", "chain").id)["t1"].id for _ in range(6)]

    def hold() -> None:
        with writing(town.engine) as db:
            db.exec_driver_sql("SELECT 1")
            time.sleep(1.5)

    found = at_once(hold, *(submit(town, "zhou", task, "好", f"k{task}") for task in open_tasks))
    assert not [one for one in found if isinstance(one, Exception)]


def test_a_full_disk_acknowledges_nothing_it_does_not_keep(sqlite_town: Town) -> None:
    town = sqlite_town
    town.publish(chain())
    pages = town.query("PRAGMA page_count")[0][0]
    town.engine.dispose()
    event.listen(town.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count={pages + 12}").close())
    kept = Counter[int]()
    with pytest.raises(Exception, match="full"):
        for _ in range(2000):
            case = town.start("zhou", "chain").id
            town.complete("zhou", case, "t1", note="好" * 200)
            kept[case] += 1
    assert kept
    done = {row[0] for row in town.query("SELECT case_id FROM events WHERE act = 'complete'")}
    assert done == set(kept)
    assert town.query("PRAGMA integrity_check") == [("ok",)]


def test_a_crashing_server_loses_nothing_and_the_same_key_settles_doubt(postgres: Server) -> None:
    if not postgres.ours:
        pytest.skip("the server is not ours to crash")
    engine = store.connect(postgres.create("crash"))
    town = Town(engine).build()
    town.publish(chain())
    open_tasks = [town.open(town.start("zhou", "chain").id)["t1"].id for _ in range(40)]
    acknowledged: list[int] = []
    doubt = 0
    over = threading.Event()

    def crash() -> None:
        for _ in range(3):
            time.sleep(0.15)
            postgres.crash()
        over.set()

    attacker = threading.Thread(target=crash)
    attacker.start()
    for task in open_tasks:
        while True:
            try:
                town.act("zhou", lambda d, t=task: tasks.complete(d, t, {"note": "好"}, f"k{t}"))
            except (OperationalError, psycopg.OperationalError):
                doubt += 1
                time.sleep(0.02)
            else:
                acknowledged.append(task)
                break
        time.sleep(0.02)
    attacker.join()
    assert over.is_set() and doubt > 0
    assert len(acknowledged) == len(open_tasks)
    found = Counter(row[0] for row in town.query("SELECT task_id FROM events WHERE act = 'complete'"))
    assert found == Counter(open_tasks), "each exactly once"
    engine.dispose()
    postgres.drop("crash")
