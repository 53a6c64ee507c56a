"""Reads an uploaded spreadsheet, XLSX, ODS or CSV, as sheets of text cells.

A file that is too large, packed or unpacked, is refused before it is parsed. A workbook is read by
a process of its own with limits of time and memory, so that no file can stop the site.
"""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from . import workbook
from .cells import unescape_formula
from .workbook import LAST_ROW, MOST_BYTES, MOST_CELL, MOST_COLUMNS, MOST_ROWS

# An ODS file is read, and not written: XLSX opens in every spreadsheet.
FORMATS = ("xlsx", "ods", "csv")
# For the whole process, its start included; its own limit of processor time is shorter.
SECONDS = 4.5


@dataclass(frozen=True)
class CellPlace:
    """A cell of an upload: sheet, row as the spreadsheet numbers it, title of the column.

    Without a column it is the row, without a row the sheet, without a sheet the whole file.
    """

    sheet: str = ""
    row: int = 0
    column: str = ""

    def fault(self, cause: str) -> SpreadsheetFault:
        return SpreadsheetFault(self.sheet, self.row, self.column, cause)


@dataclass(frozen=True)
class SpreadsheetFault(CellPlace):
    """A fault of an upload: its place, and its cause in a curator's words."""

    cause: str = ""


class InvalidSpreadsheet(Exception):
    """A file that is refused as a whole; the message says why, in a curator's words."""


@dataclass
class UploadedSheet:
    """A sheet: its name ("" in a CSV file), its rows of texts, and the faults of single cells."""

    name: str
    rows: list[list[str]]
    faults: list[SpreadsheetFault] = field(default_factory=list)


def sheets_of(name: str, data: bytes) -> list[UploadedSheet]:
    """The sheets of a file, read by the ending of its name. Raises InvalidSpreadsheet."""
    ending = name.rpartition(".")[2].lower()
    if ending not in FORMATS:
        raise InvalidSpreadsheet(
            _("“%(name)s” is none of these: a table is a file that ends in .xlsx, .ods or .csv.")
            % {"name": name[:80]}
        )
    if len(data) > MOST_BYTES:
        raise InvalidSpreadsheet(
            _("The file is larger than %(most)s MB.") % {"most": MOST_BYTES >> 20}
        )
    if not data:
        raise InvalidSpreadsheet(_("The file is empty."))
    return [_csv(data)] if ending == "csv" else _workbook(ending, data)


# Workbooks


def _workbook(ending: str, data: bytes) -> list[UploadedSheet]:
    if not data.startswith(b"PK"):
        raise InvalidSpreadsheet(
            _("This is no %(kind)s file, though its name ends so; or it is locked by a password.")
            % {"kind": ending.upper()}
        )
    answer = _run_reader(ending, data)
    if "refused" in answer:
        raise InvalidSpreadsheet(_message(*answer["refused"]))
    return [_sheet(sheet["name"], sheet["rows"]) for sheet in answer["sheets"]]


def _run_reader(ending: str, data: bytes) -> dict[str, Any]:
    """The answer of the program `workbook`; if it ended for lack of time or memory, a refusal."""
    command = [sys.executable, "-I", str(Path(workbook.__file__)), ending]
    try:
        done = subprocess.run(  # noqa: S603 (our own program; the file is what it reads)
            command, input=data, capture_output=True, timeout=SECONDS, check=True
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        killed = getattr(error, "returncode", 0) in (-signal.SIGXCPU, -signal.SIGKILL)
        slow = killed or isinstance(error, subprocess.TimeoutExpired)
        return {"refused": ["slow" if slow else "swells", ""]}
    return answer


def _message(word: str, about: str) -> str:
    words = {
        "swells": _("The file swells when it is opened, beyond what a table may hold."),
        "slow": _(
            "The file takes longer to open than a table may. Take rows out of it; or try again, if "
            "it is a small one."
        ),
        "formula": _("The file holds a formula. Put its value there: nothing is computed here."),
        "entities": _("The file declares entities, which no table needs: %(about)s."),
        "parts": _("The file has more than %(about)s parts inside."),
        "sheets": _("The file has more than %(about)s sheets."),
        "rows": _("The sheet “%(about)s” has more than %(rows)s rows."),
        "columns": _("The sheet “%(about)s” has more than %(columns)s columns."),
        "cell": _("The sheet “%(about)s” has a cell of more than %(cell)s characters."),
        "text": _("The sheets have more text than a table may hold, as far as “%(about)s”."),
        "broken": _("The file cannot be read: %(about)s."),
    }[word]
    limits = {"rows": MOST_ROWS, "columns": MOST_COLUMNS, "cell": MOST_CELL}
    return words % {"about": about, **limits}


def _sheet(name: str, cells: list[list[Any]]) -> UploadedSheet:
    """The sheet, with a fault for each cell that has no value of its own."""
    causes = {
        "formula": _("holds a formula. Put its value there: nothing is computed here."),
        "error": _("holds an error of the spreadsheet."),
    }
    sheet = UploadedSheet(name, [])
    titles = [cell if isinstance(cell, str) else "" for cell in cells[0]] if cells else []
    for number, row in enumerate(cells, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, list):
                title = titles[place] if place < len(titles) else ""
                cell_place = CellPlace(name, number, title or column_letters(place))
                sheet.faults.append(cell_place.fault(causes[cell[0]]))
        sheet.rows.append([cell if isinstance(cell, str) else "" for cell in row])
    return sheet


def column_letters(place: int) -> str:
    """The name of a column in a spreadsheet: A, B … Z, AA."""
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


# CSV


def _csv(data: bytes) -> UploadedSheet:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidSpreadsheet(
            _("The file is not UTF-8. Save it as “CSV UTF-8”, or as XLSX or ODS.")
        ) from error
    if "\0" in text:
        raise InvalidSpreadsheet(_("The file has null characters: it is no CSV file."))
    first = text.partition("\n")[0]
    # No title has any of these characters, so the first line shows the delimiter.
    delimiter = max(",;\t", key=first.count)
    rows: list[list[str]] = []
    empty = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            cells = [unescape_formula(cell) for cell in row]
            _check_row(cells)
            if not any(cells):
                empty += 1
                continue
            rows += [[] for _number in range(min(empty, LAST_ROW))]
            empty = 0
            rows.append(cells)
            if len(rows) > MOST_ROWS + 1:
                raise InvalidSpreadsheet(
                    _("The file has more than %(rows)s rows.") % {"rows": MOST_ROWS}
                )
    except csv.Error as error:
        place = len(rows) + empty + 1
        raise InvalidSpreadsheet(
            _("The file cannot be read as CSV from row %(row)s on: %(why)s.")
            % {"row": place, "why": error}
        ) from error
    return UploadedSheet("", rows)


def _check_row(cells: list[str]) -> None:
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise InvalidSpreadsheet(
            _("The file has more than %(columns)s columns.") % {"columns": MOST_COLUMNS}
        )
    if any(len(cell) > MOST_CELL for cell in cells):
        raise InvalidSpreadsheet(
            _("The file has a cell of more than %(cell)s characters.") % {"cell": MOST_CELL}
        )
