"""A published part taken out by a proposal: its address answers with the reason, for good."""

import pytest
from django.test import Client

from dialogues import publishing
from dialogues.models import Position, Statement, Tally, withdrawn_part
from dialogues.publishing import InvalidStep
from dialogues.publishing.verification import verify_records
from dialogues.records.export import record_files
from dialogues.records.importing.plan import InvalidImport
from tests.admin.forms import change_url, errors_of, save
from tests.factories import (
    make_dialogue,
    make_position,
    make_quotation,
    make_statement,
    make_tally,
    make_user,
)

pytestmark = pytest.mark.django_db
WHY = "It was another state’s point."


@pytest.fixture
def ada():
    return make_user("ada", "Contributor")


@pytest.fixture
def bob():
    return make_user("bob", "Reviewer")


@pytest.fixture
def statement():
    """Published, with two positions; the last has a quotation. Its dialogue has a tally."""
    dialogue = make_dialogue(2031, state="published")
    make_tally(dialogue, ["mexico"])
    statement = make_statement(dialogue, ["mexico"], state="published")
    make_position(statement)
    make_quotation(make_position(statement))
    for obj in (dialogue, statement):
        publishing.write_save(obj, None, new=True)
    return statement


def without(obj, name, by, approver, reason=WHY):
    """The last of its positions or tallies taken out, approved."""
    record = publishing.record_of(obj)
    record[name].pop()
    publishing.propose(obj, record, by, reason)
    publishing.submit(obj, by)
    publishing.approve(obj, approver)
    obj.refresh_from_db()


def status(address):
    answer = Client().get(address)
    return answer.status_code, WHY in answer.content.decode()


def test_the_old_address_answers_with_the_reason(statement, ada, bob):
    record = publishing.record_of(statement)
    record["positions"].pop()
    with pytest.raises(InvalidStep, match="Say why RTOP-2031-P002 is left out"):
        publishing.propose(statement, record, ada)
    without(statement, "positions", ada, bob)
    without(statement.dialogue, "tallies", ada, bob)
    refs = [part["ref"] for part in statement.withdrawn_parts]
    assert refs == ["RTOP-2031-P002", "RTOP-2031-Q001"]
    assert status("/positions/RTOP-2031-P002/") == (410, True)
    for address in (
        "positions/RTOP-2031-P002",
        "quotations/RTOP-2031-Q001",
        "tallies/RTOP-2031-T01",
    ):
        assert status(f"/api/v1/{address}/") == (410, True), address
    assert status("/positions/RTOP-2031-P003/")[0] == 404
    assert status("/positions/RTOP-2031-P001/")[0] == 200
    assert list(publishing.unrecorded()) == []
    assert verify_records().faults == []


def test_a_ref_is_never_given_again(statement, ada, bob):
    without(statement, "positions", ada, bob)
    record = publishing.record_of(statement)
    again = record["positions"][0] | {"ref": "DRAFT-0000000A", "quotations": []}
    record["positions"].append(again)
    publishing.propose(statement, record, ada)
    publishing.submit(statement, ada)
    publishing.approve(statement, bob)
    assert statement.positions.last().ref == "RTOP-2031-P003"
    # A tombstone stays, whoever leaves it out.
    publishing.propose(statement, publishing.record_of(statement) | {"withdrawn_parts": []}, ada)
    statement.refresh_from_db()
    assert statement.proposal == ""


def test_what_was_withdrawn_stays_so_when_an_older_text_is_restored(statement, ada, bob):
    first = publishing.history_of(statement)[0]
    record = publishing.record_of(statement) | {"summary": "Another."}
    record["positions"].pop()
    publishing.propose(statement, record, ada, WHY)
    publishing.submit(statement, ada)
    publishing.approve(statement, bob)
    publishing.restore(first, ada, "It was right.")
    statement.refresh_from_db()
    proposal = publishing.proposal_of(statement)
    assert proposal is not None
    assert proposal.record["summary"] == ""
    assert [part["ref"] for part in proposal.record["positions"]] == ["RTOP-2031-P001"]
    with pytest.raises(InvalidStep, match="RTOP-2031-P002, RTOP-2031-Q001: withdrawn"):
        publishing.propose(statement, first.record, ada, WHY)


def test_files_keep_it_and_a_mirror_learns_of_it(statement, ada, bob, tmp_path):
    def write(name):
        ((_, content),) = record_files(year=2031)
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    older = write("older.json")
    with publishing.rolled_back():
        without(statement, "positions", ada, bob)
        newer = write("newer.json")
        assert not publishing.import_files([newer], publish=True).changed
        with pytest.raises(InvalidImport) as refused:
            publishing.import_files([older])
        assert "RTOP-2031-P002 was withdrawn, and stays here" in str(refused.value.faults[0])
    # Undone: an archive that has the part still.
    publishing.import_files([newer], publish=True)
    assert not Position.objects.filter(ref="RTOP-2031-P002").exists()
    part = withdrawn_part("RTOP-2031-P002")
    assert part is not None
    assert part.withdrawal_reason == WHY
    assert write("again.json").read_bytes() == newer.read_bytes()


def test_a_row_is_taken_out_in_the_form_with_a_reason(ada, bob):
    statement = Statement.objects.filter(dialogue__year=2011, quotations=None).first()
    assert statement is not None
    client = Client()
    client.force_login(ada)
    url, ref = change_url(statement), statement.positions.all()[0].ref
    page = save(client, url, positions__0__DELETE="on")
    assert f"readers find it where {ref} stood" in errors_of(page)
    assert save(client, url, positions__0__DELETE="on", why=WHY).status_code == 302
    statement.refresh_from_db()
    publishing.submit(statement, ada)
    publishing.approve(statement, bob)
    assert status(f"/positions/{ref}/") == (410, True)


def test_a_tally_is_taken_out_on_its_own_page(ada, bob):
    """Of 2011 there are too many for the page of the dialogue."""
    tally = Tally.objects.get(ref="RTOP-2011-T04")
    client = Client()
    client.force_login(ada)
    assert "Say why" in errors_of(save(client, change_url(tally), taken_out="on"))
    assert save(client, change_url(tally), taken_out="on", why=WHY).status_code == 302
    dialogue = tally.dialogue
    dialogue.refresh_from_db()
    publishing.submit(dialogue, ada)
    publishing.approve(dialogue, bob)
    assert status("/api/v1/tallies/RTOP-2011-T04/") == (410, True)
    assert status("/dialogues/2011/") == (200, False)
