"""Full text behind one face: `index` keeps it, `matching` asks it.

Texts and queries are folded by the same Python code (`text.fold`), so that SQLite and PostgreSQL
give the same answers.
"""

from .query import QueryRefused, matching, parse
from .text import concerned, fold, index

__all__ = ["QueryRefused", "concerned", "fold", "index", "matching", "parse"]
