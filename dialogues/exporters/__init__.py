"""A selection in, rows out, as CSV, NDJSON, XLSX or ODS: the whole set, never cut. Knows no HTTP.

A row is read with all that it shows in a fixed number of queries for each five hundred rows, and
everything it refers to comes through the gate too. The API's lists read their rows with the same
functions, so that a list and its export are the same rows.
"""

from dialogues.models.shapes import parts_of
from dialogues.public import (
    cites,
    excerpts,
    public,
    public_parts,
    read_actors,
    read_positions,
    read_quotations,
    read_rows,
    read_rows_in_words,
    read_said,
    read_statements,
    read_statements_in_words,
    read_tallies,
)

from .columns import (
    ACTORS,
    CHUNK,
    KINDS,
    POSITIONS,
    QUOTATIONS,
    STATEMENTS,
    TALLIES,
    ExportKind,
    page_of_record,
    rows_of,
    values_of,
)
from .files import MOST_SHEET_ROWS, as_csv, as_ndjson, as_xlsx, cell

__all__ = [
    "ACTORS",
    "CHUNK",
    "KINDS",
    "MOST_SHEET_ROWS",
    "POSITIONS",
    "QUOTATIONS",
    "STATEMENTS",
    "TALLIES",
    "ExportKind",
    "as_csv",
    "as_ndjson",
    "as_xlsx",
    "cell",
    "cites",
    "excerpts",
    "page_of_record",
    "parts_of",
    "public",
    "public_parts",
    "read_actors",
    "read_positions",
    "read_quotations",
    "read_rows",
    "read_rows_in_words",
    "read_said",
    "read_statements",
    "read_statements_in_words",
    "read_tallies",
    "rows_of",
    "values_of",
]
