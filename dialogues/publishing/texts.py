"""The text of a source: attached to its passages, and told apart when they change."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.choices import OF_A_PROPOSAL, RevisionAction
from dialogues.models import Passage, Quotation, Source, TextDraft
from dialogues.texts.passages import LoadedText, check_quotations, digest, load_text, mark_changed

from .revisions import history_of, write_revisions
from .steps import lock, saved


@transaction.atomic
def attach(
    source: Source, text: str, by: User | None, reason: str = "", new_version: bool = False
) -> LoadedText:
    """Attaches a text to a source's passages (`load_text`), with the revision that is due.

    Raises TextRefused where it does not agree with what is recorded, and changes nothing then.
    """
    lock(source)
    source.refresh_from_db()
    before = list(source.passages.values_list("pk", "text"))
    loaded = load_text(source, text, new_version)
    if loaded.changed or before != list(source.passages.values_list("pk", "text")):
        source.version += 1
        if source.is_published:
            # Readers see its quotations checked: what was cached before is stale.
            source.published_at = timezone.now()
        source.save(update_fields=["version", "published_at"])
        reason = reason or _("Its text was attached.")
        if source.is_published:
            write_revisions([(source, RevisionAction.PUBLISHED)], by, reason)
        else:
            saved(source, by, new=False, reason=reason)
    return loaded


def settle(source: Source) -> None:
    """After a record of a source was put in place: each passage's text is the one of its digest.

    Texts come from the text at hand, which has done its work when all of it is fixed. What is
    cited and has another digest than before is marked, to be read again. Run it before the
    revision is written: the one before says what the digests were.
    """
    at_hand = TextDraft.objects.filter(source=source).first()
    texts = {digest(block["text"]): block["text"] for block in at_hand.blocks} if at_hand else {}
    last = history_of(source).exclude(action__in=OF_A_PROPOSAL).last()
    digests = {p["number"]: p["sha256"] for p in last.record["passages"]} if last else {}
    passages = list(source.passages.all())
    stale = [one for one in passages if one.text and digest(one.text) != one.sha256]
    bare = [one for one in passages if not one.text and one.sha256 in texts]
    for passage in [*stale, *bare]:
        passage.text = texts.get(passage.sha256, "")
    Passage.objects.bulk_update([*stale, *bare], ["text"])
    changed = [one.number for one in passages if digests.get(one.number, "") != one.sha256]
    mark_changed(source, changed)
    check_quotations(Quotation.objects.filter(passage__source=source))
    if at_hand and source.sha256 == at_hand.sha256:
        at_hand.delete()
