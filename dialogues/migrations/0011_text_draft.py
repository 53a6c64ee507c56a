"""A text that a curator is working on is a draft of it: only the name of its table changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0010_hits")]

    operations = [migrations.RenameModel("TextAtHand", "TextDraft")]
