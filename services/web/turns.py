"""Requests that wait for the database wait here, in order, and not in a thread that somebody inside needs to finish."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

VISITS = 16
"""Fewer than connections in the pool, and far fewer than threads of the server."""


class Turns:
    """Lets so many requests in at once, and of those that must be alone one after the other."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[asyncio.Semaphore, asyncio.Semaphore]]
        self._known = WeakKeyDictionary()

    @asynccontextmanager
    async def turn(self, alone: bool) -> AsyncIterator[None]:
        """Wait until it is this request's turn; first come, first served."""
        lone, many = self._known.setdefault(
            asyncio.get_running_loop(), (asyncio.Semaphore(1), asyncio.Semaphore(VISITS))
        )
        if not alone:
            async with many:
                yield
            return
        async with lone, many:
            yield
