"""Counts printed on pages: of what readers may see, one query each.

Each agrees with the selection that its link gives: `/positions/?year=…&theme=…` and the like.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from dialogues.choices import ActorKind, StatementForm
from dialogues.exporters import public
from dialogues.models import Actor, Delivery, Position, Statement


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


def statements_by_year() -> dict[int, int]:
    rows = public(Statement).order_by().values_list("dialogue__year")
    return dict(rows.annotate(number=Count("pk")))


def named_by_year(kind: ActorKind) -> dict[int, int]:
    """How many of a kind delivered a statement from the floor, by year."""
    rows = (
        public(Delivery)
        .delivered()
        .filter(actor__kind=kind, statement__form=StatementForm.STATEMENT)
        .order_by()
        .values_list("statement__dialogue__year")
        .annotate(number=Count("actor", distinct=True))
    )
    return dict(rows)


def held_by(actor: Actor) -> QuerySet[Position]:
    """The positions that an actor holds: those of the statements it delivered."""
    own = Delivery.objects.delivered().filter(statement=OuterRef("statement"), actor=actor)
    return public(Position).filter(Exists(own))


def of_actors(actors: Iterable[Actor]) -> dict[int, tuple[int, int]]:
    """Statements delivered and positions held, by actor id. Two queries for a page of actors."""
    ids = [actor.pk for actor in actors]
    delivered = public(Delivery).delivered().filter(actor__in=ids).order_by()
    statements = dict(delivered.values_list("actor").annotate(number=Count("statement")))
    positions = dict(delivered.values_list("actor").annotate(number=Count("statement__positions")))
    return {pk: (statements.get(pk, 0), positions.get(pk, 0)) for pk in ids}
