from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.store import db as store
from services.store.tables import metadata


def test_migrations_build_exactly_the_tables_of_the_model(db: store.Engine) -> None:
    with db.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, metadata) == []


def test_json_columns_are_plain_text(db: store.Engine) -> None:
    """jsonb reorders keys and rewrites numbers; both would damage a case silently."""
    with db.connect() as connection:
        kinds = {str(column.type) for table in metadata.tables.values() for column in table.columns}
        assert not any("JSON" in kind for kind in kinds)
        assert connection.exec_driver_sql("SELECT count(*) FROM steps").scalar() == 0


def test_sqlite_is_durable_and_checks_references(sqlite_db: store.Engine) -> None:
    with sqlite_db.connect() as connection:
        pragmas = {
            p: connection.exec_driver_sql(f"PRAGMA {p}").scalar()
            for p in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
