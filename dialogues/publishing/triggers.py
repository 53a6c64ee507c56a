"""Revisions are added and never changed: the database itself refuses all else.

Django's `post_migrate` puts the triggers in place, since rebuilding a table on SQLite drops them.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

from dialogues.models import Revision

TABLE = Revision._meta.db_table
WORDS = "a revision is never changed or taken away"

# By the name of each trigger, what makes it.
SQLITE = {
    f"{TABLE}_no_update": f"BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    f"{TABLE}_no_delete": f"BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    # INSERT OR REPLACE takes a row away without asking the trigger above.
    f"{TABLE}_no_replace": (
        f"BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE}"  # noqa: S608 (own names)
        " WHERE number = NEW.number OR id = NEW.id)"
        f" BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    ),
}
POSTGRESQL = {
    f"{TABLE}_no_change": (
        f"BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()"
    ),
    f"{TABLE}_no_truncate": (
        f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()"
    ),
}
BODY = f" BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'restrict_violation'; END "


def create_triggers(using: str = "default", **signal: Any) -> None:
    """Makes the triggers, where the table is; a receiver of `post_migrate`."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return
        if connection.vendor == "sqlite":
            for name, rest in SQLITE.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(f"CREATE TRIGGER {name} {rest}")
            return
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql"
            f" AS $${BODY}$$"
        )
        for name, rest in POSTGRESQL.items():
            cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {rest}")
            cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER {name}")


def without_triggers(using: str = "default") -> list[str]:
    """The triggers that are missing, switched off or not what they should be."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = dict(cursor.fetchall())
            return [n for n, rest in SQLITE.items() if found.get(n) != f"CREATE TRIGGER {n} {rest}"]
        cursor.execute(
            "SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE tgrelid = %s::regclass AND tgenabled IN ('O', 'A') AND prosrc = %s",
            [TABLE, BODY],
        )
        sound = {name for (name,) in cursor.fetchall()}
        return [name for name in POSTGRESQL if name not in sound]
