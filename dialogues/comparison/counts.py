"""The counts of a comparison: for each year, by one query for all the years asked for.

Every count of every view is read from here. Counts without a filter, or with one value of one
filter, are cached for each version of the published data; all others are counted each time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Count, Min, Window
from django.db.models.functions import RowNumber

from dialogues.choices import Stance
from dialogues.filters import CompareSelection
from dialogues.models import Delivery

FAVOURABLE = frozenset({Stance.SUPPORTS, Stance.WELCOMES})
CRITICAL = frozenset({Stance.OPPOSES, Stance.CONCERNED})
# A cell of words shows this many positions and leads to the rest.
MOST_CELL_POSITIONS = 4


@dataclass(frozen=True)
class ThemeSide:
    """An actor's positions on one theme in a year, where all have one direction.

    `first` has the id of the first of each stance, of `number` in all.
    """

    favourable: bool
    first: dict[str, int]
    number: int


@dataclass(frozen=True)
class HeldStances:
    """The stances of one year: by actor; how many actors hold one by theme; by actor and theme.

    `calls` counts the calls of an actor on a theme; `sides` has the themes on which all stances of
    an actor have one direction.
    """

    stances: dict[int, dict[str, int]] = field(default_factory=dict)
    holders: Counter[int] = field(default_factory=Counter)
    calls: dict[tuple[int, int], int] = field(default_factory=dict)
    sides: dict[tuple[int, int], ThemeSide] = field(default_factory=dict)


@dataclass
class DeliveredCounts:
    """How many statements each actor delivered in one year, and how many were joint."""

    statements: dict[int, int] = field(default_factory=dict)
    joint: int = 0


def actors_from_the_floor(user: Any, years: Iterable[int]) -> dict[int, dict[str, set[int]]]:
    """The actors that each year's record names as speaking from the floor, by kind. One query."""
    by_year: dict[int, dict[str, set[int]]] = {year: {} for year in years}
    deliveries = Delivery.objects.visible_to(user).from_the_floor()
    for year, kind, actor in (
        deliveries.filter(statement__dialogue__year__in=list(by_year))
        .order_by()
        .values_list("statement__dialogue__year", "actor__kind", "actor")
        .distinct()
    ):
        by_year[year].setdefault(kind, set()).add(actor)
    return by_year


def floor_speakers(selection: CompareSelection) -> dict[int, dict[str, set[int]]]:
    """`actors_from_the_floor` of the years compared, whatever the filters."""
    count = partial(actors_from_the_floor, selection.user)
    return selection.figures("floor", count, filtered=False)


def named_actors(selection: CompareSelection) -> dict[int, set[int]]:
    """The actors that each year's record names with a statement of any form. One query.

    Whatever the filters: an actor that nothing fits of may be named all the same.
    """

    def count(years: list[int]) -> dict[int, set[int]]:
        by_year: dict[int, set[int]] = {year: set() for year in years}
        deliveries = Delivery.objects.visible_to(selection.user).delivered()
        for year, actor in (
            deliveries.filter(statement__dialogue__year__in=years)
            .order_by()
            .values_list("statement__dialogue__year", "actor")
            .distinct()
        ):
            by_year[year].add(actor)
        return by_year

    return selection.figures("named", count, filtered=False)


def position_counts(selection: CompareSelection) -> dict[int, dict[int, dict[str, int]]]:
    """How many of the chosen positions each year has, by theme and stance. One query."""

    def count(years: list[int]) -> dict[int, dict[int, dict[str, int]]]:
        by_year: dict[int, dict[int, dict[str, int]]] = {year: {} for year in years}
        for year, theme, stance, number in (
            selection.positions_in(years)
            .values_list("statement__dialogue__year", "theme", "stance")
            .annotate(number=Count("pk"))
        ):
            by_year[year].setdefault(theme, {})[stance] = number
        return by_year

    return selection.figures("said", count)


def recorded_positions(selection: CompareSelection) -> dict[int, int]:
    """How many positions each year has, whatever the filters. One query."""

    def count(years: list[int]) -> dict[int, int]:
        in_years = selection.visible_positions.filter(statement__dialogue__year__in=years)
        numbers = in_years.values_list("statement__dialogue__year").annotate(number=Count("pk"))
        return dict.fromkeys(years, 0) | dict(numbers)

    return selection.figures("recorded", count, filtered=False)


