"""`yishi serve` and `yishi worker`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from processes.text import T
from services.cli import door
from services.cli.output import Output, Usage


def serve(options: Namespace, output: Output) -> int:
    """Serve the pages until interrupted; `--demo` loads the street first, `--worker` starts the worker beside it."""
    import uvicorn

    if not 0 < options.port < 65536:
        raise Usage(T("端口应在1到65535之间：{port}", port=options.port))
    _free(options.host, options.port)
    door.engine()
    if options.demo:
        from services.cli import demo

        demo.ensure(output)
    address = f"http://{options.host}:{options.port}"
    output.say("", T("议事已就绪：{address}    （Ctrl+C停止）", address=address), "")
    output.data({"address": address})
    with _worker_beside(options.worker):
        uvicorn.run(
            "services.web.app:create_app", factory=True, host=options.host, port=options.port, log_level="warning"
        )
    return 0


def _free(host: str, port: int) -> None:
    """Refuse an address that is taken or not ours, before anything is started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as found:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, port))
        except OSError as taken:
            why = taken.strerror or str(taken)
            raise Usage(
                T("{host}:{port}不能用：{why}。换一个端口：PORT=9000 make run", host=host, port=port, why=why)
            ) from None


@contextmanager
def _worker_beside(wanted: bool) -> Iterator[None]:
    """A worker of its own process; it ends with the site."""
    if not wanted:
        yield
        return
    command = [sys.executable, "-m", "services.cli", "worker", "--beside", str(os.getpid())]
    worker = subprocess.Popen(command, env=os.environ.copy())  # noqa: S603  (our own program)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=10)


def worker(options: Namespace, output: Output) -> int:
    """Fire timers, deliver messages and effects until told to stop."""
    from services import worker as jobs

    engine = door.engine()
    if options.once:
        done = jobs.run_due(engine, datetime.now(UTC))
        output.say(T("已办{count}件。", count=done))
        output.data({"done": done})
        return 0
    stop = threading.Event()
    if options.beside:
        threading.Thread(target=_end_with, args=(options.beside, stop), daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    jobs.run(engine, stop=stop)
    return 0


def _end_with(parent: int, stop: threading.Event) -> None:
    """A worker never outlives the site it was started beside, however that ended."""
    while not stop.wait(1):
        if os.getppid() != parent:
            stop.set()
