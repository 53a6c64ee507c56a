"""The text of a source: attached to its passages, and kept in step with them."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.choices import OF_A_PROPOSAL, RevisionAction
from dialogues.models import Passage, Quotation, Source, TextDraft
from dialogues.texts.digests import digest
from dialogues.texts.passages import LoadedText, check_quotations, load_text, mark_changed

from .revisions import history_of, record_of, write_revision, write_save
from .workflow import lock


@transaction.atomic
def attach_text(
    source: Source, text: str, by: User | None, reason: str = "", new_version: bool = False
) -> LoadedText:
    """Attaches a text to a source's passages (`load_text`), with its revision.

    Raises InvalidText where it does not agree with the recorded passages, and changes nothing.
    """
    lock(source)
    before = list(source.passages.values_list("pk", "text"))
    loaded = load_text(source, text, new_version)
    if loaded.changed or before != list(source.passages.values_list("pk", "text")):
        source.version += 1
        if source.is_published:
            # Readers see its quotations checked: pages cached before are stale.
            source.published_at = timezone.now()
        source.save(update_fields=["version", "published_at"])
        reason = reason or _("Its text was attached.")
        if source.is_published:
            write_revision(source, RevisionAction.PUBLISHED, record_of(source), by, reason)
        else:
            write_save(source, by, new=False, reason=reason)
    return loaded


def sync_passage_texts(source: Source) -> None:
    """Gives each passage of a source whose record was applied the text of its digest.

    Texts come from the text draft, which is deleted once all of it is recorded. Passages that are
    cited and have another digest than before are marked, to be read again. Run it before the new
    revision is written: the last one says what the digests were.
    """
    draft = TextDraft.objects.filter(source=source).first()
    texts = {digest(block["text"]): block["text"] for block in draft.blocks} if draft else {}
    last = history_of(source).exclude(action__in=OF_A_PROPOSAL).last()
    digests = {p["number"]: p["sha256"] for p in last.record["passages"]} if last else {}
    passages = list(source.passages.all())
    outdated = [p for p in passages if p.text and digest(p.text) != p.sha256]
    missing = [p for p in passages if not p.text and p.sha256 in texts]
    for passage in [*outdated, *missing]:
        passage.text = texts.get(passage.sha256, "")
    Passage.objects.bulk_update([*outdated, *missing], ["text"])
    changed = [p.number for p in passages if digests.get(p.number, "") != p.sha256]
    mark_changed(source, changed)
    check_quotations(Quotation.objects.filter(passage__source=source))
    if draft and source.sha256 == draft.sha256:
        draft.delete()
