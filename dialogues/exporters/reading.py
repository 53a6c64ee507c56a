"""What readers may see, read with all that one row of it shows: the same for lists and exports."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db.models import Model, Prefetch, QuerySet

from dialogues import search
from dialogues.choices import DeliveryMode
from dialogues.models import (
    Actor,
    ActorName,
    Citation,
    Delivery,
    Event,
    Instrument,
    Membership,
    Position,
    Quotation,
    Situation,
    Statement,
    Theme,
)
from dialogues.querysets import READER

MOST_EXCERPTS = 3


def public(model: Any) -> Any:
    """What readers may see of this model."""
    return model._default_manager.visible_to(READER)


def cites(path: str = "citations") -> Prefetch:
    """The citations of public things, with what their addresses need. One query."""
    return Prefetch(path, Citation.objects.of_public().select_related("source", "passage"))


def public_parts(*paths: tuple[str, type[Model]]) -> list[Prefetch]:
    """Related rows of shared lists, behind the gate. One query each."""
    return [Prefetch(path, public(model)) for path, model in paths]


def _deliveries(path: str, rows: QuerySet | None = None) -> Prefetch:
    """Who a statement counts for, in the statement's own order."""
    rows = public(Delivery) if rows is None else rows
    known = rows.filter(actor__in=public(Actor)).select_related("actor")
    return Prefetch(path, known.order_by("order", "pk"))


def _deliverers(path: str) -> Prefetch:
    return _deliveries(path, public(Delivery).filter(mode=DeliveryMode.DELIVERED))


# Reading: each function adds to a queryset all that one row of it shows.


def read_statements(rows: QuerySet) -> QuerySet:
    """Five queries."""
    return rows.select_related("dialogue", "panel__dialogue", "speaker").prefetch_related(
        _deliveries("deliveries"),
        *public_parts(("deliveries__on_behalf_of", Actor)),
        Prefetch("positions", public(Position).select_related("theme").order_by("order", "pk")),
        cites(),
    )


def read_said(rows: QuerySet) -> QuerySet:
    """Positions with who holds them, their words, and where those were read. Four queries."""
    quotations = public(Quotation).select_related("source", "passage__source")
    return rows.select_related("statement__dialogue", "theme").prefetch_related(
        _deliverers("statement__deliveries"),
        Prefetch("quotations", quotations.order_by("order", "pk")),
        cites(),
    )


def read_positions(rows: QuerySet) -> QuerySet:
    """Eight queries."""
    return read_said(rows).prefetch_related(
        *public_parts(
            ("situations", Situation),
            ("instruments", Instrument),
            ("other_themes", Theme),
            ("mentions", Actor),
        )
    )


def read_quotations(rows: QuerySet) -> QuerySet:
    """Two queries."""
    return rows.select_related(
        "dialogue",
        "statement__speaker",
        "position",
        "instrument",
        "source",
        "passage__source",
    ).prefetch_related(_deliverers("statement__deliveries"))


def read_tallies(rows: QuerySet) -> QuerySet:
    """Six queries."""
    return rows.select_related("dialogue", "theme").prefetch_related(
        *public_parts(
            ("actors", Actor),
            ("events", Event),
            ("situations", Situation),
            ("instruments", Instrument),
        ),
        cites(),
    )


def read_actors(rows: QuerySet) -> QuerySet:
    """Five queries."""
    return rows.select_related("person").prefetch_related(
        Prefetch("names", public(ActorName)),
        Prefetch("memberships", public(Membership).select_related("group")),
        cites("memberships__citations"),
        cites(),
    )


def with_quotations(statements: QuerySet) -> QuerySet:
    """With the quotations in which words may be found. One query more."""
    quotations = public(Quotation).order_by("order", "pk")
    return statements.prefetch_related(Prefetch("positions__quotations", quotations))


def excerpts(
    found: Statement | Position, clauses: list[search.Clause]
) -> list[tuple[Statement | Position, list[search.Piece]]]:
    """Where the words that were asked for stand in a record: three places at most.

    Each with the record whose text it is; quotations first, then summaries. No query for rows
    read with their positions and quotations.
    """
    whole = [found] if isinstance(found, Statement) else []
    positions = list(found.positions.all()) if isinstance(found, Statement) else [found]
    texts: list[tuple[Statement | Position, str]]
    texts = [(one, f"“{said.text}”") for one in positions for said in one.quotations.all()]
    texts += [(one, one.summary) for one in positions]
    texts += [(one, one.summary) for one in whole]
    pieces = ((one, search.excerpt(text, clauses)) for one, text in texts)
    return list(islice(((one, shown) for one, shown in pieces if shown), MOST_EXCERPTS))
