"""The states of a record: who may take which step, what it leaves behind, what it never does."""

import re
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from dialogues import publishing, search
from dialogues.choices import RevisionAction, State
from dialogues.models import (
    Actor,
    Dialogue,
    Position,
    Quotation,
    Revision,
    Source,
    Statement,
    StatementText,
    Tally,
    Theme,
    last_published,
)
from dialogues.publishing import InvalidStep
from dialogues.publishing.revisions import write_revisions
from dialogues.querysets import READER
from dialogues.records import record_forms
from dialogues.records.importing.plan import InvalidImport
from dialogues.search import indexing
from tests import bundled
from tests.factories import (
    make_actor,
    make_citation,
    make_dialogue,
    make_panel,
    make_participation,
    make_person,
    make_position,
    make_quotation,
    make_source,
    make_statement,
    make_tally,
    make_theme,
    make_user,
)
from tests.snapshot import fingerprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_user("ann", "staff")


@pytest.fixture
def bob():
    return make_user("bob", "staff")


def written(obj, by):
    """A draft as a curator's form saves it."""
    publishing.write_save(obj, by, new=True)
    return obj


def draft(by, year=2011):
    statement = make_statement(Dialogue.objects.get(year=year), ["mexico"])
    make_position(statement, "sovereignty")
    return written(statement, by)


def in_review(by, year=2011):
    statement = draft(by, year)
    publishing.submit(statement, by)
    return statement


def state_of(obj):
    return type(obj).objects.get(pk=obj.pk).state


def searched_in_step():
    """What search keeps is what the records say, and says who may see them."""
    return not list(search.differing(Statement.objects.filter(dialogue__year__in=(2011, 2030))))


# Steps


STEPS = {
    "submit": lambda obj, by: publishing.submit(obj, by),
    "give_back": lambda obj, by: publishing.return_to_author(obj, by, "Which passage?"),
    "publish": lambda obj, by: publishing.publish(obj, by),
    "withdraw": lambda obj, by: publishing.withdraw(obj, by, "Entered twice."),
}
LEGAL = {
    ("submit", State.DRAFT): State.IN_REVIEW,
    ("give_back", State.IN_REVIEW): State.DRAFT,
    ("publish", State.IN_REVIEW): State.PUBLISHED,
    ("withdraw", State.PUBLISHED): State.WITHDRAWN,
}


@pytest.mark.parametrize("kind", ["statement", "actor"])
@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("step", STEPS)
def test_every_step_from_every_state(step, state, kind, ann, bob):
    obj: Statement | Actor
    if kind == "statement":
        obj = make_statement(Dialogue.objects.get(year=2011), ["mexico"], state=state)
    else:
        obj = make_actor("atlantis", state=state)
    publishing.write_save(obj, ann, new=True)
    before = Revision.objects.count()
    if (step, state) not in LEGAL:
        unchanged = fingerprint()
        with pytest.raises(InvalidStep) as refused:
            STEPS[step](obj, bob)
        assert str(refused.value)
        assert fingerprint() == unchanged
        assert obj.state == state
        return
    STEPS[step](obj, bob)
    after = LEGAL[step, state]
    assert obj.state == state_of(obj) == after
    assert searched_in_step()
    revision = Revision.objects.get(number=before + 1)
    assert Revision.objects.count() == before + 1
    assert revision.by == bob
    assert revision.record_key == record_forms.key_of(obj)
    assert abs(timezone.now() - revision.at).total_seconds() < 60


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_giving_back_and_withdrawing_need_a_reason(reason, ann, bob):
    waiting = in_review(ann)
    with pytest.raises(InvalidStep, match="Say what should be changed"):
        publishing.return_to_author(waiting, bob, reason)
    public = Statement.objects.get(ref="RTOP-2011-S001")
    with pytest.raises(InvalidStep, match="Say why it is withdrawn"):
        publishing.withdraw(public, bob, reason)
    assert (state_of(waiting), state_of(public)) == (State.IN_REVIEW, State.PUBLISHED)


def test_a_stale_record_takes_no_step(ann, bob):
    statement = in_review(ann)
    stale = Statement.objects.get(pk=statement.pk)
    publishing.return_to_author(statement, bob, "Which passage?")
    before = fingerprint()
    with pytest.raises(InvalidStep, match="meanwhile"):
        publishing.publish(stale, bob)
    assert fingerprint() == before


