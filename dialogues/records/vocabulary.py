"""The forms of the shared lists: sources, people, themes, actors and the rest."""

from __future__ import annotations

from django.db.models import Model

from dialogues import choices, models

from .base import SLUG, NestedRecords, RecordForm, nested
from .citations import CitationListField
from .fields import (
    DateField,
    Field,
    ForeignKeyField,
    SortedField,
    choice,
    flag,
    pattern,
    required_text,
    text,
    texts,
    whole,
)

# The slugs of entries that were merged into this one.
FORMER_SLUGS = SortedField(
    "former_slugs",
    json={"type": "array", "items": {"type": "string", "pattern": SLUG}, "uniqueItems": True},
)


def shared_list(model: type[Model], *fields: Field) -> RecordForm:
    return RecordForm(model, pattern("slug", SLUG), FORMER_SLUGS, *fields, key="slug")


# Shared lists by the name of their file, in the order in which they can be written: a list comes
# after those that it refers to.
SHARED: dict[str, RecordForm] = {
    "sources": shared_list(
        models.Source,
        required_text("title"),
        text("publisher"),
        text("url"),
        DateField("date"),
        text("language"),
        flag("free_to_show"),
        pattern("sha256", "^([0-9a-f]{64})?$"),
        text("note"),
        nested(
            "passages",
            models.Passage,
            whole("number", minimum=1),
            choice("kind", choices.PassageKind),
            text("section"),
            text("subsection"),
            required_text("first_words"),
            required_text("last_words"),
            whole("words", minimum=1),
            pattern("sha256", "^[0-9a-f]{64}$"),
            key="number",
        ),
    ),
    "people": shared_list(models.Person, required_text("name"), texts("variants"), text("note")),
    "themes": shared_list(
        models.Theme, whole("order"), required_text("title"), required_text("definition")
    ),
    "situations": shared_list(
        models.Situation, required_text("name"), text("description"), texts("variants")
    ),
    "instruments": shared_list(
        models.Instrument,
        required_text("name"),
        choice("kind", choices.InstrumentKind),
        texts("variants"),
        text("note"),
    ),
    "events": shared_list(models.Event, required_text("name"), text("date_text"), text("note")),
    "synonyms": shared_list(models.Synonym, texts("words", least=1)),
    "actors": shared_list(
        models.Actor,
        choice("kind", choices.ActorKind),
        required_text("name"),
        pattern("iso3", "^([A-Z]{3})?$"),
        pattern("m49", "^([0-9]{3})?$"),
        DateField("un_member_since"),
        ForeignKeyField("person", model=models.Person),
        NestedRecords(
            "names",
            form=RecordForm(
                models.ActorName,
                required_text("name"),
                choice("kind", choices.NameKind),
                DateField("from", "date_from"),
                DateField("to", "date_to"),
                order=("kind", "name"),
                name="name",
            ),
        ),
        nested(
            "memberships",
            models.Membership,
            ForeignKeyField("group", model=models.Actor, null=False),
            DateField("from", "date_from"),
            DateField("to", "date_to"),
            text("note"),
            CitationListField(),
            order=("group", "from"),
        ),
        text("note"),
        CitationListField(),
    ),
}
