"""Full text behind one face: `index` keeps it, `matching` asks it.

Texts and queries become terms by the same Python code (`text.terms`), and each database indexes
those: SQLite and PostgreSQL give the same answers.
"""

from .highlighting import TextPiece, excerpt, highlighted
from .indexing import differing, index, missing, rebuild, statements_to_reindex
from .query import (
    TEXTS,
    Clause,
    InvalidQuery,
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
    "InvalidQuery",
    "Synonyms",
    "TextPiece",
    "clauses_of",
    "differing",
    "excerpt",
    "fold",
    "having",
    "highlighted",
    "index",
    "matching",
    "missing",
    "parse",
    "rebuild",
    "sampled",
    "statements_to_reindex",
    "synonyms",
    "terms",
    "with_relevance",
]
