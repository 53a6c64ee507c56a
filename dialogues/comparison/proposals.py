"""What was asked for and what came: proposed themes, repeated calls, reported counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from dialogues.choices import ProposalPart, Stance
from dialogues.filters import CompareSelection
from dialogues.models import Actor, Delivery, Dialogue, Position, Tally, Theme

from .people import Read, held_by


@dataclass(frozen=True)
class Taken:
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
class Proposal:
    """A theme that was proposed in one year for a later dialogue, and who did what with it."""

    title: str
    parts: list[Taken]


@dataclass(frozen=True)
class ProposedYear:
    """What was proposed in `year` for the dialogue of `for_year`, and the theme that this took.

    `came` is None where the archive holds no such dialogue.
    """

    year: int
    for_year: int
    proposals: list[Proposal]
    came: Dialogue | None


@dataclass(frozen=True)
class CallYear:
    """How many positions with the call an actor holds in one year, and where they are."""

    year: int
    positions: int
    query: str


@dataclass(frozen=True)
class Call:
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
class Asked:
    proposed: list[ProposedYear]
    calls: list[Call]
    counted: list[CountedTheme]


def proposals(selection: CompareSelection, read: Read, read_tallies: Read) -> Asked:
    """Proposals and what came of them, repeated calls, and tallies.

    Eight queries, `read` twice and `read_tallies`.
    """
    return Asked(
        _proposed(selection, read), _calls(selection, read), _counted(selection, read_tallies)
    )


def _proposed(selection: CompareSelection, read: Read) -> list[ProposedYear]:
    proposing = selection.positions.rows.filter(
        statement__dialogue__year__in=selection.years, proposal_year__isnull=False
    )
    order = ("statement__dialogue__year", "proposal_year", "proposal_title", "serial")
    rows = list(read(proposing).order_by(*order))
    wanted = {position.proposal_year for position in rows}
    held = Dialogue.objects.visible_to(selection.user).filter(year__in=wanted)
    came = {dialogue.year: dialogue for dialogue in held} if wanted else {}

    def years(position: Position) -> tuple[int, int]:
        return position.statement.dialogue.year, position.proposal_year or 0

    return [
        ProposedYear(year, for_year, _by_title(list(group)), came.get(for_year))
        for (year, for_year), group in groupby(rows, years)
    ]


def _by_title(positions: list[Position]) -> list[Proposal]:
    """The proposals of one year, those in which most take part first."""
    found = []
    for title, group in groupby(positions, lambda position: position.proposal_title):
        several = list(group)
        parts = [
            Taken(part, [position for position in several if position.proposal_part == part])
            for part in ProposalPart
        ]
        found.append(Proposal(title, [taken for taken in parts if taken.positions]))
    return sorted(found, key=lambda one: -sum(len(taken.actors) for taken in one.parts))


def _calls(selection: CompareSelection, read: Read) -> list[Call]:
    positions = selection.positions.rows.filter(
        stance=Stance.CALLS_FOR, statement__dialogue__year__in=selection.years
    ).order_by()
    made = (
        Delivery.objects.delivered()
        .filter(selection.positions.who, statement__positions__in=positions)
        .order_by()
        .values_list("actor", "statement__positions__theme", "statement__dialogue__year")
        .distinct()
    )
    years: dict[tuple[int, int], set[int]] = defaultdict(set)
    for actor, theme, year in made:
        years[actor, theme].add(year)
    again = {key: found for key, found in years.items() if len(found) > 1}
    actors = Actor.objects.visible_to(selection.user).in_bulk({actor for actor, _ in again})
    themes = Theme.objects.visible_to(selection.user).in_bulk({theme for _, theme in again})
    held = held_by(selection, actors, read, theme__in=themes, stance=Stance.CALLS_FOR)

    def made_in(actor: int, theme: int, year: int) -> CallYear:
        number = sum(1 for one in held.get((actor, year), []) if one.theme_id == theme)
        query = selection.rows_of(
            year, actor=actors[actor].slug, theme=themes[theme].slug, stance=Stance.CALLS_FOR
        )
        return CallYear(year, number, query)

    return [
        Call(
            actors[actor],
            themes[theme],
            [made_in(actor, theme, year) for year in sorted(found)],
        )
        for (actor, theme), found in sorted(
            again.items(), key=lambda one: (actors[one[0][0]].name, themes[one[0][1]].order)
        )
    ]


def _counted(selection: CompareSelection, read: Read) -> list[CountedTheme]:
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
