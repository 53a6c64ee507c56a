"""Pages of dialogues, actors, themes and sources."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dialogues.choices import Stance
from dialogues.exporters import cites, public
from dialogues.filters import (
    ActorSelection,
    CursorRefused,
    DialogueSelection,
    Problem,
    SourceSelection,
    page_of,
    settle_choices,
)
from dialogues.models import (
    Actor,
    Dialogue,
    Position,
    Source,
    Tally,
    Theme,
)

from . import citing, counts, parts
from .problems import bad_request, find, gone, moved, takes

ACTORS_ON_A_PAGE = 100
# A theme's page shows this many positions of each year and leads to the rest.
POSITIONS_OF_A_YEAR = 30


@require_safe
def dialogue_list(request: HttpRequest) -> HttpResponse:
    """All years in a table. Five queries."""
    selection = DialogueSelection(request.GET, tracking=True)
    if selection.problems:
        return bad_request(request, selection.problems, selection)
    dialogues = list(selection.in_order)
    context = {
        "selection": selection,
        "dialogues": dialogues,
        "named": counts.states_named(dialogues),
        "statements": counts.statements_by_year(),
        "positions": _of_one(counts.positions_by("statement__dialogue__year")),
    }
    return render(request, "dialogues/dialogue_list.html", context)


def _of_one(found: dict[tuple, int]) -> dict[Any, int]:
    return {key[0]: number for key, number in found.items()}


@require_safe
@takes()
def dialogue(request: HttpRequest, year: int) -> HttpResponse:
    """A year: facts, programme, who spoke, themes, counts, sources. At most forty queries."""
    held = find(parts.held_with_parts(), year=year)
    if not held.is_published:
        return gone(request, held)
    years = list(public(Dialogue).order_by("year").values_list("year", flat=True))
    place = years.index(held.year)
    context = {
        **parts.of_dialogue(held),
        "before": years[place - 1] if place else None,
        "after": years[place + 1] if place + 1 < len(years) else None,
    }
    return render(request, "dialogues/dialogue.html", context)


@require_safe
def actor_list(request: HttpRequest) -> HttpResponse:
    """Actors by name, kind, group or year, a page at a time. Constant in queries."""
    selection = ActorSelection(request.GET, extra=["cursor"], tracking=True)
    settle_choices(selection)
    if selection.problems:
        return bad_request(request, selection.problems, selection)
    try:
        page = page_of(
            selection.rows, selection.order, request.GET.get("cursor", ""), ACTORS_ON_A_PAGE
        )
    except CursorRefused as refused:
        return bad_request(request, [Problem("cursor", "invalid", str(refused))], selection)
    context = {
        "selection": selection,
        "total": selection.rows.count(),
        "page": page,
        "counts": counts.of_actors(page.rows),
    }
    return render(request, "dialogues/actor_list.html", context)


@require_safe
@takes()
def actor(request: HttpRequest, slug: str) -> HttpResponse:
    """An actor: names, memberships, its statements by year, its positions by theme."""
    found = find(Actor.objects.prefetch_related("names", cites()), slug=slug)
    if found.slug != slug:
        return moved(found)
    if not found.is_published:
        return gone(request, found)
    return render(request, "dialogues/actor.html", parts.of_actor(found))


@require_safe
@takes()
def theme_list(request: HttpRequest) -> HttpResponse:
    """Themes with definitions, and a matrix of themes and years. Three queries."""
    by_year = counts.positions_by("theme__slug", "statement__dialogue__year")
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
@takes()
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """A theme: its definition and, year by year, stances and positions. Nine queries."""
    found = find(Theme.objects.all(), slug=slug)
    if found.slug != slug:
        return moved(found)
    if not found.is_published:
        return gone(request, found)
    by_stance = counts.positions_by("statement__dialogue__year", "stance", theme=found)
    context = {
        "theme": found,
        "years": _theme_by_year(found, by_stance),
        "stances": [(s, sum(n for (_y, one), n in by_stance.items() if one == s)) for s in Stance],
        "total": sum(by_stance.values()),
        "tallies": public(Tally)
        .filter(theme=found)
        .select_related("dialogue")
        .prefetch_related(cites())
        .in_order(),
        "also": parts.positions_in_a_line(public(Position).filter(other_themes=found)),
    }
    return render(request, "dialogues/theme.html", context)


def _theme_by_year(theme: Theme, by_stance: dict[tuple, int]) -> list[dict[str, Any]]:
    """Each year of the archive with its stances and first positions. Four queries."""
    number = Window(RowNumber(), partition_by="statement__dialogue__year", order_by="serial")
    positions: dict[int, list[Position]] = {}
    first = public(Position).filter(theme=theme).annotate(place=number)
    for position in parts.positions_in_a_line(first.filter(place__lte=POSITIONS_OF_A_YEAR)):
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


@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """Every source, by title or words. Constant in queries."""
    selection = SourceSelection(request.GET, tracking=True)
    if selection.problems:
        return bad_request(request, selection.problems, selection)
    context = {
        "selection": selection,
        "sources": selection.rows.order_by("publisher", F("date").asc(nulls_last=True), "slug"),
    }
    return render(request, "dialogues/source_list.html", context)


@require_safe
@takes()
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """A source: where it is, its passages, and what was read in each. Constant in queries."""
    found = find(Source.objects.prefetch_related("passages"), slug=slug)
    if found.slug != slug:
        return moved(found)
    if not found.is_published:
        return gone(request, found)
    passages = list(found.passages.all())
    context = {
        "source": found,
        "passages": passages,
        "loaded": sum(1 for passage in passages if passage.text),
        "citing": citing.of_source(found),
    }
    return render(request, "dialogues/source.html", context)
