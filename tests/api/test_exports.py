"""Exports: the whole selection as a file, with the same rows as the list."""

import csv
import io
import json

import openpyxl
import pytest

from dialogues import exporters
from dialogues.exporters import files
from dialogues.models import Dialogue, Position, Theme
from tests.api.conftest import EXPORTS
from tests.factories import make_position, make_statement

QUERIES = {
    "statements": ["", "year=2011&kind=member_state", "joint=true", "q=libya", "sort=year"],
    "positions": ["", "theme=sovereignty&stance=supports", "quoted=true&sort=theme"],
    "quotations": ["", "year=2011", "actor=mexico"],
    "tallies": ["", "stance=supports"],
    "actors": ["", "kind=group", "q=cote", "sort=-name"],
}
CASES = [(name, query) for name in EXPORTS for query in QUERIES[name]]


def exported(get, name, query="", form="csv"):
    answer = get(f"{name}/export/?format={form}&{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def flat_table(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


@pytest.mark.parametrize(("name", "query"), CASES)
def test_an_export_has_the_rows_of_its_list(get, rows, name, query):
    listed = rows(f"{name}/?page_size=100&{query}")
    lines = exported(get, name, query, "ndjson").splitlines()
    assert [json.loads(line) for line in lines] == listed
    key = "slug" if name == "actors" else "ref"
    table = flat_table(exported(get, name, query))
    assert [row[key] for row in table] == [row[key] for row in listed]
    assert [row["url"] for row in table] == [row["url"] for row in listed]
    says_the_same(table, listed)


def says_the_same(table, listed):
    """Every column that has the name of a field of the object."""
    compared = set()
    for row, one in zip(table, listed, strict=True):
        for column in row.keys() & one.keys() - {"names", "memberships"}:
            assert row[column].removeprefix("'") == flat(column, one[column]), column
            compared.add(column)
    assert len(compared) >= 8


def flat(column, value):
    """A value of the API as a cell writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return files.SEPARATOR.join(flat(column, one) for one in value)
    if isinstance(value, dict) and column == "cites":
        return value["source"] + (f"#{value['passage']}" if value["passage"] else "")
    if isinstance(value, dict) and column == "quotations":
        return value["text"]
    if isinstance(value, dict):
        return value.get("slug") or value.get("ref") or value["key"]
    return str(value)


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_a_file_with_a_name_and_the_same_bytes_each_time(get, name):
    answer = get(f"{name}/export/?year=2011&format=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer["Content-Disposition"] == f'attachment; filename="rtop-{name}.csv"'
    content = b"".join(answer.streaming_content)
    assert content == exported(get, name, "year=2011")
    assert b"".join(get(f"{name}/export/?year=2011").streaming_content) == content
    lines = get(f"{name}/export/?format=ndjson")
    assert lines["Content-Type"] == "application/x-ndjson"
    assert lines["Content-Disposition"] == f'attachment; filename="rtop-{name}.ndjson"'


@pytest.mark.parametrize("query", ["format=ods", "format=json", "format=csv&format=ndjson"])
def test_another_format_is_refused_by_name(get, query):
    answer = get(f"positions/export/?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "format"
    if "ods" in query:
        assert "Allowed: csv, ndjson, xlsx." in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("name", EXPORTS)
def test_a_workbook_has_the_cells_of_the_csv_and_no_formula(get, name):
    answer = get(f"{name}/export/?format=xlsx")
    assert answer["Content-Disposition"] == f'attachment; filename="rtop-{name}.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = list(book.worksheets[0].iter_rows())
    assert not [cell for row in cells for cell in row if cell.data_type == "f"]
    sheet = [[files.cell(cell.value) for cell in row] for row in cells]
    assert sheet == list(csv.reader(io.StringIO(exported(get, name).decode())))


def test_the_accept_header_does_not_decide(get):
    assert get("positions/export/", accept="text/csv").status_code == 200
    assert get("positions/export/?format=ndjson", accept="text/html").status_code == 200


def test_nothing_selected_is_a_header_alone(get):
    assert exported(get, "statements", "year=2012").decode().splitlines() == [
        ",".join(exporters.STATEMENTS.header)
    ]
    assert exported(get, "statements", "year=2012", "ndjson") == b""


def test_a_long_export_is_whole(get):
    before = Position.objects.published().count()
    statement = make_statement(Dialogue.objects.get(year=2009), ["cuba"], state="published")
    theme = Theme.objects.get(slug="sovereignty")
    for number in range(9000, 9000 + exporters.CHUNK * 2 + 7):
        Position.objects.create(
            statement=statement,
            theme=theme,
            stance="supports",
            summary="A point.",
            ref=f"RTOP-2009-P{number}",
            serial=number,
        )
    table = flat_table(exported(get, "positions"))
    assert len({row["ref"] for row in table}) == len(table)
    assert len(table) == before + exporters.CHUNK * 2 + 7


def test_a_formula_in_a_record_is_no_formula_in_the_file(get):
    statement = make_statement(Dialogue.objects.get(year=2009), ["cuba"], state="published")
    attack = '=HYPERLINK("http://example.org";"click")'
    position = make_position(statement, summary=attack)
    table = {row["ref"]: row for row in flat_table(exported(get, "positions"))}
    assert table[position.ref]["summary"] == f"'{attack}"
    assert get(f"positions/{position.ref}/").json()["summary"] == attack
