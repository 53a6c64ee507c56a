"""Samples: always the same rows, each half of the one before, the smaller in the larger."""

import pytest

from dialogues import search
from dialogues.models import PositionText
from dialogues.search.samples import mark, marks


def level(pk):
    return len(marks(pk).split())


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
        assert marks(pk).split() == [mark(one) for one in range(1, level(pk) + 1)]


@pytest.mark.django_db
def test_a_sample_is_found_by_the_index():
    every = PositionText.objects.all()
    keys = set(every.values_list("pk", flat=True))
    for one in range(4):
        found = set(search.sampled(every, one).values_list("pk", flat=True))
        assert found == {pk for pk in keys if level(pk) >= one}


def test_no_text_and_no_query_has_a_sample_for_a_word():
    assert search.terms("‡1 ‡ word‡2") == ("1", "word", "2")
