"""Themes by year: positions, who holds them, their stances, and how that stands to the base."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from dialogues.choices import Silence, Stance
from dialogues.filters import CompareSelection
from dialogues.models import Delivery, Theme

from .columns import Column


@dataclass(frozen=True)
class StanceCount:
    """How many positions take a stance, and the query string of those."""

    stance: Stance
    positions: int
    query: str


@dataclass(frozen=True)
class ThemeCell:
    """A theme in one year: positions, the actors that hold them, their share of the year.

    `query` is the query string of those positions, `actors_query` of those actors.
    """

    positions: int
    actors: int
    stances: list[StanceCount]
    share: float | None
    change: str
    silence: Silence | None
    query: str
    actors_query: str

    @property
    def percent(self) -> int | None:
        """The share in whole per cents."""
        return None if self.share is None else round(100 * self.share)


@dataclass(frozen=True)
class ThemeRow:
    theme: Theme
    cells: list[ThemeCell]


@dataclass(frozen=True)
class _Counts:
    """What the database counted: stances and actors by theme and year, positions by year."""

    stances: dict[tuple[int, int], dict[str, int]]
    actors: dict[tuple[int, int], int]
    totals: dict[int, int]


def themes(selection: CompareSelection, years: list[Column]) -> list[ThemeRow]:
    """Positions by theme and year, with stances and the change against the base. Three queries."""
    counts = _counted(selection)
    return [
        ThemeRow(theme, [_cell(selection, column, theme, counts) for column in years])
        for theme in Theme.objects.visible_to(selection.user)
        if any((theme.pk, year) in counts.stances for year in selection.years)
    ]


def _counted(selection: CompareSelection) -> _Counts:
    positions = selection.positions.rows.filter(
        statement__dialogue__year__in=selection.years
    ).order_by()
    stances: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    totals: dict[int, int] = defaultdict(int)
    for theme, year, stance, number in positions.values_list(
        "theme", "statement__dialogue__year", "stance"
    ).annotate(number=Count("pk")):
        stances[theme, year][stance] = number
        totals[year] += number
    held = (
        Delivery.objects.delivered()
        .filter(selection.positions.who, statement__positions__in=positions)
        .order_by()
        .values_list("statement__positions__theme", "statement__dialogue__year")
        .annotate(number=Count("actor", distinct=True))
    )
    actors = {(theme, year): number for theme, year, number in held}
    return _Counts(stances, actors, totals)


def _cell(selection: CompareSelection, column: Column, theme: Theme, counts: _Counts) -> ThemeCell:
    year = column.year
    stances = counts.stances.get((theme.pk, year), {})
    here = sum(stances.values())
    there = sum(counts.stances.get((theme.pk, selection.base), {}).values())
    return ThemeCell(
        positions=here,
        actors=counts.actors.get((theme.pk, year), 0),
        stances=stance_counts(selection, stances, year, theme=theme.slug),
        share=here / counts.totals[year] if counts.totals[year] else None,
        change="" if column.is_base or column.silence else _change(here, there),
        silence=column.silence if not here else None,
        query=selection.rows_of(year, theme=theme.slug),
        actors_query=selection.actors_of(year, theme=theme.slug),
    )


def stance_counts(
    selection: CompareSelection, numbers: dict[str, int], year: int, **values: str
) -> list[StanceCount]:
    """Counts by stance in the vocabulary's order, each with the query string of its rows."""
    return [
        StanceCount(stance, numbers[stance], selection.rows_of(year, stance=stance, **values))
        for stance in Stance
        if stance in numbers
    ]


def _change(here: int, there: int) -> str:
    """Against the base, in a word: counts only, since records differ in depth."""
    if here == there:
        return "" if not here else _("as many")
    if not there:
        return _("new")
    if not here:
        return _("not in this record")
    return _("more") if here > there else _("fewer")
