"""Spreadsheets for curators: records as rows to download, uploaded rows as changes of records.

`definitions` declares the four tables; `cells` and `record_columns` say how a value becomes a
cell's text and where it stands in a record; `reading` and `workbook` read an uploaded file within
its bounds; `headers`, `edits` and `changes` lead from rows to changed records.
"""

from .changes import SpreadsheetChanges, faults_of, read_changes
from .definitions import TABLES, SpreadsheetDefinition, rows_of
from .edits import EditedRecord
from .reading import FORMATS, InvalidSpreadsheet, SpreadsheetFault, sheets_of
