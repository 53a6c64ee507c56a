"""The values of facets beside the terms of each row; and an index of what readers see.

In an archive that has statements already `manage.py rebuild_search` writes them.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0007_versions")]

    # Null: SQLite then adds the column, and the triggers of its index stay on their table.
    operations = [
        migrations.AddField("positiontext", "codes", models.BinaryField(null=True)),
        migrations.AddField("statementtext", "codes", models.BinaryField(null=True)),
        migrations.AddIndex(
            "statement",
            models.Index(
                condition=models.Q(("state", "published")),
                fields=["id", "dialogue"],
                name="dialogues_statement_seen",
            ),
        ),
    ]
