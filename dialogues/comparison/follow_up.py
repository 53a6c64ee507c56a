"""Proposals and their outcome: proposed themes, repeated calls, reported counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from dialogues.choices import ProposalPart, Stance
from dialogues.filters import CompareSelection
from dialogues.models import Actor, Dialogue, Position, Tally, Theme

from .counts import held_stances, proposal_positions
from .ordering import Loader, paginate_rows

CALLS_ON_A_PAGE = 50


@dataclass(frozen=True)
class ThemeOutcome:
    """The positions that take one part in a proposal (to make it, to support it, …)."""

    part: ProposalPart
    positions: list[Position]

    @property
    def actors(self) -> list[tuple[Actor, list[Position]]]:
        """Each actor once, with its positions, by name."""
        by_actor: dict[int, tuple[Actor, list[Position]]] = {}
        for position in self.positions:
            for delivery in position.statement.delivered:
                by_actor.setdefault(delivery.actor_id, (delivery.actor, []))[1].append(position)
        return sorted(by_actor.values(), key=lambda pair: pair[0].name)


@dataclass(frozen=True)
class ThemeProposal:
    """A theme that was proposed in one year for a later dialogue, with the positions on it."""

    title: str
    parts: list[ThemeOutcome]


@dataclass(frozen=True)
class ProposalYear:
    """The proposals of `year` for the dialogue of `for_year`.

    `came` is that dialogue; None where the archive has none.
    """

    year: int
    for_year: int
    proposals: list[ThemeProposal]
    came: Dialogue | None


@dataclass(frozen=True)
class CallYear:
    """The number of positions with a call in one year, and the query string that lists them."""

    year: int
    positions: int
    query: str


@dataclass(frozen=True)
class RepeatedCall:
    """A call on one theme that an actor makes in two or more of the years."""

    actor: Actor
    theme: Theme
    by_year: list[CallYear]


@dataclass(frozen=True)
class CountedTheme:
    """The reported counts of one theme over the years."""

    theme: Theme
    tallies: list[Tally]


@dataclass(frozen=True)
class FollowUp:
    """Proposals, a page of the `number` repeated calls, and tallies."""

    proposed: list[ProposalYear]
    calls: list[RepeatedCall]
    number: int
    pages: int
    counted: list[CountedTheme]


def proposals(
    selection: CompareSelection, read: Loader, read_tallies: Loader, *, whole: bool = False
) -> FollowUp:
    """Proposals and their outcome, repeated calls (all when `whole`), and tallies.

    Two queries, those of `read`, and those of `read_tallies`.
    """
    calls = _calls(selection)
    shown, pages = paginate_rows(calls, selection.page, CALLS_ON_A_PAGE)
    return FollowUp(
        _proposed(selection, read),
        [_call(selection, *call) for call in (calls if whole else shown)],
        len(calls),
        pages,
        _counted(selection, read_tallies),
    )


def _proposed(selection: CompareSelection, read: Loader) -> list[ProposalYear]:
    ids = [pk for of_year in proposal_positions(selection).values() for pk in of_year]
    order = ("statement__dialogue__year", "proposal_year", "proposal_title", "serial")
    positions = selection.visible_positions.filter(pk__in=ids, proposal_year__isnull=False)
    rows = list(read(positions).order_by(*order)) if ids else []

    def years(position: Position) -> tuple[int, int]:
        return position.statement.dialogue.year, position.proposal_year or 0

    return [
        ProposalYear(year, for_year, _by_title(list(group)), selection.dialogues.get(for_year))
        for (year, for_year), group in groupby(rows, years)
    ]


def _by_title(positions: list[Position]) -> list[ThemeProposal]:
    """The proposals of one year, those with most actors first."""
    proposals_made = []
    for title, group in groupby(positions, lambda position: position.proposal_title):
        several = list(group)
        parts = [
            ThemeOutcome(part, [position for position in several if position.proposal_part == part])
            for part in ProposalPart
        ]
        proposals_made.append(ThemeProposal(title, [part for part in parts if part.positions]))
    return sorted(
        proposals_made, key=lambda proposal: -sum(len(part.actors) for part in proposal.parts)
    )


def _calls(selection: CompareSelection) -> list[tuple[Actor, Theme, dict[int, int]]]:
    """Calls of one actor on one theme in two or more of the years, by actor and theme."""
    numbers: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for year, of_year in sorted(held_stances(selection).items()):
        for key, number in of_year.calls.items():
            numbers[key][year] = number
    themes = {theme.pk: theme for theme in selection.themes}
    again = [
        (selection.actors[actor], themes[theme], by_year)
        for (actor, theme), by_year in numbers.items()
        if len(by_year) > 1 and actor in selection.actors and theme in themes
    ]
    return sorted(again, key=lambda call: (call[0].name, call[1].order))


def _call(
    selection: CompareSelection, actor: Actor, theme: Theme, by_year: dict[int, int]
) -> RepeatedCall:
    narrow = {"actor": actor.slug, "theme": theme.slug, "stance": Stance.CALLS_FOR}
    return RepeatedCall(
        actor,
        theme,
        [
            CallYear(year, number, selection.rows_of(year, **narrow))
            for year, number in by_year.items()
        ],
    )


def _counted(selection: CompareSelection, read: Loader) -> list[CountedTheme]:
    """Tallies by theme, of the chosen themes or of all: no other filter can be asked of a tally."""
    tallies = Tally.objects.visible_to(selection.user).filter(
        dialogue__year__in=selection.years, theme__isnull=False
    )
    if chosen := selection.given.get("theme"):
        tallies = tallies.filter(theme__slug__in=chosen)
    rows = read(tallies).order_by("theme__order", "theme__slug", "dialogue__year", "serial")
    return [
        CountedTheme(theme, list(group))
        for theme, group in groupby(rows, lambda tally: tally.theme)
        if theme is not None
    ]
