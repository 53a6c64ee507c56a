"""A day with a table: forty statements from a template to the public page, one withdrawn."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from dialogues.models import Actor, Dialogue, Statement
from tests.browser.screenshots import grave_faults, misfits
from tests.factories import make_dialogue, make_panel, make_user

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FORTY = 40
# A row of the template, a column, what is wrong there; and what is said of it.
SLIPS = {
    (4, "form"): ("statment", "The nearest is “statement”"),
    (17, "actors"): ("mexiko", "nearest is 'mexico'"),
    (41, "cites"): ("icrtop-2011#p99", "no passage"),
}


@pytest.fixture
def sign_in(window, live_server):
    def signed_in(name: str) -> "Page":
        client = Client()
        client.force_login(make_user(name.lower(), name))
        session = client.cookies["sessionid"].value
        page = window(reduced_motion="reduce", viewport={"width": 768, "height": 900})
        # Forty records take their step in one request.
        page.set_default_timeout(60_000)
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    return signed_in


@pytest.fixture
def dialogue() -> Dialogue:
    dialogue = make_dialogue(2031, state="published")
    make_panel(dialogue, "debate", kind="debate")
    return dialogue


def test_forty_statements_come_by_table_and_are_published_and_one_is_withdrawn(
    sign_in, dialogue, tmp_path
):
    page = sign_in("Contributor")
    file = template(page, tmp_path)
    fill(file)
    upload(page, file)
    named = page.locator(".faults tbody tr").all_inner_texts()
    assert len(named) == len(SLIPS)
    for ((row, column), (_slip, words)), fault in zip(SLIPS.items(), named, strict=True):
        assert fault.split("\t")[:3] == ["statements", str(row), column]
        assert words in fault
    assert fits_and_is_sound(page)
    assert not dialogue.statements.exists()

    mend(file)
    upload(page, file)
    assert page.locator(".row-of").count() == FORTY + 1
    assert fits_and_is_sound(page)
    page.get_by_role("button", name="Make these changes").press("Enter")
    page.locator(".messagelist .success", has_text="40 new records").wait_for()
    in_bulk(page, "draft", "Send to review")

    page = sign_in("Publisher")
    in_bulk(page, "in_review", "Publish")
    withdraw(page, "RTOP-2031-S007")
    see_them_as_a_reader(page)


def template(page: "Page", folder: Path) -> Path:
    page.goto("/admin/dialogues/statement/?dialogue__year=2031")
    page.get_by_role("link", name="Tables").press("Enter")
    page.get_by_label("an empty template").press("Space")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").press("Enter")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def fill(path: Path) -> None:
    """As a curator does in a spreadsheet: forty rows, a position, and three slips of the hand."""
    states = Actor.objects.filter(kind="member_state").order_by("slug")[:FORTY]
    book = load_workbook(path)
    sheet = book["statements"]
    titles: list[Any] = [cell.value for cell in sheet[1]]
    for row, state in enumerate(states, start=2):
        values: dict[str, Any] = {
            "year": 2031,
            "form": "statement",
            "panel": "debate",
            "actors": state.slug,
        }
        values |= {"cites": "icrtop-2011", "summary": f"=What {state.name} said."}
        values |= {"ref": "new-1"} if row == 2 else {}
        for title, value in values.items():
            cell: Any = sheet.cell(
                row, titles.index(title) + 1, SLIPS.get((row, title), [value])[0]
            )
            cell.data_type = "s" if isinstance(cell.value, str) else "n"
    titles = [cell.value for cell in book["positions"][1]]
    position = {"statement": "new-1", "theme": "sovereignty", "stance": "supports"}
    position["summary"] = "Its point of 2031."
    book["positions"].append([position.get(str(title)) for title in titles])
    book.save(path)


def mend(path: Path) -> None:
    book = load_workbook(path)
    sheet = book["statements"]
    titles = [cell.value for cell in sheet[1]]
    good = {"form": "statement", "actors": "mexico", "cites": "icrtop-2011"}
    for row, title in SLIPS:
        sheet.cell(row, titles.index(title) + 1, good[title])
    book.save(path)


def upload(page: "Page", path: Path) -> None:
    page.goto("/admin/dialogues/statement/tables/")
    page.get_by_label("File").set_input_files(path)
    page.get_by_label("Why").fill("From the list of speakers.")
    page.get_by_role("button", name="See what it would change").press("Enter")
    page.locator(".faults, .by-row").wait_for()


def fits_and_is_sound(page: "Page") -> bool:
    return misfits(page, 320, 768) == [] and grave_faults(page) == []


def in_bulk(page: "Page", state: str, action: str) -> None:
    page.goto(f"/admin/dialogues/statement/?state__exact={state}")
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option(action)
    page.get_by_role("button", name="Go").click()
    page.locator(".messagelist .success", has_text=f"{FORTY} records").wait_for()


def withdraw(page: "Page", ref: str) -> None:
    statement = Statement.objects.get(ref=ref)
    page.goto(f"/admin/dialogues/statement/{statement.pk}/step/withdraw/")
    page.get_by_label("Why (readers see it)").fill("It was never delivered.")
    page.get_by_role("button", name="Withdraw").click()
    page.locator(".state-notice", has_text="Withdrawn").wait_for()


def see_them_as_a_reader(page: "Page") -> None:
    page.goto("/statements/?year=2031")
    page.get_by_text(f"{FORTY - 1} statements").first.wait_for()
    answer = page.goto("/statements/RTOP-2031-S007/")
    assert answer is not None
    assert answer.status == 410
    page.get_by_text("It was never delivered.").first.wait_for()
    page.goto("/statements/RTOP-2031-S001/")
    page.get_by_text("Its point of 2031.").first.wait_for()
    page.get_by_text("=What ").first.wait_for()
