"""How a curator comes in by the door."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.factories import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def sign_in(window: Callable[..., "Page"]) -> Callable[[str], "Page"]:
    """Opens a window in which this curator has signed in."""

    def signed_in(name: str) -> "Page":
        page = window()
        page.goto("/admin/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        return page

    return signed_in
