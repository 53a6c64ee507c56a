"""A row that is read by a serializer's plan says what the framework says of its record."""

import json

import pytest

from dialogues.api.renderers import as_json
from dialogues.api.urls import RESOURCES
from dialogues.public import public

SITE = "https://archive.example"
VIEWS = [view for _name, view, _address in RESOURCES.values()]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.serializer_class.Meta.model.__name__)
def test_the_plan_and_the_framework_say_the_same(db, view):
    serializer = view.serializer_class
    records = public(view.serializer_class.Meta.model).order_by("-pk")[:8]
    by_plan = json.loads(as_json(serializer.plan(SITE).read(records)))
    shown = [serializer(record, context={"site": SITE}).data for record in records]
    assert by_plan == json.loads(as_json(shown))
    assert by_plan


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.serializer_class.Meta.model.__name__)
def test_a_plan_costs_the_same_for_one_row_and_for_many(db, view, django_assert_max_num_queries):
    plan = view.serializer_class.plan(SITE)
    with django_assert_max_num_queries(9) as one:
        plan.read(public(view.serializer_class.Meta.model).order_by("pk")[:1])
    with django_assert_max_num_queries(max(len(one), 9)):
        plan.read(public(view.serializer_class.Meta.model).order_by("pk")[:40])


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.serializer_class.Meta.model.__name__)
def test_rows_are_read_by_key_in_the_order_of_the_keys(db, view):
    keys = list(
        public(view.serializer_class.Meta.model).order_by("?").values_list("pk", flat=True)[:12]
    )
    plan = view.serializer_class.plan(SITE)
    by_key = plan.read_keys(public(view.serializer_class.Meta.model), [*keys, 0])
    assert by_key == [
        plan.read(public(view.serializer_class.Meta.model).filter(pk=key))[0] for key in keys
    ]
