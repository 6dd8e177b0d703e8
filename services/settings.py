"""What the place that runs the product may set, all by environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """`data` holds the embedded database; times are seconds unless the name says otherwise."""

    data: Path = Path("var")
    database: str = ""
    secure_cookies: bool = False
    session_hours: int = 12
    idle_minutes: int = 120

    @property
    def url(self) -> str:
        """Database address; an SQLite file under `data` when none is given."""
        return self.database or f"sqlite:///{(self.data / 'yishi.db').absolute()}"


def load(env: dict[str, str] | None = None) -> Settings:
    """Read YISHI_DATA, YISHI_DATABASE, YISHI_SECURE, YISHI_SESSION_HOURS and YISHI_IDLE_MINUTES."""
    found = dict(os.environ) if env is None else env
    return Settings(
        data=Path(found.get("YISHI_DATA", "var")),
        database=found.get("YISHI_DATABASE", ""),
        secure_cookies=found.get("YISHI_SECURE", "") == "1",
        session_hours=int(found.get("YISHI_SESSION_HOURS", "12")),
        idle_minutes=int(found.get("YISHI_IDLE_MINUTES", "120")),
    )
