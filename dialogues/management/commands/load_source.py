"""Loads the text of a source."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from dialogues import publishing
from dialogues.management.base import ArchiveCommand
from dialogues.models import Source
from dialogues.texts.passages import InvalidText


class Command(ArchiveCommand):
    help = (
        "Attaches the text of a source, splits it into its numbered passages and checks them "
        "against the recorded digests. A text that does not agree is refused."
    )
    example = "manage.py load_source icrtop-2011 report.txt"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="The source, as icrtop-2011.")
        parser.add_argument("file", metavar="FILE", help="Its text, UTF-8.")
        parser.add_argument(
            "--new-version",
            metavar="REASON",
            default="",
            help="Declare that the text was corrected: changed passages are named, not refused.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        source = Source.objects.filter(slug=options["slug"]).first()
        if source is None:
            self.refuse(f"load_source: there is no source {options['slug']}")
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            self.refuse(f"load_source: {path}: {error.strerror}")
        except UnicodeDecodeError as error:
            self.refuse(f"load_source: {path} is not UTF-8 (byte {error.start})")
        try:
            reason = options["new_version"]
            loaded = publishing.attach_text(source, text, None, reason, bool(reason))
        except InvalidText as refused:
            self.fail(
                [f"{source.slug}: {cause}" for cause in refused.causes]
                + ["Refused: the text does not agree. Nothing was changed."]
            )
        self.stdout.write(f"{source.slug}: {loaded.passages} passages loaded.")
        if loaded.changed:
            changed = ", ".join(f"p{number}" for number in loaded.changed)
            self.stdout.write(f"New or changed: {changed}.")
