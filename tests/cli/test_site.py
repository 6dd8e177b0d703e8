"""The site as `make run` starts it: pages and worker come up, and go down together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def eventually(fact: Callable[[], bool], seconds: float = 30) -> bool:
    """True as soon as it is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if fact():
            return True
        time.sleep(0.2)
    return False


def answers(address: str) -> bool:
    """True when the log-in page comes."""
    try:
        with urllib.request.urlopen(f"{address}/login", timeout=5) as page:
            return b"<form" in page.read()
    except OSError:
        return False


def children(parent: int) -> list[int]:
    """The processes started by a process."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


def alive(process: int) -> bool:
    """True while a process runs (a zombie does not)."""
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL], ids=["asked", "killed"])
def test_site_and_worker_live_and_end_together(tmp_path: Path, end: signal.Signals) -> None:
    """However the site ends, its worker does not stay behind."""
    port = free_port()
    environment = {**os.environ, "YISHI_DATA": str(tmp_path), "YISHI_DATABASE": ""}
    site = subprocess.Popen(
        [sys.executable, "-m", "services.cli", "serve", "--port", str(port), "--worker"],
        env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert eventually(lambda: answers(f"http://127.0.0.1:{port}"))
        assert eventually(lambda: len(children(site.pid)) == 1)
        [worker] = children(site.pid)
        site.send_signal(end)
        site.wait(timeout=20)
        assert eventually(lambda: not alive(worker), 15)
        assert site.stdout is not None
        assert f"http://127.0.0.1:{port}" in site.stdout.read()
    finally:
        site.kill()
        site.wait()


def test_a_port_in_use_is_said_before_anything_starts(tmp_path: Path) -> None:
    """2, and the way out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "services.cli", "serve", "--demo", "--port", str(taken.getsockname()[1])],
            env={**os.environ, "YISHI_DATA": str(tmp_path / "var")}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert "PORT=" in done.stderr
    assert not (tmp_path / "var").exists()
