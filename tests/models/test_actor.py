"""Memberships in force on a day: in the database and of loaded rows alike."""

from datetime import date
from itertools import product

import pytest
from django.db.models import DateField, Value

from dialogues.models import Actor, Membership
from tests.factories import make_actor

DAYS = [date(2011, 7, day) for day in range(10, 16)]
BOUNDS = [None, *DAYS[1:-1]]
SPANS = [
    (start, end) for start, end in product(BOUNDS, BOUNDS) if not (start and end and start >= end)
]


@pytest.fixture
def memberships(db) -> list[Membership]:
    """One for each order of its first day, its last, and the days asked for."""
    group = make_actor("group-of-spans", kind="group")
    actors = Actor.objects.filter(kind="member_state")
    return Membership.objects.bulk_create(
        Membership(actor=actor, group=group, date_from=start, date_to=end)
        for actor, (start, end) in zip(actors, SPANS, strict=False)
    )


@pytest.mark.parametrize("day", [None, *DAYS], ids=str)
def test_loaded_rows_and_the_database_agree_which_memberships_are_in_force(memberships, day):
    assert len(memberships) == len(SPANS)
    ids = {membership.pk for membership in memberships if membership.in_force(day)}
    rows = Membership.objects.filter(group__slug="group-of-spans")
    asked = rows.on(Value(day, output_field=DateField()))
    assert ids == set(asked.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("start", "end", "day", "in_force"),
    [
        (DAYS[1], DAYS[3], DAYS[0], False),
        (DAYS[1], DAYS[3], DAYS[1], True),
        (DAYS[1], DAYS[3], DAYS[2], True),
        # `date_to` is the first day of no longer belonging.
        (DAYS[1], DAYS[3], DAYS[3], False),
        (None, DAYS[3], DAYS[0], True),
        (DAYS[1], None, DAYS[5], True),
        (None, None, None, True),
        (DAYS[1], None, None, False),
        (None, DAYS[3], None, False),
    ],
)
def test_a_membership_is_in_force_from_its_first_day_to_the_day_before_its_end(
    start, end, day, in_force
):
    assert Membership(date_from=start, date_to=end).in_force(day) is in_force
