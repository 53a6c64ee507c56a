"""The archive checked against itself."""

from typing import Any

from dialogues import publishing
from dialogues.management.base import ArchiveCommand
from dialogues.models import Revision
from dialogues.records.verification import verify_records


class Command(ArchiveCommand):
    help = (
        "Checks every quotation against its passage, every citation, every tally against its "
        "names, and the chain of revisions. Exit 1 and one line for each fault."
    )
    example = "manage.py verify_archive"

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify_records()
        report.counts["revisions"] = Revision.objects.count()
        broken = publishing.first_broken()
        if broken:
            report.faults.append(f"revision {broken.number}: does not follow from the one before")
        for what, number in report.counts.items():
            self.stdout.write(f"{number} {what}")
        if report.faults:
            self.fail([*report.faults, f"{len(report.faults)} faults."])
        self.stdout.write("No fault.")
