"""Reads an XLSX or ODS file into rows of text, in a process of its own and within its bounds.

    python -I workbook.py xlsx < FILE

writes JSON: `sheets`, each with its name and rows, or `refused`, the word for why and what it is
about. A cell is its text; one that cannot be taken is a list of the word for why. It knows nothing
of the archive, so that it starts quickly and holds little memory.
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

# A table of as many rows as are taken is smaller by far.
MOST_BYTES = 5 * 1024 * 1024
# What the parts of the file may swell to, in all; and how often its own size a part may be.
MOST_SWOLLEN = 48 * 1024 * 1024
MOST_RATIO = 150
RATIO_FROM = 8 * 1024 * 1024
MOST_PARTS = 500
MOST_SHEETS = 20
MOST_ROWS = 2000
# Spreadsheets keep empty rows far below the last one that says something.
LAST_ROW = 100_000
MOST_COLUMNS = 60
MOST_CELL = 20_000
MOST_TEXT = 16 * 1024 * 1024
# Of this process: an upload is answered in five seconds, and takes no more than 256 MB.
SECONDS = 3
MEMORY = 224 * 1024 * 1024

# What a broken archive makes of the library that opens it.
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)

Cell = Any  # a text, or a list of one word: formula, error


class InvalidWorkbook(Exception):
    """The file is not read: the word for why, and what it is about."""


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
    """The sheets of a file, whole."""
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
    except Exception as error:  # whatever a broken file makes of a parser
        raise InvalidWorkbook("broken", f"{type(error).__name__}: {error}"[:200]) from error


# The file, before anything in it is parsed


def check_archive(data: bytes) -> None:
    """Refuses what swells: every part is read to its end, whatever the directory says of it."""
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
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
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
    """No spreadsheet declares a document type; entities that swell are declared in one."""
    together = last + piece
    # In UTF-16 each letter has a null beside it.
    if b"<!DOCTYPE" in together or b"<!ENTITY" in together or b"\0" in together:
        raise InvalidWorkbook("entities", name)
    return together[-16:]


# Rows


def _bounded(name: str, rows: Iterable[tuple[int, list[Cell]]]) -> Iterator[list[Cell]]:
    """The rows of a sheet, those left empty among them; none after the last that says something."""
    empty = count = 0
    for times, row in rows:
        if not any(row):
            empty += times
            if count + empty > LAST_ROW:
                return
            continue
        if len(row) > MOST_COLUMNS:
            raise InvalidWorkbook("columns", name)
        if any(len(cell) > MOST_CELL for cell in row):
            raise InvalidWorkbook("cell", name)
        count += empty + times
        if count > MOST_ROWS + 1:
            raise InvalidWorkbook("rows", name)
        for _ in range(empty):
            yield []
        for _ in range(times):
            yield row
        empty = 0


def _trimmed(row: list[Cell]) -> list[Cell]:
    while row and not row[-1]:
        row.pop()
    return row


def _number(text: str) -> str:
    value = float(text)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else text


# XLSX

# A control character, as a workbook writes it; a null is none that a text may have.
ESCAPED = re.compile("_x00(0[1-9A-Fa-f]|1[0-9A-Fa-f])_")


def _xlsx(data: bytes) -> Iterator[tuple[str, Iterator[tuple[int, list[Cell]]]]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    for sheet in book.worksheets:
        # What a sheet says of its own size is not to be relied on.
        sheet.reset_dimensions()
        yield sheet.title, _xlsx_rows(sheet)


def _xlsx_rows(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    for number, row in enumerate(sheet.iter_rows()):
        if number > LAST_ROW:
            raise InvalidWorkbook("rows", sheet.title)
        yield 1, _trimmed([_xlsx_cell(cell) for cell in row])


def _xlsx_cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return ["formula"]
    if cell.data_type == "e":
        return ["error"]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(repr(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else str(value)
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))


# ODS

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")


def _ods(data: bytes) -> Iterator[tuple[str, Iterator[tuple[int, list[Cell]]]]]:
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as content:
        events = etree.iterparse(
            content,
            events=("start", "end"),
            tag=(f"{TABLE}table", f"{TABLE}table-row"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for event, element in events:
            if event == "start" and element.tag == f"{TABLE}table":
                name = element.get(f"{TABLE}name", "")
                rows = _ods_rows(events)
                yield name, rows
                for _ in rows:  # to the end of this sheet, also where its reader stopped before
                    pass


def _ods_rows(events: Any) -> Iterator[tuple[int, list[Cell]]]:
    for event, element in events:
        if event == "end" and element.tag == f"{TABLE}table":
            return
        if event == "end":
            yield _times(element, "rows"), _ods_row(element)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _ods_row(row: Any) -> list[Cell]:
    cells: list[Cell] = []
    for element in row.iterchildren(*CELLS):
        value, times = _ods_cell(element), _times(element, "columns")
        # Empty cells are repeated to the edge of the sheet.
        cells += [value] * min(times, MOST_COLUMNS + 1 if value else 20_000)
        if len(cells) > 20_000:
            break
    return _trimmed(cells)


def _times(element: Any, what: str) -> int:
    return max(1, int(element.get(f"{TABLE}number-{what}-repeated", "1")))


def _ods_cell(cell: Any) -> Cell:
    if cell.get(f"{TABLE}formula") is not None:
        return ["formula"]
    kind = cell.get(f"{OFFICE}value-type", "")
    if kind in ("float", "currency", "percentage"):
        return _number(cell.get(f"{OFFICE}value", ""))
    if kind == "date":
        day, _, time = cell.get(f"{OFFICE}date-value", "").partition("T")
        return f"{day} {time}" if time.strip("0:.") else day
    if kind == "boolean":
        return cell.get(f"{OFFICE}boolean-value", "")
    lines: list[str] = []
    for paragraph in cell.iterchildren(f"{TEXT}p"):
        pieces: list[str] = []
        _words(paragraph, pieces)
        lines.append("".join(pieces))
    return "\n".join(lines) if lines else cell.get(f"{OFFICE}string-value", "")


def _words(element: Any, into: list[str]) -> None:
    """The text of a paragraph: white space that counts is written as elements."""
    into.append(_single_spaces(element.text))
    for child in element:
        if child.tag == f"{TEXT}s":
            into.append(" " * min(int(child.get(f"{TEXT}c", "1")), MOST_CELL + 1))
        elif child.tag == f"{TEXT}tab":
            into.append("\t")
        elif child.tag == f"{TEXT}line-break":
            into.append("\n")
        elif isinstance(child.tag, str) and not child.tag.startswith(OFFICE):
            _words(child, into)
        into.append(_single_spaces(child.tail))


def _single_spaces(text: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text or "")


if __name__ == "__main__":
    main()
