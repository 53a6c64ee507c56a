"""Positions side by side, actor by actor, with their quotations; and pinned ones."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q

from dialogues.choices import Silence
from dialogues.filters import CompareSelection
from dialogues.models import Actor, Position

from .counts import MOST_CELL_POSITIONS, first_positions, held_stances, named_actors
from .ordering import Loader, paginate_rows
from .silences import actor_silence
from .years import ComparisonYear

ACTORS_ON_A_PAGE = 15
# Beside more years than these a cell shows this many positions.
FEW_YEARS, FEW_CELL_POSITIONS = 4, 1


class WordsCell(NamedTuple):
    """The first of `number` chosen positions of an actor in one year, or the silence."""

    positions: list[Position]
    number: int
    silence: Silence | None
    query: str


@dataclass(frozen=True)
class WordsRow:
    actor: Actor
    cells: list[WordsCell]


@dataclass(frozen=True)
class WordsView:
    """The pinned positions, and a page of the `actors` with their positions; `pages` in all."""

    pinned: list[Position]
    rows: list[WordsRow]
    actors: int
    pages: int


def words(
    selection: CompareSelection,
    years: list[ComparisonYear],
    read: Loader,
    *,
    whole: bool = False,
) -> WordsView:
    """Pins, and a page of actors with their first positions by year; all of both when `whole`.

    Three queries, and those of `read`; twice when `whole`.
    """
    names = named_actors(selection)
    numbers = {
        year: {actor: sum(stances.values()) for actor, stances in of_year.stances.items()}
        for year, of_year in held_stances(selection).items()
    }
    holding = {actor for by_actor in numbers.values() for actor in by_actor}
    by_name = [actor for pk, actor in selection.actors.items() if pk in holding]
    shown, pages = paginate_rows(by_name, selection.page, ACTORS_ON_A_PAGE)
    pinned, positions = (
        _all_positions(selection, numbers, read)
        if whole
        else _first_positions(selection, shown, read)
    )

    def cell(column: ComparisonYear, actor: Actor) -> WordsCell:
        number = numbers[column.year].get(actor.pk, 0)
        if not number:
            is_named = actor.pk in names[column.year]
            return WordsCell([], 0, actor_silence(column.silence, is_named=is_named), "")
        return WordsCell(
            positions.get((column.year, actor.pk), []),
            number,
            None,
            selection.rows_of(column.year, actor=actor.slug),
        )

    rows = [
        WordsRow(actor, [cell(column, actor) for column in years])
        for actor in (by_name if whole else shown)
    ]
    by_ref = {position.ref: position for position in pinned}
    pins = [by_ref[ref] for ref in selection.pins if ref in by_ref]
    return WordsView(pins, rows, len(by_name), pages)


# By year and actor.
Positions = dict[tuple[int, int], list[Position]]


def _first_positions(
    selection: CompareSelection, actors: list[Actor], read: Loader
) -> tuple[list[Position], Positions]:
    """The pins, and the first positions of some actors, read together."""
    few = len(selection.years) <= FEW_YEARS
    most = MOST_CELL_POSITIONS if few else FEW_CELL_POSITIONS
    first = {
        (year, actor.pk): by_actor[actor.pk][:most]
        for year, by_actor in first_positions(selection).items()
        for actor in actors
        if actor.pk in by_actor
    }
    wanted = Q(pk__in=[pk for ids in first.values() for pk in ids])
    if selection.pins:
        wanted |= Q(ref__in=selection.pins)
    by_id = {row.pk: row for row in read(selection.visible_positions.filter(wanted))}
    return list(by_id.values()), {
        key: [by_id[pk] for pk in ids if pk in by_id] for key, ids in first.items()
    }


def _all_positions(
    selection: CompareSelection, holding: dict[int, dict[int, int]], read: Loader
) -> tuple[list[Position], Positions]:
    """The pins, and all chosen positions of each actor that the filters choose."""
    positions: Positions = defaultdict(list)
    chosen = read(selection.positions_in(selection.years))
    for position in chosen.order_by("statement__dialogue__year", "serial"):
        year = position.statement.dialogue.year
        for delivery in position.statement.delivered:
            if delivery.actor_id in holding[year]:
                positions[year, delivery.actor_id].append(position)
    pinned = selection.visible_positions.filter(ref__in=selection.pins)
    return list(read(pinned)) if selection.pins else [], positions
