"""A statement entered and changed on one page, with positions, quotations and citations."""

import pytest
from django.db import connection
from django.test import Client

from dialogues.models import Actor, Revision, Source, Statement, Theme
from tests.admin.forms import add_url, change_url, errors_of, fields_of, rows, save
from tests.factories import (
    make_dialogue,
    make_panel,
    make_passage,
    make_position,
    make_quotation,
    make_source,
    make_statement,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def contributor(client: Client) -> Client:
    client.force_login(make_user("ada", "Contributor"))
    return client


def position(theme: str = "sovereignty", **values):
    return {
        "theme": Theme.objects.get(slug=theme).pk,
        "stance": "supports",
        "attribution": "individual",
        "summary": "It makes a point.",
    } | values


def whole(dialogue, *positions, quotations=(), **values):
    """A statement of Mexico with these rows."""
    mexico = Actor.objects.get(slug="mexico")
    return (
        {"dialogue": dialogue.pk, "form": "statement"}
        | rows("deliveries", {"actor": mexico.pk, "mode": "delivered"})
        | rows("positions", *positions)
        | rows("quotations", *quotations)
        | values
    )


def quotation(number, text="a duty to act", cite="icrtop-2011", **values):
    return {"text": text, "position_number": number, "source_cite": cite, "kind": "speech"} | values


def test_a_statement_is_entered_whole_and_its_revision_has_all_of_it(contributor):
    dialogue = make_dialogue(2031)
    panel = make_panel(dialogue)
    data = whole(
        dialogue,
        position(cites="icrtop-2011#p6, icrtop-2011#p7", pillar_2="on"),
        position("veto-and-security-council", stance="calls_for"),
        quotations=[quotation(2), quotation(1, "second words"), quotation(2, "third words")],
        panel=panel.pk,
        cites="icrtop-2011#p5",
    )
    response = contributor.post(add_url("statement"), data)
    assert response.status_code == 302, errors_of(response)

    statement = Statement.objects.get(dialogue=dialogue)
    first, second = statement.positions.all()
    assert (first.order, second.order) == (1, 2)
    assert first.pillars == [2]
    assert [citation.cite for citation in first.citations.all()] == [
        "icrtop-2011#p6",
        "icrtop-2011#p7",
    ]
    assert [(q.text, q.order) for q in second.quotations.order_by("order")] == [
        ("a duty to act", 1),
        ("third words", 2),
    ]
    assert {q.dialogue for q in statement.quotations.all()} == {dialogue}
    assert " mexico " in statement.terms.named

    revision = Revision.objects.get(record_type="statement", record_key=statement.ref)
    assert revision.action == "created"
    assert str(revision.by) == "ada"
    assert revision.record["cites"] == ["icrtop-2011#p5"]
    assert [p["theme"] for p in revision.record["positions"]] == [
        "sovereignty",
        "veto-and-security-council",
    ]
    assert revision.record["positions"][1]["quotations"][0]["text"] == "a duty to act"


def test_an_empty_row_among_positions_keeps_its_number(contributor):
    dialogue = make_dialogue(2031)
    data = whole(dialogue, {"attribution": "individual"}, position(), quotations=[quotation(1)])
    assert "There is no position 1" in errors_of(contributor.post(add_url("statement"), data))
    data["quotations-0-position_number"] = 2
    assert contributor.post(add_url("statement"), data).status_code == 302
    statement = Statement.objects.get(dialogue=dialogue)
    assert statement.positions.get().order == 1
    assert statement.quotations.get().position == statement.positions.get()


@pytest.mark.parametrize(
    ("cites", "words"),
    [
        ("icrtop-2O11", "is no citation"),
        ("icrtop-2027", "There is no source “icrtop-2027”. The nearest is “icrtop-20"),
        ("icrtop-2011#p99", "has no passage p99: its last is p30"),
        ("unnumbered#p1", "has no numbered passages yet"),
        ("icrtop-2011#p0", "is no citation"),
        ("icrtop-2011#p" + "9" * 5000, "is no citation"),
    ],
)
def test_a_citation_that_leads_nowhere_is_refused_in_words(contributor, cites, words):
    make_source("unnumbered")
    before = Statement.objects.count()
    data = whole(make_dialogue(2031), position(cites=f"icrtop-2011#p6 {cites}"))
    assert words in errors_of(contributor.post(add_url("statement"), data))
    assert Statement.objects.count() == before


def test_words_are_looked_for_in_their_passage(contributor):
    source = make_source("report")
    make_passage(source, 1, "Mexico spoke of “a duty to act” and of restraint.")
    make_passage(source, 2, "Others kept silent.")
    make_passage(source, 3, "Nobody has loaded this.", loaded=False)
    dialogue = make_dialogue(2031)

    data = whole(dialogue, position(), quotations=[quotation(1, "duty to\n act", "report#p2")])
    assert "stand in report#p1, not in report#p2" in errors_of(
        contributor.post(add_url("statement"), data)
    )
    data["quotations-0-text"] = "duties to act"
    assert "do not stand in report#p2" in errors_of(contributor.post(add_url("statement"), data))

    data |= {"quotations-0-text": "duty to\r\n act", "quotations-0-source_cite": "report#p1"}
    assert contributor.post(add_url("statement"), data).status_code == 302
    found = dialogue.quotations.get()
    assert (found.text, found.start, found.end) == ("duty to act", 19, 30)
    assert found.check_result == "verified"

    data |= {"quotations-0-source_cite": "report#p3", "quotations-0-text": "no text to compare"}
    assert contributor.post(add_url("statement"), data).status_code == 302
    assert dialogue.quotations.latest("pk").check_result == "not_checked"


def test_a_statement_needs_somebody_who_delivered_it(contributor):
    data = whole(make_dialogue(2031), position())
    data["deliveries-0-mode"] = "joined"
    response = contributor.post(add_url("statement"), data)
    assert "at least one actor" in response.content.decode()


def test_a_panel_of_another_year_is_refused(contributor):
    panel = make_panel(make_dialogue(2032))
    data = whole(make_dialogue(2031), position(), panel=panel.pk)
    response = contributor.post(add_url("statement"), data)
    assert "This panel is of 2032. Choose a panel of 2031" in errors_of(response)


def test_half_a_proposal_is_refused_in_words(contributor):
    data = whole(make_dialogue(2031), position(proposal_year=2032))
    assert "give all three or none" in contributor.post(
        add_url("statement"), data
    ).content.decode().replace("\n", " ")


def test_the_next_statement_begins_with_the_same_dialogue_and_panel(contributor):
    dialogue = make_dialogue(2031)
    panel = make_panel(dialogue)
    data = whole(dialogue, position(), panel=panel.pk) | {"_addanother": "1"}
    response = contributor.post(add_url("statement"), data)
    page = contributor.get(response["Location"])
    assert fields_of(page)["dialogue"] == str(dialogue.pk)
    assert fields_of(page)["panel"] == str(panel.pk)


def test_a_position_taken_out_takes_no_words_along_unseen(contributor):
    statement = make_statement(make_dialogue(2031), ["mexico"])
    first, second = make_position(statement), make_position(statement, "veto-and-security-council")
    make_quotation(first, "one")
    kept = make_quotation(second, "two")
    url = change_url(statement)

    response = save(contributor, url, positions__0__DELETE="on")
    assert "There is no position 1" in errors_of(response)
    response = save(contributor, url, positions__0__DELETE="on", quotations__0__DELETE="on")
    assert response.status_code == 302
    assert [p.order for p in statement.positions.all()] == [1]
    assert statement.quotations.get() == kept

    revision = Revision.objects.filter(record_key=statement.ref).latest("number")
    assert [p["ref"] for p in revision.record["positions"]] == [second.ref]


def test_a_quotation_moves_to_another_position(contributor):
    statement = make_statement(make_dialogue(2031), ["mexico"])
    first, second = make_position(statement), make_position(statement, "veto-and-security-council")
    moved = make_quotation(first)
    response = save(contributor, change_url(statement), quotations__0__position_number=2)
    assert response.status_code == 302
    moved.refresh_from_db()
    assert moved.position == second


def test_saving_without_a_change_leaves_no_trace(contributor):
    statement = make_statement(make_dialogue(2031), ["mexico"])
    make_quotation(make_position(statement, pillars=[1], situations=["libya"]), start=None)
    before = Revision.objects.count()
    assert save(contributor, change_url(statement)).status_code == 302
    statement.refresh_from_db()
    assert (Revision.objects.count(), statement.version) == (before, 1)


def test_statements_moved_to_another_dialogue_take_their_words_along(contributor):
    statement = make_statement(make_dialogue(2031), ["mexico"])
    make_quotation(make_position(statement))
    other = make_dialogue(2032)
    assert save(contributor, change_url(statement), dialogue=other.pk).status_code == 302
    assert statement.quotations.get().dialogue == other


@pytest.mark.parametrize("model", [Statement, Actor, Source])
def test_bundled_records_go_through_their_form_as_they_are(contributor, model):
    """Every twelfth of them: a save that touches nothing changes nothing.

    On PostgreSQL every thirty-sixth.
    """
    for obj in model.objects.order_by("pk")[:: 36 if connection.vendor == "postgresql" else 12]:
        model.objects.filter(pk=obj.pk).update(state="draft")
        before = Revision.objects.count()
        response = save(contributor, change_url(obj))
        assert response.status_code == 302, f"{obj}: {errors_of(response)}"
        assert Revision.objects.count() == before, str(obj)