# Two people


def test_nobody_publishes_what_they_wrote(ann, bob):
    statement = in_review(ann)
    with pytest.raises(InvalidStep, match="ask another curator"):
        publishing.publish(statement, ann)
    with pytest.raises(InvalidStep, match="ask another curator"):
        publishing.publish(statement, ann, "I am in a hurry.")
    publishing.publish(statement, bob)
    assert state_of(statement) == State.PUBLISHED


def test_who_changed_it_in_review_is_an_author_too(ann, bob):
    statement = in_review(ann)
    publishing.write_save(statement, bob, new=False)
    assert publishing.authors(statement) == {ann.pk, bob.pk}
    for author in (ann, bob):
        with pytest.raises(InvalidStep):
            publishing.publish(statement, author)
    publishing.publish(statement, make_user("eve", "staff"))


def test_submitting_or_giving_back_makes_nobody_an_author(ann, bob):
    statement = draft(ann)
    publishing.submit(statement, bob)
    publishing.return_to_author(statement, bob, "Which passage?")
    publishing.submit(statement, bob)
    publishing.publish(statement, bob)


def test_an_administrator_alone_gives_a_reason_and_it_is_kept():
    head = make_user("head", "admin")
    statement = in_review(head)
    for reason in ("", "  "):
        with pytest.raises(InvalidStep, match="ask another curator"):
            publishing.publish(statement, head, reason)
    publishing.publish(statement, head, "Alone in the office today.")
    revision = Revision.objects.order_by("-number")[0]
    assert (revision.by, revision.reason) == (head, "Alone in the office today.")
    assert revision.action == RevisionAction.PUBLISHED


# Refs


def refs(statement):
    return [position.ref for position in statement.positions.order_by("order")]


def test_refs_are_given_at_first_publication_and_follow_the_last_of_the_year(ann, bob):
    statement = draft(ann)
    make_quotation(make_position(statement))
    statement.refresh_from_db()
    assert statement.ref.startswith("DRAFT-")
    publishing.submit(statement, ann)
    publishing.publish(statement, bob)
    assert statement.ref == "RTOP-2011-S044"
    assert refs(statement) == ["RTOP-2011-P132", "RTOP-2011-P133"]
    assert [q.ref for q in statement.quotations.all()] == ["RTOP-2011-Q014"]
    assert Statement.objects.visible_to(READER).filter(ref="RTOP-2011-S044").exists()


def test_refs_are_never_used_again(ann, bob):
    first, second = in_review(ann), in_review(ann)
    publishing.publish(first, bob)
    publishing.withdraw(first, bob, "Entered twice.")
    publishing.publish(second, bob)
    assert (first.ref, second.ref) == ("RTOP-2011-S044", "RTOP-2011-S045")
    assert refs(second) == ["RTOP-2011-P133"]


def test_a_ref_stays_when_the_record_is_given_back_and_published(ann, bob):
    """A draft with a public ref (an import that was not published) keeps it."""
    statement = make_statement(
        Dialogue.objects.get(year=2011), ["mexico"], ref="RTOP-2011-S300", serial=300
    )
    written(statement, ann)
    publishing.submit(statement, ann)
    publishing.publish(statement, bob)
    assert statement.ref == "RTOP-2011-S300"
    other = in_review(ann)
    publishing.publish(other, bob)
    assert other.ref == "RTOP-2011-S301"


def test_the_parts_of_a_dialogue_get_theirs(ann, bob):
    dialogue = make_dialogue(2030)
    make_tally(dialogue, ["mexico"])
    make_tally(dialogue, ["cuba"])
    make_quotation(dialogue)
    written(dialogue, ann)
    publishing.submit(dialogue, ann)
    publishing.publish(dialogue, bob)
    assert [t.ref for t in dialogue.tallies.order_by("order")] == [
        "RTOP-2030-T01",
        "RTOP-2030-T02",
    ]
    assert [q.ref for q in dialogue.quotations.all()] == ["RTOP-2030-Q001"]
    # Quotations of statements and of the dialogue are counted together.
    statement = make_statement(dialogue, ["mexico"])
    make_quotation(make_position(statement))
    publishing.submit(written(statement, ann), ann)
    publishing.publish(statement, bob)
    assert [q.ref for q in statement.quotations.all()] == ["RTOP-2030-Q002"]


