"""What readers may see, read with all that one row of it shows: the same for lists and exports."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db.models import Model, Prefetch, QuerySet

from dialogues.models.shapes import Part, Shape, parts_of

from . import search
from .choices import DeliveryMode
from .models import (
    Actor,
    ActorName,
    Citation,
    Delivery,
    Dialogue,
    Event,
    Instrument,
    Membership,
    Panel,
    Passage,
    Person,
    Position,
    Quotation,
    Situation,
    Source,
    Statement,
    Tally,
    Theme,
)
from .querysets import READER

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


# Shapes: what is read of each record. All that a list, an export or an address shows is in them.

DIALOGUE = Shape(Dialogue, "year", "title")
PANEL = Shape(Panel, "key", "kind", "title", dialogue=DIALOGUE)
PERSON = Shape(Person, "slug", "name")
ACTOR = Shape(Actor, "slug", "kind", "name")
THEME = Shape(Theme, "order", "slug", "title")
SITUATION = Shape(Situation, "slug", "name")
INSTRUMENT = Shape(Instrument, "slug", "name")
EVENT = Shape(Event, "slug", "name", "date_text", "note")
SOURCE = Shape(Source, "slug", "title")
PASSAGE = Shape(Passage, "number", "section", "subsection", source=SOURCE)
CITATION = Shape(Citation, "field", source=SOURCE, passage=Shape(Passage, "number"))
MEMBERSHIP = Shape(Membership, "date_from", "date_to", "note", group=ACTOR)
DELIVERY = Shape(
    Delivery, "mode", "printed_name", "on_behalf_wording", "on_behalf_number", actor=ACTOR
)
# A statement and a position where another record speaks of them.
OF_STATEMENT = Shape(Statement, "ref", "form", dialogue=DIALOGUE)
POINT = Shape(Position, "ref", "stance", "summary", theme=THEME)
POSITION = Shape(
    Position,
    *("ref", "serial", "order", "stance", "pillar_1", "pillar_2", "pillar_3", "summary"),
    *("attribution", "heading", "heading_basis", "claim", "note"),
    *("proposal_year", "proposal_part", "proposal_title"),
    theme=THEME,
)
QUOTATION = Shape(
    Quotation,
    *("ref", "serial", "kind", "text", "fragment", "opening_mark", "closing_mark", "language"),
    *("note", "start", "end", "check_result"),
    source=SOURCE,
    passage=PASSAGE,
)
TALLY = Shape(
    Tally,
    *("ref", "serial", "wording", "claim", "unit", "number", "implied_number", "stance"),
    *("pillar_1", "pillar_2", "pillar_3", "heading", "relation", "matches", "note"),
    dialogue=DIALOGUE,
    theme=THEME,
)


def _listed(name: str, shape: Shape) -> Part:
    """Entries of a shared list, behind the gate."""
    return Part(name, lambda: public(shape.model), shape)


def _deliveries() -> QuerySet:
    """Who statements count for, each in the statement's own order."""
    return public(Delivery).filter(actor__in=public(Actor)).order_by("order", "pk")


def _quotations() -> QuerySet:
    return public(Quotation).order_by("order", "pk")


CITES = Part("citations", Citation.objects.of_public, CITATION)
DELIVERERS = Part("deliveries", lambda: _deliveries().filter(mode=DeliveryMode.DELIVERED), DELIVERY)
SAID = POSITION.naming(statement=OF_STATEMENT.with_parts(DELIVERERS)).with_parts(
    Part("quotations", _quotations, QUOTATION), CITES
)


def _points(*parts: Part) -> Part:
    """The positions of a statement in short, with these parts."""
    return Part(
        "positions", lambda: public(Position).order_by("order", "pk"), POINT.with_parts(*parts)
    )


IN_SHORT = _points()
IN_WORDS = _points(Part("quotations", _quotations, Shape(Quotation, "text")))


def _statement(positions: Part) -> Shape:
    """A statement with all that it shows."""
    speakers = [_listed("on_behalf_of", ACTOR)]
    return Shape(
        Statement,
        *("ref", "serial", "form", "speaker_post", "language", "url", "summary", "note"),
        dialogue=DIALOGUE,
        panel=PANEL,
        speaker=PERSON,
    ).with_parts(
        Part("deliveries", _deliveries, DELIVERY.with_parts(*speakers)),
        positions,
        CITES,
    )