def held_stances(selection: CompareSelection) -> dict[int, HeldStances]:
    """The stances of each actor in the chosen positions of each year. One query."""

    def count(years: list[int]) -> dict[int, HeldStances]:
        by_year: dict[int, HeldStances] = {year: HeldStances() for year in years}
        on_theme: dict[tuple[int, int, int], dict[str, tuple[int, int]]] = defaultdict(dict)
        for year, actor, theme, stance, number, first in (
            selection.deliveries_in(years)
            .values_list(
                "statement__dialogue__year",
                "actor",
                "statement__positions__theme",
                "statement__positions__stance",
            )
            .annotate(number=Count("statement__positions"), first=Min("statement__positions"))
        ):
            stances = by_year[year].stances.setdefault(actor, {})
            stances[stance] = stances.get(stance, 0) + number
            on_theme[year, actor, theme][stance] = (number, first)
        for (year, actor, theme), by_stance in on_theme.items():
            of_year = by_year[year]
            of_year.holders[theme] += 1
            if Stance.CALLS_FOR in by_stance:
                of_year.calls[actor, theme] = by_stance[Stance.CALLS_FOR][0]
            if side := _side(by_stance):
                of_year.sides[actor, theme] = side
        return by_year

    return selection.figures("held", count)


def _side(stances: dict[str, tuple[int, int]]) -> ThemeSide | None:
    """The one direction of these stances (number and first position of each); None for two."""
    favourable, critical = FAVOURABLE & stances.keys(), CRITICAL & stances.keys()
    if bool(favourable) == bool(critical):
        return None
    clear = {str(stance): stances[stance] for stance in Stance if stance in favourable | critical}
    first = {stance: position for stance, (_, position) in clear.items()}
    return ThemeSide(bool(favourable), first, sum(number for number, _ in clear.values()))


def first_positions(selection: CompareSelection) -> dict[int, dict[int, list[int]]]:
    """The first few chosen positions of each year by actor, as ids. One query."""

    def count(years: list[int]) -> dict[int, dict[int, list[int]]]:
        by_year: dict[int, dict[int, list[int]]] = {year: {} for year in years}
        place = Window(
            RowNumber(),
            partition_by=["actor", "statement__dialogue"],
            order_by=["statement__positions__serial", "statement__positions"],
        )
        for year, actor, position in (
            selection.deliveries_in(years)
            .annotate(place=place)
            .filter(place__lte=MOST_CELL_POSITIONS)
            .order_by("place")
            .values_list("statement__dialogue__year", "actor", "statement__positions")
        ):
            by_year[year].setdefault(actor, []).append(position)
        return by_year

    return selection.figures("first held", count)


def proposal_positions(selection: CompareSelection) -> dict[int, list[int]]:
    """The chosen positions of each year that speak of a proposal, as ids. One query."""

    def count(years: list[int]) -> dict[int, list[int]]:
        by_year: dict[int, list[int]] = {year: [] for year in years}
        rows = selection.positions_in(years).filter(proposal_year__isnull=False)
        for year, position in rows.values_list("statement__dialogue__year", "pk"):
            by_year[year].append(position)
        return by_year

    return selection.figures("proposing", count)


def delivered_counts(selection: CompareSelection) -> dict[int, DeliveredCounts]:
    """How many chosen statements each actor delivered, and how many are joint. Two queries."""

    def count(years: list[int]) -> dict[int, DeliveredCounts]:
        by_year: dict[int, DeliveredCounts] = {year: DeliveredCounts() for year in years}
        statements = selection.statements.rows.filter(dialogue__year__in=years).order_by()
        delivered = Delivery.objects.delivered().order_by()
        for year, actor, number in (
            delivered.filter(selection.statements.deliverer_condition, statement__in=statements)
            .values_list("statement__dialogue__year", "actor")
            .annotate(number=Count("statement"))
        ):
            by_year[year].statements[actor] = number
        several = delivered.values("statement").annotate(number=Count("pk")).filter(number__gt=1)
        joint = statements.filter(pk__in=several.values("statement")).values_list("dialogue__year")
        for year, number in joint.annotate(number=Count("pk")):
            by_year[year].joint = number
        return by_year

    return selection.figures("spoke", count)
