"""Extracts the plain text of a report's file: .txt, .docx or .pdf, within bounds.

Every bound is checked before the file is parsed, or while it is, so that a file that grows when it
is unpacked is refused early.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath

import docx
import pypdf
from django.utils.translation import gettext as _
from docx.table import Table
from docx.text.paragraph import Paragraph

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 40 * 1024 * 1024
MOST_PACKED = 2000
MOST_PAGES = 300
LONGEST_TEXT = 1_000_000
ENDINGS = (".txt", ".docx", ".pdf")


class InvalidDocument(Exception):
    """A file or text that is refused; the message says why, in a curator's words."""


def text_of(name: str, size: int, content: bytes) -> str:
    """The text of a file, read by the ending of its name. Raises InvalidDocument."""
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS:
        raise InvalidDocument(_("A file of this kind cannot be read. Take a .txt, .docx or .pdf."))
    if size > LARGEST_FILE:
        raise InvalidDocument(
            _("The file is too large: %(size)s MB. At most %(most)s MB are taken.")
            % {"size": -(-size // 1024 // 1024), "most": LARGEST_FILE >> 20}
        )
    if not content:
        raise InvalidDocument(_("The file is empty."))
    try:
        text = {".txt": _of_text, ".docx": _of_docx, ".pdf": _of_pdf}[ending](content)
    except InvalidDocument:
        raise
    except Exception as error:  # a broken file can raise anything in the reader
        broken = _("The file cannot be read as a Word document (.docx): it is broken.")
        if ending == ".pdf":
            broken = _("The file cannot be read as a PDF: it is broken.")
        raise InvalidDocument(broken) from error
    return validated_text(text)


def validated_text(text: str) -> str:
    """The text with one kind of line end. Raises InvalidDocument if it is beyond the bounds."""
    if len(text) > LONGEST_TEXT:
        raise InvalidDocument(
            _("The text is too long: %(long)s characters. At most %(most)s are taken.")
            % {"long": f"{len(text):,}", "most": f"{LONGEST_TEXT:,}"}
        )
    if "\x00" in text:
        raise InvalidDocument(_("It has null characters in it: it is no plain text."))
    if not text.strip():
        raise InvalidDocument(_("There is no text in it."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _of_text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDocument(
            _("The file is not UTF-8 (byte %(byte)s). Save it as “Unicode (UTF-8)” text first.")
            % {"byte": error.start}
        ) from error


# Word


def _of_docx(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
    if len(parts) > MOST_PACKED or sum(p.file_size for p in parts) > LARGEST_UNPACKED:
        raise InvalidDocument(
            _("The document is too large when it is unpacked: at most %(most)s MB are taken.")
            % {"most": LARGEST_UNPACKED >> 20}
        )
    paragraphs = list(_docx_paragraphs(docx.Document(io.BytesIO(content))))
    if not any(paragraph.strip() for paragraph in paragraphs):
        raise InvalidDocument(_("There is no text in the document."))
    return "\n\n".join(paragraphs)


def _docx_paragraphs(document: docx.document.Document) -> Iterator[str]:
    """The paragraphs and the cells of tables, in the order of the document."""
    for part in document.iter_inner_content():
        if isinstance(part, Paragraph):
            yield part.text
        elif isinstance(part, Table):
            for row in part.rows:
                # A cell that spans several columns is given once for each.
                yield from dict.fromkeys(cell.text for cell in row.cells)


# PDF


def _of_pdf(content: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise InvalidDocument(
            _("The PDF is protected by a password. Save it without one, or paste its text.")
        )
    count = len(reader.pages)
    if count > MOST_PAGES:
        raise InvalidDocument(
            _("The PDF has %(count)s pages. At most %(most)s are taken.")
            % {"count": count, "most": MOST_PAGES}
        )
    pages, length = [], 0
    for page in reader.pages:
        pages.append(_plain(page.extract_text()))
        length += len(pages[-1])
        if length > LONGEST_TEXT:
            break  # `validated_text` refuses it
    if not any(page.strip() for page in pages):
        raise InvalidDocument(
            _("The PDF has only pictures of its pages, no text. Paste the text instead.")
        )
    return rejoin_hyphenated("\n".join(_without_furniture(pages)))


def _plain(text: str) -> str:
    """The text without soft hyphens and characters that no database can hold."""
    text = text.replace("\x00", " ").replace("\xad\n", "").replace("\xad", "")
    return text.encode("utf-8", "ignore").decode("utf-8")


def _without_furniture(pages: list[str]) -> Iterator[str]:
    """Pages without page numbers, running heads and feet: the same first or last lines of most."""
    pages_lines = [[line for line in page.splitlines() if line.strip()] for page in pages]
    edges = Counter(_pattern(line) for lines in pages_lines for line in {*lines[:1], *lines[-1:]})
    repeated = {line for line, times in edges.items() if times >= 3 and times * 2 > len(pages)}
    for lines in pages_lines:
        for edge in (0, -1):
            while lines and (lines[edge].strip().isdecimal() or _pattern(lines[edge]) in repeated):
                lines.pop(edge)
        yield "\n".join(lines)


def _pattern(line: str) -> str:
    """The line with # for each number, so that those with different page numbers are equal."""
    return re.sub(r"\d+", "#", " ".join(line.split()))


def rejoin_hyphenated(text: str) -> str:
    """Rejoins words that are hyphenated at a line end.

    The hyphen stays if the text has the word with it elsewhere, or an abbreviation before it:
    sub-regional, UN-led.
    """

    def join(cut: re.Match[str]) -> str:
        first, second = cut.groups()
        whole = f"{first}-{second}"
        kept = first.isupper() or re.search(rf"\b{re.escape(whole)}\b", text)
        return whole if kept else first + second

    return re.sub(r"\b([^\W\d_]+)-[ \t]*\n[ \t]*([a-zß-öø-ÿ]+)\b", join, text)