def test_numbers_go_on_after_the_thousandth(ann, bob):
    dialogue = Dialogue.objects.get(year=2011)
    make_statement(dialogue, ["cuba"], ref="RTOP-2011-S999", serial=999)
    statement = in_review(ann)
    publishing.publish(statement, bob)
    assert statement.ref == "RTOP-2011-S1000"
    record = record_forms.to_record(record_forms.STATEMENT, statement)
    pattern = record_forms.STATEMENT.schema()["properties"]["ref"]["pattern"]
    assert re.search(pattern, record["ref"])


# What it refers to


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN])
@pytest.mark.parametrize(
    ("refer", "named"),
    [
        (lambda s, state: make_position(s, make_theme("a-theme", state=state)), "theme a-theme"),
        (
            lambda s, state: make_position(s, mentions=[make_actor("atlantis", state=state)]),
            "actor atlantis",
        ),
        (
            lambda s, state: s.deliveries.create(actor=make_actor("atlantis", state=state)),
            "actor atlantis",
        ),
        (
            lambda s, state: s.deliveries.get().on_behalf_of.add(
                make_actor("atlantis", state=state)
            ),
            "actor atlantis",
        ),
        (
            lambda s, state: make_citation(s, make_source("a-report", state=state).slug),
            "source a-report",
        ),
        (
            lambda s, state: make_quotation(
                make_position(s), source=make_source("a-report", state=state)
            ),
            "source a-report",
        ),
        (
            lambda s, state: Statement.objects.filter(pk=s.pk).update(
                speaker=make_person("plato", state=state)
            ),
            "person plato",
        ),
    ],
)
def test_a_record_is_published_only_when_all_it_refers_to_is(refer, named, state, ann, bob):
    statement = make_statement(Dialogue.objects.get(year=2011), ["mexico"])
    refer(statement, state)
    statement.refresh_from_db()
    publishing.submit(written(statement, ann), ann)
    before = fingerprint()
    with pytest.raises(InvalidStep, match=f"Publish first what it refers to: {named}."):
        publishing.publish(statement, bob)
    assert fingerprint() == before
    assert statement.ref.startswith("DRAFT-")


def test_a_statement_waits_for_its_dialogue(ann, bob):
    statement = make_statement(make_dialogue(2030), ["mexico"])
    publishing.submit(written(statement, ann), ann)
    with pytest.raises(InvalidStep, match="Publish first what it refers to: dialogue 2030"):
        publishing.publish(statement, bob)


def test_a_dialogue_waits_for_its_participants(ann, bob):
    dialogue = make_dialogue(2030)
    make_participation(make_panel(dialogue), make_person("plato"))
    publishing.submit(written(dialogue, ann), ann)
    with pytest.raises(InvalidStep, match="person plato"):
        publishing.publish(dialogue, bob)


# Withdrawal


def test_a_withdrawn_record_leaves_a_tombstone(ann):
    statement = Statement.objects.get(ref="RTOP-2011-S001")
    publishing.withdraw(statement, ann, "It was not given.")
    stone = Statement.objects.tombstones().get(ref="RTOP-2011-S001")
    assert stone.withdrawal_reason == "It was not given."
    assert stone.withdrawn_at is not None
    for model in (Statement, Position, Quotation):
        rows = model.objects.visible_to(READER)
        name = "ref" if model is Statement else "statement__ref"
        assert not rows.filter(**{name: statement.ref}).exists()
    assert Position.objects.filter(statement=statement).exists()  # nothing is deleted


@pytest.mark.parametrize(
    ("find", "user"),
    [
        (lambda: Actor.objects.get(slug="mexico"), "Mexico"),
        (lambda: Theme.objects.get(slug="sovereignty"), "RTOP-"),
        (lambda: Source.objects.get(slug="icrtop-2011"), "icrtop-2011"),
        (lambda: Dialogue.objects.get(year=2011), "RTOP-2011-S"),
        (lambda: Actor.objects.get(slug="african-group"), " in "),
    ],
)
def test_what_published_records_refer_to_is_not_withdrawn(find, user, ann):
    with pytest.raises(InvalidStep, match="Published records refer to it: ") as refused:
        publishing.withdraw(find(), ann, "No more.")
    assert user in str(refused.value)
    assert find().state == State.PUBLISHED


