"""The gate for what a record names: a withdrawn theme, speaker or source is shown by nobody.

Tried for every foreign key and list of a model that readers see, read off the models: the record it
names is withdrawn, and its names may stand in no answer of the API, no file and no page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model, Q
from django.test import Client
from django.utils import timezone

from dialogues import search
from dialogues.choices import State
from dialogues.exporters import KINDS
from dialogues.filters.compare import VIEWS
from dialogues.models import (
    Actor,
    Position,
    Quotation,
    SharedEntry,
    Source,
    Statement,
    Theme,
)
from dialogues.public import gate_on, is_seen_with
from tests.factories import (
    make_actor,
    make_citation,
    make_dialogue,
    make_event,
    make_instrument,
    make_membership,
    make_panel,
    make_participation,
    make_passage,
    make_person,
    make_position,
    make_quotation,
    make_situation,
    make_source,
    make_statement,
    make_tally,
    make_theme,
)

pytestmark = pytest.mark.django_db

CANARY = "zzyzx"
PUBLIC = State.PUBLISHED
GATED = [
    model
    for model in apps.get_app_config("dialogues").get_models()
    if hasattr(model._default_manager, "visible_to")
]


def foreign_keys() -> Iterator[Any]:
    for model in GATED:
        for field in model._meta.get_fields():
            to_one = field.concrete and (field.many_to_one or field.one_to_one)
            if to_one and field.related_model in GATED:
                yield field


@pytest.mark.parametrize("key", foreign_keys(), ids=str)
def test_a_row_is_seen_only_with_every_record_that_it_must_name(key):
    if not key.null and not key.model.__name__.endswith("Text"):
        assert is_seen_with(key.model, key.name)


def test_of_a_record_that_it_may_name_the_gate_is_asked():
    assert gate_on(Statement, "speaker") == Q(speaker__state=PUBLIC)
    assert gate_on(Quotation, "statement__speaker") == Q(
        statement__state=PUBLIC,
        statement__dialogue__state=PUBLIC,
    ) & Q(statement__speaker__state=PUBLIC)
    assert not gate_on(Position, "statement__dialogue")


def an_archive() -> dict[str, Model]:
    """A dialogue whose every relation names a record of its own, by the relation."""
    dialogue = make_dialogue(2030, state=PUBLIC)
    named: dict[str, Any] = {}

    def entry(relation: str, make: Any, **fields: Any) -> Any:
        slug = f"{CANARY}-{relation.lower().replace('.', '-')}"
        named[relation] = make(slug, state=PUBLIC, **fields)
        return named[relation]

    source = entry("Citation.source", make_source)
    make_passage(source, 1, "Some words of a passage.")
    statement = make_statement(
        dialogue,
        [entry("Delivery.actor", make_actor)],
        joined=["mexico"],
        state=PUBLIC,
        speaker=entry("Statement.speaker", make_person),
        panel=make_panel(dialogue, "talk"),
        summary="A summary.",
    )
    statement.deliveries.get(mode="joined").on_behalf_of.add(
        entry("Delivery.on_behalf_of", make_actor)
    )
    position = make_position(
        statement,
        entry("Position.theme", make_theme),
        other_themes=[entry("Position.other_themes", make_theme)],
        situations=[entry("Position.situations", make_situation)],
        instruments=[entry("Position.instruments", make_instrument)],
        mentions=[entry("Position.mentions", make_actor)],
    )
    make_quotation(
        make_position(statement, "sovereignty", summary="Another point."),
        "words of another",
        entry("Quotation.source", make_source),
    )
    make_quotation(
        position, "some words", instrument=entry("Quotation.instrument", make_instrument)
    )
    tally = make_tally(
        dialogue,
        [entry("Tally.actors", make_actor)],
        theme=entry("Tally.theme", make_theme),
        stance="supports",
    )
    tally.events.add(entry("Tally.events", make_event))
    tally.situations.add(entry("Tally.situations", make_situation))
    tally.instruments.add(entry("Tally.instruments", make_instrument))
    dialogue.events.add(entry("Dialogue.events", make_event))
    participation = make_participation(
        dialogue.panels.get(),
        entry("Participation.person", make_person),
        actor=entry("Participation.actor", make_actor),
        country=entry("Participation.country", make_actor),
    )
    member = make_actor("a-member", state=PUBLIC, person=entry("Actor.person", make_person))
    make_membership(member, entry("Membership.group", make_actor, kind="group"))
    for owner in (dialogue, statement, position, tally, participation, member):
        make_citation(owner, f"{source.slug}#p1")
    search.index(Statement.objects.filter(pk=statement.pk))
    return named


RELATIONS = (
    "Actor.person",
    "Citation.source",
    "Delivery.actor",
    "Delivery.on_behalf_of",
    "Dialogue.events",
    "Membership.group",
    "Participation.actor",
    "Participation.country",
    "Participation.person",
    "Position.instruments",
    "Position.mentions",
    "Position.other_themes",
    "Position.situations",
    "Position.theme",
    "Quotation.instrument",
    "Quotation.source",
    "Statement.speaker",
    "Tally.actors",
    "Tally.events",
    "Tally.instruments",
    "Tally.situations",
    "Tally.theme",
)


def test_every_relation_to_an_entry_is_tried():
    """Parts of a whole are seen with it; `Membership.actor` and the like are wholes."""
    relations = {
        f"{field.model.__name__}.{field.name}"
        for model in GATED
        for field in model._meta.get_fields()
        if field.concrete
        and field.is_relation
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, SharedEntry)
    }
    wholes = {"ActorName.actor", "Membership.actor", "Passage.source", "Citation.actor"}
    assert relations - wholes - {"Statement.actors"} == set(RELATIONS)
    assert set(an_archive()) == set(RELATIONS)


OF_YEAR = ("dialogues", "panels", "statements", "positions", "quotations", "tallies")
ADDRESSES = [
    *(f"/api/v1/{name}/?year=2030" for name in OF_YEAR),
    "/api/v1/actors/?q=member",
    *(
        f"/api/v1/{name}/export/?{'q=member' if name == 'actors' else 'year=2030'}&format={form}"
        for name in KINDS
        for form in ("csv", "ndjson")
    ),
    "/statements/?year=2030",
    "/positions/?year=2030",
    "/dialogues/2030/",
    "/actors/a-member/",
    *(f"/compare/?base=2030&view={view}" for view in VIEWS),
]


def content_of(client: Client, address: str) -> str:
    """The answer of an address; nothing where it is the page of the withdrawn record itself."""
    answer = client.get(address)
    if answer.status_code in (404, 410):
        return ""
    assert answer.status_code == 200, address
    content = b"".join(answer) if answer.streaming else answer.content
    return content.decode()


def test_a_withdrawn_record_is_named_in_no_answer(client):
    """Each in turn is withdrawn and made public again; the addresses that showed it are asked."""
    archive = an_archive()
    in_2030 = {"statement__dialogue__year": 2030}
    addresses = [
        *ADDRESSES,
        *(position.get_absolute_url() for position in Position.objects.filter(**in_2030)),
        Statement.objects.get(dialogue__year=2030).get_absolute_url(),
        *(
            record.get_absolute_url()
            for record in archive.values()
            if isinstance(record, Actor | Source | Theme)
        ),
    ]
    before = {address: content_of(client, address) for address in addresses}
    for relation, record in archive.items():
        named: Any = record
        words = [named.slug, str(named)]
        for word in words:
            assert any(word in content for content in before.values()), relation
        row = type(named).objects.filter(pk=named.pk)
        row.update(state=State.WITHDRAWN, withdrawn_at=timezone.now(), withdrawal_reason="A trial.")
        for address, content in before.items():
            if any(word in content for word in words):
                after = content_of(client, address)
                assert not any(word in after for word in words), (relation, address)
        row.update(state=PUBLIC, withdrawn_at=None, withdrawal_reason="")
