from __future__ import annotations

import pytest
from fastapi import FastAPI

from services.store.db import Engine
from tests.services.town import Town
from tests.web.site import Browser, application, street


@pytest.fixture
def town(sqlite_db: Engine) -> Town:
    """A street with a procedure."""
    return street(sqlite_db)


@pytest.fixture
def app(town: Town) -> FastAPI:
    """The site on that street."""
    return application(town)


@pytest.fixture
def zhou(app: FastAPI) -> Browser:
    """A clerk who is logged in."""
    return Browser(app).login("zhou")
