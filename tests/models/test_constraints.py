"""What the database itself refuses, whoever writes to it."""

import contextlib
import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint, Model, QuerySet, UniqueConstraint
from django.utils import timezone

from dialogues.models import (
    Actor,
    ActorName,
    Assertion,
    Citation,
    Delivery,
    Dialogue,
    Membership,
    Panel,
    Participation,
    Passage,
    Position,
    Quotation,
    Revision,
    Source,
    Statement,
)
from tests.snapshot import off_guard

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("work_under_way")]

MODELS: list[type[Model]] = list(apps.get_app_config("dialogues").get_models())


def rows(model: type[Model]) -> QuerySet[Any]:
    """All rows, past managers that refuse to write."""
    return QuerySet(model=model)


def first(model: type[Model], **having: Any) -> QuerySet[Any]:
    """One row of a kind, to be updated."""
    pk = rows(model).filter(**having).order_by("pk").values_list("pk", flat=True)[0]
    return rows(model).filter(pk=pk)


def again(model: type[Model], **changed: Any) -> None:
    """A second row with the values of the first."""
    row = rows(model).order_by("pk")[0]
    for name, value in changed.items():
        setattr(row, name, value)
    row.pk = None
    row.save(force_insert=True)


def member(**values: Any) -> Membership:
    values = {"group": Actor.objects.get(slug="s5-group"), "date_from": None} | values
    return Membership.objects.create(actor=Actor.objects.get(slug="mexico"), **values)


DAY = datetime.date(2020, 1, 1)

BREAKS: dict[str, Callable[[], Any]] = {
    "dialogues_actor_iso3_once": lambda: first(Actor, slug="mexico").update(iso3="BRA"),
    "dialogues_actor_m49_once": lambda: first(Actor, slug="mexico").update(m49="076"),
    "dialogues_actor_members_are_states": lambda: first(Actor, kind="civil_society").update(
        un_member_since=DAY
    ),
    "dialogues_actorname_once": lambda: again(ActorName),
    "dialogues_membership_once": lambda: [member(date_from=DAY), member(date_from=DAY)],
    "dialogues_membership_undated_once": lambda: [member(), member()],
    "dialogues_membership_not_in_itself": lambda: member(group=Actor.objects.get(slug="mexico")),
    "dialogues_membership_days_in_order": lambda: member(date_from=DAY, date_to=DAY),
    "dialogues_dialogue_year_range": lambda: first(Dialogue).update(year=1999),
    "dialogues_dialogue_held_has_day": lambda: first(Dialogue).update(first_day=None),
    "dialogues_panel_key_once": lambda: again(Panel),
    "dialogues_participation_says_who": lambda: first(Participation).update(
        person=None, post="", organization=""
    ),
    "dialogues_passage_once": lambda: again(Passage),
    "dialogues_assertion_one_preferred": lambda: again(
        Assertion,
        **Assertion.objects.filter(preferred=True).values("dialogue_id", "fact")[0],
        preferred=True,
    ),
    "dialogues_citation_one_owner": lambda: first(Citation, position__isnull=False).update(
        actor=Actor.objects.all()[0]
    ),
    "dialogues_citation_field_of_dialogue": lambda: first(Citation, position__isnull=False).update(
        field="title"
    ),
    "dialogues_statement_published_has_ref": lambda: first(Statement).update(ref="DRAFT-00000000"),
    "dialogues_delivery_actor_once": lambda: again(Delivery),
    "dialogues_position_proposal_whole": lambda: first(Position, proposal_year=None).update(
        proposal_year=2030
    ),
    "dialogues_position_heading_has_basis": lambda: first(Position, heading_basis="printed").update(
        heading_basis=""
    ),
    "dialogues_quotation_position_in_statement": lambda: first(
        Quotation, position__isnull=False
    ).update(statement=None),
    "dialogues_quotation_place_whole": lambda: first(Quotation, start__isnull=False).update(
        end=None
    ),
}

