"""The text of a source in."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from dialogues import publishing
from dialogues.management.base import ArchiveCommand
from dialogues.models import Source
from dialogues.records.passages import TextRefused, load_text


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
            with transaction.atomic():
                publishing.lock(source)
                source.refresh_from_db()
                before = list(source.passages.values_list("pk", "text"))
                loaded = load_text(source, text, bool(options["new_version"]))
                if loaded.changed or before != list(source.passages.values_list("pk", "text")):
                    source.version += 1
                    if source.is_published:
                        # Readers see its quotations checked: what was cached before is stale.
                        source.published_at = timezone.now()
                    source.save(update_fields=["version", "published_at"])
                    reason = options["new_version"] or "Its text was attached."
                    publishing.saved(source, None, new=False, reason=reason)
        except TextRefused as refused:
            self.fail(
                [f"{source.slug}: {cause}" for cause in refused.causes]
                + ["Refused: the text does not agree. Nothing was changed."]
            )
        self.stdout.write(f"{source.slug}: {loaded.passages} passages loaded.")
        if loaded.changed:
            changed = ", ".join(f"p{number}" for number in loaded.changed)
            self.stdout.write(f"New or changed: {changed}.")
