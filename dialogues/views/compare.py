"""The comparison: one dialogue beside others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues import comparison
from dialogues.choices import Stance
from dialogues.filters import VIEWS, CompareSelection
from dialogues.filters.compare import BASE, SORTS
from dialogues.public import read_said, read_tallies
from dialogues.publishing import version_for

from . import search_form, statement
from .charts import chart_links
from .citation_export import CitableReference
from .errors import bad_request

FILTERS = [name for name in (*search_form.MAIN, *search_form.MORE) if name != "year"]
# Parameters that the form passes on as hidden fields.
KEPT = ("view", "sort", "pin")
# The views in which every row is narrowed by the filters.
FILTERED = ("themes", "actors", "words")
SILENCE = "dialogues/_silence.html"

ViewContext = Callable[[CompareSelection, list[comparison.ComparisonYear]], dict[str, Any]]


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """One dialogue beside others, in one of seven views.

    At most twelve queries once its figures are cached, at most thirty before; however many years.
    """
    selection = CompareSelection(request.GET, tracking=True, version=version_for(request).cache_key)
    if selection.problems:
        return bad_request(request, selection.problems)
    years = comparison.comparison_years(selection)
    silences = comparison.silence_labels(selection)
    given = selection.positions.data
    context = {
        "selection": selection,
        "title": comparison.comparison_title(selection),
        "view_label": VIEWS[selection.view],
        "columns": years,
        "notes": _notes(years),
        "sentences": comparison.sentences(selection, years),
        "views": [
            (name, label, selection.with_own(view=name, sort=None), name == selection.view)
            for name, label in VIEWS.items()
        ],
        "sorts": [
            (label, selection.with_own(sort=name), name == selection.sort)
            for name, label in SORTS.get(selection.view, {}).items()
        ],
        "all_years": _year_choices(selection),
        "untouched": [
            (VIEWS[view], selection.with_own(view=view, sort=None))
            for view in (FILTERED if selection.given else ())
        ],
        "chips": search_form.active_filters(selection.positions),
        "stances": list(Stance),
        "silences": silences,
        # Rendered once for each silence: a page has some thousand empty cells.
        "empty": {
            silence: render_to_string(SILENCE, {"silence": silence, "words": words})
            for silence, words in silences.items()
        },
        "api": f"{reverse('dialogues:api-compare')}?{selection.with_own()}",
        "export": reverse("dialogues:api-compare-export"),
        "reference": _reference(request, selection),
        # Reversed once: a page has some thousand links.
        "lists": {
            name: reverse(f"dialogues:{name[:-1]}_list")
            for name in ("actors", "positions", "statements")
        },
        "template": f"dialogues/_compare_{selection.view}.html",
        "kept": [(name, value) for name in KEPT for value in given.getlist(name)],
        "filters": _filters_form(selection),
        "heads": render_to_string("dialogues/_compare_heads.html", {"columns": years}),
        **VIEW_CONTEXTS[selection.view](selection, years),
    }
    if problems := selection.beyond(context.get("pages", 1)):
        return bad_request(request, problems)
    return render(request, "dialogues/compare.html", context)


def _notes(years: list[comparison.ComparisonYear]) -> list[tuple[str, list[int]]]:
    """Coding notes, each once, with its years."""
    found: dict[str, list[int]] = defaultdict(list)
    for column in years:
        if not column.silence and column.dialogue.coding_note:
            found[column.dialogue.coding_note].append(column.year)
    return list(found.items())


def _reference(request: HttpRequest, selection: CompareSelection) -> CitableReference:
    query = selection.with_own(base=selection.base, view=selection.view)
    return CitableReference(
        f"rtop-{selection.base}-{selection.view}",
        _("%(years)s: %(view)s")
        % {"years": comparison.comparison_title(selection), "view": VIEWS[selection.view]},
        request.build_absolute_uri(f"{request.path}?{query}"),
        timezone.localdate(),
    )


def _year_choices(selection: CompareSelection) -> list[dict[str, Any]]:
    """Every year of the archive: whether it is the base, or chosen to stand beside it."""
    asked = selection.positions.data.getlist("with")
    return [
        {
            "year": year,
            "is_base": year == selection.base,
            "is_beside": str(year) in asked,
        }
        for year in selection.dialogues
    ]


def _filters_form(selection: CompareSelection) -> str:
    """The filters in HTML, some hundred choices: the same for every view and year."""

    def render_filters() -> str:
        def fields(names: list[str]) -> list[search_form.FormParameter]:
            return [search_form.form_parameter(selection.positions, name) for name in names]

        either = fields(search_form.EITHER)
        context = {"selection": selection, "fields": fields(FILTERS), "either": either}
        return render_to_string("dialogues/_compare_filters.html", context)

    return selection.kept("filters form", render_filters, filtered=True)


def _facts(selection: CompareSelection, years: list[comparison.ComparisonYear]) -> dict[str, Any]:
    return {"facts": comparison.facts(selection, years)}


def _participation(
    selection: CompareSelection, years: list[comparison.ComparisonYear]
) -> dict[str, Any]:
    found = comparison.participation(selection, years)
    return {
        "parts": found.parts,
        "numbers": found.numbers,
        "picture": chart_links(selection, years, found),
    }


def _themes(selection: CompareSelection, years: list[comparison.ComparisonYear]) -> dict[str, Any]:
    rows = comparison.themes(selection, years)
    return {"rows": rows, "picture": chart_links(selection, years, rows)}


def _actors(selection: CompareSelection, years: list[comparison.ComparisonYear]) -> dict[str, Any]:
    found = comparison.actors(selection, years, read_said)
    favourable = [read for read in found.read if read.turn.favourable]
    critical = [read for read in found.read if not read.turn.favourable]
    return {
        "rows": found.rows,
        "actors": found.number,
        "directions": [
            (_("From opposes or concerned to supports or welcomes"), favourable),
            (_("From supports or welcomes to opposes or concerned"), critical),
        ],
        "turns_read": len(found.read),
        "number_of_turns": found.turns,
        "picture": chart_links(selection, years, found),
        **_page_links(selection, found.pages),
    }


def _words(selection: CompareSelection, years: list[comparison.ComparisonYear]) -> dict[str, Any]:
    found = comparison.words(selection, years, read_said)
    pins = selection.pins
    return {
        "words": found,
        "pins": [
            (position, selection.with_own(pin=[pin for pin in pins if pin != position.ref] or None))
            for position in found.pinned
        ],
        **_page_links(selection, found.pages),
    }


def _panels(selection: CompareSelection, years: list[comparison.ComparisonYear]) -> dict[str, Any]:
    found = comparison.panels(selection, years)
    return {
        "panels": found,
        # What the report says of 2011 stands there as long as no nationality speaks to it.
        "claim_of_2011": any(one.column.year == BASE and not one.recorded for one in found.years),
        "picture": chart_links(selection, years, found),
    }


def _proposals(
    selection: CompareSelection, years: list[comparison.ComparisonYear]
) -> dict[str, Any]:
    found = comparison.proposals(selection, statement.with_names, read_tallies)
    return {"asked": found, **_page_links(selection, found.pages)}


def _page_links(selection: CompareSelection, pages: int) -> dict[str, Any]:
    """The number of pages, and the query strings of the page before and the one after."""
    page = selection.page
    return {
        "pages": pages,
        "before": selection.positions.with_values(page=page - 1) if page > 1 else "",
        "after": selection.positions.with_values(page=page + 1) if page < pages else "",
    }


VIEW_CONTEXTS: dict[str, ViewContext] = {
    "facts": _facts,
    "participation": _participation,
    "themes": _themes,
    "actors": _actors,
    "words": _words,
    "panels": _panels,
    "proposals": _proposals,
}
