from django.core.management import call_command
from django.db import migrations


def make_table_of_figures(apps, schema_editor):
    """Where processes share what they counted: the table of the cache that settings name."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0008_codes")]

    operations = [migrations.RunPython(make_table_of_figures, migrations.RunPython.noop)]
