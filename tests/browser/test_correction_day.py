"""The day of a correction: a published position of 2011 proposed anew, compared and approved."""

import pytest
from playwright.sync_api import expect

from dialogues.models import Position
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REF = "RTOP-2011-P019"
NEW = "The concept is a simple one, as the page of the report has it."


def test_a_published_position_of_2011_is_corrected_by_two_people(sign_in, window, complaints):
    for role in ("Contributor", "Reviewer"):
        make_user(role.lower(), role)
    position = Position.objects.select_related("statement").get(ref=REF)
    of_statement = position.statement.ref
    public = f"/positions/{REF}/"
    reader = window()

    writer = sign_in("contributor")
    writer.get_by_role("link", name="Statements", exact=True).first.click()
    writer.get_by_label("Search").fill(of_statement)
    writer.get_by_label("Search").press("Enter")
    writer.get_by_role("link", name=of_statement, exact=True).click()
    row = writer.locator(f"#positions-{position.order - 1}")
    expect(row.get_by_label("Summary:")).to_have_value(position.summary)
    row.get_by_label("Summary:").fill(NEW)
    writer.get_by_label("Why").fill("The summary said less than passage 12.")
    writer.get_by_role("button", name="Save and continue editing").click()
    writer.get_by_role("button", name="Send to review…").click()
    writer.get_by_role("button", name="Send to review").click()
    writer.locator(".state-notice", has_text="Change in review").wait_for()
    reader.goto(public)
    expect(reader.get_by_text(position.summary).first).to_be_visible()
    expect(reader.get_by_text(NEW)).to_have_count(0)

    reviewer = sign_in("reviewer")
    reviewer.goto("/admin/dialogues/statement/?proposal__exact=in_review")
    reviewer.get_by_role("link", name=of_statement, exact=True).click()
    reviewer.get_by_role("button", name="Approve the change").click()
    both = reviewer.locator(".side-by-side tr", has_text=NEW)
    expect(both).to_contain_text(position.summary)
    reviewer.get_by_role("button", name="Approve the change").click()
    reviewer.locator(".messagelist .success").wait_for()

    reader.reload()
    expect(reader.get_by_text(NEW).first).to_be_visible()
    expect(reader.get_by_text(position.summary)).to_have_count(0)
    position.refresh_from_db()
    assert (position.ref, position.summary) == (REF, NEW)
    assert complaints == []
