"""Full text behind one face: `index` keeps it, `matching` asks it.

Texts and queries become terms by the same Python code (`text.terms`), and each database indexes
those: SQLite and PostgreSQL give the same answers.
"""

from .documents import concerned, differing, index, missing, rebuild
from .marks import Piece, excerpt, marked
from .query import (
    Clause,
    QueryRefused,
    Synonyms,
    clauses_of,
    matching,
    parse,
    synonyms,
    with_relevance,
)
from .text import fold, terms

__all__ = [
    "Clause",
    "Piece",
    "QueryRefused",
    "Synonyms",
    "clauses_of",
    "concerned",
    "differing",
    "excerpt",
    "fold",
    "index",
    "marked",
    "matching",
    "missing",
    "parse",
    "rebuild",
    "synonyms",
    "terms",
    "with_relevance",
]
