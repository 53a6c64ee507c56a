"""Selections: the one place where a query string is validated.

Pages, API, exports and comparison take the same selections, so a count printed anywhere is the
number of rows that its address gives.
"""

from .base import Issue, Selection
from .compare import VIEWS, CompareSelection
from .facets import FacetCounts, FacetValue, facet_counts
from .lists import (
    ActorSelection,
    DialogueSelection,
    InstrumentSelection,
    PanelSelection,
    PassageSelection,
    PersonSelection,
    QuotationSelection,
    SituationSelection,
    SourceSelection,
    TallySelection,
    ThemeSelection,
)
from .pagination import InvalidCursor, ListPage, by_key, page_of
from .statements import PositionSelection, StatementSelection
from .suggestions import NameSuggestion, did_you_mean, suggestions
