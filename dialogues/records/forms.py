"""The one form of each record; bundled data, import, export and revisions have no other.

Here stand dialogues and statements; the shared lists are declared in `shared`, what a form is and
does (`to_record`, `apply_record`) in `form`. All are asked for by way of this module.
"""

from __future__ import annotations

from django.db.models import Model

from dialogues import choices, models
from dialogues.choices import REPORTED_COUNTS

from .citing import Cite, Cites, CitesByField
from .fields import (
    Date,
    Dates,
    Field,
    Group,
    Many,
    One,
    PanelKey,
    choice,
    flag,
    maybe,
    number,
    numbers,
    pattern,
    required_text,
    text,
    texts,
    whole,
)
from .form import (
    SLUG,
    Form,
    Parts,
    QuotationParts,
    Ref,
    WithdrawnParts,
    anything,
    apply_record,
    completed,
    fill,
    normal_record,
    records_of,
    ref,
    references,
    relate,
    to_record,
)
from .shared import SHARED

__all__ = [
    "DIALOGUE",
    "FORMS",
    "SHARED",
    "STATEMENT",
    "Form",
    "Parts",
    "QuotationParts",
    "Ref",
    "WithdrawnParts",
    "apply_record",
    "completed",
    "fill",
    "form_of",
    "key_of",
    "normal_record",
    "records_of",
    "references",
    "relate",
    "to_record",
]

QUOTATION = Form(
    "quotation",
    models.Quotation,
    (
        ref("Q"),
        choice("kind", choices.QuotationKind),
        required_text("text"),
        flag("fragment"),
        text("opening_mark"),
        text("closing_mark"),
        text("language"),
        One("instrument", model=models.Instrument, kind="instrument"),
        text("note"),
        Cite(),
        number("start"),
        number("end"),
    ),
    key="ref",
)

_DIALOGUE_FIELDS = (
    whole("year", minimum=2005, maximum=2100),
    required_text("title"),
    choice("format", choices.DialogueFormat),
    text("reason_not_held"),
    Dates("dates"),
    text("duration"),
    text("theme"),
    text("ordinal"),
    number("ga_session"),
    text("convener"),
    text("assembly_president"),
    text("secretary_general"),
    text("report_title"),
    texts("report_symbols"),
    Date("report_date"),
    Group("reported", fields=tuple(number(name) for name in REPORTED_COUNTS)),
    choice("coding", choices.Coding, blank=True),
    text("coding_note"),
    text("summary"),
    Many("events", model=models.Event, kind="event"),
)

DIALOGUE = Form(
    "dialogue",
    models.Dialogue,
    (
        *_DIALOGUE_FIELDS,
        CitesByField(allowed=(*(part.name for part in _DIALOGUE_FIELDS), "panels")),
        Parts(
            "panels",
            form=Form(
                "panel",
                models.Panel,
                (
                    pattern("key", SLUG),
                    choice("kind", choices.PanelKind),
                    required_text("title"),
                    text("part"),
                    text("summary"),
                    text("note"),
                    Cites(),
                    Parts(
                        "participations",
                        form=Form(
                            "participation",
                            models.Participation,
                            (
                                One("person", model=models.Person, kind="person"),
                                One("actor", model=models.Actor, kind="actor"),
                                One("country", model=models.Actor, kind="actor"),
                                text("honorific"),
                                text("post"),
                                text("organization"),
                                choice("role", choices.ParticipationRole),
                                text("summary"),
                                Cites(),
                            ),
                        ),
                        owner="panel",
                    ),
                ),
                key="key",
            ),
            owner="dialogue",
        ),
        Parts(
            "assertions",
            form=Form(
                "assertion",
                models.Assertion,
                (
                    pattern("fact", "^[a-z0-9_]+$"),
                    anything("value"),
                    text("meaning"),
                    flag("preferred"),
                    text("reason"),
                    text("note"),
                    Cites(),
                ),
            ),
            owner="dialogue",
        ),
        Parts(
            "tallies",
            form=Form(
                "tally",
                models.Tally,
                (
                    ref("T"),
                    required_text("wording"),
                    required_text("claim"),
                    text("unit"),
                    number("number"),
                    number("implied_number"),
                    choice("stance", choices.Stance, blank=True),
                    One("theme", model=models.Theme, kind="theme"),
                    text("heading"),
                    numbers("pillars", [1, 2, 3]),
                    choice("relation", choices.TallyRelation),
                    maybe("matches"),
                    Many("actors", model=models.Actor, kind="actor"),
                    Many("events", model=models.Event, kind="event"),
                    Many("situations", model=models.Situation, kind="situation"),
                    Many("instruments", model=models.Instrument, kind="instrument"),
                    text("note"),
                    Cites(),
                ),
                key="ref",
            ),
            owner="dialogue",
        ),
        QuotationParts("quotations", form=QUOTATION),
        Parts(
            "notes",
            form=Form(
                "note",
                models.Note,
                (
                    choice("kind", choices.NoteKind),
                    required_text("issue"),
                    text("reading"),
                    Cites(),
                ),
            ),
            owner="dialogue",
        ),
        WithdrawnParts("withdrawn_parts"),
    ),
    key="year",
)

