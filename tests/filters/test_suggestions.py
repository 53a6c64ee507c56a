"""What a reader may have meant."""

import pytest
from django.http import QueryDict

from dialogues.choices import State
from dialogues.filters import StatementSelection, did_you_mean
from dialogues.models import Dialogue
from tests.factories import make_position, make_statement

pytestmark = pytest.mark.django_db


def _meant(words: str, version: str) -> str:
    return did_you_mean(StatementSelection(QueryDict(f"q={words}"), version=version))


def test_the_words_of_the_archive_are_read_once_for_a_state():
    assert _meant("walrusses", "before") == ""
    statement = make_statement(Dialogue.objects.get(year=2011), ["mexico"], state=State.PUBLISHED)
    make_position(statement, summary="The walruses arrive.")
    assert _meant("walrusses", "before") == ""
    assert _meant("walrusses", "after") == "walruses"
