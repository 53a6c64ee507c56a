"""The API as a partner calls it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

ROOT = "/api/v1/"
LISTS = (
    "actors",
    "dialogues",
    "instruments",
    "panels",
    "passages",
    "people",
    "positions",
    "quotations",
    "situations",
    "sources",
    "statements",
    "tallies",
    "themes",
)
EXPORTS = ("actors", "positions", "quotations", "statements", "tallies")


@pytest.fixture
def get(client: Client, db: None) -> Callable[..., Any]:
    """`get("positions/?year=2011")`; headers as keywords."""

    def answer(path: str, **headers: str) -> Any:
        address = path if path.startswith(("/", "http")) else ROOT + path
        return client.get(address, headers=headers)

    return answer


@pytest.fixture
def rows(get: Callable[..., Any]) -> Callable[[str], list[dict[str, Any]]]:
    """All rows of a list, page after page."""

    def every(path: str) -> list[dict[str, Any]]:
        found, address = [], path
        while address:
            page = get(address)
            assert page.status_code == 200, page.content
            found += page.json()["results"]
            address = page.json()["next"]
        return found

    return every
