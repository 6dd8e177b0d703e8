"""Who acts, when, and in which transaction: the first argument of every verb."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from processes.run import At
from processes.workdays import Calendar


@dataclass(frozen=True)
class Post:
    """A role held at a unit; `path` is the unit's place in the tree, e.g. "/1/4/"."""

    role: str
    unit_id: int
    unit_code: str
    unit_name: str = ""
    path: str = ""

    @property
    def pool(self) -> str:
        """The key of the candidate group this post belongs to."""
        return f"{self.unit_id}:{self.role}"


@dataclass(frozen=True)
class Actor:
    """A person at work, or the system itself; `csrf` belongs to the session it came from."""

    person_id: int | None
    name: str
    posts: tuple[Post, ...] = ()
    system: bool = False
    login: str = ""
    csrf: str = ""
    locale: str = ""

    def has(self, *roles: str) -> bool:
        """True when any post carries one of these roles."""
        return any(post.role in roles for post in self.posts)

    @property
    def pools(self) -> tuple[str, ...]:
        """Keys of all candidate groups the person belongs to."""
        return tuple(post.pool for post in self.posts)


SYSTEM = Actor(None, "系统", (), system=True)


@dataclass(frozen=True)
class Desk:
    """`now` is aware UTC and does not move while a request is served."""

    db: Connection
    actor: Actor
    now: datetime
    calendar: Calendar
    locale: str = "zh_CN"

    @property
    def at(self) -> At:
        """The engine's clock and calendar for this moment."""
        return At(self.now, self.calendar)