OTHERWISE_BROKEN = [
    (lambda: first(Dialogue, format="none_held").update(first_day=DAY), "held_has_day"),
    (lambda: first(Dialogue, format="none_held").update(coding="full"), "held_has_day"),
    (lambda: first(Dialogue).update(coding=""), "held_has_day"),
    (lambda: first(Dialogue).update(year=2101), "year_range"),
    (lambda: member(date_from=DAY, date_to=datetime.date(2019, 1, 1)), "days_in_order"),
    (lambda: first(Citation, position__isnull=False).update(position=None), "one_owner"),
    (lambda: first(Quotation, start__isnull=False).update(start=9, end=9), "place_whole"),
    (lambda: first(Quotation, start__isnull=False).update(start=None), "place_whole"),
    (lambda: first(Quotation, passage=None).update(start=1, end=2), "place_whole"),
    (lambda: first(Quotation, start__isnull=False).update(passage=None), "place_whole"),
    (lambda: first(Quotation, statement=None).update(statement=1), "position_in_statement"),
    (lambda: first(Position, heading="").update(heading="Prevention"), "heading_has_basis"),
    (lambda: first(Position, proposal_year=None).update(proposal_part="opposes"), "proposal_wh"),
    (lambda: first(Position).update(proposal_title="Prevention"), "proposal_whole"),
]


def constraints() -> list[tuple[type[Model], str]]:
    return [(model, one.name) for model in MODELS for one in model._meta.constraints]


def refused(breaks: Callable[[], Any], *words: str) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        breaks()
    for word in words:
        assert word in str(error.value)


@pytest.mark.parametrize(("model", "name"), constraints(), ids=[name for _, name in constraints()])
def test_every_constraint_is_kept_by_the_database(model, name):
    (constraint,) = [one for one in model._meta.constraints if one.name == name]
    said = name if isinstance(constraint, CheckConstraint) else ""
    if name.endswith("_known"):
        field = name.removeprefix(f"dialogues_{model._meta.model_name}_").removesuffix("_known")
        # The history takes no update at all, while its triggers are there.
        with off_guard() if model is Revision else contextlib.nullcontext():
            refused(lambda: first(model).update(**{field: "nonsense"}), said)
    elif name.endswith("_proposal_of_published"):
        refused(lambda: first(model).update(state="draft", proposal="draft"), said)
    elif name.endswith("_published_has_date"):
        refused(lambda: first(model).update(published_at=None), said)
    elif name.endswith("_withdrawn_has_reason"):
        now = timezone.now()
        refused(lambda: first(model).update(state="withdrawn", withdrawn_at=now), said)
        refused(lambda: first(model).update(state="withdrawn", withdrawal_reason="x"), said)
    else:
        refused(BREAKS[name], said)


def test_no_constraint_is_tested_that_is_not_there():
    assert BREAKS.keys() <= {name for _, name in constraints()}
    kinds = {type(one) for model in MODELS for one in model._meta.constraints}
    assert kinds == {CheckConstraint, UniqueConstraint}


@pytest.mark.parametrize(("breaks", "name"), OTHERWISE_BROKEN)
def test_the_other_halves_of_constraints(breaks, name):
    refused(breaks, name)


UNIQUE = [
    (model, field.name)
    for model in MODELS
    for field in model._meta.fields
    if field.unique and not field.primary_key and not field.null
]


@pytest.mark.parametrize(("model", "field"), UNIQUE, ids=[f"{m.__name__}-{f}" for m, f in UNIQUE])
def test_what_identifies_is_there_once(model, field):
    taken = rows(model).order_by("-pk").values_list(field, flat=True)[0]
    refused(lambda: first(model).update(**{field: taken}))


def test_a_person_is_one_actor():
    actor = Actor.objects.exclude(person=None)[0]
    refused(lambda: first(Actor, slug="mexico").update(person=actor.person))


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (Actor, {"slug": "mexico"}),
        (Dialogue, {"year": 2011}),
        (Source, {"slug": "icrtop-2011"}),
        (Passage, {"number": 12}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_others_refer_to_cannot_be_deleted_behind_the_program(model, lookup):
    row = model.objects.filter(**lookup)

    def delete():
        row._raw_delete(connection.alias)
        connection.check_constraints()  # the end of a transaction asks the same

    refused(delete)


def test_revisions_are_never_updated_or_deleted():
    with pytest.raises(TypeError):
        Revision.objects.filter(number=1).update(reason="Another.")
    with pytest.raises(TypeError):
        Revision.objects.filter(number=1).delete()
