"""The demonstration district: the totals of 汉滨."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from services import cases, people
from services.calendars import load
from services.demo import district
from services.desk import SYSTEM, Desk
from services.errors import Rejected
from services.store import db as store
from tests.services.demo_street import NOW


def test_the_totals_of_the_district(tmp_path: Path) -> None:
    """147 suggestions in four streets, 34 of 36 with a sponsor, 24 projects, 353 deputies; a second build does nothing."""
    engine = store.connect(f"sqlite:///{tmp_path / 'yishi.db'}")
    store.migrate(engine)
    assert district.build(engine, NOW, lambda _text: None) is True
    assert district.build(engine, NOW, lambda _text: pytest.fail("it worked again")) is False
    with store.reading(engine) as connection:
        heads = cases.find(Desk(connection, SYSTEM, NOW, load(connection)), limit=10_000)
        wish = "SELECT element FROM tasks WHERE state = 'open'"
        waiting = Counter(row[0] for row in connection.exec_driver_sql(wish))
        deputies = connection.exec_driver_sql("SELECT count(*) FROM posts WHERE role = 'deputy'").scalar_one()
    suggestions = Counter(head.street for head in heads if head.process == "proposal")
    assert suggestions == {"HB1": 41, "HB2": 38, "HB3": 35, "HB4": 33}
    assert sum(head.process == "proposal_district" for head in heads) == 36
    assert (waiting["C66"], waiting["C62b"]) == (34, 2)
    chosen = [head for head in heads if head.process == "project_vote_project" and head.state == "running"]
    assert Counter(head.street for head in chosen) == dict.fromkeys(suggestions, 6)
    assert deputies == 353
    engine.dispose()


def test_it_wants_a_database_of_its_own(tmp_path: Path) -> None:
    """Where other units stand, nothing is touched."""
    engine = store.connect(f"sqlite:///{tmp_path / 'yishi.db'}")
    store.migrate(engine)
    with store.writing(engine) as connection:
        people.add_unit(Desk(connection, SYSTEM, NOW, load(connection)), "YC", "永川区", "district")
    with pytest.raises(Rejected, match="已有别的数据"):
        district.build(engine, NOW, lambda _text: None)
    engine.dispose()


def test_the_classes_add_up() -> None:
    """29, 82 and 36, and two without a sponsor among the third."""
    routes = list(district._routes())
    assert Counter(route for route, _ in routes) == {"①": 29, "②": 82, "③": 36}
    assert [route for route, missing in routes if missing] == ["③", "③"]
