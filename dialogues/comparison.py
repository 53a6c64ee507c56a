"""One dialogue beside others: a selection in, columns and rows out. Knows neither HTTP nor HTML.

What a record does not name is never taken for absence: each column carries its caveat, and an
empty cell says which silence it is.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from dialogues.choices import REPORTED_COUNTS, ActorKind, Coding, Silence, Stance
from dialogues.filters import CompareSelection
from dialogues.models import Actor, Assertion, Delivery, Dialogue, Participation, Theme
from dialogues.querysets import READER

# Which reported count stands beside which kind of actor named.
COUNTED_KINDS = {
    "member_states": ActorKind.MEMBER_STATE,
    "regional_organizations": ActorKind.REGIONAL_ORGANIZATION,
    "observers": ActorKind.OBSERVER,
    "civil_society": ActorKind.CIVIL_SOCIETY,
}
FACT_FIELDS = (
    "dates",
    "format",
    "theme",
    "ordinal",
    "ga_session",
    "convener",
    "assembly_president",
    "secretary_general",
    "duration",
    "report_title",
    "report_symbols",
    "report_date",
)


@dataclass(frozen=True)
class Column:
    """A year in a comparison, with what its record can and cannot carry."""

    year: int
    dialogue: Dialogue
    is_base: bool
    named: int
    reported: int | None

    @property
    def silence(self) -> Silence | None:
        """Why nothing can be said of any actor in this year; None where the record names some."""
        if not self.dialogue.was_held:
            return Silence.NONE_HELD
        if self.dialogue.coding == Coding.NOT_CODED:
            return Silence.NOT_CODED
        return None

    @property
    def caveat(self) -> str:
        """What stands at the head of the column."""
        if self.silence:
            return str(self.silence.label)
        if self.reported is None:
            return _("Names %(named)d Member States; no count is reported.") % {"named": self.named}
        return _("Names %(named)d of %(reported)d reported Member States.") % {
            "named": self.named,
            "reported": self.reported,
        }


@dataclass(frozen=True)
class Said:
    """A value as sources give it beside the one that the archive prefers."""

    value: Any
    meaning: str
    cites: list[Any]


@dataclass(frozen=True)
class FactCell:
    """A fact of one year. `actors` is the query string of the rows that a count counts."""

    value: Any
    differs: bool = False
    others: list[Said] = field(default_factory=list)
    reported: int | None = None
    actors: str = ""
    silence: Silence | None = None


@dataclass(frozen=True)
class FactRow:
    """One fact over the columns; a count is one that is recorded beside one reported."""

    name: str
    label: str
    cells: list[FactCell]
    is_count: bool = False


@dataclass(frozen=True)
class Attendance:
    """An actor in one year: its statements' refs, or the silence that stands for them.

    `query` is the query string of those statements.
    """

    statements: list[str]
    silence: Silence | None
    query: str


@dataclass(frozen=True)
class ActorRow:
    actor: Actor
    cells: list[Attendance]


@dataclass(frozen=True)
class Participants:
    """Who is named in the base and elsewhere, in the base only, elsewhere only."""

    returning: list[ActorRow]
    base_only: list[ActorRow]
    new: list[ActorRow]

    @property
    def parts(self) -> list[tuple[str, str, list[ActorRow]]]:
        return [
            ("returning", _("Named in the base year and in another"), self.returning),
            ("base-only", _("Named in the base year only"), self.base_only),
            ("new", _("Named in another year, not in the base year"), self.new),
        ]


@dataclass(frozen=True)
class StanceCount:
    """How many positions take a stance, and the query string of those."""

    stance: Stance
    positions: int
    query: str


@dataclass(frozen=True)
class ThemeCell:
    """A theme in one year: positions, their stances, their share of the year.

    `query` is the query string of those positions.
    """

    positions: int
    stances: list[StanceCount]
    share: float | None
    change: str
    silence: Silence | None
    query: str

    @property
    def percent(self) -> int | None:
        """The share in whole per cents."""
        return None if self.share is None else round(100 * self.share)


@dataclass(frozen=True)
class ThemeRow:
    theme: Theme
    cells: list[ThemeCell]


def named_by_kind(years: Iterable[int], user: Any = READER) -> dict[tuple[int, str], int]:
    """How many actors of each kind a year's record names as speaking from the floor. One query."""
    rows = (
        Delivery.objects.visible_to(user)
        .from_the_floor()
        .filter(statement__dialogue__year__in=list(years))
        .order_by()
        .values_list("statement__dialogue__year", "actor__kind")
        .annotate(named=Count("actor", distinct=True))
    )
    return {(year, kind): named for year, kind, named in rows}


