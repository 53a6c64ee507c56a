"""Full-text search: `index()` writes the search rows, `matching()` filters a queryset by a query.

Texts and queries become terms by the same Python code (`text.terms`), and each database indexes
those: SQLite and PostgreSQL give the same answers. The filters of `parameters` are words of the
same index.
"""

from .highlighting import TextPiece, excerpt, highlighted
from .indexing import (
    StaleIndex,
    differing,
    index,
    is_stale,
    rebuild,
    statements_to_reindex,
)
from .query import (
    TEXTS,
    Clause,
    InvalidQuery,
    Synonyms,
    clauses_of,
    having,
    matching,
    on_one_line,
    parse,
    synonyms,
    with_relevance,
)
from .text import fold, terms
