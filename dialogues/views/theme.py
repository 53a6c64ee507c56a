"""The list of themes, and the page of one."""

from __future__ import annotations

from typing import Any

from django.db.models import Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dialogues.choices import Stance
from dialogues.models import Dialogue, Position, Tally, Theme
from dialogues.public import cites, public

from . import totals
from .actor import position_lines
from .errors import allow_query_params, get_public_or_tombstone, gone_response, moved_response

# A theme's page shows this many positions of each year and leads to the rest.
POSITIONS_OF_A_YEAR = 30


@require_safe
@allow_query_params()
def theme_list(request: HttpRequest) -> HttpResponse:
    """Themes with definitions, and a matrix of themes and years. At most three queries."""
    by_year = totals.positions_by("theme__slug", "statement__dialogue__year")
    dialogues = list(public(Dialogue).order_by("year"))
    rows = [
        {
            "theme": theme,
            "cells": [(one, by_year.get((theme.slug, one.year), 0)) for one in dialogues],
            "total": sum(n for (slug, _year), n in by_year.items() if slug == theme.slug),
        }
        for theme in public(Theme)
    ]
    return render(request, "dialogues/theme_list.html", {"rows": rows, "dialogues": dialogues})


@require_safe
@allow_query_params()
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """A theme: its definition and, year by year, stances and positions. At most nine queries."""
    record = get_public_or_tombstone(Theme.objects.all(), slug=slug)
    if record.slug != slug:
        return moved_response(record)
    if not record.is_published:
        return gone_response(request, record)
    by_stance = totals.positions_by("statement__dialogue__year", "stance", theme=record)
    context = {
        "theme": record,
        "years": _theme_by_year(record, by_stance),
        "stances": [(s, sum(n for (_y, one), n in by_stance.items() if one == s)) for s in Stance],
        "total": sum(by_stance.values()),
        "tallies": public(Tally)
        .filter(theme=record)
        .select_related("dialogue")
        .prefetch_related(cites())
        .in_order(),
        "also": position_lines(public(Position).filter(other_themes=record)),
    }
    return render(request, "dialogues/theme.html", context)


def _theme_by_year(theme: Theme, by_stance: dict[tuple, int]) -> list[dict[str, Any]]:
    """Each year of the archive with its stances and first positions. Four queries."""
    number = Window(RowNumber(), partition_by="statement__dialogue__year", order_by="serial")
    positions: dict[int, list[Position]] = {}
    first = public(Position).filter(theme=theme).annotate(place=number)
    for position in position_lines(first.filter(place__lte=POSITIONS_OF_A_YEAR)):
        positions.setdefault(position.statement.dialogue.year, []).append(position)
    return [
        {
            "dialogue": one,
            "stances": [(s, by_stance[one.year, s]) for s in Stance if (one.year, s) in by_stance],
            "number": sum(n for (year, _stance), n in by_stance.items() if year == one.year),
            "positions": positions.get(one.year, []),
        }
        for one in public(Dialogue).order_by("year")
    ]
