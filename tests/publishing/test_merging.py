"""Two entries that are one: what moves, what is refused, and what readers and files then find."""

import pytest

from dialogues import publishing
from dialogues.choices import RevisionAction, State
from dialogues.models import Actor, Dialogue, Revision, Statement
from dialogues.records.verification import verify_records
from tests.factories import (
    make_actor,
    make_dialogue,
    make_membership,
    make_position,
    make_statement,
    make_tally,
    make_user,
)
from tests.snapshot import fingerprint

pytestmark = pytest.mark.django_db
WHY = "The same state, misspelt."


@pytest.fixture
def ada():
    return make_user("ada", "Contributor")


@pytest.fixture
def bob():
    return make_user("bob", "Publisher")


def known(obj, by=None):
    """What the factories made, with its first revision."""
    publishing.saved(obj, by, new=True)
    return obj


@pytest.fixture
def mexiko():
    """A second Mexico, published, and named by a statement, a tally, a group and a proposal."""
    gone = make_actor("mexiko", state=State.PUBLISHED)
    make_membership(gone, "grulac")
    known(gone)
    dialogue = make_dialogue(2031, state=State.PUBLISHED)
    make_tally(dialogue, [gone, "mexico"], number=2, matches=True)
    known(dialogue)
    position = make_position(make_statement(dialogue, [gone], state=State.PUBLISHED))
    make_position(position.statement, "civil-society", mentions=[gone])
    known(position.statement)
    other = known(make_statement(dialogue, ["ireland"], state=State.PUBLISHED))
    record = publishing.record_of(other)
    record["deliveries"][0]["on_behalf_of"] = {"wording": "", "number": 1, "actors": ["mexiko"]}
    publishing.propose(other, record, None)
    return gone


def merged(gone, into, ada, bob):
    kept = type(gone).objects.get(slug=into)
    publishing.merge(gone, kept, ada, WHY)
    publishing.submit(kept, ada)
    publishing.approve(kept, bob)
    gone.refresh_from_db()
    kept.refresh_from_db()
    return kept


def faults():
    return [*verify_records().faults, *publishing.unrecorded(), publishing.first_broken()]


def test_every_reference_moves_and_each_record_has_its_revision(mexiko, ada, bob):
    statement = Statement.objects.get(dialogue__year=2031, actors=mexiko)
    before = fingerprint()
    kept = Actor.objects.get(slug="mexico")
    moves = publishing.moves(mexiko, kept)
    assert fingerprint() == before
    assert {(str(type(m.obj).__name__), m.proposed) for m in moves} == {
        ("Statement", False),
        ("Statement", True),
        ("Dialogue", False),
    }

    kept = merged(mexiko, "mexico", ada, bob)
    assert kept.former_slugs == ["mexiko"]
    assert "Mexiko" in kept.names.values_list("name", flat=True)
    assert list(statement.actors.all()) == [kept]
    assert kept.mentioned_in.filter(statement=statement).exists()
    dialogue = Dialogue.objects.get(year=2031)
    (tally,) = dialogue.tallies.all()
    assert (list(tally.actors.all()), tally.matches) == ([kept], False)
    proposal = publishing.proposal_of(Statement.objects.exclude(proposal="").get())
    assert proposal is not None
    assert proposal.record["deliveries"][0]["on_behalf_of"]["actors"] == ["mexico"]
    assert not publishing.outdated(Statement.objects.exclude(proposal="").get())
    assert (mexiko.state, mexiko.former_slugs) == (State.WITHDRAWN, [])
    assert not publishing.moves(mexiko, kept)
    last = Revision.objects.filter(record_type="statement", object_id=statement.pk).last()
    assert last is not None
    assert (last.action, last.by) == (RevisionAction.MERGED, bob)
    assert faults() == [None]
