"""The list of actors, and the page of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dialogues import comparison
from dialogues.filters import ActorSelection, InvalidCursor, Issue, by_key, page_of
from dialogues.models import (
    Actor,
    Delivery,
    Dialogue,
    Membership,
    Participation,
    Position,
    Statement,
    Tally,
)
from dialogues.public import cites, prefetch_public, public
from dialogues.publishing import version_for

from . import totals
from .errors import (
    allow_query_params,
    bad_request,
    get_public_or_tombstone,
    gone_response,
    moved_response,
)
from .totals import positions_held_by

ACTORS_ON_A_PAGE = 100


@dataclass
class ActorYear:
    """The statements of an actor in a year, or the words that say why there are none."""

    dialogue: Dialogue
    statements: list[Statement]
    silence: str

    @property
    def year(self) -> int:
        return self.dialogue.year


def list_years(actor: Actor) -> list[ActorYear]:
    """Every year of the archive as it is for this actor. Two queries."""
    own = Delivery.objects.delivered().filter(actor=actor)
    by_year: dict[int, list[Statement]] = {}
    statements = public(Statement).filter(pk__in=own.values("statement")).in_order()
    for statement in statements.select_related("dialogue"):
        by_year.setdefault(statement.dialogue.year, []).append(statement)
    return [
        ActorYear(
            dialogue,
            by_year.get(dialogue.year, []),
            comparison.silence_in_words(actor, dialogue, is_named=dialogue.year in by_year),
        )
        for dialogue in public(Dialogue).order_by("year")
    ]


def actor_context(actor: Actor) -> dict[str, Any]:
    """All that an actor's page shows. At most twenty queries, whatever it holds."""
    years = list_years(actor)
    spoken_for = prefetch_public(
        public(Delivery).filter(on_behalf_of=actor), "actor", "statement__dialogue"
    ).order_by("statement__dialogue__year", "statement__serial")
    memberships = prefetch_public(public(Membership), "actor", "group").prefetch_related(cites())
    people = prefetch_public(public(Participation), "panel__dialogue", "person", "actor")
    people = people.order_by("panel__dialogue__year", "panel__order", "order")
    return {
        "actor": actor,
        "years": years,
        "statements": [one for year in years for one in year.statements],
        "positions": prefetch_public(
            positions_held_by(actor), "statement__dialogue", "theme"
        ).order_by("theme__order", "theme__slug", "statement__dialogue__year", "serial"),
        "memberships": memberships.filter(actor=actor),
        "members": memberships.filter(group=actor).order_by(
            "actor__name", F("date_from").asc(nulls_first=True)
        ),
        "spoken_for": spoken_for,
        "spoken_for_years": {delivery.statement.dialogue.year for delivery in spoken_for},
        "sat": people.filter(actor=actor),
        "nationals": people.filter(country=actor).exclude(actor=actor),
        "mentions": position_lines(public(Position).filter(mentions=actor)),
        "tallies": public(Tally).filter(actors=actor).select_related("dialogue").in_order(),
    }


def position_lines(positions: QuerySet[Position]) -> QuerySet[Position]:
    """Positions with year, actors and theme, for one line each. Two queries."""
    named = ("statement__dialogue", "statement__deliveries__actor", "theme")
    return prefetch_public(positions, *named).order_by("statement__dialogue__year", "serial")


@require_safe
def actor_list(request: HttpRequest) -> HttpResponse:
    """Actors by name, kind, group or year, a page at a time.

    At most eight queries; seven more where the lists of choices are not cached.
    """
    version = version_for(request).cache_key
    selection = ActorSelection(request.GET, extra=["cursor"], tracking=True, version=version)
    if selection.problems:
        return bad_request(request, selection.problems, selection)
    try:
        cursor = request.GET.get("cursor", "")
        page = page_of(selection.list_rows, selection.order, cursor, ACTORS_ON_A_PAGE)
    except InvalidCursor as refused:
        return bad_request(request, [Issue("cursor", "invalid", str(refused))], selection)
    actors = by_key(selection.rows, page.keys)
    context = {
        "selection": selection,
        "total": selection.count(),
        "page": page,
        "rows": actors,
        "counts": totals.actor_totals(actors),
    }
    return render(request, "dialogues/actor_list.html", context)


@require_safe
@allow_query_params()
def actor(request: HttpRequest, slug: str) -> HttpResponse:
    """An actor: names, memberships, statements by year, positions by theme. At most 22 queries."""
    found = get_public_or_tombstone(Actor.objects.prefetch_related("names", cites()), slug=slug)
    if found.slug != slug:
        return moved_response(found)
    if not found.is_published:
        return gone_response(request, found)
    return render(request, "dialogues/actor.html", actor_context(found))
