"""Who may see and do what: the one place where rows are narrowed to the actor. Not-mine looks like not-there."""

from __future__ import annotations

from typing import Any

from services.desk import Actor, Desk
from services.errors import NotFound
from services.roles import CONFIDENTIAL, MANAGES, READS_ALL
from services.store import cases as rows
from services.store import people
from services.store.cases import Condition


def cases(desk: Desk) -> Condition:
    """The condition on cases that every query carries."""
    actor = desk.actor
    if actor.system:
        return rows.everything()
    paths = [post.path for post in actor.posts if post.role in READS_ALL]
    return rows.visible(actor.person_id, actor.pools, paths)


def case(desk: Desk, case_id: int) -> Any:
    """The row of a case this person may see, or NotFound."""
    found = rows.head(desk.db, case_id, cases(desk))
    if found is None:
        raise NotFound()
    return found


def may_do(actor: Actor, assignee: int | None, pool: str) -> bool:
    """A task given to or taken by somebody is theirs alone; a free one belongs to all who hold its post."""
    if actor.system:
        return True
    return assignee == actor.person_id if assignee is not None else pool in actor.pools


def may_see(actor: Actor, task: Any) -> bool:
    """A task can be seen by those who did it, may do it, or could have had it."""
    return (
        actor.system
        or task.pool in actor.pools
        or (actor.person_id is not None and actor.person_id in (task.assignee_id, task.done_by))
    )


def reads(desk: Desk, street_id: int) -> bool:
    """True when the actor reads all of a case of this street; others read what is not confidential."""
    if desk.actor.system:
        return True
    path = people.unit_by_id(desk.db, street_id).path
    return any(post.role in READS_ALL and path.startswith(post.path) for post in desk.actor.posts)


def own_answers(actor: Actor, task: Any) -> bool:
    """True when somebody who only takes part in a case may read the answers to a task of it."""
    if task.role not in CONFIDENTIAL:
        return True
    return task.pool in actor.pools or (actor.person_id is not None and task.done_by == actor.person_id)


def own_document(actor: Actor, document: Any) -> bool:
    """True when somebody who only takes part may read a document.

    What was made in the lane of those who read everything is for them, what was attached in confidence for its author;
    the rest, a community's papers above all, is for everybody who takes part.
    """
    mine = actor.person_id is not None and document.person_id == actor.person_id
    shared = bool(document.role) and document.role not in READS_ALL | CONFIDENTIAL
    return mine or shared


def manages(desk: Desk, street_id: int) -> bool:
    """True when the actor mends and stops cases of this street: by a post there or above."""
    if desk.actor.system:
        return True
    path = people.unit_by_id(desk.db, street_id).path
    return any(post.role in MANAGES and path.startswith(post.path) for post in desk.actor.posts)
