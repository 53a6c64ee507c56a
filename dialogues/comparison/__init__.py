"""One dialogue beside others: a selection in, columns and rows out. Knows neither HTTP nor HTML.

What a record does not name is never taken for absence: each column carries its caveat, and an
empty cell says which silence it is.
"""

from .actors import ActorRow, Actors, StanceCount, Turn, actors
from .columns import Column, columns
from .facts import FactCell, FactRow, fact_label, facts
from .figures import named_in
from .marks import SILENCE_MARKS, STANCE_MARKS, silences_of
from .panels import Representation, panels
from .participation import Participants, participation
from .pictures import (
    Picture,
    actors_picture,
    panels_picture,
    participation_picture,
    themes_picture,
)
from .proposals import Asked, proposals
from .sentences import Sentence, listed, sentences, title_of
from .tables import Table, table_of
from .themes import ThemeCell, ThemeRow, themes
from .words import Words, words

__all__ = [
    "SILENCE_MARKS",
    "STANCE_MARKS",
    "ActorRow",
    "Actors",
    "Asked",
    "Column",
    "FactCell",
    "FactRow",
    "Participants",
    "Picture",
    "Representation",
    "Sentence",
    "StanceCount",
    "Table",
    "ThemeCell",
    "ThemeRow",
    "Turn",
    "Words",
    "actors",
    "actors_picture",
    "columns",
    "fact_label",
    "facts",
    "listed",
    "named_in",
    "panels",
    "panels_picture",
    "participation",
    "participation_picture",
    "proposals",
    "sentences",
    "silences_of",
    "table_of",
    "themes",
    "themes_picture",
    "title_of",
    "words",
]
