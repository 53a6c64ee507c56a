"""Rows made and written many at once are those that the framework makes and writes one by one."""

import datetime

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from dialogues.models import Delivery, Dialogue, Revision, Statement
from dialogues.models.writing import insert, new_row
from tests.factories import make_actor, make_dialogue, make_statement

pytestmark = pytest.mark.django_db
OWN = list(apps.get_app_config("dialogues").get_models(include_auto_created=True))


def values(row):
    """Its columns but for a reference that is drawn anew for each."""
    held = {name: value for name, value in vars(row).items() if name != "_state"}
    if str(held.get("ref")).startswith("DRAFT-"):
        held["ref"] = "DRAFT-"
    return held


@pytest.mark.parametrize("model", OWN, ids=lambda model: model.__name__)
def test_a_new_row_has_the_defaults_of_its_columns(model):
    assert values(new_row(model)) == values(model())


def test_what_a_default_makes_is_made_for_each_row():
    one, other = new_row(Statement), new_row(Statement)
    assert one.ref != other.ref
    assert one.withdrawn_parts is not other.withdrawn_parts


def test_rows_come_back_as_they_were_written():
    before = make_dialogue(2031)
    written = new_row(
        Dialogue,
        year=2032,
        format=before.format,
        coding=before.coding,
        title="Quotation “marks”, a tab\t, a \\ and\na line",
        state="published",
        published_at=timezone.now(),
        first_day=datetime.date(2032, 7, 12),
        further_days=["2032-07-13"],
        report_symbols=["A/66/1"],
    )
    insert(Dialogue, [written])
    assert values(Dialogue.objects.get(year=2032)) == values(written)
    assert before.pk < written.pk < make_dialogue(2033).pk
    written.title = "Another"
    written.save()
    assert Dialogue.objects.get(year=2032).title == "Another"


def test_what_is_null_and_what_is_json_stay_apart():
    rows = [
        new_row(Revision, number=number, action="created", at=timezone.now(), record=record)
        for number, record in enumerate([{"a": None, "b": [1.5, "é\n"]}, {}], 10_001)
    ]
    insert(Revision, rows)
    read = list(Revision.objects.filter(number__gt=10_000).order_by("number"))
    assert [(row.record, row.object_id) for row in read] == [(row.record, None) for row in rows]


def test_a_row_may_name_one_that_gets_its_key_later():
    statement = new_row(Statement, dialogue_id=make_dialogue(2030).pk)
    delivery = new_row(Delivery, {"statement": statement}, actor_id=make_actor("utopia").pk)
    insert(Statement, [statement])
    insert(Delivery, [delivery])
    assert Delivery.objects.get(statement=statement) == delivery
    assert str(Statement.objects.get(pk=statement.pk).actors.get()) == str(delivery.actor)


@pytest.mark.sqlite
def test_keys_go_on_where_a_copy_of_the_archive_lost_the_last_that_was_given():
    last = make_statement(make_dialogue(2030))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'dialogues_statement'")
    insert(Statement, [row := new_row(Statement, dialogue_id=last.dialogue_id)])
    assert row.pk == last.pk + 1


@pytest.mark.parametrize("number", [0, 1, 1200])
def test_any_number_of_rows_costs_two_queries(number, django_assert_max_num_queries):
    rows = [new_row(Statement, dialogue_id=1, serial=place) for place in range(number)]
    with django_assert_max_num_queries(2):
        insert(Statement, rows)
    kept = dict(Statement.objects.in_bulk([row.pk for row in rows]))
    assert [kept[row.pk].serial for row in rows] == list(range(number))
    Statement.objects.filter(pk__in=kept).delete()


def test_what_the_database_refuses_is_an_error_of_the_framework():
    taken = make_statement(make_dialogue(2030)).ref
    rows = [new_row(Statement, dialogue_id=1, ref=ref) for ref in ("DRAFT-00000001", taken)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Statement, rows)
    assert not Statement.objects.filter(ref="DRAFT-00000001").exists()
    if connection.vendor == "postgresql":
        with pytest.raises(DataError), transaction.atomic():
            insert(Statement, [new_row(Statement, dialogue_id=1, ref="x" * 100)])