def test_what_only_drafts_refer_to_can_be_withdrawn(ann):
    theme = make_theme("a-theme", state=State.PUBLISHED)
    make_position(make_statement(Dialogue.objects.get(year=2011), ["mexico"]), theme)
    publishing.withdraw(theme, ann, "No more.")
    assert state_of(theme) == State.WITHDRAWN


def test_a_dialogue_goes_after_its_statements(ann):
    dialogue = make_dialogue(2030, state=State.PUBLISHED)
    make_tally(dialogue, ["mexico"])
    statement = make_statement(dialogue, ["mexico"], state=State.PUBLISHED)
    with pytest.raises(InvalidStep, match="RTOP-2030-S001"):
        publishing.withdraw(dialogue, ann, "No more.")
    publishing.withdraw(statement, ann, "No more.")
    publishing.withdraw(dialogue, ann, "No more.")
    assert searched_in_step()
    assert not Tally.objects.visible_to(READER).filter(dialogue=dialogue).exists()


# Revisions


def test_a_revision_holds_the_whole_record(ann):
    statement = draft(ann)
    make_quotation(make_position(statement, pillars=[2], mentions=["cuba"]))
    publishing.write_save(statement, ann, new=False, reason="A second point.")
    revision = Revision.objects.order_by("-number")[0]
    ((_, record),) = record_forms.records_of(
        record_forms.STATEMENT, Statement.objects.filter(pk=statement.pk)
    )
    assert revision.record == record
    assert len(revision.record["positions"]) == 2
    assert (revision.record_type, revision.record_key) == ("statement", statement.ref)
    assert (revision.action, revision.reason) == ("changed", "A second point.")


def test_every_bundled_record_has_its_revision():
    keys = set(Revision.objects.values_list("record_type", "record_key"))
    for form in record_forms.FORMS.values():
        for obj in form.model._default_manager.all():
            assert (form.name, record_forms.key_of(obj)) in keys


def test_several_revisions_at_once_are_one_chain(ann):
    actors = [make_actor(f"atlantis-{number}") for number in range(5)]
    before = Revision.objects.count()
    write_revisions(actors, RevisionAction.CREATED, ann, "")
    assert Revision.objects.count() == before + 5
    assert publishing.first_broken() is None


def test_when_readers_last_saw_a_change(ann, bob):
    before = last_published()
    assert before is not None
    statement = in_review(ann)
    assert last_published() == before
    publishing.publish(statement, bob)
    published = last_published()
    assert published is not None
    assert published >= statement.published_at
    assert published > before
    publishing.withdraw(statement, bob, "No more.")
    withdrawn = last_published()
    assert withdrawn is not None
    assert withdrawn >= statement.withdrawn_at > published


# Import, beside the curators' work


def imported(tmp_path, position, publish, ref="RTOP-2011-S900"):
    statement = bundled.year_file(2011)["statements"][5]
    position = {**statement["positions"][0], "ref": position, "quotations": []}
    file = bundled.year_file(2011)
    file["statements"] = [{**statement, "ref": ref, "positions": [position]}]
    bundled.write(tmp_path, **{"2011": file})
    return publishing.import_files([tmp_path], publish=publish)


def test_what_is_imported_is_a_draft(tmp_path):
    imported(tmp_path, "DRAFT-00000001", publish=False, ref="DRAFT-00000002")
    assert Statement.objects.get(ref="DRAFT-00000002").state == State.DRAFT
    assert searched_in_step()


def test_what_is_imported_as_published_is_searched_by_readers(tmp_path):
    imported(tmp_path, "RTOP-2011-P900", publish=True)
    assert StatementText.objects.visible_to(READER).filter(ref="RTOP-2011-S900").exists()
    assert searched_in_step()


@pytest.mark.parametrize(
    ("ref", "position"),
    [("DRAFT-00000002", "RTOP-2011-P900"), ("RTOP-2011-S900", "DRAFT-00000001")],
)
def test_a_provisional_ref_is_not_published(ref, position, tmp_path):
    before = fingerprint()
    with pytest.raises(InvalidImport) as refused:
        imported(tmp_path, position, publish=True, ref=ref)
    assert "is provisional: it cannot be published" in str(refused.value.faults[0])
    assert fingerprint() == before


def test_an_import_publishes_a_draft_that_was_there(tmp_path):
    imported(tmp_path, "RTOP-2011-P900", publish=False)
    statement = Statement.objects.get(ref="RTOP-2011-S900")
    assert statement.state == State.DRAFT
    imported(tmp_path, "RTOP-2011-P900", publish=True)
    assert state_of(statement) == State.PUBLISHED
    assert searched_in_step()


