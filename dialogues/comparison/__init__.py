"""One dialogue beside others: a selection in, columns and rows out. Knows neither HTTP nor HTML.

What a record does not name is never taken for absence: each column carries its caveat, and an
empty cell says which silence it is.
"""

from .actors import ActorRow, ActorsView, StanceChange, StanceCount, actors
from .charts import Chart, actors_chart, panels_chart, participation_chart, themes_chart
from .counts import actors_from_the_floor
from .facts import FactCell, FactRow, fact_label, facts
from .flat_tables import FlatTable, table_of
from .follow_up import FollowUp, proposals
from .marks import SILENCE_MARKS, STANCE_MARKS, silences_of
from .panels import Representation, panels
from .participation import Participants, participation
from .sentences import Sentence, listed, sentences, title_of
from .silences import actor_silence, silence_in_words
from .themes import ThemeCell, ThemeRow, themes
from .words import WordsView, words
from .years import ComparisonYear, comparison_years

__all__ = [
    "SILENCE_MARKS",
    "STANCE_MARKS",
    "ActorRow",
    "ActorsView",
    "Chart",
    "ComparisonYear",
    "FactCell",
    "FactRow",
    "FlatTable",
    "FollowUp",
    "Participants",
    "Representation",
    "Sentence",
    "StanceChange",
    "StanceCount",
    "ThemeCell",
    "ThemeRow",
    "WordsView",
    "actor_silence",
    "actors",
    "actors_chart",
    "actors_from_the_floor",
    "comparison_years",
    "fact_label",
    "facts",
    "listed",
    "panels",
    "panels_chart",
    "participation",
    "participation_chart",
    "proposals",
    "sentences",
    "silence_in_words",
    "silences_of",
    "table_of",
    "themes",
    "themes_chart",
    "title_of",
    "words",
]
