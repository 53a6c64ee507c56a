"""The values of filters in search rows, readable, in place of packed codes and sampling terms.

The rows are written anew after the migration, since none carries the digest of the present rules.
The table of shared counts goes: each process keeps its own.
"""

import importlib

from django.db import migrations, models

first = importlib.import_module("dialogues.migrations.0002_search")
before = importlib.import_module("dialogues.migrations.0010_hits")

# Lines end with a line break, which would else be part of a word.
POSTGRESQL = first.POSTGRESQL.replace(
    '"quoted" || "named" || "said"',
    """"quoted" || "named" || "said" || replace("values", E'\\n', ' ')""",
)
# Values such as theme=the-three-pillars are one word each.
SQLITE = [
    statement.replace("quoted, named, said", 'quoted, named, said, "values"')
    .replace("new.said", 'new.said, new."values"')
    .replace("old.said", 'old.said, old."values"')
    .replace("tokenize='ascii'", """tokenize="ascii tokenchars '=_-'" """)
    for statement in first.SQLITE
]


def make_indexes(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table, key in first.TABLES.items():
        for statement in [POSTGRESQL] if postgresql else SQLITE:
            schema_editor.execute(statement.format(table=table, key=key), params=None)
        if not postgresql:
            schema_editor.execute(before.REBUILD.format(table=table), params=None)


def fields(model):
    return [
        migrations.RemoveField(model, "signs"),
        migrations.RemoveField(model, "codes"),
        migrations.AddField(model, "values", models.TextField(default="")),
        migrations.AddField(
            model, "rules", models.CharField(db_index=True, default="", max_length=16)
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0011_text_draft")]

    operations = [
        migrations.RunPython(before.drop_indexes, migrations.RunPython.noop),
        *fields("positiontext"),
        *fields("statementtext"),
        migrations.RunPython(make_indexes, migrations.RunPython.noop),
        migrations.RunSQL("DROP TABLE IF EXISTS figures", migrations.RunSQL.noop),
    ]
