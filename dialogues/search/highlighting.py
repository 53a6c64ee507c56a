"""Highlighting: the places of a query's words in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from .query import Clause
from .text import HYPHEN, HYPHENED, joined, terms

WORD = re.compile(r"[^\W_]+(?:['’‘ʼ`´\u0300-\u036f][^\W_]*)*")
AROUND = 90  # characters left on each side in an excerpt


@dataclass(frozen=True)
class TextPiece:
    """A stretch of a text; `found` where it matches the query."""

    text: str
    found: bool = False


Places = list[tuple[int, int]]


def _matches(text: str, clauses: Iterable[Clause]) -> Places:
    """Start and end of each match of a query's wordings."""
    wanted = {words for clause in clauses if not clause.without for words in clause.wordings}
    first = {words[0] for words in wanted}
    matches: Places = []
    # Most texts have none of the words, which is seen without looking for places.
    if not first.isdisjoint(chain(*map(terms, WORD.findall(text)))):
        spelled = [(word, m.start(), m.end()) for m in WORD.finditer(text) for word in terms(m[0])]
        said = tuple(word for word, _, _ in spelled)
        matches += [
            (spelled[start][1], spelled[start + len(words) - 1][2])
            for start, word in enumerate(said)
            if word in first
            for words in wanted
            if said[start : start + len(words)] == words
        ]
    if HYPHEN.search(text):
        hyphened = HYPHENED.finditer(text)
        matches += [(m.start(), m.end()) for m in hyphened if (*joined(m[0]),) in wanted]
    return matches


def _merged(matches: Places) -> Places:
    """Matches in order, overlapping ones joined."""
    apart: Places = []
    for start, end in sorted(matches):
        if apart and start < apart[-1][1]:
            start, end = apart[-1][0], max(end, apart.pop()[1])
        apart.append((start, end))
    return apart


def _pieces(text: str, places: Places) -> list[TextPiece]:
    pieces, last = [], 0
    for start, end in places:
        pieces += [TextPiece(text[last:start]), TextPiece(text[start:end], found=True)]
        last = end
    return [*pieces, TextPiece(text[last:])]


def highlighted(text: str, clauses: Iterable[Clause]) -> list[TextPiece]:
    """The whole text, in pieces."""
    return _pieces(text, _merged(_matches(text, clauses)))


def excerpt(text: str, clauses: list[Clause]) -> list[TextPiece]:
    """The words around the first match, in pieces; empty without a match."""
    matches = _matches(text, clauses)
    if not matches:
        return []
    first, last = _merged(matches)[0]
    start, end = first - AROUND, last + AROUND
    start = text.rfind(" ", 0, start) + 1 if start > 0 else 0
    stop = text.find(" ", end) if end < len(text) else -1
    cut = text[start:stop] if stop > 0 else text[start:]
    whole = [(a - start, b - start) for a, b in matches if a >= start and b <= start + len(cut)]
    before, after = ("…" if start else ""), ("…" if stop > 0 else "")
    return [TextPiece(before), *_pieces(cut, _merged(whole)), TextPiece(after)]
