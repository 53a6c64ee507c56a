"""The benchmarks' corpus is the same each time, and all who are measured find the same in it."""

import contextlib
import os
import sqlite3

import pytest
from django.db import connection, transaction

from bench import exporting
from bench.__main__ import Figures, medians
from bench.contenders import datasette_file
from bench.corpus import Maker
from dialogues import search
from dialogues.models import Statement

pytestmark = pytest.mark.django_db
SIZE = 40


def made():
    """What the made-up statements say, in order."""
    Maker().write(SIZE)
    rows = Statement.objects.filter(serial__gte=10_000).order_by("serial", "positions__order")
    return list(
        rows.values_list("ref", "summary", "positions__summary", "positions__quotations__text")
    )


def test_it_is_the_same_each_time():
    with transaction.atomic():
        first = made()
        transaction.set_rollback(True)
    assert len({row[0] for row in first}) == SIZE
    assert made() == first


def test_its_terms_and_keys_are_as_any_other_statement_has_them():
    made()
    assert not list(search.differing(Statement.objects.filter(serial__gte=10_000)))
    newest = Statement.objects.latest("pk")
    another = Statement.objects.create(dialogue=newest.dialogue, ref="DRAFT-00000001")
    assert another.pk > newest.pk


def test_datasette_finds_what_the_archive_finds(tmp_path):
    made()
    path = tmp_path / "rows.db"
    datasette_file(path)
    with contextlib.closing(sqlite3.connect(path)) as database:
        for words in ("prevention", "libya", "oyster"):
            ours = search.matching(Statement.objects.published(), words).count()
            asked = "SELECT COUNT(*) FROM statements_fts WHERE statements_fts MATCH ?"
            assert database.execute(asked, search.terms(words)).fetchone() == (ours,)


@pytest.mark.postgresql
def test_the_floor_of_exports_has_their_cells(client):
    made()
    address = f"/api/v1/statements/export/?format=csv&year={exporting.YEAR}"
    content = b"".join(client.get(address).streaming_content)
    connection.ensure_connection()
    exporting.check(content, connection.connection)
    with pytest.raises(RuntimeError, match="other cells"):
        exporting.check(content.replace(b"RTOP-", b"RTOP_"), connection.connection)


def test_the_memory_of_a_process_is_told():
    assert exporting.peak(os.getpid()) > 1000


def test_a_figure_holds_or_does_not_or_was_not_measured():
    figures = Figures()
    for value, target in ((1.2, "<= 1.3"), (1.2, ">= 1.3"), (None, ">= 1.3")):
        figures.add("a page", value, target)
    assert [row["holds"] for row in figures.rows] == [True, False, None]


def test_all_are_asked_in_turn_and_once_before():
    asked: list[str] = []
    times = medians(2, lambda: asked.append("one"), lambda: asked.append("other"))
    assert asked == ["one", "other"] * 3
    assert len(times) == 2
