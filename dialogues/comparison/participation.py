"""Who took part: actors by year, and how many of each kind, region and organization."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from dialogues.choices import UN_REGIONAL_GROUPS, ActorKind, Silence
from dialogues.filters import CompareSelection
from dialogues.models import Actor

from .counts import DeliveredCounts, delivered_counts, named_actors
from .ordering import actor_groups, order_actors
from .silences import actor_silence
from .years import ComparisonYear


class Attendance(NamedTuple):
    """An actor in one year: how many chosen statements it delivered, or the silence.

    `nothing_on_theme` where it delivered others only. `query` lists the statements counted.
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


class GroupCount(NamedTuple):
    """A number of actors or joint statements in one year; None where nothing can be counted.

    `query` lists what is counted, on the list that `of` names: `actors` or `statements`.
    """

    number: int | None
    query: str
    of: str


@dataclass(frozen=True)
class GroupCountRow:
    """One kind of actor, group or statement, counted in each year.

    `scheme` is `kind`, `region`, `organization` or `joint`.
    """

    scheme: str
    value: str
    label: str
    cells: list[GroupCount]


@dataclass(frozen=True)
class Participants:
    """Actors named in the base and elsewhere, in the base only, elsewhere only; and the counts."""

    rows: list[AttendanceRow]
    numbers: list[GroupCountRow]
    labels: dict[str, str]

    @property
    def parts(self) -> list[tuple[str, str, list[AttendanceRow]]]:
        return [
            (part, label, [row for row in self.rows if row.part == part])
            for part, label in self.labels.items()
        ]


def participation(selection: CompareSelection, years: list[ComparisonYear]) -> Participants:
    """Who took part: an actor a row, a year a column. Three queries."""
    delivered, names = delivered_counts(selection), named_actors(selection)
    fitting: dict[int, set[int]] = defaultdict(set)
    for year, of_year in delivered.items():
        for actor in of_year.statements:
            fitting[actor].add(year)
    actors = order_actors(selection, years, fitting)
    rows = [
        AttendanceRow(
            selection.actors[pk],
            _part(selection, fitting[pk]),
            [_attendance(selection, column, pk, delivered, names) for column in years],
        )
        for pk in actors
    ]
    numbers = _group_counts(selection, years, {pk: fitting[pk] for pk in actors})
    numbers += _joint_counts(selection, years, delivered)
    return Participants(rows, numbers, _labels(selection, years[0]))


def _labels(selection: CompareSelection, base: ComparisonYear) -> dict[str, str]:
    """The parts in words that claim no more than was counted."""
    if base.silence:
        return {"new": _("Named in another year; of the base year nobody is recorded")}
    if selection.given:
        return {
            "returning": _("With a statement that fits in the base year and in another"),
            "base-only": _("With a statement that fits in the base year only"),
            "new": _("With a statement that fits in another year, and none in the base year"),
        }
    return {
        "returning": _("Named in the base year and in another"),
        "base-only": _("Named in the base year only"),
        "new": _("Named in another year, not in the base year"),
    }


def _part(selection: CompareSelection, named: set[int]) -> str:
    if selection.base not in named:
        return "new"
    return "returning" if len(named) > 1 else "base-only"


def _attendance(
    selection: CompareSelection,
    column: ComparisonYear,
    actor: int,
    delivered: dict[int, DeliveredCounts],
    names: dict[int, set[int]],
) -> Attendance:
    statements = delivered[column.year].statements.get(actor, 0)
    if not statements:
        is_named = actor in names[column.year]
        return Attendance(0, actor_silence(column.silence, is_named=is_named), "")
    query = selection.rows_of(column.year, actor=selection.actors[actor].slug)
    return Attendance(statements, None, query)


def _group_counts(
    selection: CompareSelection, years: list[ComparisonYear], fitting: dict[int, set[int]]
) -> list[GroupCountRow]:
    """How many actors of each kind, region and organization."""
    groups = actor_groups(selection)
    tallies: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for pk, of_years in fitting.items():
        for column in years:
            if column.year in of_years:
                tallies["kind", selection.actors[pk].kind][column.year] += 1
                for slug in groups.on(column.dialogue.first_day, pk):
                    scheme = "region" if slug in UN_REGIONAL_GROUPS else "organization"
                    tallies[scheme, slug][column.year] += 1
    kinds = [("kind", str(kind), str(kind.label)) for kind in ActorKind]
    regions = [("region", slug, groups.names.get(slug, slug)) for slug in UN_REGIONAL_GROUPS]
    others = sorted(set(groups.names) - set(UN_REGIONAL_GROUPS), key=groups.names.__getitem__)
    organizations = [("organization", slug, groups.names[slug]) for slug in others]
    return [
        GroupCountRow(
            scheme,
            value,
            label,
            [
                GroupCount(
                    None if column.silence else tallies[scheme, value][column.year],
                    _narrowed(selection, column.year, scheme, value),
                    "actors",
                )
                for column in years
            ],
        )
        for scheme, value, label in (*kinds, *regions, *organizations)
        if (scheme, value) in tallies
    ]


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


def _joint_counts(
    selection: CompareSelection, years: list[ComparisonYear], delivered: dict[int, DeliveredCounts]
) -> list[GroupCountRow]:
    """How many joint statements, where there are any."""
    cells = [
        GroupCount(
            None if column.silence else delivered[column.year].joint,
            selection.rows_of(column.year, joint="true"),
            "statements",
        )
        for column in years
    ]
    if not any(of_year.joint for of_year in delivered.values()):
        return []
    return [GroupCountRow("joint", "true", _("Joint statements"), cells)]
