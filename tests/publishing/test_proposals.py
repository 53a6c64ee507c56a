"""A change of a published record: unseen until another approves it, and never past the workflow."""

import pytest
from django.test import Client

from dialogues import publishing
from dialogues.choices import Stage, State
from dialogues.models import Revision, Statement, StatementText, Theme
from dialogues.publishing import InvalidStep
from dialogues.records.importing.plan import InvalidImport
from tests import bundled
from tests.factories import make_dialogue, make_position, make_statement, make_theme, make_user
from tests.snapshot import fingerprint

pytestmark = pytest.mark.django_db
REF = "RTOP-2011-S010"


@pytest.fixture
def ann():
    return make_user("ann", "Contributor")


@pytest.fixture
def bob():
    return make_user("bob", "Reviewer")


@pytest.fixture
def statement():
    return Statement.objects.get(ref=REF)


def changed(statement, words="Read again."):
    record = publishing.record_of(statement)
    record["positions"][0]["summary"] = words
    return record


def seen(ref=REF):
    """What readers and partners get."""
    client = Client()
    pages = [f"/statements/{ref}/", f"/api/v1/statements/{ref}/", "/statements/?year=2011"]
    return [client.get(page).content.split(b"request_id")[0] for page in pages]


def test_readers_see_the_published_text_until_another_approves(statement, ann, bob):
    before = seen()
    publishing.propose(statement, changed(statement), ann, "A slip.")
    assert statement.stage == Stage.PROPOSED
    publishing.submit(statement, ann)
    assert statement.stage == Stage.PROPOSAL_IN_REVIEW
    assert seen() == before
    with pytest.raises(InvalidStep, match="ask another curator"):
        publishing.approve(statement, ann, "I am sure.")
    assert seen() == before

    publishing.approve(statement, bob)
    assert statement.stage == Stage.PUBLISHED
    assert b"Read again." in seen()[0]
    actions = publishing.history_of(statement).values_list("action", "by__username", "reason")
    assert list(actions)[1:] == [
        ("proposed", "ann", "A slip."),
        ("put_forward", "ann", ""),
        ("approved", "bob", ""),
    ]
    assert list(publishing.unrecorded()) == []


def test_what_readers_do_not_see_yet_is_not_written_for_the_search(statement, ann, bob):
    """Of a dialogue it would be all that is kept of its statements, for nothing."""
    publishing.propose(statement, changed(statement), ann)
    StatementText.objects.filter(statement=statement).update(said=" untouched ")
    publishing.submit(statement, ann)
    publishing.return_to_author(statement, bob, "Which passage?")
    publishing.decline(statement, bob, "No.")
    assert StatementText.objects.get(statement=statement).said == " untouched "


def test_who_changed_it_in_review_wrote_it_too(statement, ann, bob):
    publishing.propose(statement, changed(statement), ann)
    publishing.submit(statement, ann)
    publishing.propose(statement, changed(statement, "Shorter."), bob)
    assert statement.stage == Stage.PROPOSAL_IN_REVIEW
    assert publishing.authors(statement) == {ann.pk, bob.pk}
    with pytest.raises(InvalidStep, match="ask another curator"):
        publishing.approve(statement, bob)
    publishing.approve(statement, make_user("eve", "Reviewer"))


def test_returned_with_a_comment_and_sent_once_more(statement, ann, bob):
    publishing.propose(statement, changed(statement), ann)
    publishing.submit(statement, ann)
    with pytest.raises(InvalidStep, match="Say what"):
        publishing.return_to_author(statement, bob, " ")
    publishing.return_to_author(statement, bob, "Which passage?")
    assert statement.stage == Stage.PROPOSED
    publishing.submit(statement, ann)
    publishing.approve(statement, bob)


def test_a_declined_change_leaves_all_as_it_was_and_no_author(statement, ann, bob):
    before = seen()
    publishing.propose(statement, changed(statement), ann)
    publishing.submit(statement, ann)
    publishing.decline(statement, bob, "The report says otherwise.")
    assert (statement.stage, seen()) == (Stage.PUBLISHED, before)
    assert publishing.proposal_of(statement) is None
    publishing.propose(statement, changed(statement, "Bob’s."), bob)
    publishing.submit(statement, bob)
    publishing.approve(statement, ann)


def test_an_administrator_alone_says_why(statement):
    head = make_user("head", "Administrator")
    publishing.propose(statement, changed(statement), head)
    publishing.submit(statement, head)
    with pytest.raises(InvalidStep, match="ask another curator"):
        publishing.approve(statement, head)
    publishing.approve(statement, head, "Alone in the office.")
    last = Revision.objects.latest("number")
    assert (last.by, last.reason, last.action) == (head, "Alone in the office.", "approved")


def test_no_change_is_no_proposal_and_one_taken_back_is_closed(statement, ann):
    public = publishing.record_of(statement)
    assert not publishing.propose(statement, public, ann)
    publishing.propose(statement, changed(statement), ann)
    count = Revision.objects.count()
    assert not publishing.propose(statement, changed(statement), ann)
    assert Revision.objects.count() == count
    assert publishing.propose(statement, public, ann)
    assert statement.stage == Stage.PUBLISHED


def test_a_new_part_gets_its_ref_at_approval(statement, ann, bob):
    record = changed(statement)
    new = {**record["positions"][0], "ref": "DRAFT-0000000A", "quotations": []}
    record["positions"].append(new)
    publishing.propose(statement, record, ann)
    publishing.submit(statement, ann)
    publishing.approve(statement, bob)
    assert statement.positions.last().ref == "RTOP-2011-P132"
    assert publishing.proposal_of(statement) is None


