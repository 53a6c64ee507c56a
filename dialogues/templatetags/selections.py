"""Template tags for a selection: query strings, lists of choices, and highlighted words."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.template import RequestContext

from dialogues import public, search
from dialogues.filters import CompareSelection, Selection
from dialogues.models import Statement

register = template.Library()


@register.simple_tag
def with_cursor(selection: Selection, cursor: str) -> str:
    """The query string of a selection, at another place of its list."""
    return selection.with_values(cursor=cursor)


@register.simple_tag
def with_pin(selection: CompareSelection, ref: str) -> str:
    """The query string of a comparison with one more position pinned."""
    return selection.with_pin(ref)


class ListOption(NamedTuple):
    """A value of a parameter in `_options.html`, without a count."""

    value: str
    text: str
    chosen: bool


@register.simple_tag
def choices_of(selection: Selection, name: str) -> list[ListOption]:
    """The values of a parameter, without counts."""
    given = selection.data.getlist(name)
    choices: Any = getattr(selection.form.fields[name], "choices", ())
    return [ListOption(str(value), str(label), str(value) in given) for value, label in choices]


@register.filter
def several(selection: Selection, name: str) -> bool:
    """Whether a parameter has more than one value."""
    return len(selection.data.getlist(name)) > 1


@register.simple_tag(takes_context=True)
def highlight(context: RequestContext, text: str) -> list[search.TextPiece]:
    """A text in pieces, for `_pieces.html`: which are words of the search, if there is one."""
    return search.highlighted(text, context.get("clauses") or [])


@register.simple_tag(takes_context=True)
def excerpts(
    context: RequestContext, statement: Statement
) -> list[tuple[str, list[search.TextPiece]]]:
    """Excerpts around the words of the search: at most three, quotations first, then summaries.

    Each with the address of its record, and in pieces for `_pieces.html`.
    """
    clauses = context.get("clauses")
    if not clauses:
        return []
    return [
        (record.get_absolute_url(), pieces)
        for record, pieces in public.excerpts(public.texts_of(statement), clauses)
    ]