STATEMENT = Form(
    "statement",
    models.Statement,
    (
        ref("S"),
        choice("form", choices.StatementForm),
        PanelKey("panel"),
        One("speaker", model=models.Person, kind="person"),
        text("speaker_post"),
        text("language"),
        text("url"),
        text("summary"),
        text("note"),
        Parts(
            "deliveries",
            form=Form(
                "delivery",
                models.Delivery,
                (
                    One("actor", model=models.Actor, kind="actor", null=False),
                    choice("mode", choices.DeliveryMode),
                    text("printed_name"),
                    Group(
                        "on_behalf_of",
                        fields=(
                            text("wording", "on_behalf_wording"),
                            number("number", "on_behalf_number"),
                            Many("actors", "on_behalf_of", model=models.Actor, kind="actor"),
                        ),
                        null=True,
                    ),
                ),
            ),
            owner="statement",
        ),
        Cites(),
        Parts(
            "positions",
            form=Form(
                "position",
                models.Position,
                (
                    ref("P"),
                    One("theme", model=models.Theme, kind="theme", null=False),
                    Many("other_themes", model=models.Theme, kind="theme"),
                    text("heading"),
                    choice("heading_basis", choices.HeadingBasis, blank=True),
                    choice("stance", choices.Stance),
                    numbers("pillars", [1, 2, 3]),
                    required_text("summary"),
                    choice("attribution", choices.Attribution),
                    pattern("claim", "^[-a-zA-Z0-9_]*$"),
                    Group(
                        "proposal",
                        fields=(
                            number("year", "proposal_year"),
                            Field(
                                "part",
                                "proposal_part",
                                json={"enum": choices.ProposalPart.values},
                            ),
                            text("title", "proposal_title"),
                        ),
                        null=True,
                    ),
                    Many("situations", model=models.Situation, kind="situation"),
                    Many("instruments", model=models.Instrument, kind="instrument"),
                    Many("mentions", model=models.Actor, kind="actor"),
                    text("note"),
                    Cites(),
                    QuotationParts("quotations", form=QUOTATION),
                ),
                key="ref",
            ),
            owner="statement",
        ),
        WithdrawnParts("withdrawn_parts"),
    ),
    key="ref",
)

FORMS: dict[str, Form] = {form.name: form for form in (*SHARED.values(), DIALOGUE, STATEMENT)}


def form_of(obj: Model) -> Form:
    return FORMS[type(obj)._meta.model_name or ""]


def key_of(obj: Model) -> str:
    """What identifies a record among its kind: slug, year or ref."""
    return str(getattr(obj, form_of(obj).key))
