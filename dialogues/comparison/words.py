"""Words side by side: quotations and summaries of the chosen years, actor by actor; and pins."""

from __future__ import annotations

from dataclasses import dataclass

from dialogues.choices import Silence
from dialogues.filters import CompareSelection
from dialogues.models import Actor, Delivery, Position

from .columns import Column
from .people import Read, held_by, named_years, silence_of

ACTORS_ON_A_PAGE = 25
# A cell shows this many positions and leads to the rest.
IN_A_CELL = 4


@dataclass(frozen=True)
class WordsCell:
    """An actor's selected positions of one year: the first of `number`, or a silence."""

    positions: list[Position]
    number: int
    silence: Silence | None
    query: str


@dataclass(frozen=True)
class WordsRow:
    actor: Actor
    cells: list[WordsCell]


@dataclass(frozen=True)
class Words:
    """The pinned positions, and a page of actors with what each holds; `pages` in all."""

    pinned: list[Position]
    rows: list[WordsRow]
    actors: int
    pages: int


def words(
    selection: CompareSelection, years: list[Column], read: Read, *, whole: bool = False
) -> Words:
    """Pins, and 25 actors with their positions by year; all of both when `whole`.

    Four queries, and `read` twice.
    """
    pinned = _pinned(selection, read)
    positions = selection.positions.rows.filter(
        statement__dialogue__year__in=selection.years
    ).order_by()
    deliveries = Delivery.objects.delivered().filter(
        selection.positions.who, statement__positions__in=positions
    )
    holding = Actor.objects.visible_to(selection.user).filter(
        pk__in=deliveries.order_by().values("actor")
    )
    shown = list(holding.order_by("name", "slug"))
    number = len(shown)
    if not whole:
        start = (selection.page - 1) * ACTORS_ON_A_PAGE
        shown = shown[start : start + ACTORS_ON_A_PAGE]
    ids = [actor.pk for actor in shown]
    held, named = held_by(selection, ids, read), named_years(selection, ids)
    rows = [
        WordsRow(actor, [_cell(selection, column, actor, held, named, whole) for column in years])
        for actor in shown
    ]
    return Words(pinned, rows, number, max(1, -(-number // ACTORS_ON_A_PAGE)))


def _pinned(selection: CompareSelection, read: Read) -> list[Position]:
    if not selection.pins:
        return []
    found = Position.objects.visible_to(selection.user).filter(ref__in=selection.pins)
    by_ref = {position.ref: position for position in read(found)}
    return [by_ref[ref] for ref in selection.pins]


def _cell(
    selection: CompareSelection,
    column: Column,
    actor: Actor,
    held: dict[tuple[int, int], list[Position]],
    named: dict[int, set[int]],
    whole: bool,
) -> WordsCell:
    positions = held.get((actor.pk, column.year), [])
    silence = None if positions else silence_of(column, named[actor.pk])
    return WordsCell(
        positions if whole else positions[:IN_A_CELL],
        len(positions),
        silence,
        selection.rows_of(column.year, actor=actor.slug),
    )
