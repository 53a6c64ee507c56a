"""The order of actors: by name, by UN regional group, by first appearance; and pages of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from dialogues.choices import UN_REGIONAL_GROUPS
from dialogues.filters import CompareSelection
from dialogues.models import Membership
from dialogues.models.actor import in_force

from .years import ComparisonYear

# Adds to positions, or to tallies, the prefetches for all that the caller shows of each.
Loader = Callable[[QuerySet], QuerySet]


class ActorGroups:
    """The groups that each actor belonged to on a day."""

    def __init__(self, memberships: Iterable[tuple[int, str, str, date | None, date | None]]):
        self._memberships: dict[int, list[tuple[str, date | None, date | None]]] = defaultdict(list)
        self.names: dict[str, str] = {}
        for actor, slug, name, date_from, date_to in memberships:
            self._memberships[actor].append((slug, date_from, date_to))
            self.names[slug] = name

    def on(self, day: date | None, actor: int) -> set[str]:
        """The slugs of the groups that an actor belonged to on a day."""
        return {
            slug
            for slug, date_from, date_to in self._memberships.get(actor, ())
            if in_force(date_from, date_to, day)
        }

    def regional(self, day: date | None, actor: int) -> str:
        """The slug of an actor's UN regional group on a day; "" where it has none."""
        groups = self.on(day, actor)
        return next((slug for slug in UN_REGIONAL_GROUPS if slug in groups), "")


def actor_groups(selection: CompareSelection) -> ActorGroups:
    """The groups of all actors. One query."""
    columns = ("actor", "group__slug", "group__name", "date_from", "date_to")
    memberships = Membership.objects.visible_to(selection.user).order_by().values_list(*columns)
    return selection.kept("memberships", lambda: ActorGroups(memberships))


def paginate_rows(rows: list[Any], page: int, size: int) -> tuple[list[Any], int]:
    """The rows of one page, and how many pages there are."""
    return rows[(page - 1) * size : page * size], max(1, -(-len(rows) // size))


def order_actors(
    selection: CompareSelection, years: list[ComparisonYear], years_of: dict[int, set[int]]
) -> list[int]:
    """The ids of the actors in the order asked for; `years_of` has the years of each of them."""
    actors = selection.actors
    by_group = selection.sort == "group"
    groups = actor_groups(selection) if by_group else ActorGroups([])
    base_day = next(
        (column.dialogue.first_day for column in years if column.dialogue.was_held), None
    )

    def key(pk: int) -> tuple:
        by_name = (actors[pk].name, actors[pk].slug)
        if by_group:
            group = groups.regional(base_day, pk)
            return (not group, groups.names.get(group, ""), *by_name)
        if selection.sort == "first":
            return (min(years_of[pk], default=9999), *by_name)
        return by_name

    return sorted((pk for pk in years_of if pk in actors), key=key)