STATEMENTS = _statement(IN_SHORT)
STATEMENTS_IN_WORDS = _statement(IN_WORDS)
ROW = Shape(
    Statement,
    *("ref", "serial", "form", "speaker_post", "summary"),
    dialogue=DIALOGUE,
    panel=Shape(Panel, "title"),
    speaker=PERSON,
).with_parts(Part("deliveries", _deliveries, DELIVERY))
ROWS = ROW.with_parts(IN_SHORT)
ROWS_IN_WORDS = ROW.with_parts(IN_WORDS)
POSITIONS = SAID.with_parts(
    _listed("situations", SITUATION),
    _listed("instruments", INSTRUMENT),
    _listed("other_themes", THEME),
    _listed("mentions", ACTOR),
)
QUOTATIONS = QUOTATION.naming(
    dialogue=DIALOGUE,
    statement=OF_STATEMENT.naming(speaker=PERSON).with_parts(DELIVERERS),
    position=Shape(Position, "ref"),
    instrument=INSTRUMENT,
)
TALLIES = TALLY.with_parts(
    _listed("actors", ACTOR),
    _listed("events", EVENT),
    _listed("situations", SITUATION),
    _listed("instruments", INSTRUMENT),
    CITES,
)
ACTORS = Shape(
    Actor,
    *("slug", "former_slugs", "kind", "name", "iso3", "m49", "un_member_since", "note"),
    person=PERSON,
).with_parts(
    Part(
        "names", lambda: public(ActorName), Shape(ActorName, "name", "kind", "date_from", "date_to")
    ),
    Part("memberships", lambda: public(Membership), MEMBERSHIP.with_parts(CITES)),
    CITES,
)

# Reading: each function adds to a queryset all that one row of it shows.


def read_statements(rows: QuerySet) -> QuerySet:
    """Five queries."""
    return STATEMENTS.read(rows)


def read_statements_in_words(rows: QuerySet) -> QuerySet:
    """As `read_statements`, with the quotations in which words may be found. Six queries."""
    return STATEMENTS_IN_WORDS.read(rows)


def read_rows(statements: QuerySet) -> QuerySet:
    """What a row of the page of statements shows. Three queries."""
    return ROWS.read(statements)


def read_rows_in_words(statements: QuerySet) -> QuerySet:
    """As `read_rows`, with the quotations in which words may be found. Four queries."""
    return ROWS_IN_WORDS.read(statements)


def read_said(rows: QuerySet) -> QuerySet:
    """Positions with who holds them, their words, and where those were read. Four queries."""
    return SAID.read(rows)


def read_positions(rows: QuerySet) -> QuerySet:
    """Eight queries."""
    return POSITIONS.read(rows)


def read_quotations(rows: QuerySet) -> QuerySet:
    """Two queries."""
    return QUOTATIONS.read(rows)


def read_tallies(rows: QuerySet) -> QuerySet:
    """Six queries."""
    return TALLIES.read(rows)


def read_actors(rows: QuerySet) -> QuerySet:
    """Five queries."""
    return ACTORS.read(rows)


def excerpts(
    found: Statement | Position, clauses: list[search.Clause]
) -> list[tuple[Statement | Position, list[search.TextPiece]]]:
    """Where the words that were asked for stand in a record: three places at most.

    Each with the record whose text it is; quotations first, then summaries. No query for rows
    read with their positions and quotations.
    """
    whole = [found] if isinstance(found, Statement) else []
    positions = parts_of(found, "positions") if isinstance(found, Statement) else [found]
    texts: list[tuple[Statement | Position, str]]
    texts = [(one, f"“{said.text}”") for one in positions for said in parts_of(one, "quotations")]
    texts += [(one, one.summary) for one in positions]
    texts += [(one, one.summary) for one in whole]
    pieces = ((one, search.excerpt(text, clauses)) for one, text in texts)
    return list(islice(((one, shown) for one, shown in pieces if shown), MOST_EXCERPTS))
