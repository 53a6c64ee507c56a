"""Loads the text of a source: finds its passages and checks them against their digests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dialogues.choices import Check, Mark
from dialogues.models import Passage, PassageMark, Quotation, Source

from .digests import measures, normalise
from .paragraphs import end_positions, find_passage, passages_of, propose_blocks


class InvalidText(Exception):
    """A text that does not agree with the recorded passages; `causes` names each of them."""

    def __init__(self, causes: list[str]) -> None:
        super().__init__("; ".join(causes))
        self.causes = causes


@dataclass(frozen=True)
class LoadedText:
    """The result of loading a text: the number of passages, and which of them changed."""

    passages: int
    changed: list[int]


def check_words(text: str, passage_text: str, start: int | None, end: int | None) -> Check:
    """Whether words occur in a passage, character for character, at their place if it is known."""
    if not passage_text:
        return Check.NOT_CHECKED
    occurs = text in passage_text if start is None else passage_text[start:end] == text
    return Check.VERIFIED if occurs else Check.NOT_FOUND


def check_quotations(quotations: QuerySet[Quotation]) -> None:
    """Checks the quotations of a queryset against their passages, and saves the results.

    One query, and one write for each changed result. Quotations that have no text to be checked
    against, and never had, are not read.
    """
    without_text = Q(passage=None) | Q(passage__text="")
    checkable = quotations.exclude(without_text, check_result=Check.NOT_CHECKED)
    for quotation in checkable.select_related("passage"):
        passage_text = quotation.passage.text if quotation.passage else ""
        result = check_words(quotation.text, passage_text, quotation.start, quotation.end)
        if result != quotation.check_result:
            Quotation.objects.filter(pk=quotation.pk).update(check_result=result)


def _nearest(
    full: str, passage: Passage, following: Passage | None, cursor: int
) -> tuple[int, int] | None:
    """Start and end of a changed passage: from its first words to its last, or to the next one."""
    start = full.find(passage.first_words, cursor)
    if start < 0:
        return None
    limit = full.find(following.first_words, start + 1) if following else -1
    limit = len(full) if limit < 0 else limit
    inside = [
        start + n for n in end_positions(full, passage.last_words, start) if start + n <= limit
    ]
    return start, (inside[-1] if inside else limit)


def mark_changed(source: Source, numbers: list[int]) -> None:
    """Marks changed passages that are cited, quoted or marked: a curator must read them again."""
    known = Q(citations__isnull=False) | Q(quotations__isnull=False) | Q(mark__isnull=False)
    for passage in source.passages.filter(known, number__in=numbers).distinct():
        values = {"kind": Mark.CHANGED, "reason": _("Its text was corrected."), "by": None}
        PassageMark.objects.update_or_create(passage=passage, defaults=values)


def load_text(source: Source, text: str, new_version: bool = False) -> LoadedText:
    """Attaches a text to a source. Run it in a transaction.

    Recorded passages are found by their first words and must agree with their digests; a source
    without passages gets them from the text's paragraphs. A new version may change passages, which
    are named in the result, and may lack none. Raises InvalidText, and changes nothing then.
    """
    full = normalise(text)
    if not full:
        raise InvalidText(["the text is empty"])
    passages = list(source.passages.order_by("order", "number"))
    if not passages:
        records = enumerate(passages_of(propose_blocks(text)), start=1)
        passages = [Passage(source=source, order=order, **record) for order, record in records]
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
        place = find_passage(full, passage, cursor)
        if place is None and new_version:
            place = _nearest(full, passage, following, cursor)
            changed.append(passage.number)
        if place is None:
            causes.append(
                f"{passage.anchor}: its text differs from the recorded one"
                if passage.first_words in full
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
