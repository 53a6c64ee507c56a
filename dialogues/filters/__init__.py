"""A query string becomes a validated selection, here and nowhere else.

Pages, API, exports and comparison take the same selections, so a count printed anywhere is the
number of rows that its address gives.
"""

from .compare import VIEWS, CompareSelection
from .facets import FACETS, Counts, FacetValue, counts_of
from .lists import (
    ActorSelection,
    DialogueSelection,
    InstrumentSelection,
    PanelSelection,
    PassageSelection,
    PersonSelection,
    SituationSelection,
    SourceSelection,
    ThemeSelection,
)
from .paging import CursorRefused, Page, counted_page_of, page_of
from .selection import Problem, Selection
from .sets import (
    PositionSelection,
    QuotationSelection,
    StatementSelection,
    TallySelection,
    settle_choices,
)
from .suggesting import Suggestion, did_you_mean, suggestions

__all__ = [
    "FACETS",
    "VIEWS",
    "ActorSelection",
    "CompareSelection",
    "Counts",
    "CursorRefused",
    "DialogueSelection",
    "FacetValue",
    "InstrumentSelection",
    "Page",
    "PanelSelection",
    "PassageSelection",
    "PersonSelection",
    "PositionSelection",
    "Problem",
    "QuotationSelection",
    "Selection",
    "SituationSelection",
    "SourceSelection",
    "StatementSelection",
    "Suggestion",
    "TallySelection",
    "ThemeSelection",
    "counted_page_of",
    "counts_of",
    "did_you_mean",
    "page_of",
    "settle_choices",
    "suggestions",
]
