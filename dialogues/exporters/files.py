"""Write rows as CSV or XLSX: the whole set, never cut."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from dialogues.spreadsheets.cells import SEPARATOR, escape_formula, replace_illegal

# Rows in a piece: one write for each row would cost more than the row.
BATCH = 100
# A sheet takes so many, its header among them.
MOST_SHEET_ROWS = 1_048_576


def as_csv(header: list[str], rows: Iterable[list[Any]]) -> Iterator[str]:
    """CSV (RFC 4180) with a header row, in pieces."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    for batch in _batches(rows):
        # Half of the cells are empty.
        writer.writerows([cell(one) if one or one == 0 else "" for one in row] for row in batch)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


# A sheet of a workbook: its name, its header, its rows.
Sheet = tuple[str, list[str], Iterable[list[Any]]]


def as_xlsx(*sheets: Sheet, edited: bool = False) -> IO[bytes]:
    """A workbook, in a temporary file that goes when it is closed.

    Numbers and booleans keep their type; all else is text, which no spreadsheet computes. In a
    workbook to be `edited`, cells have the format of text and the header stays in sight.
    """
    book = Workbook(write_only=True)
    for name, header, rows in sheets:
        sheet = book.create_sheet(name[:31])
        if edited:
            sheet.freeze_panes = "A2"
        sheet.append([_sheet_cell(sheet, title, edited) for title in header])
        for row in rows:
            sheet.append([_sheet_cell(sheet, value, edited) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer that sends it closes it)
    book.save(file)
    file.seek(0)
    return file


def _sheet_cell(sheet: Any, value: Any, edited: bool) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    found = WriteOnlyCell(sheet, replace_illegal(plain(value)))
    found.data_type = "s"
    if edited:
        found.number_format = "@"
    return found


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    several = iter(rows)
    while batch := list(islice(several, BATCH)):
        yield batch


def plain(value: Any) -> str:
    """A value as text; several are separated by ` | `."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return SEPARATOR.join(map(str, value)) if isinstance(value, list) else str(value)


def cell(value: Any) -> str:
    """A value as text that no spreadsheet computes.

    An apostrophe is put before what would start a formula, and before an apostrophe; so one
    apostrophe is taken away from every cell that starts with one, and the text is back.
    """
    if isinstance(value, str):
        return escape_formula(value)
    text = plain(value)
    return text if isinstance(value, int | float) else escape_formula(text)
