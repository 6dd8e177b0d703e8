from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright

from services.store.db import Engine
from tests.services.town import Town
from tests.web.site import application, street

CHROMIUM = os.environ.get("YISHI_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests; skipped when there is none."""
    if not CHROMIUM:
        (pytest.fail if os.environ.get("YISHI_REQUIRE_BROWSER") == "1" else pytest.skip)("no Chromium found")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Site:
    """A served street."""

    address: str
    town: Town


@pytest.fixture
def site(sqlite_db: Engine) -> Iterator[Site]:
    """The real application behind a real socket."""
    town = street(sqlite_db)
    server, thread, port = serve(application(town))
    yield Site(f"http://127.0.0.1:{port}", town)
    server.should_exit = True
    thread.join(10)


def serve(app: FastAPI) -> tuple[uvicorn.Server, threading.Thread, int]:
    """Start a server on a free port and wait until it answers."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    for _ in range(200):
        if server.started:
            break
        time.sleep(0.05)
    return server, thread, listener.getsockname()[1]
