"""A published record corrected in the admin: proposed, compared, previewed, approved, restored."""

import pytest
from django.test import Client
from django.urls import reverse

from dialogues import publishing
from dialogues.models import Revision, Statement, Theme
from tests.admin.forms import change_url, fields_of, save, step_url
from tests.factories import (
    make_dialogue,
    make_person,
    make_position,
    make_quotation,
    make_statement,
    make_tally,
    make_theme,
    make_user,
)
from tests.snapshot import fingerprint

pytestmark = pytest.mark.django_db
REF = "RTOP-2011-S010"


def signed_in(name, role):
    client = Client()
    client.force_login(make_user(name, role))
    return client


@pytest.fixture
def ada():
    return signed_in("ada", "Contributor")


@pytest.fixture
def bob():
    return signed_in("bob", "Reviewer")


@pytest.fixture
def statement():
    return Statement.objects.get(ref=REF)


def preview_url(obj):
    return reverse(f"admin:dialogues_{obj._meta.model_name}_preview", args=[obj.pk])


def public(ref=REF):
    return Client().get(f"/statements/{ref}/").content


def take(client, obj, action, **data):
    obj.refresh_from_db()
    return client.post(step_url(obj, action), {"version": obj.version, "reason": "", **data})


def test_a_correction_from_the_form_to_the_public_page(ada, bob, statement):
    before = public()
    url = change_url(statement)
    response = save(ada, url, positions__0__summary="Read again.", why="A slip.", _step="submit")
    assert response["Location"] == step_url(statement, "submit")
    take(ada, statement, "submit")
    assert public() == before

    page = bob.get(step_url(statement, "approve"))
    ref = statement.positions.all()[0].ref
    (change,) = page.context["changes"]
    assert (change.label, change.after) == (f"Position {ref}, summary", "Read again.")
    assert take(bob, statement, "approve").status_code == 302
    assert b"Read again." in public()
    assert "A slip." in bob.get(reverse("admin:dialogues_revision_changelist")).content.decode()


def test_the_form_goes_on_from_the_proposed_text(ada, bob, statement):
    """Rows added, moved and taken out again: the second save stands on the first."""
    url = change_url(statement)
    opened = fields_of(ada.get(url))
    row = int(opened["positions-TOTAL_FORMS"])
    new = {"theme": "1", "stance": "supports", "summary": "New.", "attribution": "individual"}
    new["theme"] = str(Theme.objects.get(slug="civil-society").pk)
    added = {f"positions-{row}-{name}": value for name, value in new.items()}
    count = {"positions-TOTAL_FORMS": row + 1, "positions-INITIAL_FORMS": row}
    assert ada.post(url, opened | added | count).status_code == 302

    page = ada.get(url)
    assert fields_of(page)[f"positions-{row}-summary"] == "New."
    assert "shows the changed text" in page.content.decode()
    assert save(bob, url, **{f"positions__{row}__summary": "Newer."}).status_code == 302
    statement.refresh_from_db()
    proposal = publishing.proposal_of(statement)
    assert proposal is not None
    assert [p["summary"] for p in proposal.record["positions"]][row:] == ["Newer."]
    before = fingerprint()
    assert save(ada, url).status_code == 302  # nothing touched
    assert fingerprint() == before

    assert save(ada, url, **{f"positions__{row}__DELETE": "on"}).status_code == 302
    statement.refresh_from_db()
    assert statement.stage == "published"  # nothing is left of it
    assert statement.positions.count() == row


def test_rows_without_a_ref_go_on_too(ada, statement):
    url = change_url(statement)
    opened = fields_of(ada.get(url))
    mexico = str(publishing.record_of(statement) and statement.deliveries.get().actor_id + 1)
    added = {
        "deliveries-TOTAL_FORMS": 2,
        "deliveries-1-actor": mexico,
        "deliveries-1-mode": "joined",
    }
    assert ada.post(url, opened | added).status_code == 302
    assert save(ada, url, deliveries__1__printed_name="As printed").status_code == 302
    statement.refresh_from_db()
    proposal = publishing.proposal_of(statement)
    assert proposal is not None
    assert [d["printed_name"] for d in proposal.record["deliveries"]] == ["", "As printed"]
    assert statement.deliveries.count() == 1


