"""Themes by year: positions, actors, stances, and the change against the base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.choices import Silence, Stance
from dialogues.filters import CompareSelection
from dialogues.filters.compare import pair
from dialogues.models import Theme

from .counts import held_stances, position_counts, recorded_positions
from .marks import STANCE_MARKS
from .years import ComparisonYear


class StanceCount(NamedTuple):
    """How many positions take a stance, and the query string of those."""

    stance: Stance
    label: str
    positions: int
    query: str

    @property
    def mark(self) -> str:
        return STANCE_MARKS[self.stance].glyph


class ThemeCell(NamedTuple):
    """A theme in one year: positions, actors that hold them, their share of the year's positions.

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
    def actors_in_words(self) -> str:
        return ngettext("%(n)s actor", "%(n)s actors", self.actors) % {"n": self.actors}

    @property
    def percent(self) -> int | None:
        """The share in whole per cents."""
        return None if self.share is None else round(100 * self.share)


@dataclass(frozen=True)
class ThemeRow:
    theme: Theme
    cells: list[ThemeCell]


def themes(selection: CompareSelection, years: list[ComparisonYear]) -> list[ThemeRow]:
    """Positions by theme and year, with stances and the change against the base. Three queries."""
    counts, holders, totals = (
        position_counts(selection),
        held_stances(selection),
        recorded_positions(selection),
    )
    occurring = {theme for of_year in counts.values() for theme in of_year}

    def cell(theme: Theme, column: ComparisonYear) -> ThemeCell:
        year = column.year
        stances = counts[year].get(theme.pk, {})
        here, there = sum(stances.values()), sum(counts[selection.base].get(theme.pk, {}).values())
        actors = holders[year].holders.get(theme.pk, 0)
        comparable = not (column.is_base or column.silence or years[0].silence)
        return ThemeCell(
            positions=here,
            actors=actors,
            stances=stance_counts(selection, stances, year, theme=theme.slug),
            share=here / totals[year] if totals[year] else None,
            change=_change(here, there) if comparable else "",
            silence=column.silence if not here else None,
            query=selection.rows_of(year, theme=theme.slug) if here else "",
            actors_query=selection.actors_of(year, theme=theme.slug) if actors else "",
        )

    return [
        ThemeRow(theme, [cell(theme, column) for column in years])
        for theme in selection.themes
        if theme.pk in occurring
    ]


def stance_counts(
    selection: CompareSelection, numbers: dict[str, int], year: int, **values: str
) -> list[StanceCount]:
    """Counts by stance, in the order of the vocabulary, each with the query that lists it."""
    if not numbers:
        return []
    query = selection.rows_of(year, **values, stance=None)
    return [
        StanceCount(stance, word, numbers[stance], f"{query}&{pair('stance', stance)}")
        for stance, word in selection.stances.items()
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
