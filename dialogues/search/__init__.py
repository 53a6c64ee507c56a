"""Full text behind one face: `index` keeps it, `matching` asks it.

Texts and queries become terms by the same Python code (`text.terms`), and each database indexes
those: SQLite and PostgreSQL give the same answers.
"""

from .documents import concerned, differing, index, missing, rebuild
from .marks import Piece, excerpt, marked
from .query import (
    TEXTS,
    Clause,
    QueryRefused,
    Synonyms,
    clauses_of,
    having,
    matching,
    parse,
    sampled,
    synonyms,
    with_relevance,
)
from .signs import SMALLEST
from .text import fold, terms

__all__ = [
    "SMALLEST",
    "TEXTS",
    "Clause",
    "Piece",
    "QueryRefused",
    "Synonyms",
    "clauses_of",
    "concerned",
    "differing",
    "excerpt",
    "fold",
    "having",
    "index",
    "marked",
    "matching",
    "missing",
    "parse",
    "rebuild",
    "sampled",
    "synonyms",
    "terms",
    "with_relevance",
]