def columns(selection: CompareSelection) -> list[Column]:
    """The years of a comparison, the base first. Two queries."""
    named = named_by_kind(selection.years, selection.user)
    dialogues = Dialogue.objects.visible_to(selection.user).filter(year__in=selection.years)
    by_year = {dialogue.year: dialogue for dialogue in dialogues}
    return [
        Column(
            year,
            by_year[year],
            year == selection.base,
            named.get((year, ActorKind.MEMBER_STATE), 0),
            by_year[year].member_states,
        )
        for year in selection.years
    ]


def facts(selection: CompareSelection, years: list[Column]) -> list[FactRow]:
    """Facts side by side, and what was reported beside what is recorded. Six queries."""
    others = _other_values(selection)
    rows = [
        _fact_row(name, years, [_value(column.dialogue, name) for column in years], others)
        for name in FACT_FIELDS
    ]
    days = [_days_before(column.dialogue) for column in years]
    rows.append(_fact_row("report_days_before", years, days, others))
    people = dict(
        Participation.objects.visible_to(selection.user)
        .filter(panel__dialogue__year__in=selection.years)
        .order_by()
        .values_list("panel__dialogue__year")
        .annotate(people=Count("person", distinct=True))
    )
    rows.append(_fact_row("people_on_panels", years, [people.get(c.year) for c in years], others))
    return rows + _count_rows(selection, years, others)


def _count_rows(
    selection: CompareSelection, years: list[Column], others: dict[tuple[int, str], list[Said]]
) -> list[FactRow]:
    named = named_by_kind(selection.years, selection.user)
    rows = []
    for name, label in REPORTED_COUNTS.items():
        kind = COUNTED_KINDS.get(name)
        cells = []
        for column in years:
            recorded = named.get((column.year, kind), 0) if kind and not column.silence else None
            cells.append(
                FactCell(
                    value=recorded,
                    reported=getattr(column.dialogue, name),
                    others=others.get((column.year, name), []),
                    actors=f"year={column.year}&kind={kind}&form=statement" if recorded else "",
                    silence=column.silence,
                )
            )
        if any(cell.reported is not None or cell.value for cell in cells):
            rows.append(FactRow(name, str(label), cells, is_count=True))
    return rows


def _fact_row(
    name: str,
    years: list[Column],
    values: list[Any],
    others: dict[tuple[int, str], list[Said]],
) -> FactRow:
    cells = [
        # An unknown value is no difference.
        FactCell(
            value,
            None not in (value, values[0]) and value != values[0],
            others.get((column.year, name), []),
            silence=None if column.dialogue.was_held else Silence.NONE_HELD,
        )
        for column, value in zip(years, values, strict=True)
    ]
    return FactRow(name, fact_label(name), cells)


