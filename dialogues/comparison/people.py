"""Actors as the comparison orders them: by name, by UN regional group, by first appearance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from dialogues.choices import UN_REGIONAL_GROUPS, Silence
from dialogues.filters import CompareSelection
from dialogues.models import Actor, Delivery, Membership, Position

from .columns import Column

# Adds to positions, or to tallies, all that the caller shows of each.
Read = Callable[[QuerySet], QuerySet]


class Groups:
    """Which groups an actor belonged to on a day. One query for all of them."""

    def __init__(self, actors: Iterable[int], user: Any) -> None:
        self._terms: dict[int, list[tuple[date | None, date | None, str]]] = defaultdict(list)
        self.names: dict[str, str] = {}
        rows = Membership.objects.visible_to(user).filter(actor__in=list(actors)).order_by()
        for actor, start, end, slug, name in rows.values_list(
            "actor", "date_from", "date_to", "group__slug", "group__name"
        ):
            self._terms[actor].append((start, end, slug))
            self.names[slug] = name

    def of(self, actor: int, day: date | None) -> set[str]:
        """The slugs of the groups that an actor belonged to on a day; none without a day."""
        if day is None:
            return set()
        return {
            slug
            for start, end, slug in self._terms[actor]
            if (start is None or start <= day) and (end is None or day < end)
        }

    def regional(self, actor: int, day: date | None) -> str:
        """The slug of an actor's UN regional group on a day; "" where it has none."""
        found = self.of(actor, day)
        return next((slug for slug in UN_REGIONAL_GROUPS if slug in found), "")


def named_years(selection: CompareSelection, actors: Iterable[int]) -> dict[int, set[int]]:
    """The years whose records name each actor with a statement of any form. One query."""
    named: dict[int, set[int]] = {actor: set() for actor in actors}
    rows = (
        Delivery.objects.visible_to(selection.user)
        .delivered()
        .filter(actor__in=list(named), statement__dialogue__year__in=selection.years)
        .order_by()
        .values_list("actor", "statement__dialogue__year")
        .distinct()
    )
    for actor, year in rows:
        named[actor].add(year)
    return named


def silence_of(column: Column, named: set[int]) -> Silence:
    """Why an actor has nothing in a year; `named` has the years whose records name it."""
    if column.silence:
        return column.silence
    return Silence.NOTHING_ON_THEME if column.year in named else Silence.NOT_NAMED


def held_by(
    selection: CompareSelection, actors: Iterable[int], read: Read, **lookup: Any
) -> dict[tuple[int, int], list[Position]]:
    """The selected positions that these actors hold, by actor and year. Two queries and `read`."""
    deliveries = (
        Delivery.objects.delivered()
        .filter(
            selection.positions.who,
            actor__in=list(actors),
            statement__dialogue__year__in=selection.years,
        )
        .order_by()
    )
    # Of a joint statement, those who were asked for.
    held = set(deliveries.values_list("actor", "statement"))
    rows = selection.positions.rows.filter(statement__in=deliveries.values("statement"), **lookup)
    found: dict[tuple[int, int], list[Position]] = defaultdict(list)
    for position in read(rows).order_by("statement__dialogue__year", "serial"):
        for delivery in position.statement.delivered:
            if (delivery.actor_id, position.statement_id) in held:
                found[delivery.actor_id, position.statement.dialogue.year].append(position)
    return found


def in_order(
    selection: CompareSelection,
    years: list[Column],
    actors: dict[int, Actor],
    named: dict[int, set[int]],
    groups: Groups,
) -> list[int]:
    """The ids of actors in the order asked for. `named` has the years that name each of them."""
    base_day = next(
        (column.dialogue.first_day for column in years if column.dialogue.was_held), None
    )

    def key(pk: int) -> tuple:
        by_name = (actors[pk].name, actors[pk].slug)
        if selection.sort == "group":
            group = groups.regional(pk, base_day)
            return (not group, groups.names.get(group, ""), *by_name)
        if selection.sort == "first":
            return (min(named[pk], default=9999), *by_name)
        return by_name

    return sorted(actors, key=key)
