"""Why an actor has nothing in a year: one rule, for the comparison and the readers' pages."""

from datetime import date

import pytest

from dialogues.choices import Silence
from dialogues.comparison.silences import actor_silence, silence_in_words, year_silence
from dialogues.models import Actor, Delivery, Dialogue

HELD = {"format": "plenary_debate", "first_day": date(2011, 7, 12)}


@pytest.mark.parametrize(
    ("dialogue", "is_named", "silence"),
    [
        ({"format": "none_held", "coding": ""}, False, Silence.NONE_HELD),
        ({**HELD, "coding": "not_coded"}, False, Silence.NOT_CODED),
        ({**HELD, "coding": "full"}, False, Silence.NOT_NAMED),
        ({**HELD, "coding": "partial"}, True, Silence.NOTHING_ON_THEME),
    ],
)
def test_the_silence_of_an_actor_is_of_the_year_first(dialogue, is_named, silence):
    assert actor_silence(year_silence(Dialogue(**dialogue)), is_named=is_named) == silence


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (date(2011, 7, 13), "Not yet a Member State"),
        (date(2011, 7, 12), "Not named in this record"),
        (None, "Not named in this record"),
    ],
)
def test_a_state_is_not_missed_before_the_day_on_which_it_joined(since, words):
    dialogue = Dialogue(**HELD, coding="full")
    actor = Actor(un_member_since=since)
    assert silence_in_words(actor, dialogue, is_named=False) == words


def test_a_state_that_joined_later_is_named_where_it_spoke_all_the_same():
    dialogue, actor = Dialogue(**HELD, coding="full"), Actor(un_member_since=date(2012, 1, 1))
    assert "nothing on this theme" in silence_in_words(actor, dialogue, is_named=True)
    none_held = Dialogue(**HELD | {"format": "none_held"}, coding="")
    assert silence_in_words(actor, none_held, is_named=False) == "None held"


@pytest.mark.django_db
def test_a_loaded_statement_and_the_database_agree_who_spoke_from_the_floor():
    ids = set(Delivery.objects.from_the_floor().values_list("pk", flat=True))
    delivered = Delivery.objects.delivered().select_related("statement")
    assert ids == {row.pk for row in delivered if row.statement.is_from_the_floor}
