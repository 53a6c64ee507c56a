"""Rows and cells of exports, without HTTP."""

import csv
import io

import pytest
from django.db import connection
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from dialogues import exporters
from dialogues.exporters import files
from dialogues.filters import PositionSelection, StatementSelection
from dialogues.models import Actor, Position, Quotation, Statement, Tally

MODELS = {
    "statements": Statement,
    "positions": Position,
    "quotations": Quotation,
    "tallies": Tally,
    "actors": Actor,
}
SITE = "https://archive.example"


def as_csv(kind, rows):
    return exporters.as_csv(kind.header, exporters.values_of(kind, rows, SITE))


@pytest.mark.parametrize("kind", exporters.KINDS.values(), ids=lambda kind: kind.name)
def test_an_export_costs_the_same_for_each_chunk(db, kind, django_assert_max_num_queries):
    selected = exporters.public(MODELS[kind.name]).order_by("pk")
    chunks = -(-selected.count() // exporters.CHUNK)
    with django_assert_max_num_queries(1 + 7 * chunks):
        rows = exporters.rows_of(kind, selected)
        text = "".join(as_csv(kind, rows))
    assert len(list(csv.reader(io.StringIO(text)))) == selected.count() + 1


@pytest.mark.parametrize("kind", exporters.KINDS.values(), ids=lambda kind: kind.name)
def test_a_row_says_what_its_record_says(db, kind):
    # Read by the framework, each relation when it is looked at.
    records = exporters.public(MODELS[kind.name]).order_by("-pk")[:15]
    plain = list(exporters.values_of(kind, records, SITE))
    assert list(exporters.values_of(kind, kind.read(records), SITE)) == plain


def test_what_many_rows_name_is_one_record_and_costs_nothing_more(
    db, django_assert_max_num_queries
):
    with django_assert_max_num_queries(4):
        rows = list(exporters.read_said(exporters.public(Position))[:80])
    with django_assert_max_num_queries(0):
        for row in rows:
            assert row.statement.dialogue.get_absolute_url()
            assert all(quotation.position is row for quotation in row.quotations.all())
    assert len({id(row.theme) for row in rows}) == len({row.theme_id for row in rows}) < len(rows)


@pytest.mark.postgresql
def test_the_queries_for_parts_are_planned_once_for_a_connection(db):
    def planned():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements"
            )
            return dict(cursor.fetchall())

    rows = exporters.read_said(exporters.public(Position))
    list(rows[:20])
    before = planned()
    list(rows[20:40])
    again = {sql: number for sql, number in planned().items() if number > before.get(sql, 0)}
    assert len(again) == 3
    assert set(again) <= set(before)


def test_rows_are_read_as_they_are_asked_for(db, django_assert_max_num_queries):
    selection = PositionSelection(QueryDict(""))
    with django_assert_max_num_queries(0):
        rows = exporters.rows_of(exporters.POSITIONS, selection.in_order)
        pieces = as_csv(exporters.POSITIONS, rows)
    first = list(csv.reader(io.StringIO(next(pieces))))
    assert first[0] == exporters.POSITIONS.header
    assert len(first) == files.BATCH + 1


def test_a_selection_with_problems_gives_no_rows(db):
    selection = StatementSelection(QueryDict("theme=nothing"))
    assert list(exporters.rows_of(exporters.STATEMENTS, selection.in_order)) == []


def test_a_row_ends_with_its_permanent_address(db):
    rows = exporters.rows_of(exporters.TALLIES, Tally.objects.filter(ref="RTOP-2011-T08"))
    header, row = csv.reader(io.StringIO("".join(as_csv(exporters.TALLIES, rows))))
    assert dict(zip(header, row, strict=True))["url"] == f"{SITE}/dialogues/2011/#RTOP-2011-T08"


@pytest.mark.parametrize("kind", exporters.KINDS.values(), ids=lambda kind: kind.name)
def test_column_names_are_once_each_and_the_address_is_last(kind):
    assert len(set(kind.header)) == len(kind.header)
    assert kind.header[-1] == "url"


def test_a_membership_is_an_interval(db):
    rows = exporters.rows_of(exporters.ACTORS, Actor.objects.filter(slug="united-kingdom"))
    text = "".join(as_csv(exporters.ACTORS, rows))
    (row,) = csv.DictReader(io.StringIO(text))
    assert "european-union 1973-01-01/2020-02-01" in row["memberships"].split(" | ")


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (False, "false"), (0, "0"), ([], ""), (["a", 2], "a | 2")],
)
def test_values_are_written_plainly(value, text):
    assert exporters.cell(value) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "'", "''x"]
)
def test_no_cell_starts_a_formula(text):
    assert exporters.cell(text) == f"'{text}"
    assert exporters.cell([text, "x"]) == f"'{text} | x"


@given(st.text())
def test_a_cell_gives_its_text_back(text):
    written = exporters.cell(text)
    assert (written[1:] if written.startswith("'") else written) == text
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_cells_survive_the_file(texts):
    cells = ["x", *map(exporters.cell, texts)]
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    (row,) = csv.reader(io.StringIO(buffer.getvalue(), newline=""))
    assert row == cells
