"""The text of a source: its passages found, numbered and checked against their digests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dialogues.choices import Check, Mark
from dialogues.models import Passage, PassageMark, Quotation, Source

from .digests import digest, measures, normalise
from .paragraphs import ends, passages_of, propose, standing

__all__ = [
    "InvalidText",
    "LoadedText",
    "check_quotations",
    "check_words",
    "digest",
    "load_text",
    "mark_changed",
    "measures",
    "normalise",
]


class InvalidText(Exception):
    """A text that does not agree with the recorded passages; `causes` names each."""

    def __init__(self, causes: list[str]) -> None:
        super().__init__("; ".join(causes))
        self.causes = causes


@dataclass(frozen=True)
class LoadedText:
    """What a text gave: passages read, and the numbers of those that changed."""

    passages: int
    changed: list[int]


def check_words(text: str, passage_text: str, start: int | None, end: int | None) -> Check:
    """Whether the words stand in the passage, character for character, where they should."""
    if not passage_text:
        return Check.NOT_CHECKED
    found = text in passage_text if start is None else passage_text[start:end] == text
    return Check.VERIFIED if found else Check.NOT_FOUND


def check_quotations(quotations: QuerySet[Quotation]) -> None:
    """Looks again whether the quotations of a queryset stand in their passages.

    One query, and one write for each that changed. Those whose passage has no text are read only
    where they were checked once.
    """
    bare = Q(passage=None) | Q(passage__text="")
    of_interest = quotations.exclude(bare, check_result=Check.NOT_CHECKED)
    for quotation in of_interest.select_related("passage"):
        passage_text = quotation.passage.text if quotation.passage else ""
        result = check_words(quotation.text, passage_text, quotation.start, quotation.end)
        if result != quotation.check_result:
            Quotation.objects.filter(pk=quotation.pk).update(check_result=result)


def _nearest(
    full: str, passage: Passage, following: Passage | None, cursor: int
) -> tuple[int, int] | None:
    """Where a changed passage stands: from its first words to its last, or to the next passage."""
    start = full.find(passage.first_words, cursor)
    if start < 0:
        return None
    limit = full.find(following.first_words, start + 1) if following else -1
    limit = len(full) if limit < 0 else limit
    inside = [start + n for n in ends(full, passage.last_words, start) if start + n <= limit]
    return start, (inside[-1] if inside else limit)


def mark_changed(source: Source, numbers: list[int]) -> None:
    """Asks for a person to read again what is cited, or was set aside, and has another text now."""
    known = Q(citations__isnull=False) | Q(quotations__isnull=False) | Q(mark__isnull=False)
    for passage in source.passages.filter(known, number__in=numbers).distinct():
        values = {"kind": Mark.CHANGED, "reason": _("Its text was corrected."), "by": None}
        PassageMark.objects.update_or_create(passage=passage, defaults=values)


def load_text(source: Source, text: str, new_version: bool = False) -> LoadedText:
    """Attaches a text to a source. Run it in a transaction.

    Recorded passages are found by their first words and must agree with their digests; a source
    without any gets them from the text's paragraphs. A new version may change passages: those
    it changes are named, those it lacks refuse it. Raises TextRefused and changes nothing then.
    """
    full = normalise(text)
    if not full:
        raise InvalidText(["the text is empty"])
    passages = list(source.passages.order_by("order", "number"))
    if not passages:
        found = enumerate(passages_of(propose(text)), start=1)
        passages = [Passage(source=source, order=order, **values) for order, values in found]
        Passage.objects.bulk_create(passages)
        source.sha256 = hashlib.sha256(text.encode()).hexdigest()
        source.save(update_fields=["sha256"])
        return LoadedText(len(passages), [passage.number for passage in passages])
    changed = _place(full, passages, new_version)
    Passage.objects.bulk_update(passages, ["text", "sha256", "words", "first_words", "last_words"])
    if new_version:
        source.sha256 = hashlib.sha256(text.encode()).hexdigest()
        source.save(update_fields=["sha256"])
        mark_changed(source, changed)
    check_quotations(Quotation.objects.filter(passage__source=source))
    return LoadedText(len(passages), changed)


def _place(full: str, passages: list[Passage], new_version: bool) -> list[int]:
    """Sets the text of each passage; the numbers of those that a new version changed."""
    cursor, changed, causes = 0, [], []
    for passage, following in zip(passages, [*passages[1:], None], strict=True):
        place = standing(full, passage, cursor)
        if place is None and new_version:
            place = _nearest(full, passage, following, cursor)
            changed.append(passage.number)
        if place is None:
            found = passage.first_words in full
            causes.append(
                f"{passage.anchor}: its text differs from the recorded one"
                if found
                else f"{passage.anchor}: its first words “{passage.first_words}” are not there"
            )
            continue
        cursor = place[1]
        passage.text = full[place[0] : place[1]]
        if new_version:
            for name, value in measures(passage.text).items():
                setattr(passage, name, value)
    if causes:
        raise InvalidText(causes)
    return changed
