"""What nobody can undercut: a step of the stock engine in memory, and a durable commit of three small rows."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Protocol

import psycopg
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.util.task import TaskState

from tests.processes.engine.play import HEAD, flows

TEXT = "x" * 200
LENGTH = 10


class Commits(Protocol):
    """A database with three little tables."""

    def commit(self, number: int) -> None:
        """One update and two inserts, durably."""
        ...

    def close(self) -> None: ...


class Sqlite:
    """Bare SQLite as the product runs it: WAL, synchronous=FULL."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE one (id INTEGER PRIMARY KEY, body TEXT)",
            "CREATE TABLE two (id INTEGER PRIMARY KEY, body TEXT)",
            "CREATE TABLE three (id INTEGER PRIMARY KEY, body TEXT)",
            f"INSERT INTO one VALUES (1, '{TEXT}')",
        ):
            self._db.execute(statement)

    def commit(self, number: int) -> None:
        run = self._db.execute
        run("BEGIN IMMEDIATE")
        run("UPDATE one SET body = ? WHERE id = 1", (f"{number}{TEXT}",))
        run("INSERT INTO two (body) VALUES (?)", (TEXT,))
        run("INSERT INTO three (body) VALUES (?)", (TEXT,))
        run("COMMIT")

    def close(self) -> None:
        self._db.close()


class Postgres:
    """Bare PostgreSQL with its default durability."""

    def __init__(self, url: str) -> None:
        self._db = psycopg.connect(url)
        for name in ("floor_one", "floor_two", "floor_three"):
            self._db.execute(f"CREATE TABLE {name} (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body TEXT)")
        self._db.execute("INSERT INTO floor_one (body) VALUES (%s)", (TEXT,))
        self._db.commit()

    def commit(self, number: int) -> None:
        run = self._db.execute
        run("UPDATE floor_one SET body = %s WHERE id = 1", (f"{number}{TEXT}",))
        run("INSERT INTO floor_two (body) VALUES (%s)", (TEXT,))
        run("INSERT INTO floor_three (body) VALUES (%s)", (TEXT,))
        self._db.commit()

    def close(self) -> None:
        self._db.close()


class StockEngine:
    """Unchanged SpiffWorkflow on a chain of user tasks, never saved."""

    def __init__(self) -> None:
        tasks = [f"t{number}" for number in range(LENGTH)]
        body = '<startEvent id="s"/>' + "".join(f'<userTask id="{name}"/>' for name in tasks) + '<endEvent id="e"/>'
        text = f'{HEAD}<process id="p" isExecutable="true">{body}{flows(" ".join(["s", *tasks, "e"]))}</process></definitions>'
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(text.encode()))
        self._spec = parser.get_spec("p")

    def chain(self) -> BpmnWorkflow:
        """A case at its first task."""
        workflow = BpmnWorkflow(self._spec, script_engine=PythonScriptEngine())
        workflow.do_engine_steps()
        return workflow

    def step(self, workflow: BpmnWorkflow, answers: dict[str, Any]) -> None:
        """Complete the task that is ready."""
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data.update(answers)
        task.run()
        workflow.do_engine_steps()