def fact_label(name: str) -> str:
    """A fact's name in words: the field's own name, or the key with its spaces back."""
    labels = {
        "dates": _("Dates"),
        "report_days_before": _("Days from report to dialogue"),
        "people_on_panels": _("People named on panels"),
        "report_symbols": _("Report’s symbols"),
    }
    if name in labels:
        return labels[name]
    if name in REPORTED_COUNTS:
        return str(REPORTED_COUNTS[name])
    if name in {column.name for column in Dialogue._meta.fields}:
        label = str(Dialogue._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    else:
        label = name.replace("_", " ")
    return label[:1].upper() + label[1:]


def _value(dialogue: Dialogue, name: str) -> Any:
    """A fact as it is compared; None where it is not recorded."""
    if name == "format":
        return dialogue.get_format_display()
    if name == "dates":
        return [datetime.date.fromisoformat(day) for day in dialogue.dates] or None
    return getattr(dialogue, name) or None


def _days_before(dialogue: Dialogue) -> int | None:
    if dialogue.report_date and dialogue.first_day:
        return (dialogue.first_day - dialogue.report_date).days
    return None


def _other_values(selection: CompareSelection) -> dict[tuple[int, str], list[Said]]:
    """What sources say otherwise, by year and fact: assertions that are not the preferred one."""
    found: dict[tuple[int, str], list[Said]] = defaultdict(list)
    assertions = (
        Assertion.objects.visible_to(selection.user)
        .filter(dialogue__year__in=selection.years, preferred=False)
        .select_related("dialogue")
        .prefetch_related("citations__source", "citations__passage")
    )
    for assertion in assertions:
        found[assertion.dialogue.year, assertion.fact].append(
            Said(assertion.value, assertion.meaning, list(assertion.citations.all()))
        )
    return found


def participation(selection: CompareSelection, years: list[Column]) -> Participants:
    """Who took part, by what the records name: an actor a row, a year a column. Three queries."""
    spoke: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    deliveries = (
        Delivery.objects.delivered()
        .filter(
            selection.statements.who,
            statement__in=selection.statements.rows.order_by(),
            statement__dialogue__year__in=selection.years,
        )
        .order_by("statement__serial")
        .values_list("actor", "statement__dialogue__year", "statement__ref")
    )
    for actor, year, ref in deliveries:
        spoke[actor][year].append(ref)
    actors = Actor.objects.visible_to(selection.user).in_bulk(list(spoke))
    parts: dict[str, list[ActorRow]] = {"returning": [], "base_only": [], "new": []}
    for pk in sorted(spoke, key=lambda pk: (actors[pk].name, actors[pk].slug)):
        cells = [
            Attendance(
                spoke[pk].get(column.year, []),
                None if spoke[pk].get(column.year) else column.silence or Silence.NOT_NAMED,
                selection.rows_of(column.year, actor=actors[pk].slug),
            )
            for column in years
        ]
        in_base = selection.base in spoke[pk]
        elsewhere = any(year in spoke[pk] for year in selection.others)
        part = "new" if not in_base else "returning" if elsewhere else "base_only"
        parts[part].append(ActorRow(actors[pk], cells))
    return Participants(**parts)


def themes(selection: CompareSelection, years: list[Column]) -> list[ThemeRow]:
    """Positions by theme and year, with stances and the change against the base. Two queries."""
    positions = selection.positions.rows.filter(
        statement__dialogue__year__in=selection.years
    ).order_by()
    counts: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    totals: dict[int, int] = defaultdict(int)
    for theme, year, stance, number in positions.values_list(
        "theme", "statement__dialogue__year", "stance"
    ).annotate(number=Count("pk", distinct=True)):
        counts[theme, year][stance] = number
        totals[year] += number
    rows = []
    for theme in Theme.objects.visible_to(selection.user):
        if not any((theme.pk, year) in counts for year in selection.years):
            continue
        cells = [_theme_cell(selection, column, theme, counts, totals) for column in years]
        rows.append(ThemeRow(theme, cells))
    return rows


def _theme_cell(
    selection: CompareSelection,
    column: Column,
    theme: Theme,
    counts: dict[tuple[int, int], dict[str, int]],
    totals: dict[int, int],
) -> ThemeCell:
    stances = counts.get((theme.pk, column.year), {})
    here = sum(stances.values())
    there = sum(counts.get((theme.pk, selection.base), {}).values())
    return ThemeCell(
        positions=here,
        stances=[
            StanceCount(
                stance,
                stances[stance],
                selection.rows_of(column.year, theme=theme.slug, stance=stance),
            )
            for stance in Stance
            if stance in stances
        ],
        share=here / totals[column.year] if totals[column.year] else None,
        change="" if column.is_base or column.silence else _change(here, there),
        silence=column.silence if not here else None,
        query=selection.rows_of(column.year, theme=theme.slug),
    )


def _change(here: int, there: int) -> str:
    """Against the base, in a word: counts only, since records differ in depth."""
    if here == there:
        return "" if not here else _("as many")
    if not there:
        return _("new")
    if not here:
        return _("not in this record")
    return _("more") if here > there else _("fewer")
