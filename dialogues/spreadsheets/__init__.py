"""Tables for curators: records as rows of a spreadsheet, and rows as changes of records.

`kinds` has the four tables, `cells` and `columns` what a cell takes and where its value stands,
`reading` and `workbook` the file with its bounds, `desk` and `changes` the way
from rows to records.
"""

from .changes import SpreadsheetChanges, changes_of, faults_of
from .definitions import TABLES, SpreadsheetDefinition, rows_of
from .edits import EditedRecord
from .reading import FORMATS, InvalidSpreadsheet, SpreadsheetFault, sheets_of

__all__ = [
    "FORMATS",
    "TABLES",
    "EditedRecord",
    "InvalidSpreadsheet",
    "SpreadsheetChanges",
    "SpreadsheetDefinition",
    "SpreadsheetFault",
    "changes_of",
    "faults_of",
    "rows_of",
    "sheets_of",
]
