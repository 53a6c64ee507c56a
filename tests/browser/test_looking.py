"""That what looks at pages sees what is there."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.screenshots import grave_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROWS = "".join(
    f"<tr><td>{number}</td><td><a href='/{number}/'>It</a></td></tr>" for number in "123456"
)


@pytest.fixture
def page(window: Callable[..., Page]) -> Page:
    page = window(reduced_motion="reduce")
    page.set_content(
        f"<!doctype html><html lang=en><title>T</title><main><h1>H</h1><table>{ROWS}</table></main>"
    )
    return page


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("a.textContent = ''", "link-name"),
        ("a.className = 'faint'; a.style.color = '#eee'", "color-contrast"),
        ("a.setAttribute('role', 'nothing')", "aria-roles"),
    ],
)
def test_a_fault_in_one_row_of_many_alike_is_found(page: Page, fault: str, rule: str):
    assert grave_faults(page) == []
    page.evaluate(f"() => {{ const a = document.querySelectorAll('a')[4]; {fault} }}")
    (found,) = grave_faults(page)
    assert found.startswith(rule)


def test_the_page_is_left_as_it_was(page: Page):
    before = page.content()
    grave_faults(page)
    assert page.locator("tr").count() == 6
    assert page.content().replace("<!---->", "") == before
