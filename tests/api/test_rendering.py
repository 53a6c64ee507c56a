"""Answers as bytes: the same that the framework's renderer gives."""

import datetime

import pytest
from django.utils.translation import gettext_lazy
from rest_framework.renderers import JSONRenderer

from dialogues.api.renderers import OrjsonRenderer, as_json

CONTENTS = [
    {"text": 'Côte d’Ivoire \u2028 \u2029 \x00\x1f\x7f "\\/ \U0001f600'},
    [None, True, False, 0, -1, 2**53, 0.1, 12.5, 100.0, "", [], {}],
    {2011: "a key that is a number", "word": gettext_lazy("statement")},
    {
        "day": datetime.date(2011, 7, 12),
        "time": datetime.datetime(2011, 7, 12, 10, tzinfo=datetime.UTC),
    },
]


@pytest.mark.parametrize("content", CONTENTS)
def test_json_has_the_bytes_of_the_framework(content):
    assert as_json(content) == JSONRenderer().render(content)


def test_an_indent_is_given_to_who_asks_for_it(get):
    lines = get("themes/sovereignty/", accept="application/json; indent=2").content.splitlines()
    assert lines[0] == b"{"
    assert lines[1].startswith(b'  "slug": "sovereignty"')
    assert OrjsonRenderer().render(None) == b""
