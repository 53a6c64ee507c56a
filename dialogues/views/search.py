"""The search pages: the lists of statements and of positions."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from dialogues.filters import (
    ROWS,
    FacetCounts,
    InvalidCursor,
    Issue,
    PositionSelection,
    StatementSelection,
    did_you_mean,
    exact_of,
    facet_counts,
    load_choices,
    page_of,
    suggestions,
)
from dialogues.filters.statements import StatementFilters
from dialogues.public import read_rows, read_rows_in_words, read_said

from . import search_form
from .errors import bad_request

PAGING = ("cursor", "page_size", "at", "exact")


@require_safe
def statement_list(request: HttpRequest) -> HttpResponse:
    """Statements that fit what was chosen. At most twenty queries."""
    selection = StatementSelection(request.GET, extra=PAGING, tracking=True)
    read = read_rows_in_words if "q" in selection.data else read_rows
    return _search(request, selection, read, "statement")


@require_safe
def position_list(request: HttpRequest) -> HttpResponse:
    """Positions that fit what was chosen. At most twenty queries."""
    selection = PositionSelection(request.GET, extra=PAGING, tracking=True)
    return _search(request, selection, read_said, "position")


def _search(
    request: HttpRequest,
    selection: StatementFilters,
    read: Callable[[QuerySet], QuerySet],
    kind: str,
) -> HttpResponse:
    load_choices(selection)
    size, problems = search_form.page_size(selection)
    exact, more = exact_of(selection.data)
    problems = [*selection.problems, *problems, *more]
    if problems:
        return bad_request(request, problems, selection)
    try:
        place = {name: selection.data.get(name, "") for name in ("cursor", "at")}
        rows, found = read(selection.listed_rows), selection.found
        page = page_of(rows, selection.order, size=size, found=found, **place)
    except InvalidCursor as refused:
        field = "at" if place["at"] else "cursor"
        return bad_request(request, [Issue(field, "invalid", str(refused))], selection)
    counts = facet_counts(selection, exact)
    words = selection.data.get("q", "")
    context = {
        "selection": selection,
        "page": page,
        "count": counts.rows,
        "found": _found(kind, counts),
        "about": ROWS in counts.estimated,
        "exactly": "" if counts.exact else selection.with_values(exact="1"),
        "kind": kind,
        "chips": search_form.active_filters(selection),
        "sorts": search_form.sorts_of(selection),
        "ways": search_form.addresses_of(
            selection,
            reverse(f"dialogues:api-{kind}s"),
            reverse(f"dialogues:api-{kind}s-export"),
        ),
        "clauses": selection.clauses,
        "suggested": suggestions(words, selection.state) if words else [],
        **search_form.search_form(selection, counts),
    }
    if not counts.rows:
        if words and (better := did_you_mean(selection)):
            context["better"] = better
            context["better_query"] = selection.with_values(q=better)
        context["loosened"] = search_form.relaxations(selection)
        context["empty_years"] = search_form.years_without_rows(selection)
    return render(request, f"dialogues/{kind}_list.html", context)


def _found(kind: str, counts: FacetCounts) -> str:
    if kind == "statement":
        text = ngettext("%(count)s statement", "%(count)s statements", counts.rows)
    else:
        text = ngettext("%(count)s position", "%(count)s positions", counts.rows)
    found = text % {"count": f"{counts.rows:,}"}
    return found if ROWS not in counts.estimated else _("About %(found)s") % {"found": found}
