"""A new curator's day: a dialogue entered, reviewed and published without leaving the admin."""

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Group

from dialogues.models import Dialogue, Statement
from tests.factories import make_user

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SPOKE = ["Mexico", "Ghana", "Germany", "Japan", "European Union"]


def choose(page: "Page", field: str, words: str) -> None:
    """Picks from an autocomplete as a curator does: opens it, types, takes the first."""
    box = page.locator(f"#id_{field} + .select2")
    box.click()
    page.locator(".select2-search__field:focus").fill(words)
    page.locator(".select2-results__option--highlighted", has_text=words).click()


def test_a_new_dialogue_from_an_empty_form_to_its_public_page(sign_in, complaints):
    for role in ("Contributor", "Publisher"):
        Group.objects.get_or_create(name=role)
        make_user(role.lower(), role)

    page = sign_in("contributor")
    enter_the_dialogue(page)
    add_who_sat_on_the_panel(page)
    for number, actor in enumerate(SPOKE):
        enter_a_statement(page, actor, last=number == len(SPOKE) - 1)
    send_to_review(page)

    page = sign_in("publisher")
    publish(page)
    see_it_as_a_reader(page)
    assert complaints == []


def enter_the_dialogue(page: "Page") -> None:
    page.locator("#content .model-dialogue").get_by_role("link", name="Add").click()
    page.get_by_label("Year:").fill("2026")
    page.get_by_label("Format:").select_option("Plenary debate")
    page.get_by_label("Title:").first.fill("Plenary debate on the Responsibility to Protect")
    page.get_by_label("First day:").fill("2026-07-01")
    page.get_by_label("How far coded:").select_option("Coded in part")
    page.locator("#id_cites").fill("dates: icrtop-2011#p1")
    for number, (key, kind) in enumerate([("opening", "Opening"), ("debate", "Debate")]):
        row = page.locator(f"#panels-{number}")
        row.get_by_label("Kind:").select_option(kind)
        row.get_by_label("Key").fill(key)
        row.get_by_label("Title").fill(f"{kind} of 2026")
    page.get_by_role("button", name="Save and continue editing").click()
    page.locator(".messagelist .success").wait_for()


def add_who_sat_on_the_panel(page: "Page") -> None:
    """A person nobody has entered yet is made in a window of its own."""
    page.locator("#panels-0").get_by_role("link", name="Change").click()
    page.get_by_role("button", name="Add another Participant").click()
    row = page.locator("#participations-0")
    row.get_by_label("Role:").select_option("Opening remarks")
    with page.expect_popup() as popup:
        row.locator("#add_id_participations-0-person").click()
    window = popup.value
    window.get_by_label("Name:").press_sequentially("Jane Doe")
    assert window.get_by_label("Slug").input_value() == "jane-doe"
    with window.expect_event("close"):
        window.get_by_role("button", name="Save").first.click()
    row.get_by_label("Post then held:").fill("President of the General Assembly")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/admin/dialogues/dialogue/")
    page.get_by_role("link", name="2026", exact=True).click()
    page.get_by_role("link", name="Add a statement").click()


def enter_a_statement(page: "Page", actor: str, last: bool) -> None:
    if actor == SPOKE[0]:
        choose(page, "panel", "Debate of 2026")
    page.get_by_label("Cites:").first.fill("icrtop-2011#p6")
    choose(page, "deliveries-0-actor", actor)
    page.get_by_role("button", name="Add another Position").click()
    for number, theme in enumerate(("Sovereignty", "Civil society")):
        choose(page, f"positions-{number}-theme", theme)
        row = page.locator(f"#positions-{number}")
        row.get_by_label("Stance:").select_option("Supports")
        row.get_by_label("Pillar I", exact=True).check()
        row.get_by_label("Summary:").fill(f"{actor} made a point of 2026 on {theme.lower()}.")
        row.get_by_label("Cites:").fill("icrtop-2011#p6 icrtop-2011#p7")
    page.get_by_role("button", name="Add another Quotation").click()
    row = page.locator("#quotations-0")
    row.get_by_label("Words:").fill(f"the words of {actor}")
    row.get_by_label("Of position no.").fill("2")
    row.get_by_label("Stands in:").fill("icrtop-2011")
    button = "Save" if last else "Save and add another"
    page.get_by_role("button", name=button, exact=True).click()
    page.locator(".messagelist .success").wait_for()


def send_to_review(page: "Page") -> None:
    page.goto("/admin/dialogues/dialogue/")
    page.get_by_role("link", name="2026", exact=True).click()
    page.get_by_role("button", name="Send to review…").click()
    assert page.get_by_label("person: Jane Doe").is_checked()
    page.get_by_role("button", name="Send to review").click()
    page.locator(".state-notice", has_text="In review").wait_for()
    in_bulk(page, "draft", "Send to review")


def in_bulk(page: "Page", state: str, action: str) -> None:
    page.goto(f"/admin/dialogues/statement/?state__exact={state}")
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option(action)
    page.get_by_role("button", name="Go").click()
    page.locator(".messagelist .success", has_text="5 records").wait_for()


def publish(page: "Page") -> None:
    page.goto("/admin/dialogues/dialogue/")
    page.get_by_role("link", name="2026", exact=True).click()
    page.get_by_role("button", name="Publish…").click()
    page.get_by_role("button", name="Publish").click()
    page.locator(".state-notice", has_text="Published").wait_for()
    in_bulk(page, "in_review", "Publish")


def see_it_as_a_reader(page: "Page") -> None:
    dialogue = Dialogue.objects.get(year=2026)
    assert [panel.order for panel in dialogue.panels.all()] == [1, 2]
    statements = list(Statement.objects.filter(dialogue=dialogue).order_by("serial"))
    assert [statement.ref for statement in statements] == [
        f"RTOP-2026-S00{number}" for number in range(1, 6)
    ]
    assert all(statement.positions.count() == 2 for statement in statements)
    assert {q.position and q.position.order for s in statements for q in s.quotations.all()} == {2}

    page.goto("/dialogues/2026/")
    for words in ("Debate of 2026", "Jane Doe", *SPOKE):
        page.get_by_text(words).first.wait_for()
    page.goto("/statements/RTOP-2026-S001/")
    page.get_by_text("the words of Mexico").first.wait_for()
    page.get_by_text("Mexico made a point of 2026").first.wait_for()
