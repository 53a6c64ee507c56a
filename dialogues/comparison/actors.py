"""Actors by year: a mark for each stance, or the silence in its place; and turns of direction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise

from dialogues.choices import Silence
from dialogues.filters import CompareSelection
from dialogues.models import Actor, Position, Theme

from .columns import Column
from .figures import Named, Side, held, named
from .people import Read, in_order, pages_of, silence_of
from .themes import StanceCount, stance_counts

TURNS_ON_A_PAGE = 25


@dataclass(frozen=True)
class ActorCell:
    """What an actor holds in one year among the selected positions, or the silence in its place."""

    stances: list[StanceCount]
    silence: Silence | None
    query: str

    @property
    def positions(self) -> int:
        return sum(count.positions for count in self.stances)


@dataclass(frozen=True)
class TurnSide:
    """The positions with a direction of one year: how many, their query, and one of each stance.

    `said` is empty until it is read.
    """

    year: int
    number: int
    query: str
    ids: list[int]
    said: list[Position]


@dataclass(frozen=True)
class Turn:
    """An actor's move on one theme, from opposes or concerned to supports or welcomes, or back.

    A call *for* something, a note and a point with two sides have no direction; a year with both
    directions has none.
    """

    actor: Actor
    theme: Theme
    favourable: bool
    before: TurnSide
    after: TurnSide


@dataclass(frozen=True)
class ActorRow:
    actor: Actor
    cells: list[ActorCell]
    turns: list[Turn]


@dataclass(frozen=True)
class Actors:
    """Each actor that holds a selected position. Of `number` turns, those of a page are `read`."""

    rows: list[ActorRow]
    number: int
    read: list[Turn]
    pages: int


def actors(selection: CompareSelection, years: list[Column], read: Read | None = None) -> Actors:
    """Each actor that holds a selected position, its stances by year, its turns. Two queries.

    With `read` a page of the turns has what was said: its queries besides.
    """
    names = named(selection)
    stances = {column.year: held(selection)[column.year].stances for column in years}
    holding = {actor for by_actor in stances.values() for actor in by_actor}
    years_of = {
        actor: {year for year, of_year in names.items() if actor in of_year.actors}
        for actor in holding
    }
    turned: dict[int, list[Turn]] = defaultdict(list)
    found = _turns(selection)
    for turn in found:
        turned[turn.actor.pk].append(turn)
    rows = [
        ActorRow(
            selection.actors[pk],
            [_cell(selection, column, pk, stances[column.year], names) for column in years],
            turned[pk],
        )
        for pk in in_order(selection, years, years_of)
    ]
    if selection.sort == "change":
        rows.sort(key=lambda row: not row.turns)
    shown, pages = pages_of(found, selection.page, TURNS_ON_A_PAGE)
    return Actors(rows, len(found), _read(selection, shown, read) if read else [], pages)


def _cell(
    selection: CompareSelection,
    column: Column,
    actor: int,
    stances: dict[int, dict[str, int]],
    names: dict[int, Named],
) -> ActorCell:
    numbers = stances.get(actor, {})
    slug = selection.actors[actor].slug
    return ActorCell(
        stance_counts(selection, numbers, column.year, actor=slug),
        None if numbers else silence_of(column, actor, names),
        selection.rows_of(column.year, actor=slug),
    )


def _turns(selection: CompareSelection) -> list[Turn]:
    """Turns from one year with a direction to the next that has one, by actor and theme."""
    sides: dict[tuple[int, int], list[tuple[int, Side]]] = defaultdict(list)
    for year, of_year in sorted(held(selection).items()):
        for key, side in of_year.sides.items():
            sides[key].append((year, side))
    themes = {theme.pk: theme for theme in selection.themes}
    found = [
        _turn(selection, selection.actors[actor], themes[theme], before, after)
        for (actor, theme), of_years in sides.items()
        if actor in selection.actors and theme in themes
        for before, after in pairwise(of_years)
        if before[1].favourable != after[1].favourable
    ]
    found.sort(key=lambda one: (one.actor.name, one.theme.order, one.before.year))
    return found


def _turn(
    selection: CompareSelection,
    actor: Actor,
    theme: Theme,
    before: tuple[int, Side],
    after: tuple[int, Side],
) -> Turn:
    def side(year: int, of_year: Side) -> TurnSide:
        query = selection.rows_of(
            year, actor=actor.slug, theme=theme.slug, stance=list(of_year.first)
        )
        return TurnSide(year, of_year.number, query, list(of_year.first.values()), [])

    return Turn(actor, theme, after[1].favourable, side(*before), side(*after))


def _read(selection: CompareSelection, turns: list[Turn], read: Read) -> list[Turn]:
    """The turns with what was said on both sides."""
    wanted = [pk for turn in turns for side in (turn.before, turn.after) for pk in side.ids]
    if not wanted:
        return []
    rows = read(selection.visible_positions.filter(pk__in=wanted))
    found = {position.pk: position for position in rows}

    def with_words(side: TurnSide) -> TurnSide:
        return replace(side, said=[found[pk] for pk in side.ids if pk in found])

    return [
        replace(turn, before=with_words(turn.before), after=with_words(turn.after))
        for turn in turns
    ]
