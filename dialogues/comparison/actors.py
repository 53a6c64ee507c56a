"""Actors by year: their stances, or the silence in their place; and changes of stance."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from dialogues.choices import Silence
from dialogues.filters import CompareSelection
from dialogues.models import Actor, Position, Theme

from .counts import ThemeSide, held_stances, named_actors
from .ordering import Loader, order_actors, paginate_rows
from .silences import actor_silence
from .themes import StanceCount, stance_counts
from .years import ComparisonYear

ACTORS_ON_A_PAGE = 100
TURNS_ON_A_PAGE = 20


class ActorCell(NamedTuple):
    """The stances of an actor among the chosen positions of one year, or the silence."""

    stances: list[StanceCount]
    silence: Silence | None
    query: str

    @property
    def positions(self) -> int:
        return sum(count.positions for count in self.stances)


@dataclass(frozen=True)
class StanceChange:
    """An actor's change on one theme, from opposes or concerned to supports or welcomes, or back.

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
    """One year of a change: the first position of each stance, of `number` that `query` lists."""

    year: int
    number: int
    query: str
    said: list[Position]


@dataclass(frozen=True)
class StanceChangeText:
    """A change of stance with the positions of both years."""

    turn: StanceChange
    before: StanceSide
    after: StanceSide


@dataclass(frozen=True)
class ActorsView:
    """A page of the `number` actors with a chosen position.

    `turns` counts their changes of stance; `read` has the first of them with their positions, or
    none where no positions were to be read.
    """

    rows: list[ActorRow]
    number: int
    pages: int
    turns: int
    read: list[StanceChangeText]


def actors(
    selection: CompareSelection,
    years: list[ComparisonYear],
    read: Loader | None = None,
    *,
    whole: bool = False,
) -> ActorsView:
    """Actors with a chosen position, their stances by year, their changes. Two queries.

    A page of them, or all when `whole`. With `read`, the first changes with their positions, for
    the queries of `read`.
    """
    names, held = named_actors(selection), held_stances(selection)
    holding = {actor for of_year in held.values() for actor in of_year.stances}
    years_of = {
        actor: {year for year, named in names.items() if actor in named} for actor in holding
    }
    order = order_actors(selection, years, years_of)
    if selection.sort == "change":
        changed = _stance_changes(selection, holding)
        order.sort(key=lambda pk: pk not in changed)
    page, pages = paginate_rows(order, selection.page, ACTORS_ON_A_PAGE)
    shown = order if whole else page
    changes = _stance_changes(selection, set(shown))
    rows = [
        ActorRow(
            selection.actors[pk],
            [
                _cell(selection, column, pk, held[column.year].stances.get(pk, {}), names)
                for column in years
            ],
            changes.get(pk, []),
        )
        for pk in shown
    ]
    turns = sorted((turn for row in rows for turn in row.turns), key=lambda turn: turn.actor.name)
    texts = _read_changes(selection, turns[:TURNS_ON_A_PAGE], read) if read else []
    return ActorsView(rows, len(order), pages, len(turns), texts)


def _cell(
    selection: CompareSelection,
    column: ComparisonYear,
    actor: int,
    numbers: dict[str, int],
    names: dict[int, set[int]],
) -> ActorCell:
    if not numbers:
        is_named = actor in names[column.year]
        return ActorCell([], actor_silence(column.silence, is_named=is_named), "")
    slug = selection.actors[actor].slug
    return ActorCell(
        stance_counts(selection, numbers, column.year, actor=slug),
        None,
        selection.rows_of(column.year, actor=slug),
    )


def _stance_changes(selection: CompareSelection, actors: set[int]) -> dict[int, list[StanceChange]]:
    """Changes of these actors, from one year with a direction to the next that has one."""
    sides: dict[tuple[int, int], list[tuple[int, ThemeSide]]] = defaultdict(list)
    for year, of_year in sorted(held_stances(selection).items()):
        for key, side in of_year.sides.items():
            if key[0] in actors:
                sides[key].append((year, side))
    themes = {theme.pk: theme for theme in selection.themes}
    changes: dict[int, list[StanceChange]] = defaultdict(list)
    for (actor, theme), of_years in sides.items():
        if actor in selection.actors and theme in themes:
            changes[actor] += [
                StanceChange(
                    selection.actors[actor], themes[theme], before[0], after[0], before[1], after[1]
                )
                for before, after in pairwise(of_years)
                if before[1].favourable != after[1].favourable
            ]
    for of_actor in changes.values():
        of_actor.sort(key=lambda turn: (turn.theme.order, turn.before_year))
    return {actor: of_actor for actor, of_actor in changes.items() if of_actor}


def _read_changes(
    selection: CompareSelection, turns: list[StanceChange], read: Loader
) -> list[StanceChangeText]:
    """These changes with the positions of both years. One query, and those of `read`."""
    wanted = [
        pk for turn in turns for side in (turn.before, turn.after) for pk in side.first.values()
    ]
    if not wanted:
        return []
    rows = read(selection.visible_positions.filter(pk__in=wanted))
    positions = {position.pk: position for position in rows}

    def one_year(turn: StanceChange, year: int, side: ThemeSide) -> StanceSide:
        narrow: dict[str, Any] = {"actor": turn.actor.slug, "theme": turn.theme.slug}
        query = selection.rows_of(year, **narrow, stance=list(side.first))
        first = [positions[pk] for pk in side.first.values() if pk in positions]
        return StanceSide(year, side.number, query, first)

    return [
        StanceChangeText(
            turn,
            one_year(turn, turn.before_year, turn.before),
            one_year(turn, turn.after_year, turn.after),
        )
        for turn in turns
    ]
