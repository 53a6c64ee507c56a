"""The list of sources, and the page of one with what cites it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dialogues.filters import SourceSelection
from dialogues.models import (
    Actor,
    Citation,
    Dialogue,
    Membership,
    Position,
    Quotation,
    Source,
    Statement,
    Tally,
)
from dialogues.public import prefetch_public, public

from .errors import (
    allow_query_params,
    bad_request,
    get_public_or_tombstone,
    gone_response,
    moved_response,
)


@dataclass
class CitingRecords:
    """The public records that cite a source, or one passage of it."""

    statements: list[Statement] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    quotations: list[Quotation] = field(default_factory=list)

    def add(self, citation: Citation) -> None:
        if citation.position:
            self.positions.append(citation.position)
        elif citation.tally:
            self.tallies.append(citation.tally)
        elif citation.statement:
            self.statements.append(citation.statement)


def records_citing(source: Source) -> dict[str, Any]:
    """All records that cite a source, and the same by passage id. At most twelve queries."""
    whole, by_passage = (
        CitingRecords(),
        {passage.pk: CitingRecords() for passage in source.passages.all()},
    )
    seen: set[tuple[int | None, ...]] = set()
    for citation in _citations(source):
        if citation.passage_id:
            by_passage[citation.passage_id].add(citation)
        key = (citation.position_id, citation.tally_id, citation.statement_id)
        if key not in seen:
            seen.add(key)
            whole.add(citation)
    quotations = public(Quotation).filter(source=source).in_order()
    for quotation in prefetch_public(quotations, "dialogue", "position"):
        whole.quotations.append(quotation)
        if quotation.passage_id:
            by_passage[quotation.passage_id].quotations.append(quotation)
    return {
        "whole": whole,
        "by_passage": by_passage,
        "dialogues": _dialogues(source),
        "actors": _actors(source),
    }


def _citations(source: Source) -> QuerySet[Citation]:
    """The citations of positions, statements and tallies. At most eight queries."""
    cited_by = Q(position=None, statement=None, tally=None)
    return prefetch_public(
        Citation.objects.of_public().filter(source=source).exclude(cited_by),
        *("position__statement__deliveries__actor", "statement__deliveries__actor"),
        "tally__dialogue",
    ).order_by(
        "position__statement__dialogue__year",
        "position__serial",
        "tally__serial",
        "statement__dialogue__year",
        "statement__serial",
        "pk",
    )


def _dialogues(source: Source) -> QuerySet[Dialogue]:
    """Dialogues whose facts, panels, participants, assertions or notes cite the source."""
    paths = (
        "citations",
        "panels__citations",
        "panels__participations__citations",
        "assertions__citations",
        "notes__citations",
    )
    cites = Q()
    for path in paths:
        cites |= Q(
            pk__in=Dialogue.objects.filter(**{f"{path}__source": source}).order_by().values("pk")
        )
    return public(Dialogue).filter(cites).order_by("year")


def _actors(source: Source) -> QuerySet[Actor]:
    """Actors whose entries or memberships cite the source."""
    member = public(Membership).filter(citations__source=source)
    own = Actor.objects.filter(citations__source=source).order_by().values("pk")
    members = member.order_by().values("actor")
    return public(Actor).filter(Q(pk__in=own) | Q(pk__in=members))


@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """Every source, by title or words. At most two queries."""
    selection = SourceSelection(request.GET, tracking=True)
    if selection.problems:
        return bad_request(request, selection.problems, selection)
    context = {
        "selection": selection,
        "sources": selection.rows.order_by("publisher", F("date").asc(nulls_last=True), "slug"),
    }
    return render(request, "dialogues/source_list.html", context)


@require_safe
@allow_query_params()
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """A source: where it is, its passages, and what cites each. At most ten queries."""
    found = get_public_or_tombstone(Source.objects.prefetch_related("passages"), slug=slug)
    if found.slug != slug:
        return moved_response(found)
    if not found.is_published:
        return gone_response(request, found)
    passages = list(found.passages.all())
    context = {
        "source": found,
        "passages": passages,
        "loaded": sum(1 for passage in passages if passage.text),
        "citing": records_citing(found),
    }
    return render(request, "dialogues/source.html", context)
