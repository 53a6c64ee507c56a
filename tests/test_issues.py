"""The checks of input that pages, API and admin share."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from dialogues.issues import Issue, given_once, whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("7", 7), ("007", 7), ("100", 100)],
)
def test_whole_numbers_up_to_the_most_are_read(text, number):
    assert whole_number(text, 100) == number


@pytest.mark.parametrize(
    "text",
    ["", "101", "0007", "-1", "+1", " 1", "1_0", "1.0", "1e1", "٣", "²", "one", "9" * 5000],
)
def test_anything_else_is_no_whole_number(text):
    assert whole_number(text, 100) is None


def test_a_parameter_given_twice_is_reported():
    data = QueryDict("page=1&page=2&sort=year&sort=&q=a")
    message = "is given once only."
    assert list(given_once(data, ["page", "sort", "q", "format"])) == [
        Issue("page", "repeated", message),
        Issue("sort", "repeated", message),
    ]
