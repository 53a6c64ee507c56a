"""Reads an XLSX or ODS file into rows of text: a program with bounds of time and memory.

    python -I workbook.py xlsx < FILE

writes JSON: `sheets`, each with its name and rows, or `refused`, a code and its detail. A cell is
its text, or a list of one code where it has no value: `formula`, `error`. The program imports
nothing of the archive, so that it starts quickly and holds little memory.
"""

from __future__ import annotations

import datetime
import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

# A file of as many rows as are taken is far smaller.
MOST_BYTES = 5 * 1024 * 1024
# The unpacked size of all parts; and how many times its packed size a large part may have.
MOST_SWOLLEN = 48 * 1024 * 1024
MOST_RATIO = 150
RATIO_FROM = 8 * 1024 * 1024
MOST_PARTS = 500
MOST_SHEETS = 20
MOST_ROWS = 2000
# Spreadsheets keep empty rows far below the last one with a value.
LAST_ROW = 100_000
MOST_COLUMNS = 60
MOST_CELL = 20_000
MOST_TEXT = 16 * 1024 * 1024
# Of this process: an upload is answered in five seconds, and takes no more than 256 MB.
SECONDS = 3
MEMORY = 224 * 1024 * 1024

Cell = Any  # a text, or a list of one code: formula, error


class InvalidWorkbook(Exception):
    """A file that is not read: a code, and its detail."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        answer: dict[str, Any] = {"sheets": list(read(sys.argv[1], sys.stdin.buffer.read()))}
    except InvalidWorkbook as refused:
        answer = {"refused": list(refused.args)}
    except MemoryError:
        answer = {"refused": ["swells", ""]}
    json.dump(answer, sys.stdout)


def read(kind: str, data: bytes) -> Iterator[dict[str, Any]]:
    """The sheets of a file with their rows. Raises InvalidWorkbook."""
    check_archive(data)
    try:
        sheets = _xlsx(data) if kind == "xlsx" else _ods(data)
        text = 0
        for count, (name, rows) in enumerate(sheets):
            if count >= MOST_SHEETS:
                raise InvalidWorkbook("sheets", str(MOST_SHEETS))
            kept: list[list[Cell]] = []
            for row in _bounded(name, rows):
                text += sum(map(len, row))
                if text > MOST_TEXT:
                    raise InvalidWorkbook("text", name)
                kept.append(row)
            yield {"name": name, "rows": kept}
    except (InvalidWorkbook, MemoryError):
        raise
    except Exception as error:  # a broken file can raise anything in a parser
        raise InvalidWorkbook("broken", f"{type(error).__name__}: {error}"[:200]) from error


# The archive, before anything in it is parsed


def check_archive(data: bytes) -> None:
    """Refuses a zip bomb: every part is read to its end, whatever the directory says of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise InvalidWorkbook("parts", str(MOST_PARTS))
            if sum(part.file_size for part in parts) > MOST_SWOLLEN:
                raise InvalidWorkbook("swells", "")
            total = 0
            for part in parts:
                total = _check_part(archive, part, total)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError) as error:
        raise InvalidWorkbook("broken", str(error)[:200]) from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, total: int) -> int:
    size, last = 0, b""
    with archive.open(part) as file:
        while piece := file.read(256 * 1024):
            size += len(piece)
            most = MOST_RATIO * max(part.compress_size, 1)
            if total + size > MOST_SWOLLEN or (size > RATIO_FROM and size > most):
                raise InvalidWorkbook("swells", part.filename)
            if part.filename.endswith((".xml", ".rels")):
                last = _check_xml(part.filename, last, piece)
    return total + size


def _check_xml(name: str, last: bytes, piece: bytes) -> bytes:
    """Refuses a document type, in which entities would be declared, and formulas of an ODS file."""
    together = last + piece
    # Its reader gives the last result of a formula, or nothing, and does not say which.
    if name == "content.xml" and b' table:formula="' in together:
        raise InvalidWorkbook("formula", "")
    # In UTF-16 each letter has a null beside it.
    if b"<!DOCTYPE" in together or b"<!ENTITY" in together or b"\0" in together:
        raise InvalidWorkbook("entities", name)
    return together[-16:]


# Rows


def _bounded(name: str, rows: Iterable[list[Cell]]) -> Iterator[list[Cell]]:
    """The rows of a sheet up to the last that has a value. Raises beyond the bounds."""
    empty = count = 0
    for row in rows:
        if not any(row):
            empty += 1
            if count + empty > LAST_ROW:
                return
            continue
        if len(row) > MOST_COLUMNS:
            raise InvalidWorkbook("columns", name)
        if any(len(cell) > MOST_CELL for cell in row):
            raise InvalidWorkbook("cell", name)
        count += empty + 1
        if count > MOST_ROWS + 1:
            raise InvalidWorkbook("rows", name)
        for _ in range(empty):
            yield []
        yield row
        empty = 0


def _trimmed(row: list[Cell]) -> list[Cell]:
    while row and not row[-1]:
        row.pop()
    return row


def _text(value: Any) -> str:
    """The text of a cell's value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        whole = float(value).is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else str(value)
    return str(value)


# XLSX

# Cells without a value of their own, by openpyxl's data types.
NO_VALUE = {"f": "formula", "e": "error"}
# A control character, as a workbook writes it; a text has no null.
ESCAPED = re.compile("_x00(0[1-9A-Fa-f]|1[0-9A-Fa-f])_")


def _xlsx(data: bytes) -> Iterator[tuple[str, Iterator[list[Cell]]]]:
    # Of a formula, python-calamine gives the last result only, or nothing.
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    for sheet in book.worksheets:
        # The size that a sheet declares is not to be relied on.
        sheet.reset_dimensions()
        yield sheet.title, _xlsx_rows(sheet)


def _xlsx_rows(sheet: Any) -> Iterator[list[Cell]]:
    for number, row in enumerate(sheet.iter_rows()):
        if number > LAST_ROW:
            raise InvalidWorkbook("rows", sheet.title)
        yield _trimmed([_xlsx_cell(cell) for cell in row])


def _xlsx_cell(cell: Any) -> Cell:
    if cell.data_type in NO_VALUE:
        return [NO_VALUE[cell.data_type]]
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), _text(cell.value))


# ODS


def _ods(data: bytes) -> Iterator[tuple[str, Iterator[list[Cell]]]]:
    from python_calamine import CalamineWorkbook

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # The library goes by the content, and would read an XLSX file as well.
        if "content.xml" not in archive.namelist():
            raise InvalidWorkbook("broken", "content.xml is missing")
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        # Columns before the first with a value are left out of the rows.
        before = [""] * min(sheet.start[1] if sheet.start else 0, MOST_COLUMNS)
        yield name, (_trimmed([*before, *map(_text, row)]) for row in sheet.iter_rows())


if __name__ == "__main__":
    main()
