"""Exports record files."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from dialogues.management.base import ArchiveCommand
from dialogues.models import Dialogue
from dialogues.querysets import READER
from dialogues.records.export import record_files


class Command(ArchiveCommand):
    help = (
        "Writes the published records as record files, byte for byte the same each time; "
        "never the text of passages."
    )
    example = "manage.py export_records /tmp/records --year 2011"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIR", help="The folder to write to.")
        parser.add_argument("--year", type=int, help="Only the dialogue of this year.")
        parser.add_argument(
            "--editorial", action="store_true", help="Drafts and records in review too."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory, year = Path(options["directory"]), options["year"]
        if directory.exists() and not directory.is_dir():
            self.refuse(f"export_records: {directory} is a file, not a folder")
        dialogues = Dialogue.objects.all()
        if not options["editorial"]:
            dialogues = dialogues.visible_to(READER)
        if year and not dialogues.filter(year=year).exists():
            years = ", ".join(str(known) for known in dialogues.values_list("year", flat=True))
            self.refuse(f"export_records: no dialogue of {year}; there are {years or 'none yet'}")
        count = 0
        for name, content in record_files(year, options["editorial"]):
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            self.progress(f"{name}: {len(content)} bytes")
            count += 1
        self.stdout.write(f"{count} files written to {directory}.")
