"""Who took part, by what the records name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from dialogues.choices import UN_REGIONAL_GROUPS, ActorKind, Silence
from dialogues.filters import CompareSelection
from dialogues.models import Actor, Delivery

from .columns import Column
from .people import Groups, in_order, named_years, silence_of


@dataclass(frozen=True)
class Attendance:
    """An actor in one year: how many statements it delivered, or the silence in their place.

    A record may name an actor with statements that do not fit what is chosen: `nothing_on_theme`.

    `query` is the query string of those statements.
    """

    statements: int
    silence: Silence | None
    query: str


@dataclass(frozen=True)
class AttendanceRow:
    """An actor over the years; `part` is `returning`, `base-only` or `new`."""

    actor: Actor
    part: str
    cells: list[Attendance]


@dataclass(frozen=True)
class Number:
    """How many there are in one year; `query` is the query string of those actors or statements.

    None where nothing can be counted.
    """

    number: int | None
    query: str


@dataclass(frozen=True)
class NumberRow:
    """One kind of actor, group or statement, counted in each year.

    `scheme` is `kind`, `region`, `organization` or `joint`.
    """

    scheme: str
    value: str
    label: str
    cells: list[Number]


@dataclass(frozen=True)
class Participants:
    """Who is named in the base and elsewhere, in the base only, elsewhere only; and the counts."""

    rows: list[AttendanceRow]
    numbers: list[NumberRow]

    @property
    def parts(self) -> list[tuple[str, str, list[AttendanceRow]]]:
        labels = {
            "returning": _("Named in the base year and in another"),
            "base-only": _("Named in the base year only"),
            "new": _("Named in another year, not in the base year"),
        }
        return [
            (part, label, [row for row in self.rows if row.part == part])
            for part, label in labels.items()
        ]


def participation(selection: CompareSelection, years: list[Column]) -> Participants:
    """Who took part: an actor a row, a year a column. Five queries."""
    spoke: dict[int, dict[int, int]] = defaultdict(dict)
    deliveries = (
        Delivery.objects.delivered()
        .filter(
            selection.statements.who,
            statement__in=selection.statements.rows.order_by(),
            statement__dialogue__year__in=selection.years,
        )
        .order_by()
        .values_list("actor", "statement__dialogue__year")
        .annotate(statements=Count("statement"))
    )
    for actor, year, statements in deliveries:
        spoke[actor][year] = statements
    actors = Actor.objects.visible_to(selection.user).in_bulk(list(spoke))
    groups = Groups(actors, selection.user)
    fitting = {pk: set(spoke[pk]) for pk in actors}
    named = named_years(selection, actors)
    rows = [
        AttendanceRow(
            actors[pk],
            _part(selection, fitting[pk]),
            [_attendance(selection, column, actors[pk], spoke[pk], named[pk]) for column in years],
        )
        for pk in in_order(selection, years, actors, fitting, groups)
    ]
    return Participants(rows, _numbers(selection, years, actors, fitting, groups))


def _part(selection: CompareSelection, named: set[int]) -> str:
    if selection.base not in named:
        return "new"
    return "returning" if len(named) > 1 else "base-only"


def _attendance(
    selection: CompareSelection,
    column: Column,
    actor: Actor,
    spoke: dict[int, int],
    named: set[int],
) -> Attendance:
    statements = spoke.get(column.year, 0)
    return Attendance(
        statements,
        None if statements else silence_of(column, named),
        selection.rows_of(column.year, actor=actor.slug),
    )


def _numbers(
    selection: CompareSelection,
    years: list[Column],
    actors: dict[int, Actor],
    named: dict[int, set[int]],
    groups: Groups,
) -> list[NumberRow]:
    """How many actors of each kind, region and organization, and how many joint statements."""
    tallies: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for pk, of_years in named.items():
        for column in years:
            if column.year in of_years:
                tallies["kind", actors[pk].kind][column.year] += 1
                for slug in groups.of(pk, column.dialogue.first_day):
                    scheme = "region" if slug in UN_REGIONAL_GROUPS else "organization"
                    tallies[scheme, slug][column.year] += 1
    kinds = [("kind", str(kind), str(kind.label)) for kind in ActorKind]
    regions = [("region", slug, groups.names.get(slug, slug)) for slug in UN_REGIONAL_GROUPS]
    others = sorted(set(groups.names) - set(UN_REGIONAL_GROUPS), key=groups.names.__getitem__)
    organizations = [("organization", slug, groups.names[slug]) for slug in others]
    return [
        NumberRow(
            scheme,
            value,
            label,
            [
                Number(
                    None if column.silence else tallies[scheme, value][column.year],
                    _narrowed(selection, column.year, scheme, value),
                )
                for column in years
            ],
        )
        for scheme, value, label in (*kinds, *regions, *organizations)
        if (scheme, value) in tallies
    ] + _joint(selection, years)


def _narrowed(selection: CompareSelection, year: int, scheme: str, value: str) -> str:
    """The query string of the actors of one kind or group among those selected.

    Chosen values of the same filter make way: what is counted has this one and fits them too,
    since an actor is of one kind; a group chosen beside it is left to the reader as "".
    """
    name = "kind" if scheme == "kind" else "group"
    given = selection.given
    if name == "group" and given.get("group", [value]) != [value]:
        return ""
    if "q" in given and selection.speaks_of_positions:
        # The list of actors wants both of one position, and here they are of one statement.
        return ""
    return selection.actors_of(year, **{name: value})


def _joint(selection: CompareSelection, years: list[Column]) -> list[NumberRow]:
    joint = (
        selection.statements.rows.filter(dialogue__year__in=selection.years)
        .order_by()
        .filter(
            pk__in=Delivery.objects.delivered()
            .order_by()
            .values("statement")
            .annotate(number=Count("pk"))
            .filter(number__gt=1)
            .values("statement")
        )
    )
    by_year = dict(joint.values_list("dialogue__year").annotate(number=Count("pk")))
    cells = [
        Number(
            None if column.silence else by_year.get(column.year, 0),
            selection.rows_of(column.year, joint="true"),
        )
        for column in years
    ]
    if not by_year:
        return []
    return [NumberRow("joint", "true", _("Joint statements"), cells)]
