"""What is asked: words, "a phrase", -not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from dialogues.models import Synonym

from .text import fold

LONGEST_QUERY = 200
TERM = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')


class QueryRefused(ValueError):
    """A query that cannot be asked; its text says why, in words for a reader."""


@dataclass(frozen=True)
class Term:
    """Folded words that stand side by side; `without` when they must not occur."""

    words: str
    without: bool = False


def parse(query: str) -> list[Term]:
    """The terms of a query, all of which must hold. Raises QueryRefused."""
    if len(query) > LONGEST_QUERY:
        raise QueryRefused(f"is longer than {LONGEST_QUERY} characters")
    query = query.replace("“", '"').replace("”", '"')
    if query.count('"') % 2:
        raise QueryRefused("has a quotation mark without its partner")
    terms = []
    for minus, phrase, word in TERM.findall(query):
        words = fold(phrase or word)
        if words:
            terms.append(Term(words, without=bool(minus)))
    if query.strip() and not terms:
        raise QueryRefused("has no word to look for")
    return terms


def matching(queryset: QuerySet, query: str) -> QuerySet:
    """Rows whose search text has every term and none of the terms after a minus.

    One query, and one for the synonyms. Raises QueryRefused.
    """
    terms = parse(query)
    if not terms:
        return queryset
    same = _synonyms()
    for term in terms:
        condition = Q()
        for words in same.get(term.words, [term.words]):
            condition |= Q(search_text__contains=f" {words} ")
        queryset = queryset.exclude(condition) if term.without else queryset.filter(condition)
    return queryset


def _synonyms() -> dict[str, list[str]]:
    """Folded words to all that mean the same."""
    same: dict[str, list[str]] = {}
    for synonym in Synonym.objects.published():
        words = [fold(word) for word in synonym.words]
        for word in words:
            same[word] = [*same.get(word, []), *words]
    return same
