"""How records read in a list, and what they say of themselves."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse

from dialogues.choices import State
from dialogues.models import (
    Actor,
    Citation,
    Dialogue,
    Membership,
    Passage,
    Position,
    Quotation,
    Revision,
    Source,
    Statement,
    Tally,
)
from dialogues.models.search import SearchText
from tests.factories import make_dialogue, make_position, make_statement, make_tally

pytestmark = pytest.mark.django_db

# What curators see: the terms that search keeps are nobody's to read.
MODELS = [
    model
    for model in apps.get_app_config("dialogues").get_models()
    if not model._meta.auto_created and not issubclass(model, SearchText)
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_row_reads_well_in_a_list(model, work_under_way):
    found = model._default_manager.order_by("pk")[:300]
    assert found
    for obj in found:
        text = str(obj)
        assert 0 < len(text.strip()) <= 500, text
        assert f"{model.__name__} object (" not in text


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_is_named_for_curators(model):
    assert model._meta.ordering
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")  # Django's own


@pytest.mark.parametrize(
    ("obj", "text"),
    [
        (lambda: Dialogue.objects.get(year=2011), "2011: Third informal interactive dialogue on"),
        (lambda: Statement.objects.get(ref="RTOP-2011-S008"), "RTOP-2011-S008: Denmark, Ghana, C"),
        (lambda: Position.objects.get(ref="RTOP-2011-P036"), "RTOP-2011-P036: Brazil shared the"),
        (lambda: Tally.objects.get(ref="RTOP-2011-T01"), "RTOP-2011-T01: 43 Member States"),
        (lambda: Quotation.objects.get(ref="RTOP-2011-Q001"), "‘The role of regional and sub-reg"),
        (lambda: Passage.objects.get(source__slug="icrtop-2011", number=12), "icrtop-2011#p12"),
        (lambda: Actor.objects.get(slug="cote-divoire"), "Côte d’Ivoire"),
        (lambda: Revision.objects.get(number=1), "1: "),
        (
            lambda: Membership.objects.get(actor__slug="mexico", group__slug="grulac"),
            "Mexico in ",
        ),
    ],
)
def test_what_curators_read(obj, text):
    assert str(obj()).startswith(text)


def test_a_statement_without_anybody_reads_so():
    assert str(make_statement(make_dialogue(2030))).endswith(": nobody named yet")


@pytest.mark.parametrize(
    ("obj", "route", "key"),
    [
        (lambda: Dialogue.objects.get(year=2011), "dialogue", 2011),
        (lambda: Statement.objects.get(ref="RTOP-2011-S008"), "statement", "RTOP-2011-S008"),
        (lambda: Position.objects.get(ref="RTOP-2011-P036"), "position", "RTOP-2011-P036"),
        (lambda: Actor.objects.get(slug="mexico"), "actor", "mexico"),
        (lambda: Source.objects.get(slug="icrtop-2011"), "source", "icrtop-2011"),
    ],
)
def test_every_record_knows_its_address(obj, route, key):
    assert obj().get_absolute_url() == reverse(f"dialogues:{route}", args=[key])


def test_a_passage_is_a_place_on_its_source_s_page():
    passage = Passage.objects.get(source__slug="icrtop-2011", number=12)
    assert passage.get_absolute_url() == "/sources/icrtop-2011/#p12"
    assert Citation.objects.filter(passage=passage)[0].get_absolute_url() == (
        "/sources/icrtop-2011/#p12"
    )


def test_delivered_are_not_those_who_joined():
    statement = make_statement(make_dialogue(2030), ["mexico"], joined=["cuba"])
    assert [delivery.actor.slug for delivery in statement.delivered] == ["mexico"]
    assert not statement.is_joint
    assert Statement.objects.get(ref="RTOP-2011-S008").is_joint


def test_days_of_a_dialogue():
    assert Dialogue.objects.get(year=2011).dates == ["2011-07-12"]
    assert Dialogue.objects.get(year=2009).dates[:2] == ["2009-07-21", "2009-07-23"]
    assert Dialogue.objects.get(year=2020).dates == []
    assert not Dialogue.objects.get(year=2020).was_held


def test_pillars_are_numbers():
    position = make_position(make_statement(make_dialogue(2030)))
    assert position.pillars == []
    position.pillars = [3, 1]
    assert (position.pillar_1, position.pillar_2, position.pillar_3) == (True, False, True)
    assert position.pillars == [1, 3]


def test_a_tally_s_finding_is_recomputed_from_its_names():
    dialogue = make_dialogue(2030)
    assert make_tally(dialogue, ["mexico", "cuba"], number=2).finding is True
    assert make_tally(dialogue, ["mexico"], number=2).finding is False
    assert make_tally(dialogue, ["mexico"], implied_number=1).finding is True
    assert make_tally(dialogue, ["mexico"]).finding is None
    assert make_tally(dialogue, [], number=0, implied_number=5).finding is True


def test_the_stored_findings_of_all_bundled_tallies_agree():
    for tally in Tally.objects.prefetch_related("actors", "events"):
        assert tally.matches == tally.finding, tally


def test_a_draft_has_a_provisional_ref():
    draft = make_statement(make_dialogue(2030))
    assert draft.ref.startswith("DRAFT-")
    assert not draft.has_public_ref
    assert draft.state == State.DRAFT
    assert Statement.objects.get(ref="RTOP-2011-S001").has_public_ref


def test_a_membership_is_of_a_group():
    mexico, cuba = Actor.objects.get(slug="mexico"), Actor.objects.get(slug="cuba")
    with pytest.raises(ValidationError, match="Choose a group"):
        Membership(actor=mexico, group=cuba).full_clean()


def test_a_quotation_s_passage_is_of_its_source():
    quotation = Quotation.objects.get(ref="RTOP-2011-Q001")
    quotation.source = Source.objects.get(slug="gcr2p-2011")
    with pytest.raises(ValidationError, match="another source"):
        quotation.clean()


def test_croatia_belongs_to_the_european_union_since_2013():
    def members(day):
        return Membership.objects.filter(group__slug="european-union").on(day)

    assert not members("2011-07-12").filter(actor__slug="croatia").exists()
    assert not members("2013-06-30").filter(actor__slug="croatia").exists()
    assert members("2013-07-01").filter(actor__slug="croatia").exists()
    assert members("2020-01-31").filter(actor__slug="united-kingdom").exists()
    assert not members("2020-02-01").filter(actor__slug="united-kingdom").exists()


def test_statements_are_in_the_order_of_their_numbers_beyond_999():
    dialogue = make_dialogue(2030)
    for serial in (1000, 999, 1001):
        make_statement(dialogue, ref=f"RTOP-2030-S{serial:03}", serial=serial)
    serials = Statement.objects.filter(dialogue=dialogue).in_order()
    assert [statement.serial for statement in serials] == [999, 1000, 1001]