def test_what_a_change_refers_to_is_published_first(statement, ann, bob):
    theme = make_theme("a-theme")
    record = changed(statement)
    record["positions"][0]["theme"] = theme.slug
    publishing.propose(statement, record, ann)
    publishing.submit(statement, ann)
    with pytest.raises(InvalidStep, match="Publish first what it refers to: theme a-theme"):
        publishing.approve(statement, bob)


def test_a_withdrawal_closes_the_proposal(statement, ann):
    publishing.propose(statement, changed(statement), ann)
    public = publishing.record_of(statement)
    publishing.withdraw(statement, make_user("eve", "Publisher"), "Entered twice.")
    assert statement.stage == Stage.WITHDRAWN
    # The history goes on from what readers saw.
    assert Revision.objects.latest("number").record == public
    assert list(publishing.unrecorded()) == []


# Beside the operator's import


def file_of(folder, words):
    file = bundled.year_file(2011)
    for statement in file["statements"]:
        if statement["ref"] == REF:
            statement["positions"][0]["summary"] = words
    bundled.write(folder, **{"2011": file})
    return [folder]


def test_an_import_proposes_its_changes(statement, tmp_path, bob):
    before = seen()
    publishing.import_files(file_of(tmp_path, "Imported."))
    statement.refresh_from_db()
    assert (statement.stage, seen()) == (Stage.PROPOSED, before)
    publishing.import_files(file_of(tmp_path, "Imported."))  # the same once more is no change
    publishing.submit(statement, None)
    publishing.approve(statement, bob)
    assert b"Imported." in seen()[0]


def test_an_import_does_not_write_over_a_proposal(statement, tmp_path, ann):
    publishing.propose(statement, changed(statement), ann)
    before = fingerprint()
    with pytest.raises(InvalidImport) as refused:
        publishing.import_files(file_of(tmp_path, "Imported."))
    assert "another change of it is proposed" in str(refused.value.faults[0])
    assert fingerprint() == before


def test_a_proposal_is_looked_over_when_the_published_text_changed(statement, tmp_path, ann, bob):
    publishing.propose(statement, changed(statement), ann)
    publishing.submit(statement, ann)
    publishing.import_files(file_of(tmp_path, "Imported."), publish=True)
    statement.refresh_from_db()
    assert publishing.is_stale(statement)
    with pytest.raises(InvalidStep, match="has changed since"):
        publishing.approve(statement, bob)
    assert publishing.propose(statement, changed(statement), ann)  # saved once more
    publishing.approve(statement, bob)
    assert b"Read again." in seen()[0]


# What was, once more


def test_a_draft_is_restored_as_a_new_revision(ann, bob):
    statement = make_statement(make_dialogue(2031), ["mexico"])
    make_position(statement, summary="First.")
    publishing.write_save(statement, ann, new=True)
    first = Revision.objects.latest("number")
    statement.positions.update(summary="Second.")
    publishing.write_save(statement, ann, new=False)
    publishing.restore(first, bob, "The first was right.")
    assert statement.positions.get().summary == "First."
    last = Revision.objects.latest("number")
    assert (last.action, last.by) == ("restored", bob)
    assert last.reason == f"As in revision {first.number}: The first was right."
    assert last.record == first.record
    assert publishing.authors(statement) == {ann.pk, bob.pk}
    with pytest.raises(InvalidStep, match="already as it was"):
        publishing.restore(first, bob, "Again.")


def test_a_published_record_is_restored_by_a_proposal(statement, ann, bob):
    first = publishing.current_revision(statement)
    assert first is not None
    publishing.propose(statement, changed(statement), ann)
    publishing.submit(statement, ann)
    publishing.approve(statement, bob)
    now = seen()
    publishing.restore(first, ann, "It was right.")
    assert (statement.stage, seen()) == (Stage.PUBLISHED, now)
    statement.refresh_from_db()
    assert statement.stage == Stage.PROPOSED
    publishing.submit(statement, ann)
    publishing.approve(statement, bob)
    assert publishing.record_of(statement) == first.record


def test_a_text_from_before_publication_keeps_the_refs_given_since(ann, bob):
    statement = make_statement(make_dialogue(2031, state=State.PUBLISHED), ["mexico"])
    make_position(statement, summary="First.")
    publishing.write_save(statement, ann, new=True)
    first = Revision.objects.latest("number")
    statement.positions.update(summary="Second.")
    publishing.write_save(statement, ann, new=False)
    publishing.submit(statement, ann)
    publishing.publish(statement, bob)
    publishing.restore(first, ann, "The first was right.")
    proposal = publishing.proposal_of(Statement.objects.get(pk=statement.pk))
    assert proposal is not None
    assert proposal.record["ref"] == statement.ref
    assert [(p["ref"], p["summary"]) for p in proposal.record["positions"]] == [
        ("RTOP-2031-P001", "First.")
    ]
    # The history of a record goes on under its new key.
    assert publishing.history_of(statement).first() == first


def test_what_was_withdrawn_is_not_restored(ann):
    theme = make_theme("a-theme", state=State.PUBLISHED)
    publishing.write_save(theme, None, new=True)
    publishing.withdraw(theme, ann, "No more.")
    with pytest.raises(InvalidStep, match="stays so"):
        publishing.restore(Revision.objects.get(record_key="a-theme", action="created"), ann, "x")
    assert Theme.objects.get(pk=theme.pk).state == State.WITHDRAWN
