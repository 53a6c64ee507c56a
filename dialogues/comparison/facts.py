"""Facts side by side, and reported counts beside recorded ones."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from dialogues.choices import COUNTED_KINDS, REPORTED_COUNTS, Silence
from dialogues.filters import CompareSelection
from dialogues.models import Assertion, Dialogue, Panel
from dialogues.public import cites

from .years import ComparisonYear

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
COUNTED_FACTS = ("report_days_before", "panels", "people_on_panels")


@dataclass(frozen=True)
class SourceValue:
    """A value that sources give beside the one that the archive prefers."""

    value: Any
    meaning: str
    cites: list[Any]


class FactCell(NamedTuple):
    """A fact of one year. `actors` is the query string of the rows that a count counts."""

    value: Any
    others: list[SourceValue]
    silence: Silence | None
    differs: bool = False
    reported: int | None = None
    actors: str = ""


@dataclass(frozen=True)
class FactRow:
    """One fact over the years; `is_count` where a recorded number stands beside a reported one."""

    name: str
    label: str
    cells: list[FactCell]
    is_count: bool = False


def facts(selection: CompareSelection, years: list[ComparisonYear]) -> list[FactRow]:
    """Facts side by side, and reported counts beside recorded ones. At most three queries.

    No query once they are cached: no filter narrows them.
    """
    others = _other_values(selection)
    rows = [
        _fact_row(name, years, [_value(column.dialogue, name) for column in years], others)
        for name in FACT_FIELDS
    ]
    panels = _panels(selection)
    counted = (
        [_days_before(column.dialogue) for column in years],
        *zip(*(panels.get(column.year, (None, None)) for column in years), strict=True),
    )
    for name, values in zip(COUNTED_FACTS, counted, strict=True):
        rows.append(_fact_row(name, years, list(values), others))
    return rows + _count_rows(years, others)


def _panels(selection: CompareSelection) -> dict[int, tuple[int, int | None]]:
    """Segments of each year, and people named on them; None where none is named. One query."""
    rows = (
        Panel.objects.visible_to(selection.user)
        .order_by()
        .values_list("dialogue__year")
        .annotate(
            segments=Count("pk", distinct=True),
            people=Count("participations__person", distinct=True),
            parts=Count("participations"),
        )
    )
    return selection.kept(
        "panels",
        lambda: {year: (number, people if parts else None) for year, number, people, parts in rows},
    )


def _count_rows(
    years: list[ComparisonYear], others: dict[tuple[int, str], list[SourceValue]]
) -> list[FactRow]:
    rows = []
    for name, label in REPORTED_COUNTS.items():
        kind = COUNTED_KINDS.get(name)
        cells = []
        for column in years:
            recorded = column.named_by_kind.get(kind, 0) if kind and not column.silence else None
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
    years: list[ComparisonYear],
    values: list[Any],
    others: dict[tuple[int, str], list[SourceValue]],
) -> FactRow:
    cells = [
        # An unknown value is no difference.
        FactCell(
            value,
            others.get((column.year, name), []),
            None if column.dialogue.was_held else Silence.NONE_HELD,
            differs=None not in (value, values[0]) and value != values[0],
        )
        for column, value in zip(years, values, strict=True)
    ]
    return FactRow(name, fact_label(name), cells)


def fact_label(name: str) -> str:
    """A fact's name in words: the field's own name, or the key with its spaces back."""
    labels = {
        "dates": _("Dates"),
        "report_days_before": _("Days from report to dialogue"),
        "panels": _("Segments of the programme"),
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


def _other_values(selection: CompareSelection) -> dict[tuple[int, str], list[SourceValue]]:
    """Values that sources give beside the preferred one, by year and fact. Two queries."""
    assertions = (
        Assertion.objects.visible_to(selection.user)
        .filter(preferred=False, fact__in=[*FACT_FIELDS, *COUNTED_FACTS, *REPORTED_COUNTS])
        .select_related("dialogue")
        .prefetch_related(cites())
    )

    def read() -> dict[tuple[int, str], list[SourceValue]]:
        values: dict[tuple[int, str], list[SourceValue]] = defaultdict(list)
        for assertion in assertions:
            values[assertion.dialogue.year, assertion.fact].append(
                SourceValue(assertion.value, assertion.meaning, list(assertion.citations.all()))
            )
        return dict(values)

    return selection.kept("other values", read)
