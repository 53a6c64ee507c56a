"""Workbooks that swell, or break: refused before they are edited in memory."""

import io
import zipfile
from typing import Any

import pytest

from dialogues import exporters
from dialogues.spreadsheets import InvalidSpreadsheet, sheets_of, workbook
from tests.spreadsheets.ods import ods_of

SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row></sheetData></worksheet>'
)


def with_part(data: bytes, content: bytes) -> bytes:
    """A workbook with another first sheet."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, content if name.endswith("sheet1.xml") else old.read(name))
    return file.getvalue()


def lying(data: bytes) -> bytes:
    """A workbook whose directory says that its largest part is a thousand bytes long."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = max(part.file_size for part in archive.infolist())
    return data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


ODS_ROW = (
    '<table:table-row table:number-rows-repeated="{rows}"><table:table-cell '
    'table:number-columns-repeated="{columns}" office:value-type="string"><text:p>{text}</text:p>'
    "</table:table-cell></table:table-row>"
)


def ods_with(rows: int = 1, columns: int = 1, text: str = "x") -> bytes:
    return ods_of([["ref"]], more=ODS_ROW.format(rows=rows, columns=columns, text=text))


def xlsx_of(rows: list[list[Any]]) -> bytes:
    with exporters.as_xlsx(("statements", rows[0], rows[1:])) as file:
        return file.read()


SMALL = [["ref"], ["x"]]
FORMULA = '<table:table-row><table:table-cell table:formula="of:=1"/></table:table-row>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha">]>'


@pytest.mark.parametrize(
    ("kind", "data", "word"),
    [
        ("xlsx", lambda: with_part(xlsx_of(SMALL), b" " * (workbook.MOST_SWOLLEN + 1)), "swells"),
        ("xlsx", lambda: with_part(xlsx_of(SMALL), SHEET % (b" " * workbook.RATIO_FROM)), "swells"),
        ("xlsx", lambda: lying(with_part(xlsx_of(SMALL), b" " * 2_000_000)), "broken"),
        ("xlsx", lambda: with_part(xlsx_of(SMALL), LAUGHS + SHEET % b"&a;"), "entities"),
        (
            "xlsx",
            lambda: with_part(xlsx_of(SMALL), (SHEET % b"x").decode().encode("utf-16")),
            "entities",
        ),
        ("xlsx", lambda: with_part(xlsx_of(SMALL), b"<worksheet"), "broken"),
        ("xlsx", lambda: xlsx_of([["ref"]] * (workbook.MOST_ROWS + 2)), "rows"),
        ("xlsx", lambda: xlsx_of([["x"] * (workbook.MOST_COLUMNS + 1)]), "columns"),
        ("xlsx", lambda: xlsx_of([["x" * (workbook.MOST_CELL + 1)]]), "cell"),
        ("ods", lambda: ods_with(rows=1_000_000_000), "rows"),
        ("ods", lambda: ods_with(columns=1_000_000_000), "columns"),
        ("ods", lambda: ods_of([["ref"], ["x" * (workbook.MOST_CELL + 1)]]), "cell"),
        ("ods", lambda: xlsx_of(SMALL), "broken"),
        ("ods", lambda: ods_of([], more=FORMULA), "formula"),
    ],
)
def test_what_is_beyond_the_bounds_is_refused_before_it_is_held(kind, data, word):
    with pytest.raises(workbook.InvalidWorkbook, match=word):
        list(workbook.read(kind, data()))


def test_a_text_of_spaces_without_end_ends_the_process_that_reads_it():
    with pytest.raises(InvalidSpreadsheet, match="swells"):
        sheets_of("t.ods", ods_with(text='<text:s text:c="2000000000"/>'))


def test_rows_left_empty_by_a_spreadsheet_are_no_rows():
    (sheet,) = workbook.read("ods", ods_with(rows=1_048_000, text=""))
    assert sheet["rows"] == [["ref"]]


DATED = (
    '<table:table-row><table:table-cell office:value-type="date" office:date-value="2011-07-12"/>'
    '<table:table-cell office:value-type="date" office:date-value="2011-07-12T10:30:00"/>'
    '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
    '<table:table-cell office:value-type="float" office:value="1.5"/></table:table-row>'
)


def test_an_ods_file_is_read_as_text_and_each_row_keeps_its_number():
    rows: list[list[Any]] = [
        ["", ""],
        ["", "ref", "é“”\n next"],
        [],
        ["", 2031, "", " two  spaces "],
    ]
    (sheet,) = workbook.read("ods", ods_of(rows, more=DATED))
    assert sheet["rows"] == [
        [],
        ["", "ref", "é“”\n next"],
        [],
        ["", "2031", "", " two  spaces "],
        ["2011-07-12", "2011-07-12 10:30:00", "true", "1.5"],
    ]


def test_a_sheet_that_begins_far_from_its_first_cell_keeps_its_columns():
    (sheet,) = workbook.read("ods", ods_of([[], ["", "", "x"]]))
    assert sheet["rows"] == [[], ["", "", "x"]]
