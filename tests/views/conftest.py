"""A dialogue that no bundled record speaks of, for tests of pages."""

from collections.abc import Callable
from typing import Any

import pytest

from dialogues.choices import State
from dialogues.models import Actor, Dialogue, Statement
from tests.factories import make_dialogue, make_statement


@pytest.fixture
def year_2030(db: None) -> Dialogue:
    """A published dialogue without statements."""
    return make_dialogue(2030, state=State.PUBLISHED)


@pytest.fixture
def stated(year_2030: Dialogue) -> Callable[..., Statement]:
    """Makes a published statement of 2030; Mexico delivers it unless others are named."""

    def make(*actors: Actor | str, **fields: Any) -> Statement:
        return make_statement(year_2030, actors or ["mexico"], state=State.PUBLISHED, **fields)

    return make
