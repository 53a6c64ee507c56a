"""The one gate: what is not published, and what belongs to it, is seen by curators only."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model

from dialogues.choices import State
from dialogues.models import Citation, Dialogue, Quotation, Source, Statement
from dialogues.querysets import READER, CitationQuerySet
from tests import factories as make

pytestmark = pytest.mark.django_db

PUBLIC, HIDDEN = State.PUBLISHED, [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN]
GATED = [
    model
    for model in apps.get_app_config("dialogues").get_models()
    if hasattr(model._default_manager, "visible_to")
]


def dialogue(state: str) -> Dialogue:
    return make.make_dialogue(2030, state=state)


def statement(state: str, of: str = PUBLIC) -> Any:
    return make.make_statement(dialogue(of), ["mexico"], state=state)


def position(state: str, of: str = PUBLIC) -> Any:
    return make.make_position(statement(state, of))


def of_theme(state: str) -> Any:
    return make.make_position(statement(PUBLIC), make.make_theme("a-theme", state=state))


def source(state: str) -> Source:
    return make.make_source("a-report", state=state)


def actor(state: str) -> Any:
    return make.make_actor("atlantis", state=state)


def name(state: str) -> Model:
    return actor(state).names.create(name="Poseidonis", kind="former")


def quotation(state: str, of: str = PUBLIC) -> Model:
    return make.make_quotation(make.make_position(statement(state, of)))


def participation(state: str) -> Model:
    return make.make_participation(make.make_panel(dialogue(state)), "joseph-deiss")


def assertion(state: str) -> Model:
    return make.make_assertion(dialogue(state), "weather", "fine")


def membership(state: str) -> Model:
    return make.make_membership(actor(state), "european-union")


def cited_in(owner: Callable[[str], Model]) -> Callable[[str], Model]:
    return lambda state: make.make_citation(owner(state), "icrtop-2011#p2")


# Each kind of row by what makes it public: a row whose whole is in that state.
ROWS: dict[str, Callable[[str], Model]] = {
    "Person": lambda state: make.make_person("plato", state=state),
    "Actor": actor,
    "ActorName": name,
    "Membership": membership,
    "Membership, of the group": lambda state: make.make_membership(
        "mexico", make.make_actor("a-group", kind="group", state=state)
    ),
    "Theme": lambda state: make.make_theme("a-theme", state=state),
    "Situation": lambda state: make.make_situation("a-situation", state=state),
    "Instrument": lambda state: make.make_instrument("an-instrument", state=state),
    "Event": lambda state: make.make_event("an-event", state=state),
    "Synonym": lambda state: make.make_synonym("a-synonym", ["one", "two"], state=state),
    "Source": source,
    "Passage": lambda state: make.make_passage(source(state), 1, "Some words in a passage."),
    "Dialogue": dialogue,
    "Panel": lambda state: make.make_panel(dialogue(state)),
    "Participation": participation,
    "Tally": lambda state: make.make_tally(dialogue(state)),
    "Assertion": assertion,
    "Note": lambda state: make.make_note(dialogue(state)),
    "Statement": statement,
    "Statement, of the dialogue": lambda state: statement(PUBLIC, of=state),
    "Delivery": lambda state: statement(state).deliveries.get(),
    "Delivery, of the dialogue": lambda state: statement(PUBLIC, of=state).deliveries.get(),
    "Delivery, of the actor": lambda state: make.make_statement(
        dialogue(PUBLIC), [actor(state)], state=PUBLIC
    ).deliveries.get(),
    "Position": lambda state: make.make_position(statement(state)),
    "Position, of the theme": lambda state: of_theme(state),
    "Position, of the dialogue": lambda state: make.make_position(statement(PUBLIC, of=state)),
    "StatementText": lambda state: statement(state).terms,
    "StatementText, of the dialogue": lambda state: statement(PUBLIC, of=state).terms,
    "PositionText": lambda state: position(state).terms,
    "PositionText, of the dialogue": lambda state: position(PUBLIC, of=state).terms,
    "Quotation": quotation,
    "Quotation, of the dialogue": lambda state: quotation(PUBLIC, of=state),
    "Quotation, of the source": lambda state: make.make_quotation(
        position(PUBLIC), source=source(state)
    ),
    "Quotation, of the position's theme": lambda state: make.make_quotation(of_theme(state)),
    "Quotation, in the dialogue": lambda state: make.make_quotation(dialogue(state)),
    "Citation, of the source": lambda state: make.make_citation(
        make.make_note(dialogue(PUBLIC)), source(state).slug
    ),
    "Citation, of the dialogue": cited_in(dialogue),
    "Citation, of a panel": cited_in(lambda state: make.make_panel(dialogue(state))),
    "Citation, of a participation": cited_in(participation),
    "Citation, of the statement": cited_in(statement),
    "Citation, of the statement's dialogue": cited_in(lambda state: statement(PUBLIC, of=state)),
    "Citation, of a position": cited_in(lambda state: make.make_position(statement(state))),
    "Citation, of a tally": cited_in(lambda state: make.make_tally(dialogue(state))),
    "Citation, of an assertion": cited_in(assertion),
    "Citation, of a note": cited_in(lambda state: make.make_note(dialogue(state))),
    "Citation, of an actor": cited_in(actor),
    "Citation, of a membership": cited_in(membership),
}
every_row = pytest.mark.parametrize("kind", ROWS)


def test_every_model_behind_the_gate_is_tried():
    assert {kind.partition(",")[0] for kind in ROWS} == {model.__name__ for model in GATED}
    keys = {field.name for field in Citation._meta.fields if field.many_to_one}
    assert keys - {"source", "passage"} == set(CitationQuerySet.owners)


def test_every_model_of_the_archive_is_behind_the_gate():
    """Revisions and work on texts are the curators’."""
    every = set(apps.get_app_config("dialogues").get_models())
    assert {model.__name__ for model in every - set(GATED)} == {
        "Revision",
        "TextDraft",
        "PassageMark",
    }


USERS = {
    "reader": READER,
    "anonymous": AnonymousUser(),
    "user": User(),
    "was staff": User(is_active=False, is_staff=True, is_superuser=True),
    "staff": User(is_staff=True),
    "admin": User(is_staff=True, is_superuser=True),
}


def who_sees(row: Any) -> set[str]:
    manager = type(row)._default_manager
    return {who for who, user in USERS.items() if manager.visible_to(user).filter(pk=row.pk)}


@every_row
@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_public_is_seen_by_active_staff_only(kind, state):
    assert who_sees(ROWS[kind](state)) == {"staff", "admin"}


@every_row
def test_what_is_published_is_seen_by_all(kind):
    assert who_sees(ROWS[kind](PUBLIC)) == set(USERS)


@pytest.mark.parametrize("model", GATED, ids=lambda model: model.__name__)
def test_the_bundled_records_are_all_public(model):
    manager = model._default_manager
    assert manager.visible_to(READER).count() == manager.count() > 0


def test_tombstones_are_those_withdrawn_only():
    withdrawn = statement(State.WITHDRAWN)
    make.make_statement(withdrawn.dialogue, state=State.DRAFT)
    assert list(Statement.objects.tombstones()) == [withdrawn]
    assert not Statement.objects.visible_to(READER).filter(pk=withdrawn.pk).exists()


@every_row
def test_a_row_is_seen_once_whatever_belongs_to_it(kind):
    row: Any = ROWS[kind](PUBLIC)
    assert type(row)._default_manager.visible_to(READER).filter(pk=row.pk).count() == 1


def test_the_gate_filters_what_was_asked_before_it():
    make.make_statement(Dialogue.objects.get(year=2011), ["mexico"])
    found = Statement.objects.filter(dialogue__year=2011)
    assert found.count() == 44
    assert found.visible_to(READER).count() == 43
    assert Quotation.objects.filter(dialogue__year=2011).visible_to(READER).count() == 13
    cited = Citation.objects.filter(position__isnull=False)
    assert cited.visible_to(READER).count() == cited.count()
