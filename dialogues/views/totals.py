"""Counts printed on pages: of what readers may see, one query each.

Each agrees with the selection that its link gives: `/positions/?year=…&theme=…` and the like.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from dialogues import comparison
from dialogues.choices import ActorKind
from dialogues.models import Actor, Delivery, Dialogue, Position, Statement
from dialogues.public import public
from dialogues.querysets import READER


def positions_by(*fields: str, **lookup: Any) -> dict[tuple, int]:
    """Positions by the values of these fields; only the combinations that occur."""
    rows = (
        public(Position)
        .filter(**lookup)
        .order_by()
        .values_list(*fields)
        .annotate(number=Count("pk"))
    )
    return {row[:-1]: row[-1] for row in rows}


def positions_by_year() -> dict[int, int]:
    return {year: number for (year,), number in positions_by("statement__dialogue__year").items()}


def statements_by_year() -> dict[int, int]:
    rows = public(Statement).order_by().values_list("dialogue__year")
    return dict(rows.annotate(number=Count("pk")))


def states_named(dialogues: Iterable[Dialogue]) -> dict[int, int]:
    """How many Member States each year's record names as speaking from the floor."""
    years = [dialogue.year for dialogue in dialogues]
    floor = comparison.actors_from_the_floor(READER, years)
    return {year: len(kinds.get(ActorKind.MEMBER_STATE, ())) for year, kinds in floor.items()}


def positions_held_by(actor: Actor) -> QuerySet[Position]:
    """The positions that an actor holds: those of the statements it delivered."""
    own = Delivery.objects.delivered().filter(statement=OuterRef("statement"), actor=actor)
    return public(Position).filter(Exists(own))


def actor_totals(actors: Iterable[Actor]) -> dict[int, tuple[int, int]]:
    """Statements delivered and positions held, by actor id. Two queries for a page of actors."""
    ids = [actor.pk for actor in actors]
    delivered = public(Delivery).delivered().filter(actor__in=ids).order_by()
    statements = dict(delivered.values_list("actor").annotate(number=Count("statement")))
    positions = dict(delivered.values_list("actor").annotate(number=Count("statement__positions")))
    return {pk: (statements.get(pk, 0), positions.get(pk, 0)) for pk in ids}