def test_an_import_does_not_bring_back_what_was_withdrawn(tmp_path, ann):
    imported(tmp_path, "RTOP-2011-P900", publish=True)
    statement = Statement.objects.get(ref="RTOP-2011-S900")
    publishing.withdraw(statement, ann, "No more.")
    imported(tmp_path, "RTOP-2011-P900", publish=True)
    assert state_of(statement) == State.WITHDRAWN


def test_an_import_makes_an_open_form_out_of_date(tmp_path):
    imported(tmp_path, "RTOP-2011-P900", publish=False)
    before = Statement.objects.get(ref="RTOP-2011-S900").version
    imported(tmp_path, "RTOP-2011-P900", publish=False)
    assert Statement.objects.get(ref="RTOP-2011-S900").version == before  # nothing changed
    imported(tmp_path, "RTOP-2011-P901", publish=False)
    assert Statement.objects.get(ref="RTOP-2011-S900").version == before + 1


def test_an_import_is_in_the_history(tmp_path):
    imported(tmp_path, "RTOP-2011-P900", publish=True)
    revision = Revision.objects.order_by("-number")[0]
    assert (revision.record_key, revision.action) == ("RTOP-2011-S900", "published")
    assert (revision.by, revision.reason) == (None, "Imported.")
    assert publishing.first_broken() is None


# Two at the same moment


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "write", [search.index, lambda rows: list(search.rebuild(rows))], ids=["index", "rebuild"]
)
def test_what_is_withdrawn_while_another_writes_for_the_search_is_not_left_behind(
    write, monkeypatch
):
    statement, ann = Statement.objects.get(ref="RTOP-2011-S010"), make_user("ann", "staff")
    read = indexing.search_rows

    def withdraw():
        publishing.withdraw(Statement.objects.get(pk=statement.pk), ann, "No more.")
        connection.close()

    other = threading.Thread(target=withdraw)

    def read_while_it_is_withdrawn(statements):
        found = read(statements)
        if threading.current_thread() is threading.main_thread():
            other.start()
            other.join(1)
        return found

    monkeypatch.setattr(indexing, "search_rows", read_while_it_is_withdrawn)
    with transaction.atomic():
        write(Statement.objects.filter(pk=statement.pk))
    other.join()
    assert StatementText.objects.get(statement=statement).state == State.WITHDRAWN


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_the_same_record_one_succeeds():
    ann, curators = make_user("ann", "staff"), [make_user(n, "staff") for n in ("bob", "eve")]
    statement = in_review(ann)
    outcomes = at_once(
        [
            lambda by=by: publishing.publish(Statement.objects.get(pk=statement.pk), by)
            for by in curators
        ]
    )
    assert sorted(outcomes) == ["InvalidStep", "done"]
    statement.refresh_from_db()
    assert (statement.state, statement.ref) == (State.PUBLISHED, "RTOP-2011-S044")
    assert refs(statement) == ["RTOP-2011-P132"]
    assert publishing.first_broken() is None


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_several_published_at_once_get_refs_of_their_own():
    ann, bob = make_user("ann", "staff"), make_user("bob", "staff")
    statements = [in_review(ann) for _ in range(6)]
    outcomes = at_once(
        [
            lambda pk=one.pk: publishing.publish(Statement.objects.get(pk=pk), bob)
            for one in statements
        ]
    )
    assert outcomes == ["done"] * 6
    given = {Statement.objects.get(pk=one.pk).ref for one in statements}
    assert given == {f"RTOP-2011-S{number:03}" for number in range(44, 50)}
    assert publishing.first_broken() is None


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_revisions_written_at_once_are_one_chain():
    ann = make_user("ann", "staff")
    actors = [make_actor(f"atlantis-{number}") for number in range(8)]

    def save(actor):
        with transaction.atomic():
            publishing.write_save(actor, ann, new=True)

    assert at_once([lambda a=a: save(a) for a in actors]) == ["done"] * 8
    assert publishing.first_broken() is None


def at_once(calls):
    """Runs them in threads that start together; "done", or the name of what each raised."""
    outcomes, start = [], threading.Barrier(len(calls))

    def run(call):
        try:
            start.wait(10)
            call()
            outcomes.append("done")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
