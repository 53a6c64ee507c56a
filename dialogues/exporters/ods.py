"""Rows as an OpenDocument spreadsheet: text and whole numbers, and nothing that is computed."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from dialogues.spreadsheets.cells import storable

from .files import Sheet, plain

TYPE = "application/vnd.oasis.opendocument.spreadsheet"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<office:document-content"
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' office:version="1.2"><office:body><office:spreadsheet>'
)
FOOT = "</office:spreadsheet></office:body></office:document-content>"
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
# White space that XML would make one space.
SPACES = re.compile(r"^ +| {2,}| +$|\t")


def as_ods(*sheets: Sheet) -> IO[bytes]:
    """A workbook, in a temporary file that goes when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer that sends it closes it)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        # First and as it is, so that the file can be told by its first bytes.
        archive.writestr("mimetype", TYPE, compress_type=zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        with archive.open("content.xml", "w") as content:
            for piece in _content(sheets):
                content.write(piece.encode())
    file.seek(0)
    return file


def _content(sheets: tuple[Sheet, ...]) -> Iterator[str]:
    yield HEAD
    for name, header, rows in sheets:
        yield f"<table:table table:name={quoteattr(name)}>"
        # A spreadsheet wants to be told how wide it is.
        yield f'<table:table-column table:number-columns-repeated="{len(header)}"/>'
        yield _row(header)
        for row in rows:
            yield _row(row)
        yield "</table:table>"
    yield FOOT


def _row(values: list[Any]) -> str:
    return f"<table:table-row>{''.join(map(_cell, values))}</table:table-row>"


def _cell(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        words, kind = str(value), f'office:value-type="float" office:value="{value}"'
    else:
        words, kind = storable(plain(value)), 'office:value-type="string"'
    if not words:
        return "<table:table-cell/>"
    lines = re.split("\r\n|\r|\n", words)
    text = "".join(f"<text:p>{_line(line)}</text:p>" for line in lines)
    return f"<table:table-cell {kind}>{text}</table:table-cell>"


def _line(line: str) -> str:
    def kept(found: re.Match[str]) -> str:
        spaces = found[0]
        return "<text:tab/>" if spaces == "\t" else f'<text:s text:c="{len(spaces)}"/>'

    return SPACES.sub(kept, escape(line))
