"""Generated models on real databases: loaded from their rows after every act, they go the way of a case kept in memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import select, update

from processes import snapshot
from processes.definition import Bundle, Definition, define
from processes.engine import case as engine_case
from services.store import cases as rows
from services.store.db import Connection, Engine
from services.store.json import dumps
from services.store.tables import cases
from tests.processes.engine.play import Case, flows
from tests.random.blocks import random_model
from tests.random.driver import START, Driver, Kept, picture
from tests.services.town import Town, bundle, form, user

MODELS = int(os.environ.get("YISHI_RANDOM_MODELS", "1000"))
FIRST = int(os.environ.get("YISHI_RANDOM_FIRST", "1"))
CHUNK = 250
ACTS = 15


class Stored(Case):
    """A case that lives in the tables: after every act its changes are written and it is loaded again."""

    def __init__(self, db: Connection, case_id: int, definition: Definition) -> None:
        self.db, self.case_id = db, case_id
        super().__init__(definition, dict(START), True, process="main")

    def _saved(self) -> None:
        self.sent += self.run.take_outbox()
        changes = snapshot.changes(self.run)
        rows.save(self.db, self.case_id, changes)
        self.db.execute(update(cases).where(cases.c.id == self.case_id).values(header=dumps(changes.header)))
        self.run = snapshot.load(self.definition, rows.rows(self.db, self.case_id), self.at)


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some models go round in circles without waiting; they are to be parked soon."""
    monkeypatch.setattr(engine_case, "STEP_BUDGET", 300)


@pytest.mark.parametrize("first", range(FIRST, FIRST + MODELS, CHUNK))
def test_a_case_in_the_tables_goes_the_same_way(db: Engine, first: int, tmp_path: Path) -> None:
    vessel = _vessel(db)
    for seed in range(first, min(first + CHUNK, FIRST + MODELS)):
        model = random_model(seed)
        try:
            with db.connect() as connection, connection.begin() as transaction:
                compare(connection, vessel, seed, model)
                transaction.rollback()
        except Exception as trouble:
            place = tmp_path / f"seed-{seed}.bpmn"
            place.write_text(model, encoding="utf-8")
            pytest.fail(f"seed {seed} ({place}): {type(trouble).__name__}: {trouble}")


def compare(connection: Connection, vessel: int, seed: int, model: str) -> None:
    """Drive a case kept in memory and one in the tables side by side."""
    definition = define(Bundle({"random.bpmn": model.encode()}))
    kept, stored = Kept(definition, dict(START), process="main"), Stored(connection, vessel, definition)
    driver = Driver(seed, kept, stored)
    assert picture(kept) == picture(stored), "the two cases differ at the start"
    for act in range(1, ACTS + 1):
        if not driver.step():
            return
        assert picture(kept) == picture(stored), f"the two cases differ after act {act}"


def _vessel(engine: Engine) -> int:
    """An empty row of the cases table, to hang rows on."""
    town = Town(engine).build()
    body = '<startEvent id="s"/>' + user("t") + '<endEvent id="e"/>' + flows("s t e")
    town.publish(bundle("vessel", body, F=form("F", "note")))
    town.start("zhou", "vessel")
    with engine.begin() as db:
        row = dict(db.execute(select(cases)).mappings().one())
        del row["id"]
        return rows.add(db, {**row, "no": "vessel"})
