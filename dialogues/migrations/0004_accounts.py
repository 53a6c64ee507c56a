from django.core.management import call_command
from django.db import migrations


def make_table_of_attempts(apps, schema_editor):
    """Where attempts to sign in are counted: the table of the cache that settings name."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0003_roles_and_proposals")]

    operations = [migrations.RunPython(make_table_of_attempts, migrations.RunPython.noop)]
