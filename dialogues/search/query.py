"""What is asked: words, "a phrase", -not, OR; and the rows that answer it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    F,
    Func,
    IntegerField,
    Model,
    Q,
    QuerySet,
    Value,
    When,
)

from dialogues.models import Position, PositionText, Statement, StatementText, Synonym

from .text import joined, terms

LONGEST_QUERY = 200
# In how many ways a phrase may be worded; further synonyms in it are left as they are.
MOST_WORDINGS = 64
# SQLite reads expressions to a depth of a hundred, and relevance adds one for each.
MOST_CLAUSES = 50
TOKEN = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))')

Words = tuple[str, ...]
Synonyms = dict[Words, list[Words]]


class InvalidQuery(ValueError):
    """A query that cannot be asked; its text says why, in words for a reader."""


@dataclass(frozen=True)
class Term:
    """Terms that stand side by side."""

    words: Words
    # The same without its hyphens.
    joined: Words = ()
    # A word outside of quotation marks, which may be part of a longer name: UN, United Nations.
    loose: bool = False


@dataclass(frozen=True)
class Clause:
    """One of these wordings must stand in a text; none of them, when `without`."""

    wordings: tuple[Words, ...]
    without: bool = False


def parse(query: str) -> list[tuple[bool, list[Term]]]:
    """What must all hold: whether it is left out, and the terms of which one is enough.

    Raises QueryRefused.
    """
    if len(query) > LONGEST_QUERY:
        raise InvalidQuery(f"is longer than {LONGEST_QUERY} characters")
    query = query.replace("“", '"').replace("”", '"')
    if query.count('"') % 2:
        raise InvalidQuery("has a quotation mark without its partner")
    found: list[tuple[bool, list[Term]]] = []
    waiting = False  # after an OR
    for minus, phrase, word in TOKEN.findall(query):
        if word == "OR" and not minus:
            if waiting or not found or found[-1][0]:
                raise InvalidQuery("has an OR without a word on each side")
            waiting = True
            continue
        words = terms(phrase or word)
        if not words or (word == "AND" and not minus):
            continue
        term = Term(words, tuple(joined(word)), loose=len(words) == 1 and not phrase and not minus)
        if not waiting:
            found.append((bool(minus), [term]))
        elif minus:
            raise InvalidQuery("has an OR beside a word with a minus")
        else:
            found[-1][1].append(term)
        waiting = False
    if waiting:
        raise InvalidQuery("has an OR without a word on each side")
    if query.strip() and not found:
        raise InvalidQuery("has no word to look for")
    if len({(minus, *alternatives) for minus, alternatives in found}) > MOST_CLAUSES:
        raise InvalidQuery(f"has more than {MOST_CLAUSES} words; phrases count once")
    return found


def clauses_of(query: str, same: Synonyms | None = None) -> list[Clause]:
    """A query with the curators' synonyms, which cost one query where they are not given.

    Raises QueryRefused.
    """
    parsed = parse(query)
    if same is None:
        same = synonyms() if parsed else {}
    found, start = [], 0
    while start < len(parsed):
        words, end = _longest_name(parsed, start, same)
        if words:
            found.append(Clause(tuple(_wordings(words, same))))
        else:
            without, alternatives = parsed[start]
            found.append(Clause(tuple(_all_wordings(alternatives, same)), without))
        start = end
    # A word given twice asks nothing more.
    return list(dict.fromkeys(found))


def synonyms() -> Synonyms:
    """Terms to all wordings that mean the same. One query."""
    same: Synonyms = {}
    for synonym in Synonym.objects.published():
        wordings = [words for words in map(terms, synonym.words) if words]
        for words in wordings:
            same[words] = list(dict.fromkeys([*same.get(words, []), *wordings]))
    return same


def _longest_name(parsed: list, start: int, same: dict) -> tuple[Words, int]:
    """The longest synonym of several loose words that starts here, and where it ends."""
    words: Words = ()
    best: tuple[Words, int] = ((), start + 1)
    longest = max(map(len, same), default=0)
    for end, (_, alternatives) in enumerate(parsed[start : start + longest], start + 1):
        if len(alternatives) > 1 or not alternatives[0].loose:
            break
        words += alternatives[0].words
        if len(words) > 1 and words in same:
            best = (words, end)
    return best


def _all_wordings(alternatives: list[Term], same: dict) -> Iterator[Words]:
    for term in alternatives:
        yield from _wordings(term.words, same)
        yield from ((word,) for word in term.joined)


def _wordings(words: Words, same: dict) -> list[Words]:
    """All ways of putting a phrase, with the synonyms that stand in it."""
    parts: list[list[Words]] = []
    start, number = 0, 1
    while start < len(words):
        lengths = range(len(words) - start, 0, -1)
        names = (words[start : start + length] for length in lengths)
        name = next((name for name in names if name in same), words[start : start + 1])
        ways = same.get(name, [name])
        parts.append(ways if number * len(ways) <= MOST_WORDINGS else [name])
        number *= len(parts[-1])
        start += len(name)
    return [sum(way, ()) for way in product(*parts)]


class _InIndex(Func):
    """Whether a row's terms answer a boolean question, by the database's own index.

    `path` leads to the row of terms.
    """

    output_field = BooleanField()

    def __init__(self, clauses: list[Clause], path: str) -> None:
        self.clauses = clauses
        super().__init__(F(f"{path}quoted"))

    def _asked(self, all_of: str, one_of: str, quote: str) -> str:
        def wording(words: Words) -> str:
            return f"({all_of.join(f'{quote}{word}{quote}' for word in words)})"

        return all_of.join(
            f"({one_of.join(map(wording, clause.wordings))})" for clause in self.clauses
        )

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        row, _, _ = self._row(compiler)
        return f'{row}."terms" @@ %s::tsquery', [self._asked(" & ", " | ", "'")]

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        row, name, key = self._row(compiler)
        return (
            f'{row}."{key}" IN (SELECT rowid FROM "{name}" WHERE "{name}" MATCH %s)',  # noqa: S608 - our own table
            [self._asked(" AND ", " OR ", '"')],
        )

    def _row(self, compiler: Any) -> tuple[str, str, str]:
        """What the row of terms is called in the query, its index in SQLite, and its key."""
        column: Any = self.source_expressions[0]
        sql, _ = compiler.compile(column)
        meta = column.target.model._meta
        return sql.rpartition(".")[0], f"{meta.db_table}_index", meta.pk.column


def _stands_in(field: str, clause: Clause) -> Q:
    condition = Q()
    for words in clause.wordings:
        condition |= Q(**{f"{field}__contains": f" {' '.join(words)} "})
    return condition


def _hold(clauses: list[Clause], path: str = "") -> list[Any]:
    """The conditions on a row of terms in which all these clauses hold; `path` leads to it.

    The index knows which words are there; a phrase is then read in the rows that have them.
    """
    conditions: list[Any] = [_InIndex(clauses, path)]
    for clause in clauses:
        if any(len(words) > 1 for words in clause.wordings):
            in_any = [_stands_in(f"{path}{field}", clause) for field in ("quoted", "named", "said")]
            conditions.append(in_any[0] | in_any[1] | in_any[2])
    return conditions


TEXTS: dict[type[Model], Any] = {Statement: StatementText, Position: PositionText}


def _path(queryset: QuerySet) -> str:
    """Leads from statements or positions to their rows of terms; "" from those themselves."""
    return "terms__" if queryset.model in TEXTS else ""


def matching(queryset: QuerySet, query: str | list[Clause]) -> QuerySet:
    """Statements or positions that answer a query, or their rows of terms. Raises QueryRefused.

    One query, and one for the synonyms where the query is not in clauses yet.
    """
    clauses = clauses_of(query) if isinstance(query, str) else query
    wanted = [clause for clause in clauses if not clause.without]
    path = _path(queryset)
    if wanted:
        queryset = queryset.filter(*_hold(wanted, path))
        if path:
            # Rows without terms answer nothing: said, so that databases may begin with the terms.
            queryset = queryset.filter(terms__isnull=False)
    for clause in clauses:
        if clause.without:
            texts = TEXTS.get(queryset.model, queryset.model)
            without = texts._default_manager.filter(*_hold([clause]))
            queryset = queryset.exclude(pk__in=without.values("pk"))
    return queryset


def having(name: str, values: Iterable[str]) -> Clause:
    """The clause of rows that have one of these values of a filter."""
    return Clause(tuple((f"{name}={value}",) for value in values))


def on_one_line(queryset: QuerySet, chosen: Mapping[str, Iterable[str]]) -> QuerySet:
    """Search rows with a line that has one of the values of each of these filters.

    Filters stand on a line in their declared order; `chosen` has them in that order.
    """
    words = [f"{name}=(?:{'|'.join(map(re.escape, values))}) " for name, values in chosen.items()]
    others = r"(?:[^\n]* )?"
    return queryset.filter(values__regex=" " + others.join(words))


def with_relevance(queryset: QuerySet, clauses: list[Clause]) -> QuerySet:
    """Adds `relevance` to rows of which `matching` finds some: for each clause four where it
    stands in a quotation, two in a name, one in a summary.

    Plain enough to explain, the same on both databases, and a page can be cut at it.
    """
    total: Any = Value(0)
    path = _path(queryset)
    for clause in clauses:
        if not clause.without:
            total = total + Case(
                When(_stands_in(f"{path}quoted", clause), then=4),
                When(_stands_in(f"{path}named", clause), then=2),
                default=1,
                output_field=IntegerField(),
            )
    return queryset.annotate(relevance=total)
