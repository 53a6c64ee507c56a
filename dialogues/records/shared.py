"""The forms of the shared lists: sources, people, themes, actors and the rest."""

from __future__ import annotations

from dialogues import choices, models

from .citing import Cites
from .fields import (
    Date,
    One,
    Sorted,
    choice,
    flag,
    pattern,
    required_text,
    text,
    texts,
    whole,
)
from .form import SLUG, Form, Parts

# Slugs of entries that were merged into this one.
FORMER_SLUGS = Sorted(
    "former_slugs",
    json={"type": "array", "items": {"type": "string", "pattern": SLUG}, "uniqueItems": True},
)

SOURCE = Form(
    "source",
    models.Source,
    (
        pattern("slug", SLUG),
        FORMER_SLUGS,
        required_text("title"),
        text("publisher"),
        text("url"),
        Date("date"),
        text("language"),
        flag("free_to_show"),
        pattern("sha256", "^([0-9a-f]{64})?$"),
        text("note"),
        Parts(
            "passages",
            form=Form(
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

PERSON = Form(
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

THEME = Form(
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

SITUATION = Form(
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

INSTRUMENT = Form(
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

EVENT = Form(
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

SYNONYM = Form(
    "synonym",
    models.Synonym,
    (pattern("slug", SLUG), FORMER_SLUGS, texts("words", least=1)),
    key="slug",
)

ACTOR = Form(
    "actor",
    models.Actor,
    (
        pattern("slug", SLUG),
        FORMER_SLUGS,
        choice("kind", choices.ActorKind),
        required_text("name"),
        pattern("iso3", "^([A-Z]{3})?$"),
        pattern("m49", "^([0-9]{3})?$"),
        Date("un_member_since"),
        One("person", model=models.Person, kind="person"),
        Parts(
            "names",
            form=Form(
                "name",
                models.ActorName,
                (
                    required_text("name"),
                    choice("kind", choices.NameKind),
                    Date("from", "date_from"),
                    Date("to", "date_to"),
                ),
                order=("kind", "name"),
            ),
            owner="actor",
        ),
        Parts(
            "memberships",
            form=Form(
                "membership",
                models.Membership,
                (
                    One("group", model=models.Actor, kind="actor", null=False),
                    Date("from", "date_from"),
                    Date("to", "date_to"),
                    text("note"),
                    Cites(),
                ),
                order=("group", "from"),
            ),
            owner="actor",
        ),
        text("note"),
        Cites(),
    ),
    key="slug",
)

# Shared lists by the name of their file, in the order in which they can be written: what is
# referred to comes first.
SHARED: dict[str, Form] = {
    "sources": SOURCE,
    "people": PERSON,
    "themes": THEME,
    "situations": SITUATION,
    "instruments": INSTRUMENT,
    "events": EVENT,
    "synonyms": SYNONYM,
    "actors": ACTOR,
}
