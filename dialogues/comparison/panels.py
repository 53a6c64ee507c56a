"""Panelists by UN regional group, beside the membership of the United Nations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from dialogues.choices import UN_REGIONAL_GROUPS, ActorKind, ParticipationRole
from dialogues.filters import CompareSelection
from dialogues.models import Actor, Participation
from dialogues.public import prefetch_public

from .ordering import ActorGroups, actor_groups
from .years import ComparisonYear


@dataclass(frozen=True)
class Panelist:
    """A person on panels of one year, with nationality, actor and region where recorded."""

    name: str
    post: str
    country: Actor | None
    actor: Actor | None
    region: str


@dataclass(frozen=True)
class PanelYear:
    """The panelists of one year, counted by region and by kind.

    `by_region` counts recorded nationalities by UN regional group, `by_kind` panelists by the
    kind of actor that they stand for ("" where none is recorded).
    """

    column: ComparisonYear
    panelists: list[Panelist]
    by_region: dict[str, int]
    by_kind: dict[str, int]

    @property
    def recorded(self) -> int:
        return sum(1 for panelist in self.panelists if panelist.country)


@dataclass(frozen=True)
class Region:
    """A UN regional group, how many members of the UN it had on the base's first day, its share."""

    slug: str
    name: str
    members: int
    share: float

    @property
    def percent(self) -> int:
        """The share in whole per cents."""
        return round(100 * self.share)


@dataclass(frozen=True)
class Representation:
    """Panelists by year, beside the membership of the United Nations.

    The membership is that of `day`; members in no regional group are in none of the `regions`.
    """

    years: list[PanelYear]
    regions: list[Region]
    members: int
    day: date | None

    @property
    def ungrouped(self) -> int:
        return self.members - sum(region.members for region in self.regions)


def panels(selection: CompareSelection, years: list[ComparisonYear]) -> Representation:
    """Panelists by UN regional group and kind. Filters do not touch them. Six queries."""
    rows = prefetch_public(
        Participation.objects.visible_to(selection.user).filter(
            role=ParticipationRole.PANELIST, panel__dialogue__year__in=selection.years
        ),
        *("person", "country", "actor", "panel__dialogue"),
    ).order_by("panel__dialogue__year", "panel__order", "order")
    since = {
        pk: actor.un_member_since
        for pk, actor in selection.actors.items()
        if actor.kind == ActorKind.MEMBER_STATE
    }
    groups = actor_groups(selection)
    by_year: dict[int, dict[object, Panelist]] = {year: {} for year in selection.years}
    for row in rows:
        # A person counts once in a year, on however many panels.
        key = row.person_id or (row.post, row.organization)
        by_year[row.panel.dialogue.year].setdefault(key, _panelist(row, groups))
    # The first of the years that was held: the base, unless none was held then.
    base_day = next((c.dialogue.first_day for c in years if c.dialogue.was_held), None)
    regions, members = _membership(since, groups, base_day)
    return Representation(
        [_year(column, list(by_year[column.year].values())) for column in years],
        regions,
        members,
        base_day,
    )


def _panelist(row: Participation, groups: ActorGroups) -> Panelist:
    region = ""
    if row.country:
        region = groups.regional(row.panel.dialogue.first_day, row.country.pk)
    post = ", ".join(filter(None, (row.post, row.organization)))
    name = str(row.person) if row.person else post
    return Panelist(name, post, row.country, row.actor, region)


def _year(column: ComparisonYear, panelists: list[Panelist]) -> PanelYear:
    return PanelYear(
        column,
        panelists,
        dict(Counter(one.region for one in panelists if one.country)),
        dict(Counter(one.actor.kind if one.actor else "" for one in panelists)),
    )


def _membership(
    since: dict[int, date | None], groups: ActorGroups, day: date | None
) -> tuple[list[Region], int]:
    """The members of the UN on a day, by regional group."""
    if day is None:
        return [], 0
    members = [pk for pk, joined in since.items() if joined is None or joined <= day]
    numbers = Counter(groups.regional(day, pk) for pk in members)
    regions = [
        Region(slug, groups.names.get(slug, slug), numbers[slug], numbers[slug] / len(members))
        for slug in UN_REGIONAL_GROUPS
        if numbers[slug]
    ]
    return regions, len(members)
