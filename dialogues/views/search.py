"""The search pages: the lists of statements and of positions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from dialogues.filters import (
    InvalidCursor,
    Issue,
    PositionSelection,
    StatementSelection,
    by_key,
    did_you_mean,
    facet_counts,
    page_of,
    suggestions,
)
from dialogues.filters.statements import SearchedSelection
from dialogues.public import read_rows, read_rows_in_words, read_said
from dialogues.publishing import version_for

from . import search_form
from .errors import bad_request

PAGING = ("cursor", "page_size", "at")


@require_safe
def statement_list(request: HttpRequest) -> HttpResponse:
    """Statements that fit what was chosen. At most twenty queries."""
    selection = StatementSelection(request.GET, **_given(request))
    read = read_rows_in_words if "q" in selection.data else read_rows
    return _search(request, selection, read, "statement")


@require_safe
def position_list(request: HttpRequest) -> HttpResponse:
    """Positions that fit what was chosen. At most twenty queries."""
    selection = PositionSelection(request.GET, **_given(request))
    return _search(request, selection, read_said, "position")


def _given(request: HttpRequest) -> dict[str, Any]:
    """The options of both selections."""
    return {"extra": PAGING, "tracking": True, "version": version_for(request).cache_key}


def _search(
    request: HttpRequest,
    selection: SearchedSelection,
    read: Callable[[QuerySet], QuerySet],
    kind: str,
) -> HttpResponse:
    size, issues = search_form.page_size(selection)
    problems = [*selection.problems, *issues]
    if problems:
        return bad_request(request, problems, selection)
    place = {name: selection.data.get(name, "") for name in ("cursor", "at")}
    try:
        page = page_of(selection.list_rows, selection.order, size=size, **place)
    except InvalidCursor as error:
        field = "at" if place["at"] else "cursor"
        return bad_request(request, [Issue(field, "invalid", str(error))], selection)
    counts = facet_counts(selection)
    words = selection.data.get("q", "")
    context = {
        "selection": selection,
        "page": page,
        "rows": by_key(read(selection.queryset), page.keys),
        "count": counts.rows,
        "found": _number_of_rows(kind, counts.rows),
        "kind": kind,
        "chips": search_form.active_filters(selection),
        "sorts": search_form.sorts_of(selection),
        "ways": search_form.links(
            selection,
            reverse(f"dialogues:api-{kind}s"),
            reverse(f"dialogues:api-{kind}s-export"),
        ),
        "clauses": selection.clauses,
        "suggested": suggestions(words, selection.version) if words else [],
        **search_form.search_form(selection, counts),
    }
    if not counts.rows:
        if words and (better := did_you_mean(selection)):
            context["better"] = better
            context["better_query"] = selection.with_values(q=better)
        context["loosened"] = search_form.relaxations(selection)
        context["empty_years"] = search_form.years_without_rows(selection)
    return render(request, f"dialogues/{kind}_list.html", context)


def _number_of_rows(kind: str, count: int) -> str:
    if kind == "statement":
        text = ngettext("%(count)s statement", "%(count)s statements", count)
    else:
        text = ngettext("%(count)s position", "%(count)s positions", count)
    return text % {"count": f"{count:,}"}
