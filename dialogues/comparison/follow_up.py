"""What was asked for and what came: proposed themes, repeated calls, reported counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from dialogues.choices import ProposalPart, Stance
from dialogues.filters import CompareSelection
from dialogues.models import Actor, Dialogue, Position, Tally, Theme

from .counts import held_stances, proposal_positions
from .ordering import Prefetcher, paginate_rows

CALLS_ON_A_PAGE = 50


@dataclass(frozen=True)
class ThemeOutcome:
    """Who takes one part in a proposal; an actor may do so in several positions."""

    part: ProposalPart
    positions: list[Position]

    @property
    def actors(self) -> list[tuple[Actor, list[Position]]]:
        """Each actor once, with its positions, by name."""
        held: dict[int, tuple[Actor, list[Position]]] = {}
        for position in self.positions:
            for delivery in position.statement.delivered:
                held.setdefault(delivery.actor_id, (delivery.actor, []))[1].append(position)
        return sorted(held.values(), key=lambda one: one[0].name)


@dataclass(frozen=True)
class ThemeProposal:
    """A theme that was proposed in one year for a later dialogue, and who did what with it."""

    title: str
    parts: list[ThemeOutcome]


@dataclass(frozen=True)
class ProposalYear:
    """What was proposed in `year` for the dialogue of `for_year`, and the theme that this took.

    `came` is None where the archive holds no such dialogue.
    """

    year: int
    for_year: int
    proposals: list[ThemeProposal]
    came: Dialogue | None


@dataclass(frozen=True)
class CallYear:
    """How many positions with the call an actor holds in one year, and where they are."""

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
    selection: CompareSelection, read: Prefetcher, read_tallies: Prefetcher, *, whole: bool = False
) -> FollowUp:
    """Proposals and what came of them, repeated calls (all when `whole`), and tallies.

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


def _proposed(selection: CompareSelection, read: Prefetcher) -> list[ProposalYear]:
    ids = [pk for of_year in proposal_positions(selection).values() for pk in of_year]
    order = ("statement__dialogue__year", "proposal_year", "proposal_title", "serial")
    found = selection.visible_positions.filter(pk__in=ids, proposal_year__isnull=False)
    rows = list(read(found).order_by(*order)) if ids else []

    def years(position: Position) -> tuple[int, int]:
        return position.statement.dialogue.year, position.proposal_year or 0

    return [
        ProposalYear(year, for_year, _by_title(list(group)), selection.dialogues.get(for_year))
        for (year, for_year), group in groupby(rows, years)
    ]


def _by_title(positions: list[Position]) -> list[ThemeProposal]:
    """The proposals of one year, those in which most take part first."""
    found = []
    for title, group in groupby(positions, lambda position: position.proposal_title):
        several = list(group)
        parts = [
            ThemeOutcome(part, [position for position in several if position.proposal_part == part])
            for part in ProposalPart
        ]
        found.append(ThemeProposal(title, [taken for taken in parts if taken.positions]))
    return sorted(found, key=lambda one: -sum(len(taken.actors) for taken in one.parts))


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
    return sorted(again, key=lambda one: (one[0].name, one[1].order))


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


def _counted(selection: CompareSelection, read: Prefetcher) -> list[CountedTheme]:
    """Tallies of the chosen themes, or of all; other filters speak of who, and do not fit them."""
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
