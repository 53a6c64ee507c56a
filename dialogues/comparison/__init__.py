"""The comparison of dialogues: a selection in, years and rows out. Knows neither HTTP nor HTML.

Not being named in a record is never taken for absence: each year carries its caveat, and an empty
cell says which silence it is.
"""

from .actors import ActorRow, ActorsView, StanceChange, StanceCount, actors
from .charts import Chart, actors_chart, panels_chart, participation_chart, themes_chart
from .counts import actors_from_the_floor
from .facts import FactCell, FactRow, fact_label, facts
from .flat_tables import FlatTable, flat_table
from .follow_up import FollowUp, proposals
from .marks import SILENCE_MARKS, STANCE_MARKS, silence_labels
from .panels import Representation, panels
from .participation import Participants, participation
from .sentences import Sentence, comparison_title, listed, sentences
from .silences import silence_in_words
from .themes import ThemeCell, ThemeRow, themes
from .words import WordsView, words
from .years import ComparisonYear, comparison_years
