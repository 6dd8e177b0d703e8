"""Starts a PostgreSQL server for the tests, as an ordinary user, in a temporary folder, with fsync on."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg

TEMPLATE = "yishi_template"


class Server:
    """One server and the databases made on it."""

    def __init__(self, url: str, control: list[str] | None = None, folder: Path | None = None) -> None:
        self.url, self._folder = url, folder
        self._stop = [*control, "-m", "immediate", "stop"] if control else None
        self._restart = [*control, "-m", "immediate", "restart"] if control else None
        self._template = f"{TEMPLATE}_{os.getpid()}"
        self._migrate()

    def database(self, name: str) -> str:
        """The address of a database on this server."""
        return f"{self.url.rsplit('/', 1)[0]}/{name}"

    def create(self, name: str) -> str:
        """A new migrated database."""
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        return self.database(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever still looks at it."""
        self._do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def crash(self) -> None:
        """Stop the server as a power cut would, and start it again; only for one of our own."""
        assert self._restart is not None
        subprocess.run(self._restart, check=True, capture_output=True, stdin=subprocess.DEVNULL)

    @property
    def ours(self) -> bool:
        """True when this process started the server."""
        return self._restart is not None

    def stop(self) -> None:
        """Stop the server if it is ours."""
        self.drop(self._template)
        if self._stop:
            subprocess.run(self._stop, check=False, capture_output=True)
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def _migrate(self) -> None:
        from services.store import db

        self.drop(self._template)
        self._do(f'CREATE DATABASE "{self._template}"')
        engine = db.connect(self.database(self._template))
        db.migrate(engine)
        engine.dispose()


def start_server(given: str) -> Server | str:
    """The given server, or one of our own; a sentence saying why when there is none."""
    if given:
        return Server(given)
    binaries = _binaries()
    if binaries is None:
        return "initdb is not on PATH nor under /usr/lib/postgresql"
    try:
        return _own(binaries)
    except subprocess.CalledProcessError as error:
        return f"{error.cmd[-1]} failed: {error.stderr.decode(errors='replace')[-300:]}"
    except (LookupError, OSError) as error:
        return f"no ordinary user to run it as: {error}"


def _binaries() -> Path | None:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def _own(binaries: Path) -> Server:
    folder = Path(tempfile.mkdtemp(prefix="yishi-pg-"))
    user = _ordinary_user()
    if user:
        shutil.chown(folder, user)
    data, port = str(folder / "data"), _free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
    control = [str(binaries / "pg_ctl"), "-D", data, "-w"]
    _run(user, [str(binaries / "initdb"), "-D", data, "-U", "yishi", "-A", "trust", "-E", "UTF8", "--locale=C"])
    _run(user, [*control, "-l", str(folder / "log"), "-o", options, "start"])
    log = ["-l", str(folder / "log")]
    return Server(f"postgresql://yishi@127.0.0.1:{port}/postgres", [*_as(user), *control, *log], folder)


def _ordinary_user() -> str | None:
    return "postgres" if os.geteuid() == 0 else None


def _as(user: str | None) -> list[str]:
    return ["runuser", "-u", user, "--"] if user else []


def _run(user: str | None, command: list[str]) -> None:
    subprocess.run([*_as(user), *command], check=True, capture_output=True, stdin=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
