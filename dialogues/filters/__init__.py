"""A query string becomes a validated selection, here and nowhere else.

Pages, API, exports and comparison take the same selections, so a count printed anywhere is the
number of rows that its address gives.
"""

from .compare import VIEWS, CompareSelection
from .facets import FACETS, ROWS, Counts, FacetValue, counts_of, exact_of
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
from .paging import CursorRefused, Page, page_of
from .selection import Problem, Selection
from .sets import (
    PositionSelection,
    StatementSelection,
    settle_choices,
)
from .suggesting import Suggestion, did_you_mean, suggestions

__all__ = [
    "FACETS",
    "ROWS",
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
    "counts_of",
    "did_you_mean",
    "exact_of",
    "page_of",
    "settle_choices",
    "suggestions",
]
