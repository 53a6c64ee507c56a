"""Two entries that are one: what moves, what is refused, and what readers and files then find."""

import pytest
from django.db.models import CASCADE
from django.test import Client

from dialogues import publishing
from dialogues.choices import RevisionAction, State
from dialogues.models import Actor, Dialogue, Publishable, Revision, Statement, Theme
from dialogues.publishing import InvalidStep
from dialogues.publishing.merging import TO_RECORD
from dialogues.publishing.verification import verify_records
from dialogues.records.export import record_files
from dialogues.records.files import encode
from dialogues.records.importing.plan import InvalidImport
from dialogues.records.record_forms import SHARED, records_of
from tests import bundled
from tests.factories import (
    make_actor,
    make_dialogue,
    make_membership,
    make_person,
    make_position,
    make_source,
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
    publishing.write_save(obj, by, new=True)
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
    moves = publishing.references_moved(mexiko, kept)
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
    assert not publishing.is_stale(Statement.objects.exclude(proposal="").get())
    assert (mexiko.state, mexiko.former_slugs) == (State.WITHDRAWN, [])
    assert not publishing.references_moved(mexiko, kept)
    last = Revision.objects.filter(record_type="statement", object_id=statement.pk).last()
    assert last is not None
    assert (last.action, last.by) == (RevisionAction.MERGED, bob)
    assert faults() == [None]


def test_readers_and_programs_are_led_on(mexiko, ada, bob):
    merged(mexiko, "mexico", ada, bob)
    reader = Client()

    def leads(address):
        response = reader.get(address)
        return response.status_code, response.get("Location")

    assert leads("/actors/mexiko/") == (301, "/actors/mexico/")
    assert leads("/api/v1/actors/mexiko/") == (301, "/api/v1/actors/mexico/")
    assert reader.get("/api/v1/actors/mexico/").json()["former_slugs"] == ["mexiko"]
    old, new = "actor=mexiko&actor=chile&year=2031", "actor=mexico&actor=chile&year=2031"
    for address in ("/statements/", "/compare/", "/api/v1/positions/", "/api/v1/positions/export/"):
        query = (old, new) if "compare" not in address else (old[:-10], new[:-10])
        assert leads(f"{address}?{query[0]}") == (301, f"{address}?{query[1]}")
    status, address = leads("/statements/?actor=mexiko&actor=none-such")
    assert (status, leads(address)[0]) == (301, 400)


def test_nothing_is_merged_that_cannot_be(mexiko, ada, bob):
    mexico, chile = Actor.objects.get(slug="mexico"), Actor.objects.get(slug="chile")
    draft = known(make_actor("mexique"))
    withdrawn = make_actor("mexicana", state=State.WITHDRAWN)
    group = Actor.objects.get(slug="grulac")
    twice = make_statement(Dialogue.objects.get(year=2031), [mexiko], joined=[chile])
    for gone, kept, words in (
        (mexiko, mexiko, "into itself"),
        (mexiko, withdrawn, "was withdrawn: nothing can be merged into it"),
        (withdrawn, mexico, "was withdrawn or merged already"),
        (mexiko, draft, "merge the other way round"),
        (group, mexico, "is no group"),
        (mexiko, chile, f"{twice}: deliveries: actor 'chile' stands 2 times"),
        (make_source("a-source"), make_source("b-source"), "Say why"),
    ):
        reason = "" if words == "Say why" else WHY
        with pytest.raises(InvalidStep, match=words.replace("(", r"\(")):
            publishing.merge(gone, kept, ada, reason)
    type(twice).objects.filter(pk=twice.pk).delete()
    publishing.merge(mexiko, mexico, ada, WHY)
    with pytest.raises(InvalidStep, match="proposed already"):
        publishing.merge(mexiko, mexico, ada, WHY)
    publishing.submit(mexico, ada)
    with pytest.raises(InvalidStep, match="Nobody publishes"):
        publishing.approve(mexico, ada)
    assert Actor.objects.get(slug="mexiko").is_published


def test_a_chain_of_merges_leads_to_its_end(mexiko, ada, bob):
    other = known(make_actor("mexique", state=State.PUBLISHED))
    middle = merged(mexiko, "mexique", ada, bob)
    assert middle == other
    kept = merged(middle, "mexico", ada, bob)
    assert kept.former_slugs == ["mexiko", "mexique"]
    assert {"Mexiko", "Mexique"} <= set(kept.names.values_list("name", flat=True))
    for slug in kept.former_slugs:
        assert Client().get(f"/actors/{slug}/")["Location"] == "/actors/mexico/"
    with pytest.raises(InvalidStep, match="merged already"):
        publishing.merge(mexiko, kept, ada, WHY)


def test_people_that_nobody_has_published_are_merged_at_once(ada):
    luck = known(make_person("e-luck", name="E. Luck", variants=["Ed Luck"]))
    kept = known(make_person("edward-lucke", name="Edward Lucke"))
    statement = known(make_statement(make_dialogue(2031), ["chile"], speaker=luck))
    known(statement.dialogue)
    publishing.merge(luck, kept, ada, WHY)
    statement.refresh_from_db()
    luck.refresh_from_db()
    kept.refresh_from_db()
    assert statement.speaker == kept
    assert kept.variants == ["E. Luck", "Ed Luck"]
    assert luck.state == State.WITHDRAWN
    # Who moved the references is no author of the statement.
    assert ada.pk not in publishing.authors(statement)


def test_a_proposed_merge_is_previewed_with_all_that_moves(mexiko, ada):
    kept = Actor.objects.get(slug="mexico")
    publishing.merge(mexiko, kept, ada, WHY)
    before = fingerprint()
    with publishing.rolled_back():
        publishing.publish_for_preview(kept)
        assert Statement.objects.filter(dialogue__year=2031, actors=kept).exists()
    assert fingerprint() == before


# Record files


def write(folder):
    """What the archive has now of the two actors and of what names them, as files."""
    (folder / "dialogues").mkdir(parents=True)
    actors = Actor.objects.published().filter(slug__in=["mexico", "mexiko"]).order_by("slug")
    records = [record for _, record in records_of(SHARED["actors"], actors)]
    (folder / "actors.json").write_bytes(encode({"actors": records}))
    for name, content in record_files(year=2031):
        (folder / name).write_bytes(content)
    return folder


def test_a_mirror_learns_of_a_merge_and_later_files_may_use_the_old_slug(
    mexiko, ada, bob, tmp_path
):
    older = write(tmp_path / "older")
    with publishing.rolled_back():
        merged(mexiko, "mexico", ada, bob)
        newer = write(tmp_path / "newer")
        assert not any(e.changes for e in publishing.import_files([newer], publish=True).entries)
        # A file of before the merge: the entry is refused by name, a reference is understood.
        with pytest.raises(InvalidImport) as refused:
            publishing.import_files([older / "actors.json"])
        causes = " ".join(map(str, refused.value.faults))
        assert "mexiko]: was merged into mexico: leave it out" in causes
        assert "mexico].former_slugs: mexiko leads here; it cannot be left out" in causes
        plan = publishing.import_files([older / "dialogues" / "2031.json"], publish=True)
        assert [str(change) for entry in plan.changed for change in entry.changes] == []
    # Undone: this is an archive now that never heard of it, with a draft of its own.
    draft = known(make_statement(make_dialogue(2032), [mexiko]))
    known(draft.dialogue)
    publishing.import_files([newer], publish=True)
    mexiko.refresh_from_db()
    assert mexiko.state == State.WITHDRAWN
    assert [actor.slug for actor in draft.actors.all()] == ["mexico"]
    assert faults() == [None]
    again = write(tmp_path / "again")
    assert (again / "actors.json").read_bytes() == (newer / "actors.json").read_bytes()


def test_what_was_before_a_merge_is_restored_under_the_name_of_today(mexiko, ada, bob):
    statement = Statement.objects.get(dialogue__year=2031, actors=mexiko)
    first = publishing.history_of(statement)[0]
    merged(mexiko, "mexico", ada, bob)
    statement.refresh_from_db()
    record = publishing.record_of(statement) | {"summary": "Another."}
    publishing.propose(statement, record, ada)
    publishing.submit(statement, ada)
    publishing.approve(statement, bob)
    statement.refresh_from_db()
    publishing.restore(first, ada, "It was right.")
    statement.refresh_from_db()
    proposal = publishing.proposal_of(statement)
    assert proposal is not None
    assert [one["actor"] for one in proposal.record["deliveries"]] == ["mexico"]


def test_a_revision_of_before_a_field_was_there_is_no_difference():
    theme = Theme.objects.get(slug="sovereignty")
    record = {n: v for n, v in publishing.record_of(theme).items() if n != "former_slugs"}
    publishing.propose(theme, record, None)
    theme.refresh_from_db()
    assert theme.proposal == ""


def test_files_name_a_former_slug_once(tmp_path):
    one, other, third = bundled.shared("themes")[:3]
    one = one | {"former_slugs": [one["slug"], "once"]}
    other = other | {"former_slugs": [third["slug"], "once"]}
    (tmp_path / "themes.json").write_bytes(encode({"themes": [one, other, third]}))
    with pytest.raises(InvalidImport) as refused:
        publishing.import_files([tmp_path])
    causes = " ".join(fault.cause for fault in refused.value.faults)
    assert f"{one['slug']} stands here as an entry of its own" in causes
    assert f"{third['slug']} stands here as an entry of its own" in causes
    assert f"once was merged into {one['slug']}" in causes


def test_whatever_refers_to_an_entry_leads_to_its_record():
    for form in SHARED.values():
        for relation in form.model._meta.related_objects:
            if getattr(relation, "on_delete", None) is not CASCADE:
                model = relation.related_model
                assert model in TO_RECORD or issubclass(model, Publishable), model
