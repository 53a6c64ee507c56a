"""Queries over the bundled records, with what reading the records finds for each."""

import json
from pathlib import Path

import pytest

from dialogues import search
from dialogues.models import Position, Statement

pytestmark = pytest.mark.django_db
GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("golden", GOLDEN, ids=[golden["q"] for golden in GOLDEN])
def test_a_query_finds_what_a_reader_finds(golden):
    found = set(search.matching(Statement.objects.all(), golden["q"]).values_list("ref", flat=True))
    assert len(found) == golden["statements"]
    assert set(golden["refs"]) <= found
    assert search.matching(Position.objects.all(), golden["q"]).count() == golden["positions"]


def test_the_list_is_long_enough():
    assert len(GOLDEN) >= 60
