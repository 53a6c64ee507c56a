"""Actors by year: a mark for each stance, or the silence in its place; and turns of direction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from dialogues.choices import Silence
from dialogues.filters import CompareSelection
from dialogues.models import Actor, Position, Theme

from .counts import ThemeSide, held_stances, named_actors
from .ordering import Prefetcher, order_actors, paginate_rows
from .silences import actor_silence
from .themes import StanceCount, stance_counts
from .years import ComparisonYear

ACTORS_ON_A_PAGE = 100
TURNS_ON_A_PAGE = 20


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
class StanceChange:
    """An actor's move on one theme, from opposes or concerned to supports or welcomes, or back.

    A call *for* something, a note and a point with two sides have no direction; a year with both
    directions has none.
    """

    actor: Actor
    theme: Theme
    before_year: int
    after_year: int
    before: ThemeSide
    after: ThemeSide

    @property
    def favourable(self) -> bool:
        return self.after.favourable


@dataclass(frozen=True)
class ActorRow:
    actor: Actor
    cells: list[ActorCell]
    turns: list[StanceChange]


@dataclass(frozen=True)
class StanceSide:
    """One side of a turn: one position of each stance, of `number`, and the query of them all."""

    year: int
    number: int
    query: str
    said: list[Position]


@dataclass(frozen=True)
class StanceChangeText:
    """A turn with what was said in both years."""

    turn: StanceChange
    before: StanceSide
    after: StanceSide


@dataclass(frozen=True)
class ActorsView:
    """A page of the `number` actors that hold a selected position; and of their `turns` the first.

    `read` is empty where nothing was read.
    """

    rows: list[ActorRow]
    number: int
    pages: int
    turns: int
    read: list[StanceChangeText]


def actors(
    selection: CompareSelection,
    years: list[ComparisonYear],
    read: Prefetcher | None = None,
    *,
    whole: bool = False,
) -> ActorsView:
    """Actors that hold a selected position, their stances by year, their turns. Two queries.

    A hundred of them, or all when `whole`. With `read`, what was said in the first of their turns.
    """
    names, found = named_actors(selection), held_stances(selection)
    holding = {actor for of_year in found.values() for actor in of_year.stances}
    years_of = {
        actor: {year for year, named in names.items() if actor in named} for actor in holding
    }
    order = order_actors(selection, years, years_of)
    if selection.sort == "change":
        of_all = _turns(selection, holding)
        order.sort(key=lambda pk: pk not in of_all)
    page, pages = paginate_rows(order, selection.page, ACTORS_ON_A_PAGE)
    shown = order if whole else page
    turned = _turns(selection, set(shown))
    rows = [
        ActorRow(
            selection.actors[pk],
            [
                _cell(selection, column, pk, found[column.year].stances.get(pk, {}), names)
                for column in years
            ],
            turned.get(pk, []),
        )
        for pk in shown
    ]
    turns = sorted((turn for row in rows for turn in row.turns), key=lambda turn: turn.actor.name)
    words = _read(selection, turns[:TURNS_ON_A_PAGE], read) if read else []
    return ActorsView(rows, len(order), pages, len(turns), words)


def _cell(
    selection: CompareSelection,
    column: ComparisonYear,
    actor: int,
    numbers: dict[str, int],
    names: dict[int, set[int]],
) -> ActorCell:
    if not numbers:
        is_named = actor in names[column.year]
        return ActorCell([], actor_silence(column.dialogue, is_named=is_named), "")
    slug = selection.actors[actor].slug
    return ActorCell(
        stance_counts(selection, numbers, column.year, actor=slug),
        None,
        selection.rows_of(column.year, actor=slug),
    )


def _turns(selection: CompareSelection, of: set[int]) -> dict[int, list[StanceChange]]:
    """By actor of these, its turns from one year with a direction to the next that has one."""
    sides: dict[tuple[int, int], list[tuple[int, ThemeSide]]] = defaultdict(list)
    for year, of_year in sorted(held_stances(selection).items()):
        for key, side in of_year.sides.items():
            if key[0] in of:
                sides[key].append((year, side))
    themes = {theme.pk: theme for theme in selection.themes}
    found: dict[int, list[StanceChange]] = defaultdict(list)
    for (actor, theme), of_years in sides.items():
        if actor in selection.actors and theme in themes:
            found[actor] += [
                StanceChange(
                    selection.actors[actor], themes[theme], before[0], after[0], before[1], after[1]
                )
                for before, after in pairwise(of_years)
                if before[1].favourable != after[1].favourable
            ]
    for turns in found.values():
        turns.sort(key=lambda turn: (turn.theme.order, turn.before_year))
    return {actor: turns for actor, turns in found.items() if turns}


def _read(
    selection: CompareSelection, turns: list[StanceChange], read: Prefetcher
) -> list[StanceChangeText]:
    """The turns with what was said on both sides."""
    wanted = [
        pk for turn in turns for side in (turn.before, turn.after) for pk in side.first.values()
    ]
    if not wanted:
        return []
    rows = read(selection.visible_positions.filter(pk__in=wanted))
    found = {position.pk: position for position in rows}

    def said(turn: StanceChange, year: int, side: ThemeSide) -> StanceSide:
        narrow: dict[str, Any] = {"actor": turn.actor.slug, "theme": turn.theme.slug}
        query = selection.rows_of(year, **narrow, stance=list(side.first))
        positions = [found[pk] for pk in side.first.values() if pk in found]
        return StanceSide(year, side.number, query, positions)

    return [
        StanceChangeText(
            turn, said(turn, turn.before_year, turn.before), said(turn, turn.after_year, turn.after)
        )
        for turn in turns
    ]
