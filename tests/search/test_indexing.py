"""Search rows are made from the records that READ_FROM names, and follow each change of them."""

from typing import Any

import pytest
from django.db.models import Q
from django.utils import timezone

from dialogues import search
from dialogues.choices import State
from dialogues.models import PositionText, Statement, StatementText
from dialogues.search import indexing
from tests.factories import (
    make_actor,
    make_dialogue,
    make_instrument,
    make_membership,
    make_person,
    make_position,
    make_situation,
    make_statement,
    make_theme,
)

pytestmark = pytest.mark.django_db


def test_a_row_is_made_from_nothing_else(django_assert_max_num_queries):
    statements = list(Statement.objects.prefetch_related(*indexing.READ_FROM))
    with django_assert_max_num_queries(0):
        rows = indexing.search_rows(statements)
    assert len(rows[0]) == len(statements)


@pytest.fixture
def record():
    """A published statement that names one record of each kind, each found by a word of its own."""
    published = {"state": State.PUBLISHED}
    entries: dict[str, Any] = {
        "actor": make_actor("walrusia", **published),
        "group": make_actor("shoreline", **published),
        "speaker": make_person("carpenter", **published),
        "theme": make_theme("oysters", **published),
        "situation": make_situation("tideland", **published),
        "instrument": make_instrument("sealing-wax", **published),
    }
    make_membership(entries["actor"], entries["group"])
    dialogue = make_dialogue(2030, **published)
    statement = make_statement(
        dialogue, [entries["actor"]], speaker=entries["speaker"], **published
    )
    position = make_position(statement, entries["theme"])
    position.situations.add(entries["situation"])
    position.instruments.add(entries["instrument"])
    search.index(Statement.objects.filter(pk=statement.pk))
    return entries | {"dialogue": dialogue, "statement": statement}


@pytest.mark.parametrize(
    "name",
    ["actor", "group", "speaker", "theme", "situation", "instrument", "dialogue", "statement"],
)
def test_a_change_of_any_record_reindexes_the_statements_made_from_it(record, name):
    assert record["statement"] in search.statements_to_reindex([record[name]])


@pytest.mark.parametrize("name", ["actor", "speaker", "theme", "situation", "instrument"])
def test_nothing_withdrawn_stays_in_a_row(record, name):
    entry = record[name]
    terms = search.terms(getattr(entry, "name", "") or entry.title)
    rows = Q(named__contains=f" {' '.join(terms)} ") | Q(values__contains=f"={entry.slug} ")
    assert StatementText.objects.filter(rows).exists()
    assert PositionText.objects.filter(rows).exists()
    # By hand: the workflow refuses it while a published record names it.
    withdrawn = {"withdrawn_at": timezone.now(), "withdrawal_reason": "Entered twice."}
    type(entry).objects.filter(pk=entry.pk).update(state=State.WITHDRAWN, **withdrawn)
    search.index(search.statements_to_reindex([entry]))
    assert not StatementText.objects.filter(rows).exists()
    assert not PositionText.objects.filter(rows).exists()
