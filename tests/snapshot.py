"""A snapshot of the test database: taken when a session starts, restored after a test that commits.

A test with `db` is rolled back. One with `transactional_db` or `live_server` commits, and Django
empties the tables after it; the tests that follow would find no bundled records. `restore` puts
back all rows, primary keys included, much faster than importing them again.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from dialogues.filters.cache import clear
from dialogues.publishing import triggers

_sqlite: sqlite3.Connection | None = None


def take() -> None:
    """Remembers every table as it is now. Once a session."""
    if connection.vendor == "sqlite":
        global _sqlite
        connection.ensure_connection()
        _sqlite = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(_sqlite)
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS snapshot CASCADE")
            cursor.execute("CREATE SCHEMA snapshot")
            for table in _tables():
                cursor.execute(f'CREATE TABLE snapshot."{table}" AS TABLE public."{table}"')


def restore() -> None:
    """Makes every table what it was when the snapshot was taken."""
    # Tests write without revisions: what was kept while one ran may hold no longer.
    clear()
    if connection.vendor == "sqlite":
        assert _sqlite is not None
        connection.ensure_connection()
        _sqlite.backup(connection.connection)
        return
    with transaction.atomic(), off_guard(), connection.cursor() as cursor:
        tables = _tables()
        cursor.execute("TRUNCATE " + ", ".join(f'public."{table}"' for table in tables))
        for table in tables:
            columns = ", ".join(f'"{column}"' for column in _written(table))
            cursor.execute(
                f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM snapshot."{table}"'
            )


def empty() -> None:
    """Takes every record and revision out, until the test's transaction is rolled back."""
    with off_guard(), connection.cursor() as cursor:
        for table in _tables():
            if table.startswith("dialogues_"):
                cursor.execute(f'DELETE FROM "{table}"')


@contextmanager
def off_guard() -> Iterator[None]:
    """Switches off the triggers that protect the history, as the owner of the database can."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in triggers.SQLITE:
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        if connection.vendor == "sqlite":
            triggers.create_triggers()
        else:
            cursor.execute("SET LOCAL session_replication_role = origin")


def fingerprint() -> str:
    """A digest of every row of the archive (revisions by their own): equal if nothing changed."""
    total = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(_tables()):
            if table.startswith("dialogues_"):
                columns = "number, digest" if table == "dialogues_revision" else "*"
                cursor.execute(f'SELECT {columns} FROM "{table}" ORDER BY 1')
                total.update(repr((table, cursor.fetchall())).encode())
    return total.hexdigest()


def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _written(table: str) -> list[str]:
    """Columns that take a value: the database computes the others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]
