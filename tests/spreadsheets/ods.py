"""OpenDocument spreadsheets as LibreOffice saves them, to upload in tests."""

import io
import zipfile
from typing import Any
from xml.sax.saxutils import escape

CONTENT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<office:document-content"
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' office:version="1.2"><office:body><office:spreadsheet>'
    '<table:table table:name="{name}">{rows}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)
TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods_of(rows: list[list[Any]], name: str = "statements", more: str = "") -> bytes:
    """A workbook of one sheet; `more` is XML after the rows."""
    file = io.BytesIO()
    xml = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", TYPE, compress_type=zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", CONTENT.format(name=name, rows=xml + more))
    return file.getvalue()


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, int):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    lines = "".join(f"<text:p>{_line(line)}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def _line(text: str) -> str:
    first, *others = text.split(" ")
    # A space after another, or at the edge, is an element.
    return escape(first) + "".join(f"<text:s/>{escape(word)}" for word in others)
