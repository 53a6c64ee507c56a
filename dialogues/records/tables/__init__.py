"""Tables for curators: records as rows of a spreadsheet, and rows as changes of records.

`kinds` has the four tables, `cells` and `columns` what a cell takes and where its value stands,
`reading` and `workbook` the file with its bounds, `desk` and `changes` the way
from rows to records.
"""

from .changes import Changes, changes_of, faults_of
from .desk import Held
from .kinds import TABLES, Table, rows_of
from .reading import FORMATS, Fault, Unreadable, sheets_of

__all__ = [
    "FORMATS",
    "TABLES",
    "Changes",
    "Fault",
    "Held",
    "Table",
    "Unreadable",
    "changes_of",
    "faults_of",
    "rows_of",
    "sheets_of",
]
