"""A selection in, rows out, as CSV, NDJSON or XLSX: the whole set, never cut. Knows no HTTP.

Rows are dictionaries (`rows`): the API's lists and NDJSON read them by its serializers, CSV and
XLSX by their columns.
"""

from .addresses import PAGES, value_at
from .columns import (
    ACTORS,
    KINDS,
    PILLARS,
    POSITIONS,
    QUOTATIONS,
    STATEMENTS,
    TALLIES,
    ExportKind,
    deliverers,
    values_of,
)
from .files import MOST_SHEET_ROWS, as_csv, as_xlsx, cell
from .rows import CHUNK, ColumnValue, Row, RowPlan, RowValue, is_given
