"""The admin by keyboard, by screen reader, and on screens of several widths."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page

from dialogues import publishing
from dialogues.admin.coding.page import coding_url
from dialogues.admin.texts.views import text_url
from dialogues.models import PassageMark, Source, Statement, TextDraft, Theme
from tests.admin.forms import change_url, step_url
from tests.browser.screenshots import grave_faults, misfits
from tests.factories import (
    make_citation,
    make_dialogue,
    make_passage,
    make_person,
    make_position,
    make_quotation,
    make_source,
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
def page(window, live_server, client, draft) -> Page:
    """A window in which the publisher is signed in."""
    client.force_login(User.objects.get(username="ada"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page = window(reduced_motion="reduce")
    page.context.add_cookies([{**session, "url": live_server.url}])
    return page


@pytest.fixture
def proposed() -> Theme:
    """A published record with a change of it in review."""
    theme = Theme.objects.get(slug="sovereignty")
    publishing.propose(theme, publishing.record_of(theme) | {"title": "Another title"}, None)
    publishing.submit(theme, None)
    return theme


def desk(draft: Statement) -> str:
    """The address of the desk: one passage coded and quoted, one set aside, one with its form."""
    source = make_source("a-report")
    for number in (1, 2, 3):
        make_passage(source, number, f"Mexico and Chile made point {number}.")
    source.passages.update(section="I. A heading", subsection="Below it")
    position = make_position(draft)
    make_citation(position, "a-report#p1")
    passage = source.passages.get(number=1)
    make_quotation(position, "Mexico", source, passage=passage, start=0, end=6)
    PassageMark.objects.create(
        passage=source.passages.get(number=2), kind="set_aside", reason="Said before."
    )
    return coding_url(source, draft.dialogue, passage=3)


def text_at_hand(draft: Statement) -> str:
    """The address of a text that is being put right: one passage stands, one has changed."""
    desk(draft)
    source = Source.objects.get(slug="a-report")
    parts = [("heading", "A heading"), ("paragraph", "Mexico and Chile made point 2.")]
    parts += [("paragraph", "Mexico made a point."), ("left_out", "7")]
    blocks = [{"as": role, "text": text} for role, text in parts]
    TextDraft.objects.create(
        source=source, by=User.objects.get(username="ada"), blocks=blocks, origin="report.pdf"
    )
    return f"{text_url(source)}?split=2"


PAGES = {
    "desk": lambda draft, proposed: desk(draft),
    "text": lambda draft, proposed: text_at_hand(draft),
    "index": lambda draft, proposed: "/admin/",
    "list": lambda draft, proposed: "/admin/dialogues/statement/",
    "empty form": lambda draft, proposed: "/admin/dialogues/statement/add/",
    "statement": lambda draft, proposed: change_url(draft),
    "dialogue": lambda draft, proposed: change_url(draft.dialogue),
    "published": lambda draft, proposed: change_url(Statement.objects.get(ref="RTOP-2011-S010")),
    "step": lambda draft, proposed: step_url(draft, "submit"),
    "proposal": lambda draft, proposed: change_url(proposed),
    "two texts": lambda draft, proposed: step_url(proposed, "approve"),
    "merge": lambda draft, proposed: (
        f"/admin/dialogues/person/{draft.speaker_id}/merge/?into=edward-luck"
    ),
    "revision": lambda draft, proposed: change_url(publishing.history_of(proposed)[1]),
    "restoring": lambda draft, proposed: (
        f"/admin/dialogues/revision/{publishing.history_of(proposed)[0].number}/restore/"
    ),
}
# Select2 makes its boxes after the page is ready; rows to be added have none yet.
READY = """() => [...document.querySelectorAll("select.admin-autocomplete")].every(
    select => select.name.includes("__prefix__") || select.matches(".select2-hidden-accessible"))"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_window_and_has_no_serious_fault_for_who_cannot_see(
    page: Page, draft, proposed, name
):
    page.goto(PAGES[name](draft, proposed))
    page.wait_for_function(READY)
    assert misfits(page, 320, 768, 1280) == []
    assert grave_faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert grave_faults(page, "color-contrast") == []


def test_two_texts_of_two_people_are_read_and_chosen_by_keyboard(page: Page, draft):
    page.goto(change_url(draft.dialogue))
    page.get_by_label("Title:").first.fill("Mine")
    publishing.write_save(draft.dialogue, None, new=False)
    type(draft.dialogue).objects.filter(pk=draft.dialogue.pk).update(title="Theirs", version=2)
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_role("heading", name="Two have changed this record").wait_for()
    assert misfits(page, 320, 768, 1280) == []
    assert grave_faults(page) == []
    for choice in ("Theirs", "Mine"):
        page.get_by_role("radio", name=choice).focus()
        page.keyboard.press("Space")
        assert page.get_by_role("radio", name=choice).is_checked()
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
