"""Actors by year: a mark for each stance, or the silence in its place; and turns of direction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from django.db.models import Count

from dialogues.choices import Silence, Stance
from dialogues.filters import CompareSelection
from dialogues.models import Actor, Delivery, Position, Theme

from .columns import Column
from .people import Groups, Read, held_by, in_order, named_years, silence_of
from .themes import StanceCount, stance_counts

FAVOURABLE = frozenset({Stance.SUPPORTS, Stance.WELCOMES})
CRITICAL = frozenset({Stance.OPPOSES, Stance.CONCERNED})


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
class Turn:
    """An actor's move on one theme, from opposes or concerned to supports or welcomes, or back.

    `before` and `after` are its positions with a direction in the two years. A call *for*
    something, a note and a point with two sides have none; a year with both directions has none.
    """

    actor: Actor
    theme: Theme
    before_year: int
    after_year: int
    favourable: bool
    before: list[Position] = field(default_factory=list)
    after: list[Position] = field(default_factory=list)


@dataclass(frozen=True)
class ActorRow:
    actor: Actor
    cells: list[ActorCell]
    turns: list[Turn]


# actor -> theme -> year -> stance -> number of positions
Held = dict[int, dict[int, dict[int, dict[str, int]]]]


def actors(selection: CompareSelection, years: list[Column], read: Read) -> list[ActorRow]:
    """Each actor that holds a selected position, its stances by year. Seven queries, and `read`."""
    held = _held(selection)
    found = Actor.objects.visible_to(selection.user).in_bulk(list(held))
    named = named_years(selection, found)
    groups = Groups(found, selection.user)
    turned: dict[int, list[Turn]] = defaultdict(list)
    for turn in turns(selection, held, found, read):
        turned[turn.actor.pk].append(turn)
    rows = [
        ActorRow(
            found[pk],
            [_cell(selection, column, found[pk], held[pk], named[pk]) for column in years],
            turned[pk],
        )
        for pk in in_order(selection, years, found, named, groups)
    ]
    if selection.sort == "change":
        rows.sort(key=lambda row: not row.turns)
    return rows


def _held(selection: CompareSelection) -> Held:
    positions = selection.positions.rows.filter(
        statement__dialogue__year__in=selection.years
    ).order_by()
    rows = (
        Delivery.objects.delivered()
        .filter(selection.positions.who, statement__positions__in=positions)
        .order_by()
        .values_list(
            "actor",
            "statement__positions__theme",
            "statement__dialogue__year",
            "statement__positions__stance",
        )
        .annotate(number=Count("statement__positions"))
    )
    held: Held = {}
    for actor, theme, year, stance, number in rows:
        by_theme = held.setdefault(actor, {}).setdefault(theme, {})
        by_theme.setdefault(year, {})[stance] = number
    return held


def _cell(
    selection: CompareSelection,
    column: Column,
    actor: Actor,
    held: dict[int, dict[int, dict[str, int]]],
    named: set[int],
) -> ActorCell:
    numbers: dict[str, int] = defaultdict(int)
    for by_year in held.values():
        for stance, number in by_year.get(column.year, {}).items():
            numbers[stance] += number
    silence = None if numbers else silence_of(column, named)
    return ActorCell(
        stance_counts(selection, numbers, column.year, actor=actor.slug),
        silence,
        selection.rows_of(column.year, actor=actor.slug),
    )


def turns(
    selection: CompareSelection, held: Held, actors: dict[int, Actor], read: Read
) -> list[Turn]:
    """Turns from one year with a direction to the next that has one. Three queries and `read`."""
    found = [
        (actor, theme, before, after)
        for actor, by_theme in held.items()
        if actor in actors
        for theme, by_year in by_theme.items()
        for before, after in pairwise(_directed(by_year))
        if before[1] != after[1]
    ]
    if not found:
        return []
    themes = Theme.objects.visible_to(selection.user).in_bulk({theme for _, theme, _, _ in found})
    said = held_by(
        selection,
        {actor for actor, _, _, _ in found},
        read,
        theme__in=themes,
        stance__in=FAVOURABLE | CRITICAL,
    )

    def on(theme: int, positions: list[Position]) -> list[Position]:
        return [position for position in positions if position.theme_id == theme]

    return [
        Turn(
            actors[actor],
            themes[theme],
            before,
            after,
            favourable,
            on(theme, said[actor, before]),
            on(theme, said[actor, after]),
        )
        for actor, theme, (before, _was), (after, favourable) in sorted(
            found, key=lambda one: (actors[one[0]].name, themes[one[1]].order, one[2])
        )
    ]


def _directed(by_year: dict[int, dict[str, int]]) -> list[tuple[int, bool]]:
    """The years in order that have one direction, and whether it is favourable."""
    directions = []
    for year, stances in sorted(by_year.items()):
        favourable, critical = bool(FAVOURABLE & stances.keys()), bool(CRITICAL & stances.keys())
        if favourable != critical:
            directions.append((year, favourable))
    return directions
