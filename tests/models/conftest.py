"""Rows that the bundled records have none of."""

import pytest

from dialogues.models import Passage, PassageMark, Source, TextDraft
from tests.factories import make_user


@pytest.fixture
def work_under_way(db: None) -> None:
    """Two rows of each thing that curators keep beside the records."""
    by = make_user()
    for source in Source.objects.order_by("pk")[:2]:
        TextDraft.objects.create(source=source, by=by, blocks=[])
    for passage in Passage.objects.order_by("pk")[:2]:
        PassageMark.objects.create(passage=passage, kind="set_aside", by=by)
