"""The comparison: one dialogue beside others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues import comparison
from dialogues.choices import Stance
from dialogues.exporters import read_tallies
from dialogues.filters import VIEWS, CompareSelection
from dialogues.filters.compare import SORTS
from dialogues.models import Dialogue

from . import choosing, points
from .pictures import picture_beside
from .problems import bad_request
from .references import Reference

FILTERS = ("theme", "stance", "group", "actor", "kind", "situation", "instrument", "pillar")
# Filters that the form keeps without showing them.
KEPT = ("panel", "form", "view", "sort", "pin")

Shown = Callable[[CompareSelection, list[comparison.Column]], dict[str, Any]]


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Years side by side, by one view. At most thirty queries, however many years."""
    selection = CompareSelection(request.GET, tracking=True)
    if selection.problems:
        return bad_request(request, selection.problems)
    choosing.settle_choices(selection.positions)
    years = comparison.columns(selection)
    context = {
        "selection": selection,
        "title": title_of(selection),
        "columns": years,
        "sentences": comparison.sentences(selection, years),
        "views": [
            (name, label, selection.with_own(view=name, sort=None), name == selection.view)
            for name, label in VIEWS.items()
        ],
        "sorts": [
            (label, selection.with_own(sort=name), name == selection.sort)
            for name, label in SORTS.get(selection.view, {}).items()
        ],
        "all_years": _years(selection),
        "chips": choosing.chips_of(selection.positions),
        "stances": list(Stance),
        "silences": comparison.silences_of(selection),
        "api": f"{reverse('dialogues:api-compare')}?{selection.with_own()}",
        "export": reverse("dialogues:api-compare-export"),
        "reference": _reference(request, selection),
        "template": f"dialogues/_compare_{selection.view}.html",
        **_form_of(selection),
        **SHOWN[selection.view](selection, years),
    }
    return render(request, "dialogues/compare.html", context)


def _reference(request: HttpRequest, selection: CompareSelection) -> Reference:
    query = selection.with_own(base=selection.base, view=selection.view)
    return Reference(
        f"rtop-{selection.base}-{selection.view}",
        _("%(years)s: %(view)s") % {"years": title_of(selection), "view": VIEWS[selection.view]},
        request.build_absolute_uri(f"{request.path}?{query}"),
        timezone.localdate(),
    )


def title_of(selection: CompareSelection) -> str:
    """Which years, in words: "2011 beside 2013 and 2016"."""
    if selection.beside_all:
        return _("%(base)d beside every other year") % {"base": selection.base}
    values = {"base": selection.base, "others": comparison.listed(selection.others)}
    return _("%(base)d beside %(others)s") % values


def _years(selection: CompareSelection) -> list[dict[str, Any]]:
    """Every year of the archive, and what it is in this comparison."""
    asked = selection.positions.data.getlist("with")
    years = Dialogue.objects.visible_to(selection.user).order_by("year")
    return [
        {
            "year": year,
            "is_base": year == selection.base,
            "is_beside": str(year) in asked,
        }
        for year in years.values_list("year", flat=True)
    ]


def _form_of(selection: CompareSelection) -> dict[str, Any]:
    given = selection.positions.data
    return {
        "fields": [choosing.field_of(selection.positions, name) for name in FILTERS],
        "either": [choosing.field_of(selection.positions, name) for name in choosing.EITHER],
        "filters_are_open": any(name in given for name in ("q", *FILTERS, *choosing.EITHER)),
        "kept": [(name, value) for name in KEPT for value in given.getlist(name)],
    }


def _facts(selection: CompareSelection, years: list[comparison.Column]) -> dict[str, Any]:
    return {"facts": comparison.facts(selection, years)}


def _participation(selection: CompareSelection, years: list[comparison.Column]) -> dict[str, Any]:
    found = comparison.participation(selection, years)
    return {
        "parts": found.parts,
        "numbers": found.numbers,
        "picture": picture_beside(selection, years, found),
    }


def _themes(selection: CompareSelection, years: list[comparison.Column]) -> dict[str, Any]:
    rows = comparison.themes(selection, years)
    return {"rows": rows, "picture": picture_beside(selection, years, rows)}


def _actors(selection: CompareSelection, years: list[comparison.Column]) -> dict[str, Any]:
    rows = comparison.actors(selection, years, points.cards)
    return {
        "rows": rows,
        "turns": [turn for row in rows for turn in row.turns],
        "picture": picture_beside(selection, years, rows),
    }


def _words(selection: CompareSelection, years: list[comparison.Column]) -> dict[str, Any]:
    found = comparison.words(selection, years, points.cards)
    pins = selection.pins
    page = selection.page
    return {
        "words": found,
        "pins": [
            (position, selection.with_own(pin=[pin for pin in pins if pin != position.ref] or None))
            for position in found.pinned
        ],
        "before": selection.positions.with_values(page=page - 1) if page > 1 else "",
        "after": selection.positions.with_values(page=page + 1) if page < found.pages else "",
    }


def _panels(selection: CompareSelection, years: list[comparison.Column]) -> dict[str, Any]:
    found = comparison.panels(selection, years)
    return {"panels": found, "picture": picture_beside(selection, years, found)}


def _proposals(selection: CompareSelection, years: list[comparison.Column]) -> dict[str, Any]:
    return {"asked": comparison.proposals(selection, points.cards, read_tallies)}


SHOWN: dict[str, Shown] = {
    "facts": _facts,
    "participation": _participation,
    "themes": _themes,
    "actors": _actors,
    "words": _words,
    "panels": _panels,
    "proposals": _proposals,
}
