"""Checks the archive against itself: quotations, citations, tallies, revisions."""

from typing import Any

from django.core.management.base import CommandParser

from dialogues import publishing
from dialogues.management.base import ArchiveCommand
from dialogues.models import Revision
from dialogues.publishing.verification import verify_records


class Command(ArchiveCommand):
    help = (
        "Checks every quotation against its passage, every citation, every tally against its "
        "names, every record against its last revision, the chain of revisions, and that the "
        "database refuses to change them. Exit 1 and one line for each fault."
    )
    example = "manage.py verify_archive --expect-head 1043:5f0c…"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            action="store_true",
            help="Only print the head of the chain, to be kept where no one can alter both.",
        )
        parser.add_argument(
            "--expect-head",
            action="append",
            default=[],
            metavar="HEAD",
            help="A head kept elsewhere, that the chain must still have; several narrow a fault.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["head"]:
            self.stdout.write(publishing.chain_head())
            return
        try:
            departure = publishing.first_mismatch(options["expect_head"])
        except ValueError as error:
            self.refuse(f"verify_archive: {str(error)!r} is no head; --head prints one")
        report = verify_records()
        report.counts["revisions"] = Revision.objects.count()
        broken = publishing.first_broken()
        if broken:
            report.faults.append(f"revision {broken.number}: does not follow from the one before")
        if departure:
            report.faults.append(departure)
        report.faults += [
            f"trigger {name}: is not in place" for name in publishing.without_triggers()
        ]
        report.faults += publishing.unrecorded()
        for what, number in report.counts.items():
            self.stdout.write(f"{number} {what}")
        if report.faults:
            self.fail([*report.faults, f"{len(report.faults)} faults."])
        self.stdout.write("No fault.")
