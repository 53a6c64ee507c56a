"""Rows and cells of exports, without HTTP."""

import csv
import io

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from dialogues import exporters
from dialogues.exporters import files
from dialogues.filters import PositionSelection, StatementSelection
from dialogues.models import Actor, Position, Quotation, Statement, Tally
from dialogues.public import public

MODELS = {
    "statements": Statement,
    "positions": Position,
    "quotations": Quotation,
    "tallies": Tally,
    "actors": Actor,
}
SITE = "https://archive.example"


def as_csv(kind, selected):
    return exporters.as_csv(kind.header, exporters.values_of(kind, selected, SITE))


@pytest.mark.parametrize("kind", exporters.KINDS.values(), ids=lambda kind: kind.name)
def test_an_export_costs_the_same_for_each_chunk(db, kind, django_assert_max_num_queries):
    selected = public(MODELS[kind.name]).order_by("pk")
    chunks = -(-selected.count() // exporters.CHUNK)
    with django_assert_max_num_queries(1 + 7 * chunks):
        text = "".join(as_csv(kind, selected))
    assert len(list(csv.reader(io.StringIO(text)))) == selected.count() + 1


def test_memory_stays_flat(db):
    """Rows come a chunk at a time, in their order, each chunk with its own parts."""
    selected = public(Position).order_by("-pk")
    chunks = list(exporters.POSITIONS.plan.chunks(selected))
    assert [len(chunk) for chunk in chunks[:-1]] == [exporters.CHUNK] * (len(chunks) - 1)
    refs = [row["ref"] for chunk in chunks for row in chunk]
    assert refs == list(selected.values_list("ref", flat=True))


def test_rows_are_read_as_they_are_asked_for(db, django_assert_max_num_queries):
    selection = PositionSelection(QueryDict(""))
    with django_assert_max_num_queries(0):
        pieces = as_csv(exporters.POSITIONS, selection.in_order)
    first = list(csv.reader(io.StringIO(next(pieces))))
    assert first[0] == exporters.POSITIONS.header
    assert len(first) == files.BATCH + 1


def test_a_selection_with_problems_gives_no_rows(db):
    selection = StatementSelection(QueryDict("theme=nothing"))
    header = exporters.STATEMENTS.header
    assert list(csv.reader(as_csv(exporters.STATEMENTS, selection.in_order))) == [header]


def test_a_row_ends_with_its_permanent_address(db):
    selected = Tally.objects.filter(ref="RTOP-2011-T08")
    header, row = csv.reader(io.StringIO("".join(as_csv(exporters.TALLIES, selected))))
    assert dict(zip(header, row, strict=True))["url"] == f"{SITE}/dialogues/2011/#RTOP-2011-T08"


@pytest.mark.parametrize("kind", exporters.KINDS.values(), ids=lambda kind: kind.name)
def test_column_names_are_once_each_and_the_address_is_last(kind):
    assert len(set(kind.header)) == len(kind.header)
    assert kind.header[-1] == "url"


def test_a_membership_is_an_interval(db):
    selected = Actor.objects.filter(slug="united-kingdom")
    text = "".join(as_csv(exporters.ACTORS, selected))
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
