"""The test database: bundled records for every test, also after tests that commit."""

import tempfile
from pathlib import Path

import pytest
from django.db import connection, transaction

from dialogues.choices import State
from dialogues.models import Actor, Dialogue, Revision, Statement
from tests import snapshot
from tests.factories import (
    make_dialogue,
    make_position,
    make_quotation,
    make_statement,
    make_tally,
    make_user,
)


@pytest.mark.sqlite
def test_the_database_of_sqlite_is_a_file(db):
    """In memory two threads cannot write; each worker of xdist has a file of its own."""
    name = Path(connection.settings_dict["NAME"])
    assert name.is_file()
    assert name.is_relative_to(tempfile.gettempdir())
    with connection.cursor() as cursor:
        opened = [file for _, _, file in cursor.execute("PRAGMA database_list").fetchall()]
    assert str(name) in opened


def committed() -> int:
    return Statement.objects.published().count()


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_finds_the_records():
    assert committed() == 255
    make_dialogue(2031)
    make_user("left-behind")
    with transaction.atomic(), snapshot.off_guard():
        Revision.objects.filter(number=1)._raw_delete(connection.alias)


@pytest.mark.parametrize("again", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_and_leaves_nothing_behind(again):
    assert committed() == 255
    assert not Dialogue.objects.filter(year=2031).exists()
    assert Revision.objects.filter(number=1).exists()
    Actor.objects.update(note="changed")


def test_a_rolled_back_test_finds_them_too(db):
    assert committed() == 255
    assert not Actor.objects.filter(note="changed").exists()


def test_an_emptied_archive(emptied):
    assert not Statement.objects.exists()
    assert not Revision.objects.exists()


def test_factories_make_drafts_and_what_is_asked_for(db):
    draft = make_statement(make_dialogue(2030), ["mexico"])
    position = make_position(draft, "sovereignty", "opposes", situations=["libya"], pillars=[1, 3])
    assert make_quotation(position).ref.startswith("DRAFT-")
    assert (draft.state, position.pillars) == (State.DRAFT, [1, 3])

    dialogue = make_dialogue(2031, state=State.PUBLISHED)
    statement = make_statement(dialogue, ["mexico", "brazil"], state=State.PUBLISHED)
    assert statement.ref == "RTOP-2031-S001"
    assert make_position(statement).ref == "RTOP-2031-P001"
    assert make_quotation(make_position(statement)).ref == "RTOP-2031-Q001"
    assert make_quotation(dialogue).ref == "RTOP-2031-Q002"
    assert make_tally(dialogue, ["mexico"]).ref == "RTOP-2031-T01"
    assert make_statement(dialogue, ["cuba"], state=State.WITHDRAWN).withdrawal_reason
