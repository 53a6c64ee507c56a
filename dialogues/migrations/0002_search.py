"""What search looks through, and the index of each database over it.

The rows of statements that are there already are written by `manage.py rebuild_search`.
"""

import django.db.models.deletion
from django.db import migrations, models

TABLES = {"dialogues_statementtext": "statement_id", "dialogues_positiontext": "position_id"}
# The terms of a row, each once: PostgreSQL computes them whenever the row is written.
POSTGRESQL = """
ALTER TABLE "{table}" ADD COLUMN "terms" tsvector GENERATED ALWAYS AS (
    array_to_tsvector(array_remove(string_to_array("quoted" || "named" || "said", ' '), ''))
) STORED;
CREATE INDEX "{table}_terms" ON "{table}" USING gin ("terms") WITH (fastupdate = off);
"""
# The tokenizer leaves terms as they are; phrases are read in the rows, so no places are kept.
SQLITE = [
    """CREATE VIRTUAL TABLE "{table}_index" USING fts5(
        quoted, named, said, content='{table}', content_rowid='{key}',
        tokenize='ascii', detail='none', columnsize=0
    )""",
    """CREATE TRIGGER "{table}_added" AFTER INSERT ON "{table}" BEGIN
        INSERT INTO "{table}_index"(rowid, quoted, named, said)
        VALUES (new."{key}", new.quoted, new.named, new.said);
    END""",
    """CREATE TRIGGER "{table}_taken" AFTER DELETE ON "{table}" BEGIN
        INSERT INTO "{table}_index"("{table}_index", rowid, quoted, named, said)
        VALUES ('delete', old."{key}", old.quoted, old.named, old.said);
    END""",
    """CREATE TRIGGER "{table}_changed" AFTER UPDATE ON "{table}" BEGIN
        INSERT INTO "{table}_index"("{table}_index", rowid, quoted, named, said)
        VALUES ('delete', old."{key}", old.quoted, old.named, old.said);
        INSERT INTO "{table}_index"(rowid, quoted, named, said)
        VALUES (new."{key}", new.quoted, new.named, new.said);
    END""",
]


def make_indexes(apps, schema_editor):
    statements = [POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else SQLITE
    for table, key in TABLES.items():
        for statement in statements:
            schema_editor.execute(statement.format(table=table, key=key), params=None)


def drop_indexes(apps, schema_editor):
    """PostgreSQL's go with their tables, and so do the triggers."""
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            schema_editor.execute(f'DROP TABLE "{table}_index"', params=None)


def terms_of(owner):
    key = models.OneToOneField(
        on_delete=django.db.models.deletion.CASCADE,
        primary_key=True,
        related_name="terms",
        serialize=False,
        to=f"dialogues.{owner}",
    )
    fields = [(name, models.TextField(default="")) for name in ("quoted", "named", "said")]
    return [*fields, (owner, key)]


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0001_initial")]

    operations = [
        migrations.CreateModel("PositionText", terms_of("position"), {"abstract": False}),
        migrations.CreateModel("StatementText", terms_of("statement"), {"abstract": False}),
        migrations.RemoveField("position", "search_text"),
        migrations.RemoveField("statement", "search_text"),
        migrations.RunPython(make_indexes, drop_indexes),
    ]
