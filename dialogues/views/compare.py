"""The comparison: one dialogue beside others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dialogues import comparison
from dialogues.choices import Silence, Stance
from dialogues.filters import VIEWS, CompareSelection
from dialogues.models import Dialogue

from . import choosing
from .problems import bad_request

# The filters of the form; those of a view that they cannot change are left out of its words only.
FILTERS = ("theme", "stance", "group", "actor", "kind", "situation", "instrument", "pillar")


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Years side by side, by one view. At most twenty queries, however many years."""
    selection = CompareSelection(request.GET, tracking=True)
    if selection.problems:
        return bad_request(request, selection.problems)
    choosing.settle_choices(selection.positions)
    years = comparison.columns(selection)
    context = {
        "selection": selection,
        "columns": years,
        "views": [
            (name, label, selection.with_own(view=name), name == selection.view)
            for name, label in VIEWS.items()
        ],
        "all_years": _years(selection),
        "chips": choosing.chips_of(selection.positions),
        "silences": [silence for silence in Silence if silence != Silence.NOTHING_ON_THEME],
        "api": f"{reverse('dialogues:api-compare')}?{selection.with_own()}",
        "template": f"dialogues/_compare_{selection.view}.html",
        **_form_of(selection),
        **SHOWN[selection.view](selection, years),
    }
    return render(request, "dialogues/compare.html", context)


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
    either = [choosing.field_of(selection.positions, name) for name in choosing.EITHER]
    return {
        "fields": [choosing.field_of(selection.positions, name) for name in FILTERS],
        "either": either,
        "filters_are_open": any(
            name in given for name in ("q", "panel", "form", *FILTERS, *choosing.EITHER)
        ),
        "kept": [
            (name, value) for name in ("panel", "form", "view") for value in given.getlist(name)
        ],
    }


def _facts(selection: CompareSelection, years: list[comparison.Column]) -> dict[str, Any]:
    return {"facts": comparison.facts(selection, years)}


def _participation(selection: CompareSelection, years: list[comparison.Column]) -> dict[str, Any]:
    return {"parts": comparison.participation(selection, years).parts}


def _themes(selection: CompareSelection, years: list[comparison.Column]) -> dict[str, Any]:
    return {"rows": comparison.themes(selection, years), "stances": list(Stance)}


SHOWN: dict[str, Callable[[CompareSelection, list[comparison.Column]], dict[str, Any]]] = {
    "facts": _facts,
    "participation": _participation,
    "themes": _themes,
}
