"""Actors as the comparison orders them: by name, by UN regional group, by first appearance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from dialogues.choices import UN_REGIONAL_GROUPS, Silence
from dialogues.filters import CompareSelection
from dialogues.models import Membership

from .counts import NamedActors
from .years import ComparisonYear

# Adds to positions, or to tallies, all that the caller shows of each.
Read = Callable[[QuerySet], QuerySet]


class ActorGroups:
    """Which groups an actor belonged to on a day."""

    def __init__(self, memberships: Iterable[tuple]) -> None:
        self._terms: dict[int, list[tuple[date | None, date | None, str]]] = defaultdict(list)
        self.names: dict[str, str] = {}
        for actor, start, end, slug, name in memberships:
            self._terms[actor].append((start, end, slug))
            self.names[slug] = name

    def of(self, actor: int, day: date | None) -> set[str]:
        """The slugs of the groups that an actor belonged to on a day; none without a day."""
        if day is None:
            return set()
        return {
            slug
            for start, end, slug in self._terms.get(actor, ())
            if (start is None or start <= day) and (end is None or day < end)
        }

    def regional(self, actor: int, day: date | None) -> str:
        """The slug of an actor's UN regional group on a day; "" where it has none."""
        found = self.of(actor, day)
        return next((slug for slug in UN_REGIONAL_GROUPS if slug in found), "")


def silence_of(column: ComparisonYear, actor: int, named: dict[int, NamedActors]) -> Silence:
    """Why an actor has nothing in a year; `named` has whom each year's record names."""
    if column.silence:
        return column.silence
    is_named = actor in named[column.year].actors
    return Silence.NOTHING_ON_THEME if is_named else Silence.NOT_NAMED


def groups_of(selection: CompareSelection) -> ActorGroups:
    """The groups of all actors. One query."""
    rows = Membership.objects.visible_to(selection.user).order_by()
    terms = rows.values_list("actor", "date_from", "date_to", "group__slug", "group__name")
    return selection.kept("memberships", lambda: ActorGroups(terms))


def pages_of(rows: list[Any], page: int, size: int) -> tuple[list[Any], int]:
    """The rows of one page, and how many pages there are."""
    return rows[(page - 1) * size : page * size], max(1, -(-len(rows) // size))


def in_order(
    selection: CompareSelection, years: list[ComparisonYear], years_of: dict[int, set[int]]
) -> list[int]:
    """The ids of the actors in the order asked for; `years_of` has the years of each of them."""
    actors = selection.actors
    by_group = selection.sort == "group"
    groups = groups_of(selection) if by_group else ActorGroups([])
    base_day = next(
        (column.dialogue.first_day for column in years if column.dialogue.was_held), None
    )

    def key(pk: int) -> tuple:
        by_name = (actors[pk].name, actors[pk].slug)
        if by_group:
            group = groups.regional(pk, base_day)
            return (not group, groups.names.get(group, ""), *by_name)
        if selection.sort == "first":
            return (min(years_of[pk], default=9999), *by_name)
        return by_name

    return sorted((pk for pk in years_of if pk in actors), key=key)
