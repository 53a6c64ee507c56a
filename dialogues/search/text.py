"""What is searched: the words of a statement and of each position, folded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.db.models import Model, Q, QuerySet

from dialogues.models import (
    Actor,
    Dialogue,
    Instrument,
    Person,
    Position,
    Situation,
    Statement,
    Theme,
)

# How a statement refers to what is searched with it.
NAMED_BY: dict[type[Model], str] = {
    Actor: "deliveries__actor",
    Dialogue: "dialogue",
    Instrument: "positions__instruments",
    Person: "speaker",
    Situation: "positions__situations",
    Statement: "pk",
    Theme: "positions__theme",
}

# Letters that Unicode does not take apart into a plain one and a mark.
LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"}
)
APOSTROPHES = re.compile(r"['’‘ʼ`´]")
NOT_A_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Words in plain lowercase letters, parted by single spaces.

    Accents and apostrophes go ("Côte d’Ivoire" is "cote divoire"), other marks part words.
    """
    # The acute accent alone is typed for an apostrophe; Unicode takes it for a space and a mark.
    apart = unicodedata.normalize("NFKD", text.replace("´", "’"))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return NOT_A_WORD.sub(" ", APOSTROPHES.sub("", plain.casefold().translate(LETTERS))).strip()


def concerned(records: Iterable[Model]) -> QuerySet[Statement]:
    """The statements in whose search text words of these records stand: `index` them."""
    keys: dict[str, list[int]] = {}
    for record in records:
        if type(record) in NAMED_BY:
            keys.setdefault(NAMED_BY[type(record)], []).append(record.pk)
    condition = Q(pk__in=[])
    for path, pks in keys.items():
        named = Statement.objects.filter(**{f"{path}__in": pks}).order_by().values("pk")
        condition |= Q(pk__in=named)
    return Statement.objects.filter(condition)


def index(statements: QuerySet[Statement]) -> None:
    """Writes the search text of these statements and their positions.

    Every write path calls it in its own transaction. Nine queries for each five hundred
    statements, and two writes.
    """
    batch = statements.select_related("dialogue", "panel", "speaker").prefetch_related(
        "deliveries__actor__names",
        "positions__theme",
        "positions__quotations",
        "positions__situations",
        "positions__instruments",
    )
    found: list[Statement] = []
    for statement in batch.iterator(chunk_size=500):
        found.append(statement)
        if len(found) == 500:
            _write(found)
            found = []
    _write(found)


def _write(statements: list[Statement]) -> None:
    positions: list[Position] = []
    for statement in statements:
        who = _who(statement)
        said = []
        for position in statement.positions.all():
            own = _words_of(position)
            said.append(own)
            position.search_text = _folded([who, own])
            positions.append(position)
        statement.search_text = _folded([who, statement.summary, statement.note, *said])
    Statement.objects.bulk_update(statements, ["search_text"], batch_size=200)
    Position.objects.bulk_update(positions, ["search_text"], batch_size=200)


def _who(statement: Statement) -> str:
    """The names by which a reader may look for whose statement it is."""
    words = [statement.panel.title if statement.panel else ""]
    if statement.speaker:
        words += [statement.speaker.name, *statement.speaker.variants, statement.speaker_post]
    for delivery in statement.delivered:
        words += [delivery.actor.name, delivery.printed_name]
        words += [other.name for other in delivery.actor.names.all()]
    return " . ".join(words)


def _words_of(position: Position) -> str:
    words = [position.summary, position.note, position.heading, position.theme.title]
    words += [quotation.text for quotation in position.quotations.all()]
    for thing in [*position.situations.all(), *position.instruments.all()]:
        words += [thing.name, *thing.variants]
    return " . ".join(words)


def _folded(texts: list[str]) -> str:
    """Each text's words between spaces; a double space keeps phrases from crossing texts."""
    parts = [fold(part) for text in texts for part in text.split(" . ")]
    return "".join(f" {part} " for part in parts if part)
