"""Facets: the number of rows that each value of each filter gives, the other filters kept.

Each search row says its values in words. The words of the rows that fit the other filters are
counted; where another filter speaks of the same deliverer or position, only the words on lines
that fit it too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from dialogues.search.parameters import PARAMETERS, Level, of_level

from .cache import cached
from .statements import SearchedSelection, values_of


@dataclass
class FacetValue:
    """A choice, and how many rows there are with it alone in its facet."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class FacetCounts:
    """How many rows are selected, and for each facet its values, most rows first."""

    rows: int
    facets: dict[str, list[FacetValue]]


def facet_counts(selection: SearchedSelection) -> FacetCounts:
    """For each facet the values that have rows or are chosen.

    One query, and one more for each facet in which something is chosen. Those of everything are
    cached for the version of the data.
    """
    chosen = {} if selection.problems else selection.given
    if selection.problems:
        rows, counts = 0, {parameter.name: Counter[str]() for parameter in PARAMETERS}
    elif chosen:
        rows, counts = _count(selection, chosen)
    else:
        name = f"facets of {selection._meta.model._meta.model_name}"
        version = "" if getattr(selection.user, "is_staff", False) else selection.version
        rows, counts = cached(version, name, lambda: _count(selection, {}))
    facets = {}
    for parameter in PARAMETERS:
        given = selection.data.getlist(parameter.name)
        values = [
            FacetValue(str(value), str(label), counts[parameter.name][str(value)], value in given)
            for value, label in selection.form.fields[parameter.name].choices
            if value != "" and (counts[parameter.name][str(value)] or value in given)
        ]
        facets[parameter.name] = sorted(values, key=lambda value: -value.count)
    return FacetCounts(rows, facets)


def _count(
    selection: SearchedSelection, chosen: dict[str, Any]
) -> tuple[int, dict[str, Counter[str]]]:
    """The number of rows, and for each facet the number of rows by value."""
    model = selection._meta.model
    rows_by_filters: dict[frozenset[str], list[str]] = {}

    def rows_with(names: frozenset[str]) -> list[str]:
        """The values of the rows that fit these of the chosen filters. One query, once."""
        if names not in rows_by_filters:
            rows = selection.search_rows(model, {name: chosen[name] for name in sorted(names)})
            rows_by_filters[names] = list(rows.order_by().values_list("values", flat=True))
        return rows_by_filters[names]

    words: dict[tuple[frozenset[str], frozenset[str]], Counter[str]] = {}
    counts = {}
    for parameter in PARAMETERS:
        others = frozenset(chosen) - {parameter.name}
        level = parameter.level
        same = frozenset(of_level(level, others)) if level is not Level.STATEMENT else frozenset()
        key = others, same
        if key not in words:
            words[key] = _words(rows_with(others), values_of(chosen, same))
        prefix = f"{parameter.name}="
        counts[parameter.name] = Counter(
            {
                word.removeprefix(prefix): number
                for word, number in words[key].items()
                if word.startswith(prefix)
            }
        )
    return len(rows_with(frozenset(chosen))), counts


def _words(rows: list[str], on_the_line: dict[str, list[str]]) -> Counter[str]:
    """In how many rows each word stands; only on lines with one value of each of these filters."""
    wanted = [{f"{name}={value}" for value in values} for name, values in on_the_line.items()]
    counter: Counter[str] = Counter()
    if not wanted:
        for row in rows:
            counter.update(set(row.split()))
        return counter
    for row in rows:
        words: set[str] = set()
        for line in row.split("\n"):
            on_line = set(line.split())
            if all(not on_line.isdisjoint(values) for values in wanted):
                words |= on_line
        counter.update(words)
    return counter
