"""Imports record files."""

import gc
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from dialogues import publishing
from dialogues.management.base import ArchiveCommand
from dialogues.records.importing.plan import ImportPlan, InvalidImport


class Command(ArchiveCommand):
    help = (
        "Reads record files into the archive, prints the field-by-field difference, and applies "
        "all of it or nothing. Records come in as drafts, and changes of published ones as "
        "proposals that a curator approves."
    )
    example = "manage.py import_records dialogues/records/data --dry-run"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="A record file or a folder.")
        parser.add_argument("--dry-run", action="store_true", help="Only print the difference.")
        parser.add_argument(
            "--publish", action="store_true", help="Publish what comes in (the operator's word)."
        )
        parser.add_argument("--reason", default="", help="Why, for the records' history.")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = [Path(path) for path in options["paths"]]
        for path in paths:
            if not path.exists():
                self.refuse(f"import_records: there is no {path}")
        # All records stay in memory to the end: frequent garbage collection only costs time.
        gc.set_threshold(100_000, 20, 100)
        try:
            if options["dry_run"]:
                plan = ImportPlan(paths, progress=self.progress)
                if plan.faults:
                    raise InvalidImport(plan.faults)
            else:
                plan = publishing.import_files(
                    paths, options["publish"], options["reason"], progress=self.progress
                )
        except InvalidImport as refused:
            self.fail([*refused.faults, f"Refused: {refused}. Nothing was changed."])
        if options["verbosity"]:
            for line in plan.lines():
                self.stdout.write(line)
        proposed = sum(entry.proposed for entry in plan.entries)
        if proposed:
            self.stdout.write(f"{proposed} of the changes wait for a curator: they are proposed.")
        done = "would be" if options["dry_run"] else "were"
        same = len(plan.entries) - len(plan.new) - len(plan.changed)
        self.stdout.write(
            f"{len(plan.new)} new and {len(plan.changed)} changed records {done} taken in; "
            f"{same} are unchanged."
        )
