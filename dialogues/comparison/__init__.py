"""One dialogue beside others: a selection in, columns and rows out. Knows neither HTTP nor HTML.

What a record does not name is never taken for absence: each column carries its caveat, and an
empty cell says which silence it is.
"""

from .actors import ActorRow, StanceCount, Turn, actors
from .columns import Column, columns
from .facts import FactCell, FactRow, fact_label, facts
from .panels import Representation, panels
from .participation import Participants, participation
from .proposals import Asked, proposals
from .sentences import Sentence, listed, sentences
from .tables import Table, table_of
from .themes import ThemeCell, ThemeRow, themes
from .words import Words, words

__all__ = [
    "ActorRow",
    "Asked",
    "Column",
    "FactCell",
    "FactRow",
    "Participants",
    "Representation",
    "Sentence",
    "StanceCount",
    "Table",
    "ThemeCell",
    "ThemeRow",
    "Turn",
    "Words",
    "actors",
    "columns",
    "fact_label",
    "facts",
    "listed",
    "panels",
    "participation",
    "proposals",
    "sentences",
    "table_of",
    "themes",
    "words",
]
