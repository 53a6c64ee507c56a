"""The admin by keyboard, by screen reader, and on screens of several widths."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from dialogues import publishing
from dialogues.models import Statement, Theme
from tests.admin.forms import change_url, step_url
from tests.factories import (
    PASSWORD,
    make_dialogue,
    make_person,
    make_position,
    make_quotation,
    make_statement,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft() -> Statement:
    make_user("ada", "Publisher")
    speaker = make_person("jane-doe")
    statement = make_statement(make_dialogue(2031), ["mexico", "chile"], speaker=speaker)
    make_quotation(make_position(statement, situations=["libya"]))
    return statement


@pytest.fixture
def page(browser: Browser, live_server, draft):
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto("/admin/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.locator("#content .model-dialogue").wait_for()
    yield page
    context.close()


def addresses(draft: Statement) -> list[str]:
    return [
        "/admin/",
        "/admin/dialogues/statement/",
        "/admin/dialogues/statement/add/",
        change_url(draft),
        change_url(draft.dialogue),
        change_url(Statement.objects.get(ref="RTOP-2011-S010")),
        step_url(draft, "submit"),
        *proposed(),
    ]


def proposed() -> list[str]:
    """A published record with a change of it in review: its form, its two texts, its history."""
    theme = Theme.objects.get(slug="sovereignty")
    if not theme.proposal:
        record = publishing.record_of(theme) | {"title": "Another title"}
        publishing.propose(theme, record, None)
        publishing.submit(theme, None)
    first = publishing.history_of(theme)[0]
    return [
        change_url(theme),
        step_url(theme, "approve"),
        change_url(publishing.history_of(theme)[1]),
        f"/admin/dialogues/revision/{first.number}/restore/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_fault_for_who_cannot_see(page: Page, draft, scheme):
    page.emulate_media(color_scheme=scheme)
    found = []
    for address in addresses(draft):
        page.goto(address)
        page.wait_for_timeout(200)  # Select2 makes its boxes after the page is ready
        violations = Axe().run(page).response["violations"]
        found += [
            f"{address}: {fault['id']} at {fault['nodes'][0]['html'][:120]}"
            for fault in violations
            if fault["impact"] in ("serious", "critical")
        ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_page_scrolls_sideways(page: Page, draft, width):
    page.set_viewport_size({"width": width, "height": 900})
    for address in addresses(draft):
        page.goto(address)
        page.wait_for_timeout(200)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, address


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_two_texts_of_two_people_are_read_and_chosen_by_keyboard(page: Page, draft, width):
    page.set_viewport_size({"width": width, "height": 900})
    url = change_url(draft.dialogue)
    page.goto(url)
    page.get_by_label("Title:").first.fill("Mine")
    publishing.saved(draft.dialogue, None, new=False)
    type(draft.dialogue).objects.filter(pk=draft.dialogue.pk).update(title="Theirs", version=2)
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_role("heading", name="Two have changed this record").wait_for()
    assert not [
        fault["id"]
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("radio", name="Mine").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save what is chosen").press("Enter")
    page.locator(".messagelist .success").wait_for()
    draft.dialogue.refresh_from_db()
    assert draft.dialogue.title == "Mine"


def test_a_choice_is_made_by_keyboard_alone(page: Page):
    page.goto("/admin/dialogues/statement/add/")
    page.get_by_role("combobox", name="Dialogue:").focus()
    page.keyboard.press("Enter")
    search = page.get_by_role("searchbox", name="Dialogue")
    search.wait_for()
    assert search.evaluate("box => box === document.activeElement")
    page.keyboard.type("2031")
    page.locator(".select2-results__option--highlighted", has_text="2031").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="2031: The dialogue of 2031").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.field-dialogue') !== null")
