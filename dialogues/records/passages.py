"""The text of a source: its passages found, numbered and checked against their digests."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from django.db.models import QuerySet

from dialogues.choices import Check
from dialogues.models import Passage, Quotation, Source

WORDS_SHOWN = 6
LONGEST_HEADING = 14


class TextRefused(Exception):
    """A text that does not agree with the recorded passages; `causes` names each."""

    def __init__(self, causes: list[str]) -> None:
        super().__init__("; ".join(causes))
        self.causes = causes


@dataclass(frozen=True)
class Loaded:
    """What a text gave: passages read, and the numbers of those that changed."""

    passages: int
    changed: list[int]


def normalise(text: str) -> str:
    """The declared normalisation: every run of white space one space, the ends stripped.

    So the line breaks of a PDF make no difference, and every other character does.
    """
    return " ".join(text.split())


def digest(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of a normalised text, in hex."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()


def check_words(text: str, passage_text: str, start: int | None, end: int | None) -> Check:
    """Whether the words stand in the passage, character for character, where they should."""
    if not passage_text:
        return Check.NOT_CHECKED
    found = text in passage_text if start is None else passage_text[start:end] == text
    return Check.VERIFIED if found else Check.NOT_FOUND


def check_quotations(quotations: QuerySet[Quotation]) -> None:
    """Looks again whether the quotations of a queryset stand in their passages.

    One query, and one write for each that changed.
    """
    for quotation in quotations.select_related("passage"):
        passage_text = quotation.passage.text if quotation.passage else ""
        result = check_words(quotation.text, passage_text, quotation.start, quotation.end)
        if result != quotation.check_result:
            Quotation.objects.filter(pk=quotation.pk).update(check_result=result)


def _ends(full: str, last_words: str, start: int) -> list[int]:
    return [match.end() for match in re.finditer(re.escape(last_words), full[start:])]


def _agreeing(full: str, passage: Passage, cursor: int) -> tuple[int, int] | None:
    """Where the passage stands from the cursor on: the place whose digest is the recorded one."""
    start = full.find(passage.first_words, cursor)
    while start >= 0:
        for length in _ends(full, passage.last_words, start):
            if digest(full[start : start + length]) == passage.sha256:
                return start, start + length
        start = full.find(passage.first_words, start + 1)
    return None


def _nearest(
    full: str, passage: Passage, following: Passage | None, cursor: int
) -> tuple[int, int] | None:
    """Where a changed passage stands: from its first words to its last, or to the next passage."""
    start = full.find(passage.first_words, cursor)
    if start < 0:
        return None
    limit = full.find(following.first_words, start + 1) if following else -1
    limit = len(full) if limit < 0 else limit
    ends = [start + n for n in _ends(full, passage.last_words, start) if start + n <= limit]
    return start, (ends[-1] if ends else limit)


def load_text(source: Source, text: str, new_version: bool = False) -> Loaded:
    """Attaches a text to a source. Run it in a transaction.

    Recorded passages are found by their first words and must agree with their digests; a source
    without any gets them from the text's paragraphs. A new version may change passages: those
    it changes are named, those it lacks refuse it. Raises TextRefused and changes nothing then.
    """
    full = normalise(text)
    if not full:
        raise TextRefused(["the text is empty"])
    passages = list(source.passages.order_by("number"))
    if not passages:
        passages = [Passage(source=source, **values) for values in split(text)]
        Passage.objects.bulk_create(passages)
        source.sha256 = hashlib.sha256(text.encode()).hexdigest()
        source.save(update_fields=["sha256"])
        return Loaded(len(passages), [passage.number for passage in passages])
    changed = _place(full, passages, new_version)
    Passage.objects.bulk_update(passages, ["text", "sha256", "words", "first_words", "last_words"])
    if new_version:
        source.sha256 = hashlib.sha256(text.encode()).hexdigest()
        source.save(update_fields=["sha256"])
    check_quotations(Quotation.objects.filter(passage__source=source))
    return Loaded(len(passages), changed)


def _place(full: str, passages: list[Passage], new_version: bool) -> list[int]:
    """Sets the text of each passage; the numbers of those that a new version changed."""
    cursor, changed, causes = 0, [], []
    for passage, following in zip(passages, [*passages[1:], None], strict=True):
        place = _agreeing(full, passage, cursor)
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
        raise TextRefused(causes)
    return changed


def measures(text: str) -> dict:
    """What a record keeps of a passage: its first and last words, their number, the digest."""
    words = normalise(text).split(" ")
    return {
        "first_words": " ".join(words[:WORDS_SHOWN]),
        "last_words": " ".join(words[-WORDS_SHOWN:]),
        "words": len(words),
        "sha256": digest(text),
    }


def split(text: str) -> list[dict]:
    """Passages of a text that has none recorded: its paragraphs, parted by blank lines.

    A short paragraph without a full stop is a heading: it names the section of what follows.
    """
    found: list[dict] = []
    section = ""
    for block in re.split(r"\n\s*\n", text.strip()):
        paragraph = normalise(block)
        if not paragraph:
            continue
        if len(paragraph.split()) <= LONGEST_HEADING and not paragraph.endswith((".", "”", ":")):
            section = paragraph[:250]
            continue
        found.append(
            {
                "number": len(found) + 1,
                "section": section,
                "text": paragraph,
                **measures(paragraph),
            }
        )
    return found
