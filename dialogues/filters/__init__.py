"""A query string becomes a validated selection, here and nowhere else.

Pages, API, exports and comparison take the same selections, so a count printed anywhere is the
number of rows that its address gives.
"""

from .base import Issue, Selection
from .compare import VIEWS, CompareSelection
from .facets import FACETS, ROWS, FacetCounts, FacetValue, exact_of, facet_counts
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
from .pagination import InvalidCursor, ListPage, page_of
from .statements import PositionSelection, StatementSelection, load_choices
from .suggestions import NameSuggestion, did_you_mean, suggestions

__all__ = [
    "FACETS",
    "ROWS",
    "VIEWS",
    "ActorSelection",
    "CompareSelection",
    "DialogueSelection",
    "FacetCounts",
    "FacetValue",
    "InstrumentSelection",
    "InvalidCursor",
    "Issue",
    "ListPage",
    "NameSuggestion",
    "PanelSelection",
    "PassageSelection",
    "PersonSelection",
    "PositionSelection",
    "QuotationSelection",
    "Selection",
    "SituationSelection",
    "SourceSelection",
    "StatementSelection",
    "TallySelection",
    "ThemeSelection",
    "did_you_mean",
    "exact_of",
    "facet_counts",
    "load_choices",
    "page_of",
    "suggestions",
]