def test_a_tally_on_its_own_page_is_part_of_the_proposal(ada):
    dialogue = make_dialogue(2031, state="published")
    first, second = make_tally(dialogue), make_tally(dialogue)
    publishing.write_save(dialogue, None, new=True)
    wording = first.wording
    assert save(ada, change_url(first), wording="Read again").status_code == 302
    assert save(ada, change_url(second), wording="This too").status_code == 302
    assert fields_of(ada.get(change_url(first)))["wording"] == "Read again"
    first.refresh_from_db()
    assert first.wording == wording
    dialogue.refresh_from_db()
    proposal = publishing.proposal_of(dialogue)
    assert proposal is not None
    assert {t["wording"] for t in proposal.record["tallies"]} >= {"Read again", "This too"}


def test_returned_and_declined_in_the_admin(ada, bob, statement):
    save(ada, change_url(statement), positions__0__summary="Read again.")
    take(ada, statement, "submit")
    take(bob, statement, "give_back", reason="Which passage?")
    assert "Which passage?" in ada.get(change_url(statement)).content.decode()
    take(ada, statement, "submit")
    assert take(bob, statement, "decline").status_code == 200  # without a reason
    take(bob, statement, "decline", reason="The report says otherwise.")
    statement.refresh_from_db()
    assert statement.stage == "published"


# As readers would see it


def test_a_proposal_is_previewed_exactly_as_readers_then_see_it(ada, bob, statement):
    save(ada, change_url(statement), positions__0__summary="Read again.")
    before, unchanged = public(), fingerprint()
    shown = ada.get(preview_url(statement))
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    assert (public(), fingerprint()) == (before, unchanged)
    take(ada, statement, "submit")
    take(bob, statement, "approve")
    assert shown.content == public()


def test_a_draft_is_previewed_with_all_that_it_needs(ada):
    dialogue = make_dialogue(2031)
    statement = make_statement(dialogue, ["mexico"], speaker=make_person("jane-doe"))
    make_quotation(make_position(statement, make_theme("a-theme")))
    before = fingerprint()
    page = ada.get(preview_url(statement))
    assert page.status_code == 200
    for words in ("Jane Doe", "A theme", "a duty to act", "RTOP-2031-S001"):
        assert words in page.content.decode()
    assert ada.get(preview_url(dialogue)).status_code == 200
    assert fingerprint() == before
    assert Client().get("/statements/RTOP-2031-S001/").status_code == 404


def test_a_preview_is_for_curators(statement, ada):
    url = preview_url(make_dialogue(2031))
    assert "/admin/login/" in Client().get(url)["Location"]
    assert signed_in("eve", "staff").get(url).status_code == 403
    assert ada.get(preview_url(statement)).status_code == 302  # readers see it as it is
    assert ada.get(preview_url(make_person("jane-doe"))).status_code == 302  # it has no page


# What was


def test_a_revision_says_what_changed_and_is_restored(ada, bob, statement):
    first = publishing.current_revision(statement)
    assert first is not None
    save(ada, change_url(statement), positions__0__stance="opposes")
    take(ada, statement, "submit")
    take(bob, statement, "approve")
    last = Revision.objects.latest("number")
    page = ada.get(reverse("admin:dialogues_revision_change", args=[last.pk])).content.decode()
    assert "Opposes" in page
    assert ", stance" in page

    url = reverse("admin:dialogues_revision_restore", args=[first.number])
    assert ada.get(url).status_code == 200
    assert ada.post(url, {"reason": ""}).status_code == 200
    assert ada.post(url, {"reason": "It was right."})["Location"] == change_url(statement)
    statement.refresh_from_db()
    assert statement.stage == "proposed"
    assert statement.positions.all()[0].stance == "opposes"
    assert signed_in("eve", "staff").get(url).status_code == 403
