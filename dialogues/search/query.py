"""The query language of search (words, "a phrase", -not, OR), and querysets filtered by it."""

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
    """A query that cannot be read; the message says why, for the reader."""


@dataclass(frozen=True)
class Term:
    """A word or phrase of a query, as terms that stand side by side."""

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
    """Parse a query into conditions that must all hold: excluded or not, and its alternatives.

    Raises InvalidQuery.
    """
    if len(query) > LONGEST_QUERY:
        raise InvalidQuery(f"is longer than {LONGEST_QUERY} characters")
    query = query.replace("“", '"').replace("”", '"')
    if query.count('"') % 2:
        raise InvalidQuery("has a quotation mark without its partner")
    conditions: list[tuple[bool, list[Term]]] = []
    waiting = False  # after an OR
    for minus, phrase, word in TOKEN.findall(query):
        if word == "OR" and not minus:
            if waiting or not conditions or conditions[-1][0]:
                raise InvalidQuery("has an OR without a word on each side")
            waiting = True
            continue
        words = terms(phrase or word)
        if not words or (word == "AND" and not minus):
            continue
        term = Term(words, tuple(joined(word)), loose=len(words) == 1 and not phrase and not minus)
        if not waiting:
            conditions.append((bool(minus), [term]))
        elif minus:
            raise InvalidQuery("has an OR beside a word with a minus")
        else:
            conditions[-1][1].append(term)
        waiting = False
    if waiting:
        raise InvalidQuery("has an OR without a word on each side")
    if query.strip() and not conditions:
        raise InvalidQuery("has no word to look for")
    if len({(minus, *alternatives) for minus, alternatives in conditions}) > MOST_CLAUSES:
        raise InvalidQuery(f"has more than {MOST_CLAUSES} words; phrases count once")
    return conditions


def clauses_of(query: str, same: Synonyms | None = None) -> list[Clause]:
    """Clauses of a query, widened by the curators' synonyms (one query where not given).

    Raises InvalidQuery.
    """
    parsed = parse(query)
    if same is None:
        same = synonyms() if parsed else {}
    clauses, start = [], 0
    while start < len(parsed):
        words, end = _longest_name(parsed, start, same)
        if words:
            clauses.append(Clause(tuple(_wordings(words, same))))
        else:
            without, alternatives = parsed[start]
            clauses.append(Clause(tuple(_all_wordings(alternatives, same)), without))
        start = end
    # A repeated word adds nothing.
    return list(dict.fromkeys(clauses))


def synonyms() -> Synonyms:
    """Every wording that has synonyms, with the wordings that mean the same. One query."""
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
    """All wordings of a phrase, with synonyms in place of the words that have some."""
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
    """A boolean full-text condition on a search row, answered by the database's own index.

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
        """The search row's alias in the SQL, its index in SQLite, and its key."""
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
    """Conditions on a search row that all these clauses hold; `path` leads to the row.

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
    """The path from statements or positions to their search rows; "" from search rows."""
    return "terms__" if queryset.model in TEXTS else ""


def matching(queryset: QuerySet, query: str | list[Clause]) -> QuerySet:
    """Filter statements or positions, or their search rows, by a query. Raises InvalidQuery.

    One query, and one for the synonyms where the query is a string.
    """
    clauses = clauses_of(query) if isinstance(query, str) else query
    wanted = [clause for clause in clauses if not clause.without]
    path = _path(queryset)
    if wanted:
        queryset = queryset.filter(*_hold(wanted, path))
        if path:
            # Says nothing new; but a database may then begin with the search rows.
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
    """Annotate matching rows with `relevance`: a clause counts 4 in a quotation, 2 in a name, or 1.

    Simple enough to explain, the same on both databases, and a key that pages can be cut at.
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
