"""The counts beside each choice of a list of statements or positions.

Each is the number of rows that the list has when that value alone is chosen in its facet and every
other filter stays: the conditions are those of the selection itself, grouped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from dialogues.models import Delivery, Position

from .sets import (
    OF_POSITION,
    OF_WHO,
    PositionSelection,
    Said,
    StatementSelection,
    position_condition,
    who_condition,
)

FACETS = (
    *("year", "actor", "kind", "group", "theme", "stance", "pillar"),
    *("situation", "instrument", "panel", "form"),
)
# Where a position, and a delivery, has the value.
OF_POSITIONS = {
    "theme": "theme__slug",
    "stance": "stance",
    "situation": "situations__slug",
    "instrument": "instruments__slug",
}
OF_DELIVERIES = {
    "actor": "actor__slug",
    "kind": "actor__kind",
    "group": "actor__memberships__group__slug",
}
OF_STATEMENTS = {"year": "dialogue__year", "panel": "panel__kind", "form": "form"}


@dataclass(frozen=True)
class FacetValue:
    """A choice, and how many rows there would be with it alone in its facet."""

    value: str
    label: str
    count: int
    selected: bool


def facets_of(selection: Said, names: Iterable[str] = FACETS) -> dict[str, list[FacetValue]]:
    """For each facet its values that have rows or are chosen, most rows first.

    One query a facet, and those of the lists of choices.
    """
    found = {}
    for name in names:
        counts = _counts(selection, name)
        field: Any = selection.form.fields[name]
        chosen = selection.data.getlist(name)
        values = [
            FacetValue(key, str(label), counts.get(key, 0), key in chosen)
            for key, label in ((str(key), label) for key, label in field.choices)
            if counts.get(key) or key in chosen
        ]
        found[name] = sorted(values, key=lambda value: -value.count)
    return found


def _counts(selection: Said, name: str) -> dict[str, int]:
    """Rows by the values of a facet. One query."""
    if selection.problems:
        return {}
    others = {key: value for key, value in selection.given.items() if key != name}
    if name in OF_STATEMENTS:
        rows = selection.select(selection.queryset, others)
        return _grouped(rows, f"{selection.statement_path}{OF_STATEMENTS[name]}", "pk")
    if name in OF_DELIVERIES:
        rest = {key: value for key, value in others.items() if key not in OF_WHO}
        return _by_who(selection, name, others, selection.select(selection.queryset, rest))
    if isinstance(selection, StatementSelection):
        # Of positions that fit the other filters themselves: one and the same must.
        rest = {key: value for key, value in others.items() if key not in OF_POSITION}
        statements = selection.select(selection.queryset, rest)
        points = Position.objects.filter(position_condition(others), statement__in=statements)
        return _by_point(points, name, "statement")
    assert isinstance(selection, PositionSelection)
    return _by_point(selection.select(selection.queryset, others), name, "pk")


def _by_point(points: QuerySet, name: str, counted: str) -> dict[str, int]:
    if name != "pillar":
        return _grouped(points, OF_POSITIONS[name], counted)
    number_of = {
        f"pillar_{number}s": Count(counted, filter=Q(**{f"pillar_{number}": True}), distinct=True)
        for number in "123"
    }
    found = points.order_by().aggregate(**number_of)
    return {number: found[f"pillar_{number}s"] for number in "123"}


def _by_who(selection: Said, name: str, others: dict, rows: QuerySet) -> dict[str, int]:
    counted = "statement" if isinstance(selection, StatementSelection) else "statement__positions"
    deliveries = Delivery.objects.delivered().filter(
        who_condition(others), **{f"{counted}__in": rows}
    )
    if name == "group":
        day, of = F("statement__dialogue__first_day"), "actor__memberships__date"
        deliveries = deliveries.filter(
            Q(**{f"{of}_from": None}) | Q(**{f"{of}_from__lte": day}),
            Q(**{f"{of}_to": None}) | Q(**{f"{of}_to__gt": day}),
        )
    return _grouped(deliveries, OF_DELIVERIES[name], counted)


def _grouped(rows: QuerySet, path: str, counted: str) -> dict[str, int]:
    found = rows.order_by().values_list(path).annotate(number=Count(counted, distinct=True))
    return {str(value): number for value, number in found if value is not None}
