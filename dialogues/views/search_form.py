"""The search form: what may be chosen, what is chosen, and what to loosen when nothing is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.choices import Coding
from dialogues.filters import FacetCounts, Issue, Selection
from dialogues.models import Dialogue
from dialogues.querysets import READER

SIZE = 25
LARGEST_SIZE = 100

# The main question stands open to the eye; the others wait under “More filters”.
MAIN = ("year", "theme", "stance")
MORE = ("actor", "group", "situation", "instrument", "kind", "panel", "form", "pillar")
EITHER = ("joint", "quoted")
# Too long for a box each: one is added at a time, from a list that the browser searches.
LONG = ("actor", "group", "situation", "instrument")

SORTS = {
    "relevance": gettext_lazy("Best match"),
    "-year": gettext_lazy("Newest first"),
    "year": gettext_lazy("Oldest first"),
    "theme": gettext_lazy("Theme"),
    "stance": gettext_lazy("Stance"),
}


class FormChoice(NamedTuple):
    value: str
    label: str
    chosen: bool
    # How many rows there are with it alone in its field, in writing; None where that is not known.
    rows: str | None = None

    @property
    def text(self) -> str:
        """The label, and the number of rows in brackets where it is known."""
        return self.label if self.rows is None else f"{self.label} ({self.rows})"


@dataclass(frozen=True)
class FormParameter:
    """One parameter of the form, with its values."""

    name: str
    label: str
    choices: list[FormChoice]

    @property
    def is_long(self) -> bool:
        return self.name in LONG

    @property
    def chosen(self) -> list[FormChoice]:
        return [choice for choice in self.choices if choice.chosen]

    @property
    def others(self) -> list[FormChoice]:
        return [choice for choice in self.choices if not choice.chosen]


@dataclass(frozen=True)
class ActiveFilter:
    """Something chosen, and the query string without it."""

    label: str
    value: str
    rest: str


def page_size(selection: Selection) -> tuple[int, list[Issue]]:
    """How many rows a page is to have, and what is wrong with that and with the cursor."""
    problems = [
        Issue(name, "repeated", _("is given once only."))
        for name in ("cursor", "page_size", "at")
        if len(selection.data.getlist(name)) > 1
    ]
    asked = selection.data.get("page_size", str(SIZE))
    # At most three digits: what counts as a number is said here, not by int().
    if asked.isascii() and asked.isdigit() and len(asked) <= 3 and 1 <= int(asked) <= LARGEST_SIZE:
        return int(asked), problems
    message = _("must be a whole number from 1 to %(most)d.") % {"most": LARGEST_SIZE}
    return SIZE, [*problems, Issue("page_size", "out_of_range", message)]


def search_form(selection: Selection, counts: FacetCounts) -> dict[str, Any]:
    """The form as its template wants it. No query once the choices are settled."""

    def fields(names: tuple[str, ...]) -> list[FormParameter]:
        return [form_parameter(selection, name, counts) for name in names]

    main, more, either = map(fields, (MAIN, MORE, EITHER))
    given = selection.data
    years = [name for name in ("year_min", "year_max") if name in given]
    return {
        "main": main,
        "more": more,
        "either": either,
        "more_is_open": any(name in given for name in (*MORE, *EITHER)),
        "year_range": len(years),
        "kept": [(name, given[name]) for name in ("sort", "page_size") if name in given],
    }


def form_parameter(
    selection: Selection, name: str, counts: FacetCounts | None = None
) -> FormParameter:
    """A parameter with its values; with counts where they were counted."""
    field = selection.form.fields[name]
    given = selection.data.getlist(name)
    rows: Callable[[str], str | None] = _rows_of(counts, name) if counts else lambda _: None
    choices = [
        FormChoice(str(value), str(label), str(value) in given, rows(str(value)))
        for value, label in field.choices
        if value != ""
    ]
    if name in LONG and counts and name not in counts.estimated:
        # Of a long list only what leads to rows, so that it can be read through.
        choices = [choice for choice in choices if choice.rows != "0" or choice.chosen]
    return FormParameter(name, str(field.label), choices)


def _rows_of(counts: FacetCounts, name: str) -> Callable[[str], str | None]:
    """How many rows a value has. Of an estimate ≈ says so; it does not say that there is none."""
    each = {one.value: one.count for one in counts.facets.get(name, [])}
    if name not in counts.estimated:
        return lambda value: f"{each.get(value, 0):,}"
    # The sign stays with its number where a line ends.
    return lambda value: f"≈\N{NO-BREAK SPACE}{each[value]:,}" if each.get(value) else None


def active_filters(selection: Selection) -> list[ActiveFilter]:
    """What is chosen, each with the address of the list without it."""
    fields = selection.form.fields
    return [
        ActiveFilter(str(fields[name].label), label, rest)
        for name, _value, label, rest in selection.chosen
    ]


def relaxations(selection: Selection) -> list[ActiveFilter]:
    """One filter each that might be given up: all values of a parameter together."""
    found: dict[str, list[str]] = {}
    for name, _value, label, _rest in selection.chosen:
        found.setdefault(name, []).append(label)
    return [
        ActiveFilter(
            str(selection.form.fields[name].label),
            ", ".join(labels),
            selection.with_values(**{name: None}),
        )
        for name, labels in found.items()
    ]


def years_without_rows(selection: Selection) -> QuerySet[Dialogue]:
    """Of the years that were chosen, those whose records hold nothing, or a part: one query."""
    years = [int(year) for year in selection.data.getlist("year")]
    chosen = Dialogue.objects.visible_to(READER).filter(year__in=years)
    return chosen.exclude(coding=Coding.FULL).order_by("year")


def sorts_of(selection: Selection) -> list[tuple[str, str, bool]]:
    """The orders of this list: label, query string, whether it is this one."""
    return [
        (str(SORTS[sort]), selection.with_values(sort=sort), sort == selection.sort)
        for sort in selection.orders
        if sort != "relevance" or "q" in selection.data
    ]


def addresses_of(selection: Selection, api: str, export: str) -> dict[str, str]:
    """The same selection elsewhere: in the other list, the API, a CSV file, the comparison.

    `row` begins the address of this list from a row on: what follows is the row's ref.
    `api` and `export` are the list's addresses there. Comparing is offered for a single year.
    """
    here: dict[str, Any] = {"page_size": None, "at": None, "exact": None}
    bare = selection.with_values(**here)
    years = selection.data.getlist("year")
    ranged = {"year_min", "year_max"} & set(selection.data)
    compare = ""
    if len(years) == 1 and not ranged:
        compare = selection.with_values(**here, sort=None, year=None, base=years[0], view="themes")
    return {
        "row": selection.with_values(at=""),
        "same_filters": selection.with_values(sort=None, at=None, exact=None),
        "api": f"{api}?{bare}" if bare else api,
        "csv": f"{export}?{selection.with_values(**here, format='csv')}",
        "compare": compare,
        "compared_year": years[0] if compare else "",
    }
