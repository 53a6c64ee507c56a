"""Rebuilds the search index from the records."""

from argparse import ArgumentParser
from typing import Any

from django.db import transaction

from dialogues import search
from dialogues.filters import cache
from dialogues.management.base import ArchiveCommand
from dialogues.models import Statement


class Command(ArchiveCommand):
    help = (
        "Writes anew what search looks through. It is kept in step by every change: run it after "
        "an upgrade that says so, or to be sure, before the site is started again. With --check it "
        "only compares; exit 1 and a line for each statement or position that differs."
    )
    example = "manage.py rebuild_search --check"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only compare; change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        statements = Statement.objects.order_by("pk")
        count = statements.count()
        if options["check"]:
            differing = list(search.differing(statements))
            if differing:
                self.fail([f"{ref} differs" for ref in differing])
            self.stdout.write(f"{count} statements, no difference.")
            return
        with transaction.atomic():
            for done in search.rebuild(statements):
                self.progress(f"{done} of {count} statements")
        # Counts that were lent under what was there before.
        cache.clear()
        self.stdout.write(f"{count} statements written.")
