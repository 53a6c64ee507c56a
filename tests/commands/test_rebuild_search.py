"""Search is kept in step; the command proves it, and puts right what was changed by hand."""

import pytest
from django.core.management import call_command
from django.db import connection

from dialogues import search
from dialogues.models import PositionText, Statement, StatementText
from tests.factories import make_dialogue, make_statement

pytestmark = pytest.mark.django_db


def test_the_bundled_records_are_in_step(capsys):
    call_command("rebuild_search", "--check")
    assert "no difference" in capsys.readouterr().out


def test_what_was_changed_by_hand_is_named_and_put_right(capsys):
    statement = make_statement(make_dialogue(2030), summary="Walrus")
    other = make_statement(Statement.objects.get(pk=statement.pk).dialogue, summary="Oyster")
    Statement.objects.filter(pk=statement.pk).update(summary="Clam")
    StatementText.objects.filter(pk=other.pk).delete()
    with pytest.raises(SystemExit):
        call_command("rebuild_search", "--check")
    named = capsys.readouterr().err
    assert f"{statement.ref} differs" in named
    assert f"{other.ref} differs" in named
    call_command("rebuild_search")
    call_command("rebuild_search", "--check")
    assert search.matching(Statement.objects.all(), "clam").get() == statement
    assert search.matching(Statement.objects.all(), "oyster").get() == other


def test_after_a_rebuild_nothing_differs():
    def rows():
        return [list(m.objects.order_by("pk").values()) for m in (StatementText, PositionText)]

    before = rows()
    StatementText.objects.all().delete()
    PositionText.objects.update(said=" nothing ")
    call_command("rebuild_search")
    assert rows() == before


@pytest.mark.sqlite
def test_the_index_of_sqlite_is_compared_too(capsys):
    (row,) = StatementText.objects.order_by("pk")[:1]
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO dialogues_statementtext_index(rowid, quoted, named, said, "values")'
            " VALUES (%s, ' walrus ', '', '', '')",
            [row.pk],
        )
    with pytest.raises(SystemExit):
        call_command("rebuild_search", "--check")
    assert "the index of dialogues_statementtext differs" in capsys.readouterr().err
    call_command("rebuild_search")
    call_command("rebuild_search", "--check")
