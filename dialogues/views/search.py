"""The search pages, and the statement and position that they lead to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from dialogues.exporters import read_rows, read_rows_in_words, read_said
from dialogues.filters import (
    ROWS,
    Counts,
    CursorRefused,
    PositionSelection,
    Problem,
    StatementSelection,
    counts_of,
    did_you_mean,
    exact_of,
    page_of,
    settle_choices,
    suggestions,
)
from dialogues.filters.sets import Said
from dialogues.models import Position, Statement, withdrawn_part

from . import choosing, points
from .problems import bad_request, find, gone, takes
from .unchanged import from_records

PAGING = ("cursor", "page_size", "at", "exact")


@require_safe
@from_records
def statement_list(request: HttpRequest) -> HttpResponse:
    """Statements that fit what was chosen. At most twenty queries."""
    selection = StatementSelection(request.GET, extra=PAGING, tracking=True)
    read = read_rows_in_words if "q" in selection.data else read_rows
    return _search(request, selection, read, "statement")


@require_safe
@from_records
def position_list(request: HttpRequest) -> HttpResponse:
    """Positions that fit what was chosen. At most twenty queries."""
    selection = PositionSelection(request.GET, extra=PAGING, tracking=True)
    return _search(request, selection, read_said, "position")


def _search(
    request: HttpRequest,
    selection: Said,
    read: Callable[[QuerySet], QuerySet],
    kind: str,
) -> HttpResponse:
    settle_choices(selection)
    size, problems = choosing.page_size(selection)
    exact, more = exact_of(selection.data)
    problems = [*selection.problems, *problems, *more]
    if problems:
        return bad_request(request, problems, selection)
    try:
        place = {name: selection.data.get(name, "") for name in ("cursor", "at")}
        rows, found = read(selection.listed_rows), selection.found
        page = page_of(rows, selection.order, size=size, found=found, **place)
    except CursorRefused as refused:
        field = "at" if place["at"] else "cursor"
        return bad_request(request, [Problem(field, "invalid", str(refused))], selection)
    counts = counts_of(selection, exact)
    words = selection.data.get("q", "")
    context = {
        "selection": selection,
        "page": page,
        "count": counts.rows,
        "found": _found(kind, counts),
        "about": ROWS in counts.estimated,
        "exactly": "" if counts.exact else selection.with_values(exact="1"),
        "kind": kind,
        "chips": choosing.chips_of(selection),
        "sorts": choosing.sorts_of(selection),
        "ways": choosing.addresses_of(
            selection,
            reverse(f"dialogues:api-{kind}s"),
            reverse(f"dialogues:api-{kind}s-export"),
        ),
        "clauses": selection.clauses,
        "suggested": suggestions(words, selection.state) if words else [],
        **choosing.form_of(selection, counts),
    }
    if not counts.rows:
        if words and (better := did_you_mean(selection)):
            context["better"] = better
            context["better_query"] = selection.with_values(q=better)
        context["loosened"] = choosing.loosened(selection)
        context["empty_years"] = choosing.years_without_rows(selection)
    return render(request, f"dialogues/{kind}_list.html", context)


def _found(kind: str, counts: Counts) -> str:
    if kind == "statement":
        text = ngettext("%(count)s statement", "%(count)s statements", counts.rows)
    else:
        text = ngettext("%(count)s position", "%(count)s positions", counts.rows)
    found = text % {"count": f"{counts.rows:,}"}
    return found if ROWS not in counts.estimated else _("About %(found)s") % {"found": found}


@require_safe
@takes()
def statement(request: HttpRequest, ref: str) -> HttpResponse:
    """One statement with its positions. At most twenty queries."""
    found = find(points.whole_statements(), ref=ref)
    if not found.is_published:
        return gone(request, found)
    positions = list(found.positions.all())
    before, after = points.neighbours(found)
    context: dict[str, Any] = {
        "statement": found,
        "positions": positions,
        "shared": points.shared_claims(found.dialogue, positions, apart=found),
        "before": before,
        "after": after,
        "languages": points.language_names([found.language]),
    }
    return render(request, "dialogues/statement.html", context)


@require_safe
@takes()
def position(request: HttpRequest, ref: str) -> HttpResponse:
    """One point: who holds it, in whose words, and where that is read. At most twenty queries."""
    found = points.whole_positions().filter(ref=ref).first()
    if found is None:
        return _position_gone(request, ref)
    statement = found.statement
    actors = [delivery.actor for delivery in statement.delivered]
    quotations = list(found.quotations.all())
    context = {
        "position": found,
        "statement": statement,
        "actors": actors,
        "quotations": quotations,
        "years": points.over_the_years(actors, found.theme),
        "shared": points.shared_claims(statement.dialogue, [found], apart=statement),
        "passages": points.shown_passages(found),
        "languages": points.language_names(quotation.language for quotation in quotations),
        "address": request.build_absolute_uri(found.get_absolute_url()),
    }
    return render(request, "dialogues/position.html", context)


def _position_gone(request: HttpRequest, ref: str) -> HttpResponse:
    """Withdrawn by itself or with its statement; one that never was public was never here."""
    if part := withdrawn_part(ref):
        return gone(request, part)
    withdrawn = Statement.objects.tombstones().filter(
        positions__in=Position.objects.filter(ref=ref, ref__startswith="RTOP-")
    )
    if (found := withdrawn.first()) is None:
        raise Http404
    return gone(request, found)
