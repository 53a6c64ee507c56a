"""What search looks through: the terms of each statement and position, kept by dialogues.search.

Each database has its own index over these rows, made in migration 0010: a tsvector with GIN on
PostgreSQL, an FTS5 table on SQLite. Both follow the rows by themselves.
"""

import struct
import sys
import zlib
from array import array
from collections.abc import Iterable
from datetime import date

from django.db import models

from dialogues.choices import State
from dialogues.querysets import TextQuerySet

from .actor import Actor, ActorName, Membership, Person
from .dialogue import Dialogue, Panel
from .shapes import Part, Shape, parts_of
from .statement import Delivery, Position, Quotation, Statement
from .vocabulary import Instrument, Situation, Theme

# The facets whose values stand in a row's codes. A facet's number is its place: add at the end.
CODED = (
    *("year", "actor", "kind", "group", "theme", "stance", "pillar"),
    *("situation", "instrument", "panel", "form", "joint", "quoted"),
)

# What is read of a statement for its terms and codes.
THING = ("name", "variants")
ACTOR = Shape(Actor, "kind", "name").with_parts(
    Part("names", ActorName.objects.all, Shape(ActorName, "name")),
    Part(
        "memberships",
        Membership.objects.all,
        Shape(Membership, "date_from", "date_to", "group_id"),
    ),
)
DELIVERY = Shape(Delivery, "mode", "printed_name", actor=ACTOR)
POSITION = Shape(
    Position,
    *("ref", "serial", "heading", "stance", "pillar_1", "pillar_2", "pillar_3", "summary", "note"),
    theme=Shape(Theme, "title"),
).with_parts(
    Part("quotations", Quotation.objects.all, Shape(Quotation, "text")),
    Part("situations", Situation.objects.all, Shape(Situation, *THING)),
    Part("instruments", Instrument.objects.all, Shape(Instrument, *THING)),
)
SEARCHED = Shape(
    Statement,
    *("ref", "serial", "state", "form", "speaker_post", "summary", "note"),
    dialogue=Shape(Dialogue, "year", "state", "first_day"),
    panel=Shape(Panel, "kind", "title"),
    speaker=Shape(Person, *THING),
).with_parts(
    Part("deliveries", Delivery.objects.all, DELIVERY),
    Part("positions", Position.objects.all, POSITION),
)


def code(facet: str, value: int | str) -> int:
    """The number under which a row has a value: of a key or a year, or of a word.

    A word goes by its checksum, cut short: the order of a list of choices may change.
    """
    number = value if isinstance(value, int) else zlib.crc32(value.encode()) & 0xFFFF
    return number << 4 | CODED.index(facet)


def packed(codes: Iterable[int]) -> bytes:
    each_once = sorted(set(codes))
    return struct.pack(f"<{len(each_once)}I", *each_once)


def unpacked(codes: bytes) -> array:
    """Those of rows whose codes were joined."""
    numbers = array("I", codes)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def statement_codes(statement: Statement) -> list[int]:
    """What a statement and each of its positions has, for its dialogue and who delivered it.

    Asks the database unless it was read as `SEARCHED`.
    """
    day, panel = statement.dialogue.first_day, statement.panel
    found = [code("year", statement.dialogue.year), code("form", statement.form)]
    found += [code("panel", panel.kind)] if panel else []
    found.append(code("joint", "true" if statement.is_joint else "false"))
    for delivery in statement.delivered:
        found += [code("actor", delivery.actor_id), code("kind", delivery.actor.kind)]
        memberships = parts_of(delivery.actor, "memberships")
        found += [code("group", m.group_id) for m in memberships if _in_force(m, day)]
    return found


def position_codes(position: Position) -> list[int]:
    """What a position has of its own. Read as above."""
    quoted = "true" if parts_of(position, "quotations") else "false"
    return [
        code("theme", position.theme_id),
        code("stance", position.stance),
        code("quoted", quoted),
        *(code("pillar", number) for number in position.pillars),
        *(code("situation", situation.pk) for situation in parts_of(position, "situations")),
        *(code("instrument", instrument.pk) for instrument in parts_of(position, "instruments")),
    ]


def _in_force(membership: Membership, day: date | None) -> bool:
    """As MembershipQuerySet.on has it."""
    begins, ends = membership.date_from, membership.date_to
    return (begins is None or bool(day and begins <= day)) and (
        ends is None or bool(day and ends > day)
    )


class SearchText(models.Model):
    """Terms of texts, each text between spaces: see dialogues.search.text.kept.

    And what finds, orders and counts rows without a look at the records themselves.
    """

    quoted = models.TextField(default="")  # quotations
    named = models.TextField(default="")  # who spoke, in which segment, and of what
    said = models.TextField(default="")  # summaries and notes
    signs = models.TextField(default="")  # its values and samples: see dialogues.search.signs
    # The values of all facets that the row has, each once; None in a row of before there were any.
    codes = models.BinaryField(null=True)
    # The first state on the way to readers, of statement and dialogue, that is not "published".
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    year = models.PositiveSmallIntegerField(default=0)
    serial = models.PositiveIntegerField(default=0)
    ref = models.CharField(max_length=24, default="")

    objects = TextQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["state", "-year", "serial"], name="%(class)s_newest"),
            models.Index(fields=["state", "year", "serial"], name="%(class)s_oldest"),
        ]


class StatementText(SearchText):
    """The terms of a statement and all its positions."""

    statement = models.OneToOneField(
        Statement, on_delete=models.CASCADE, primary_key=True, related_name="terms"
    )

    def __str__(self) -> str:
        return str(self.pk)


class PositionText(SearchText):
    """The terms of a position, and of whose it is."""

    position = models.OneToOneField(
        Position, on_delete=models.CASCADE, primary_key=True, related_name="terms"
    )

    def __str__(self) -> str:
        return str(self.pk)
