"""Signs: of samples, each half of the one before, the smaller in the larger; and of values."""

import pytest

from dialogues import search
from dialogues.filters import PositionSelection
from dialogues.models import PositionText
from dialogues.models.search import code
from dialogues.search.signs import of_sample, of_value, samples


def level(pk):
    return len(list(samples(pk)))


def test_each_sample_has_half_of_the_rows_of_the_one_before():
    levels = [level(pk) for pk in range(1, 2**14)]
    for smaller in range(1, 7):
        found = sum(one >= smaller for one in levels)
        assert found == pytest.approx(2 ** (14 - smaller), rel=0.15)


def test_neighbours_are_not_in_one_sample_by_turns():
    """Rows that were entered together are no sample of all: every stretch has some."""
    for start in range(0, 10_000, 500):
        found = sum(level(pk) >= 2 for pk in range(start, start + 500))
        assert 90 < found < 160


def test_a_row_of_a_smaller_sample_is_in_all_larger_ones():
    for pk in range(1, 2000):
        assert list(samples(pk)) == list(range(1, level(pk) + 1))


@pytest.mark.django_db
def test_a_sample_is_found_by_the_index():
    every = PositionText.objects.all()
    keys = set(every.values_list("pk", flat=True))
    for one in range(4):
        found = set(search.sampled(every, one).values_list("pk", flat=True))
        assert found == {pk for pk in keys if level(pk) >= one}


def test_no_text_and_no_query_has_a_sign_for_a_word():
    for sign in (of_sample(1), of_value(code("year", 2011))):
        assert sign not in search.terms(f"{sign} word{sign}")


def test_no_two_values_of_a_facet_have_one_code():
    """A word goes by its checksum, cut short: none of those that there are meet."""
    fields: dict = PositionSelection().form.fields
    for name in ("kind", "stance", "pillar", "panel", "form", "joint", "quoted"):
        values = [value for value, _label in fields[name].choices if value]
        codes = {code(name, int(value) if value.isdecimal() else value) for value in values}
        assert len(codes) == len(values) > 1
