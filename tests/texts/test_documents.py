"""Files of reports: read within bounds, and refused in a sentence."""

import io
import zipfile

import docx
import pypdf
import pytest

from dialogues.texts import documents
from dialogues.texts.documents import InvalidDocument, rejoin_hyphenated, text_of


def of_docx(*paragraphs):
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return written(document.save)


def written(save):
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def of_pdf(pages, password=""):
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(72, 72)
    if password:
        writer.encrypt(password)
    return written(writer.write)


def swelling():
    def save(out):
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("word/document.xml", bytes(documents.LARGEST_UNPACKED + 1))

    return written(save)


REFUSED = {
    "report.odt": (lambda: b"x", "Take a .txt, .docx or .pdf"),
    "empty.txt": (lambda: b"", "is empty"),
    "blank.txt": (lambda: b" \n ", "no text in it"),
    "null.txt": (lambda: b"a\0b", "null characters"),
    "latin.txt": (lambda: "Côte".encode("latin-1"), "not UTF-8 (byte 1)"),
    "long.txt": (lambda: b"x" * (documents.LONGEST_TEXT + 1), "At most 1,000,000 are taken"),
    "broken.docx": (lambda: of_docx("x")[:2000], "it is broken"),
    "other.docx": (lambda: b"no zip at all", "it is broken"),
    "nothing.docx": (of_docx, "no text in the document"),
    "swelling.docx": (swelling, "when it is unpacked"),
    "broken.pdf": (lambda: of_pdf(1)[:300], "it is broken"),
    "pictures.pdf": (lambda: of_pdf(2), "only pictures of its pages"),
    "locked.pdf": (lambda: of_pdf(1, "secret"), "protected by a password"),
    "thick.pdf": (lambda: of_pdf(documents.MOST_PAGES + 1), "has 301 pages"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_is_refused_in_words(name):
    make, words = REFUSED[name]
    content = make()
    with pytest.raises(InvalidDocument) as refused:
        text_of(name, len(content), content)
    assert words in str(refused.value)


def test_a_large_file_is_refused_before_it_is_read():
    with pytest.raises(InvalidDocument) as refused:
        text_of("report.pdf", documents.LARGEST_FILE + 1, b"")
    assert "11 MB" in str(refused.value)


def test_a_document_gives_its_paragraphs_in_order():
    content = of_docx("One.", "", "Two.")
    assert text_of("Report.DOCX", len(content), content).split() == ["One.", "Two."]
    text = "\ufeffOne.\r\nTwo."
    assert text_of("report.txt", 10, text.encode()) == "One.\nTwo."


def test_words_that_a_line_end_has_cut_are_one_again():
    text = "the imple-\nmentation by sub-\nregional and sub-regional bodies, UN-\nled"
    assert (
        rejoin_hyphenated(text)
        == "the implementation by sub-regional and sub-regional bodies, UN-led"
    )


def test_page_numbers_and_running_heads_are_left_out():
    pages = [f"The report of 2031\nWords of page {n}.\n{n}" for n in range(1, 5)]
    assert list(documents._without_furniture(pages)) == [f"Words of page {n}." for n in range(1, 5)]
