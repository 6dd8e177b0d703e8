"""Every table, once. JSON is kept as text so that exact numbers and key order survive; moments are UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)


class Moment(TypeDecorator[datetime]):
    """An aware moment; stored with its zone on PostgreSQL and as UTC on SQLite, always read back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """A naive moment is a programming error and is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Whatever the driver hands out becomes aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Identity = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER PRIMARY KEY by itself


def _id() -> Column[int]:
    return Column("id", Identity, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, **options: Any) -> Column[int]:
    return Column(name, Identity, ForeignKey(target), **options)


# --- whom it serves -------------------------------------------------------------------------------------------------

units = Table(
    "units",
    metadata,
    _id(),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("level", String(16), nullable=False),
    _ref("parent_id", "units.id"),
    Column("path", String(200), nullable=False, server_default=""),
    Column("population", Integer),
    Column("locality", String(64), nullable=False, server_default=""),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Index("ix_units_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
)

persons = Table(
    "persons",
    metadata,
    _id(),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(60), nullable=False),
    Column("password", Text),
    Column("locale", String(16), nullable=False, server_default=""),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)

posts = Table(
    "posts",
    metadata,
    _ref("person_id", "persons.id", primary_key=True),
    Column("role", String(32), primary_key=True),
    _ref("unit_id", "units.id", primary_key=True),
    Index("ix_posts_unit_id_role", "unit_id", "role"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _ref("person_id", "persons.id", nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

throttles = Table(
    "throttles",
    metadata,
    Column("key", String(128), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", Moment, nullable=False),
)

# --- what was published ---------------------------------------------------------------------------------------------

blobs = Table(
    "blobs",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

versions = Table(
    "versions",
    metadata,
    _id(),
    Column("procedure", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("title", String(120), nullable=False),
    Column("files", Text, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("published_by", String(60), nullable=False),
    UniqueConstraint("procedure", "number"),
    UniqueConstraint("procedure", "hash"),
)

days = Table(
    "days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("name", String(60), nullable=False, server_default=""),
    Column("source", String(200), nullable=False),
)

values = Table(
    "values",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

# --- cases ----------------------------------------------------------------------------------------------------------

cases = Table(
    "cases",
    metadata,
    _id(),
    Column("no", String(64), nullable=False),
    Column("title", String(200), nullable=False),
    Column("procedure", String(64), nullable=False),
    Column("procedure_title", String(120), nullable=False),
    Column("process", String(120), nullable=False),
    _ref("version_id", "versions.id", nullable=False),
    _ref("street_id", "units.id", nullable=False),
    _ref("parent_id", "cases.id"),
    Column("state", String(16), nullable=False),
    Column("outcome", String(200)),
    Column("outcome_code", String(64)),
    Column("started_at", Moment, nullable=False),
    _ref("started_by", "persons.id"),
    Column("started_name", String(60), nullable=False),
    Column("moved_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("version", Integer, nullable=False),
    Column("stamp", BigInteger, nullable=False),
    Column("header", Text, nullable=False),
    UniqueConstraint("street_id", "no"),
    Index("ix_cases_street_id_state", "street_id", "state"),
    Index("ix_cases_parent_id", "parent_id"),
)

numbers = Table(
    "numbers",
    metadata,
    _ref("street_id", "units.id", primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("series", String(120), primary_key=True),
    Column("last", Integer, nullable=False),
)

steps = Table(
    "steps",
    metadata,
    _ref("case_id", "cases.id", primary_key=True, autoincrement=False),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("element", String(120), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("scope", Integer),
    Column("state", String(16), nullable=False),
    Column("live", Boolean, nullable=False),
    Column("keep", Integer),
    Column("created_at", String(40), nullable=False),
    Column("ended_at", String(40)),
    Column("body", Text, nullable=False),
    Index("ix_steps_live", "case_id", sqlite_where=text("live"), postgresql_where=text("live")),
    Index("ix_steps_keep", "case_id", "keep", sqlite_where=text("keep IS NOT NULL"),
          postgresql_where=text("keep IS NOT NULL")),
    sqlite_with_rowid=False,
)  # fmt: skip

scopes = Table(
    "scopes",
    metadata,
    _ref("case_id", "cases.id", primary_key=True, autoincrement=False),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("parent", Integer),
    Column("live", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

variables = Table(
    "variables",
    metadata,
    _ref("case_id", "cases.id", primary_key=True, autoincrement=False),
    Column("scope", Integer, primary_key=True, autoincrement=False),
    Column("name", String(200), primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

# What people see of a step that waits for a form. The id is case_id * 1_000_000 + step: no counter, no round trip.
tasks = Table(
    "tasks",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _ref("case_id", "cases.id", nullable=False, index=True),
    Column("step", Integer, nullable=False),
    Column("element", String(120), nullable=False),
    Column("title", String(200), nullable=False),
    Column("role", String(32), nullable=False),
    _ref("unit_id", "units.id", nullable=False),
    Column("unit_title", String(120), nullable=False),
    Column("pool", String(64), nullable=False),
    _ref("assignee_id", "persons.id"),
    Column("taker", String(60)),
    Column("form", String(120)),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("due_date", Date),
    Column("since", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    _ref("done_by", "persons.id"),
    Column("done_name", String(60)),
    Column("done_at", Moment),
    Column("answers", Text),
    Column("version", Integer, nullable=False, server_default="0"),
    Index("ix_tasks_pool_open", "pool", "due_date", sqlite_where=text("state = 'open'"),
          postgresql_where=text("state = 'open'")),
    Index("ix_tasks_assignee_open", "assignee_id", "due_date", sqlite_where=text("state = 'open'"),
          postgresql_where=text("state = 'open'")),
    Index("ix_tasks_done_by_done_at", "done_by", "done_at"),
)  # fmt: skip

drafts = Table(
    "drafts",
    metadata,
    Column("task_id", BigInteger, ForeignKey("tasks.id"), primary_key=True, autoincrement=False),
    _ref("person_id", "persons.id", primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

requests = Table(
    "requests",
    metadata,
    Column("actor", Identity, primary_key=True, autoincrement=False),
    Column("key", String(80), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("reply", Text, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

# Who an unnamed person is: apart from everything else of the case, read by services/identities.py alone.
identities = Table(
    "identities",
    metadata,
    _ref("case_id", "cases.id", primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("code", String(16), unique=True),
    Column("kept_at", Moment, nullable=False),
)

# Who was elected, by the number of the certificate; cases change it through the effect `deputies`.
deputies = Table(
    "deputies",
    metadata,
    _id(),
    _ref("street_id", "units.id", nullable=False),
    Column("number", String(100), nullable=False),
    Column("name", String(120), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("term_no", Integer),
    Column("term_from", Date),
    Column("term_to", Date),
    _ref("case_id", "cases.id"),
    Column("changed_at", Moment, nullable=False),
    UniqueConstraint("street_id", "number"),
)

# What a case listens to: messages and signals wait here for their sender.
waits = Table(
    "waits",
    metadata,
    _ref("case_id", "cases.id", primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(120), nullable=False),
    Column("key", Text, nullable=False),
    _ref("street_id", "units.id", nullable=False),
    Index("ix_waits_name_key", "name", "key"),
)

# Anything to do later: a timer, a delivery, an effect. One table: timer store and outbox.
jobs = Table(
    "jobs",
    metadata,
    _id(),
    Column("kind", String(16), nullable=False),
    Column("key", String(120), nullable=False, unique=True),
    _ref("case_id", "cases.id", index=True),
    _ref("street_id", "units.id"),
    Column("step", Integer),
    Column("element", String(120)),
    Column("name", String(120), nullable=False, server_default=""),
    Column("match", Text, nullable=False, server_default=""),
    Column("body", Text, nullable=False, server_default="{}"),
    Column("due_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("lease_until", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Column("created_at", Moment, nullable=False),
    Column("done_at", Moment),
    Index("ix_jobs_due", "due_at", sqlite_where=text("state = 'ready'"), postgresql_where=text("state = 'ready'")),
    Index("ix_jobs_pending", "name", sqlite_where=text("state = 'pending'"),
          postgresql_where=text("state = 'pending'")),
)  # fmt: skip

incidents = Table(
    "incidents",
    metadata,
    _id(),
    _ref("case_id", "cases.id", nullable=False, index=True),
    Column("step", Integer),
    Column("job_id", Identity),
    Column("element", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("closed_by", String(60)),
    Index("ix_incidents_open", "since", sqlite_where=text("closed_at IS NULL"),
          postgresql_where=text("closed_at IS NULL")),
)  # fmt: skip

events = Table(
    "events",
    metadata,
    _id(),
    _ref("case_id", "cases.id", index=True),
    Column("at", Moment, nullable=False),
    _ref("person_id", "persons.id"),
    Column("who", String(60), nullable=False),
    Column("act", String(32), nullable=False),
    Column("element", String(120)),
    Column("task_id", BigInteger),
    Column("what", Text, nullable=False),
    Column("params", Text, nullable=False, server_default="{}"),
    Column("detail", Text, nullable=False, server_default=""),
    Column("answers", Text),
)

documents = Table(
    "documents",
    metadata,
    _id(),
    _ref("case_id", "cases.id", index=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("hash", String(64), ForeignKey("blobs.hash"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("title", String(200), nullable=False),
    Column("number", String(64), nullable=False, server_default=""),
    Column("media", String(120), nullable=False),
    Column("size", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", String(60), nullable=False),
    _ref("person_id", "persons.id"),
    Column("role", String(32), nullable=False, server_default=""),
)

notices = Table(
    "notices",
    metadata,
    _id(),
    _ref("person_id", "persons.id"),
    _ref("unit_id", "units.id"),
    _ref("case_id", "cases.id"),
    Column("key", String(120), nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    Column("body", Text, nullable=False, server_default=""),
    Column("public", Boolean, nullable=False, server_default=text("false")),
    Column("at", Moment, nullable=False),
    Column("until", Date),
    Column("read_at", Moment),
    Index("ix_notices_person_id_read_at", "person_id", "read_at"),
)

# --- ballots: nothing here ever becomes data of a case ---------------------------------------------------------------

ballot_rounds = Table(
    "ballot_rounds",
    metadata,
    _id(),
    Column("origin", String(160), nullable=False, unique=True),
    Column("key", String(200), nullable=False),
    Column("attempt", Integer, nullable=False),
    _ref("case_id", "cases.id", index=True),
    _ref("street_id", "units.id", nullable=False),
    Column("kind", String(16), nullable=False),
    Column("title", String(200), nullable=False),
    Column("mode", String(8), nullable=False),
    Column("places", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("code", String(16), nullable=False, server_default=""),
    Column("body", Text, nullable=False),
    Column("papers", Integer),
    Column("result", Text),
    Column("opened_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("closed_at", Moment),
    Index("ix_ballot_rounds_street_id_state", "street_id", "state"),
)

# The roll says that somebody has a ballot, by which way, and whether it was cast; never when, in what order or how.
ballot_roll = Table(
    "ballot_roll",
    metadata,
    _ref("round_id", "ballot_rounds.id", primary_key=True, autoincrement=False),
    _ref("person_id", "persons.id", primary_key=True, autoincrement=False),
    Column("name", String(60), nullable=False),
    Column("unit", String(120), nullable=False, server_default=""),
    Column("channel", String(8), nullable=False, server_default=""),
    Column("issued", Boolean, nullable=False, server_default=text("false")),
    Column("voted", Boolean, nullable=False, server_default=text("false")),
    Column("token", String(64), nullable=False, server_default=""),
    Column("tries", Integer, nullable=False, server_default="0"),
    Index("ix_ballot_roll_person_id", "person_id"),
    sqlite_with_rowid=False,
)

# A ballot: a random key and content of one size in its round. No reference but to the round, no person, no moment.
ballots = Table(
    "ballots",
    metadata,
    _ref("round_id", "ballot_rounds.id", primary_key=True, autoincrement=False),
    Column("id", LargeBinary(16), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

ballot_officers = Table(
    "ballot_officers",
    metadata,
    _ref("round_id", "ballot_rounds.id", primary_key=True, autoincrement=False),
    _ref("person_id", "persons.id", primary_key=True, autoincrement=False),
    Column("name", String(60), nullable=False),
    Column("duty", String(16), nullable=False),
    Column("signed_at", Moment),
    sqlite_with_rowid=False,
)

# Paper ballots as one officer read them, numbered as they came out of the box.
ballot_papers = Table(
    "ballot_papers",
    metadata,
    _ref("round_id", "ballot_rounds.id", primary_key=True, autoincrement=False),
    _ref("person_id", "persons.id", primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
