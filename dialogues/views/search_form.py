"""The search form: what may be chosen, what is chosen, and what to loosen when nothing is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.choices import Coding
from dialogues.filters import FacetCounts, Selection
from dialogues.issues import Issue, given_once, whole_number
from dialogues.models import Dialogue
from dialogues.querysets import READER
from dialogues.search.parameters import BY_NAME, PARAMETERS

SIZE = 25
LARGEST_SIZE = 100

# The main filters stand open; the others wait under “More filters”, those of yes or no last.
MAIN = [parameter.name for parameter in PARAMETERS if parameter.main]
EITHER = [parameter.name for parameter in PARAMETERS if parameter.is_boolean]
MORE = [parameter.name for parameter in PARAMETERS if parameter.name not in (*MAIN, *EITHER)]

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
    # How many rows there are with it alone in its field, in writing; None where not counted.
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
        return BY_NAME[self.name].is_long

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
    issues = list(given_once(selection.data, ("cursor", "page_size", "at")))
    size = whole_number(selection.data.get("page_size", str(SIZE)), LARGEST_SIZE)
    if size:
        return size, issues
    message = _("must be a whole number from 1 to %(most)d.") % {"most": LARGEST_SIZE}
    return SIZE, [*issues, Issue("page_size", "out_of_range", message)]


def search_form(selection: Selection, counts: FacetCounts) -> dict[str, Any]:
    """The form as its template wants it. No query once the choices are read."""

    def fields(names: list[str]) -> list[FormParameter]:
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
    counted = {each.value: each.count for each in counts.facets[name]} if counts else {}
    choices = [
        FormChoice(
            str(value),
            str(label),
            str(value) in given,
            f"{counted.get(str(value), 0):,}" if counts else None,
        )
        for value, label in field.choices
        if value != ""
    ]
    if BY_NAME[name].is_long and counts:
        # Of a long list only what leads to rows, so that it can be read through.
        choices = [choice for choice in choices if choice.rows != "0" or choice.chosen]
    return FormParameter(name, str(field.label), choices)


def active_filters(selection: Selection) -> list[ActiveFilter]:
    """What is chosen, each with the address of the list without it."""
    return [
        ActiveFilter(str(selection.form.fields[name].label), label, rest)
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


def links(selection: Selection, api: str, export: str) -> dict[str, str]:
    """The same selection elsewhere: in the other list, the API, a CSV file, the comparison.

    `row` begins the address of this list from a row on: what follows is the row's ref.
    `api` and `export` are the list's addresses there. Comparing is offered for a single year.
    """
    here: dict[str, Any] = {"page_size": None, "at": None}
    bare = selection.with_values(**here)
    years = selection.data.getlist("year")
    ranged = {"year_min", "year_max"} & set(selection.data)
    compare = ""
    if len(years) == 1 and not ranged:
        compare = selection.with_values(**here, sort=None, year=None, base=years[0], view="themes")
    return {
        "row": selection.with_values(at=""),
        "same_filters": selection.with_values(sort=None, at=None),
        "api": f"{api}?{bare}" if bare else api,
        "csv": f"{export}?{selection.with_values(**here, format='csv')}",
        "compare": compare,
        "compared_year": years[0] if compare else "",
    }
