"""What readers may see, and the related records that each page and list reads with it.

A plan is a function from a queryset to the same queryset with its prefetches; it says how many
queries that costs. All of them go through `prefetch_public`, and so through the gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Prefetch, Q, QuerySet

from . import search
from .models import Citation, Statement
from .querysets import READER, GatedQuerySet

MOST_EXCERPTS = 3

Tree = dict[str, "Tree"]
Owner = TypeVar("Owner")


def public(model: Any) -> Any:
    """The rows of a model that readers may see."""
    return model._default_manager.visible_to(READER)


def public_related(relation: Any) -> Any:
    """The rows at the end of a relation that readers may see, parts in the order of their whole."""
    model = relation.related_model
    if not relation.one_to_many:
        return public(model)
    parts = model._default_manager.of_public(relation.field.name)
    in_order = any(field.name == "order" for field in model._meta.fields)
    return parts.order_by("order", "pk") if in_order else parts


def _gate(model: Any) -> type[GatedQuerySet]:
    """The class that says what is public of a model."""
    return type(model._default_manager.all())


@cache
def is_seen_with(model: Any, name: str) -> bool:
    """Whether the record that a foreign key names is public wherever the row is.

    Either the row's own gate asks for its state, or it is a part of the row's own whole.
    """
    own, related = _gate(model), _gate(model._meta.get_field(name).related_model)
    states = {f"{name}__{state}" for state in related.published_through}
    return name in own.in_own_whole or states <= set(own.published_through)


def gate_on(model: Any, path: str, prefix: str = "") -> Q:
    """The condition that the records on a path from a public row are public; empty if they are."""
    condition, before = Q(), prefix
    for name in path.split("__"):
        related = model._meta.get_field(name).related_model
        before += f"{name}__"
        if not is_seen_with(model, name):
            condition &= _gate(related).public(before)
        model = related
    return condition


def prefetch_public(rows: QuerySet, *paths: str) -> QuerySet:
    """`select_related` and `prefetch_related` in one, behind the gate.

    Joined is what is seen wherever the row is. For any other relation there is one query, and a
    foreign key is None where its record is not public.
    """
    tree: Tree = {}
    for path in paths:
        branch = tree
        for name in path.split("__"):
            branch = branch.setdefault(name, {})
    return _with_related(rows, rows.model, tree)


def _with_related(rows: QuerySet, model: Any, tree: Tree, before: str = "") -> QuerySet:
    """With the relations of a tree; `before` is the path of joins that leads to it."""
    for name, branch in tree.items():
        relation, path = model._meta.get_field(name), f"{before}{name}"
        if relation.many_to_one and is_seen_with(model, name):
            rows = rows.select_related(path)
            rows = _with_related(rows, relation.related_model, branch, f"{path}__")
        else:
            related = public_related(relation)
            related = _with_related(related, related.model, branch)
            rows = rows.prefetch_related(Prefetch(path, related))
    return rows


def cites(path: str = "citations") -> Prefetch:
    """The citations of public records, with what their addresses need. One query."""
    return Prefetch(path, prefetch_public(Citation.objects.of_public(), "source", "passage"))


IN_LIST = ("dialogue", "panel", "speaker", "deliveries__actor", "positions__theme")


def read_rows(statements: QuerySet) -> QuerySet:
    """All that a row of the page of statements shows. Four queries."""
    return prefetch_public(statements, *IN_LIST)


def read_rows_in_words(statements: QuerySet) -> QuerySet:
    """As `read_rows`, with the quotations in which words may be found. Five queries."""
    return prefetch_public(statements, *IN_LIST, "positions__quotations")


def read_said(positions: QuerySet) -> QuerySet:
    """Positions with who holds them, their words, and where those were read. Four queries."""
    return prefetch_public(
        positions,
        *("statement__dialogue", "statement__deliveries__actor", "theme"),
        *("quotations__source", "quotations__passage__source", "quotations__dialogue"),
    ).prefetch_related(cites())


def read_tallies(tallies: QuerySet) -> QuerySet:
    """Tallies with the names found for them. Seven queries."""
    named = ("dialogue", "theme", "actors", "events", "situations", "instruments")
    return prefetch_public(tallies, *named).prefetch_related(cites())


def texts_of(record: Any) -> Iterator[tuple[Any, str]]:
    """The texts of a statement with its positions, or of a position: quotations first.

    Each with the record that it is a text of. No query for rows read with all of these.
    """
    is_statement = isinstance(record, Statement)
    positions = list(record.positions.all()) if is_statement else [record]
    for position in positions:
        for quotation in position.quotations.all():
            yield position, f"“{quotation.text}”"
    for position in positions:
        yield position, position.summary
    if is_statement:
        yield record, record.summary


def excerpts(
    texts: Iterable[tuple[Owner, str]], clauses: list[search.Clause]
) -> list[tuple[Owner, list[search.TextPiece]]]:
    """The first places in the texts where the words asked for stand, each with the text's owner."""
    pieces = ((owner, search.excerpt(text, clauses)) for owner, text in texts)
    return list(islice(((owner, found) for owner, found in pieces if found), MOST_EXCERPTS))
