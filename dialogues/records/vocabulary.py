"""The forms of the shared lists: sources, people, themes, actors and the rest."""

from __future__ import annotations

from dialogues import choices, models

from .base import SLUG, NestedRecords, RecordForm
from .citations import CitationListField
from .fields import (
    DateField,
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

SOURCE = RecordForm(
    "source",
    models.Source,
    (
        pattern("slug", SLUG),
        FORMER_SLUGS,
        required_text("title"),
        text("publisher"),
        text("url"),
        DateField("date"),
        text("language"),
        flag("free_to_show"),
        pattern("sha256", "^([0-9a-f]{64})?$"),
        text("note"),
        NestedRecords(
            "passages",
            form=RecordForm(
                "passage",
                models.Passage,
                (
                    whole("number", minimum=1),
                    choice("kind", choices.PassageKind),
                    text("section"),
                    text("subsection"),
                    required_text("first_words"),
                    required_text("last_words"),
                    whole("words", minimum=1),
                    pattern("sha256", "^[0-9a-f]{64}$"),
                ),
                key="number",
            ),
            owner="source",
        ),
    ),
    key="slug",
)

PERSON = RecordForm(
    "person",
    models.Person,
    (
        pattern("slug", SLUG),
        FORMER_SLUGS,
        required_text("name"),
        texts("variants"),
        text("note"),
    ),
    key="slug",
)

THEME = RecordForm(
    "theme",
    models.Theme,
    (
        pattern("slug", SLUG),
        FORMER_SLUGS,
        whole("order"),
        required_text("title"),
        required_text("definition"),
    ),
    key="slug",
)

SITUATION = RecordForm(
    "situation",
    models.Situation,
    (
        pattern("slug", SLUG),
        FORMER_SLUGS,
        required_text("name"),
        text("description"),
        texts("variants"),
    ),
    key="slug",
)

INSTRUMENT = RecordForm(
    "instrument",
    models.Instrument,
    (
        pattern("slug", SLUG),
        FORMER_SLUGS,
        required_text("name"),
        choice("kind", choices.InstrumentKind),
        texts("variants"),
        text("note"),
    ),
    key="slug",
)

EVENT = RecordForm(
    "event",
    models.Event,
    (
        pattern("slug", SLUG),
        FORMER_SLUGS,
        required_text("name"),
        text("date_text"),
        text("note"),
    ),
    key="slug",
)

SYNONYM = RecordForm(
    "synonym",
    models.Synonym,
    (pattern("slug", SLUG), FORMER_SLUGS, texts("words", least=1)),
    key="slug",
)

ACTOR = RecordForm(
    "actor",
    models.Actor,
    (
        pattern("slug", SLUG),
        FORMER_SLUGS,
        choice("kind", choices.ActorKind),
        required_text("name"),
        pattern("iso3", "^([A-Z]{3})?$"),
        pattern("m49", "^([0-9]{3})?$"),
        DateField("un_member_since"),
        ForeignKeyField("person", model=models.Person, kind="person"),
        NestedRecords(
            "names",
            form=RecordForm(
                "name",
                models.ActorName,
                (
                    required_text("name"),
                    choice("kind", choices.NameKind),
                    DateField("from", "date_from"),
                    DateField("to", "date_to"),
                ),
                order=("kind", "name"),
            ),
            owner="actor",
        ),
        NestedRecords(
            "memberships",
            form=RecordForm(
                "membership",
                models.Membership,
                (
                    ForeignKeyField("group", model=models.Actor, kind="actor", null=False),
                    DateField("from", "date_from"),
                    DateField("to", "date_to"),
                    text("note"),
                    CitationListField(),
                ),
                order=("group", "from"),
            ),
            owner="actor",
        ),
        text("note"),
        CitationListField(),
    ),
    key="slug",
)

# Shared lists by the name of their file, in the order in which they can be written: a list comes
# after those that it refers to.
SHARED: dict[str, RecordForm] = {
    "sources": SOURCE,
    "people": PERSON,
    "themes": THEME,
    "situations": SITUATION,
    "instruments": INSTRUMENT,
    "events": EVENT,
    "synonyms": SYNONYM,
    "actors": ACTOR,
}
