"""The form of each kind of record: bundled data, import, export and revisions have no other.

Dialogues and statements are declared here, the shared lists in `vocabulary`; `RecordForm` and its
functions (`to_record`, `apply_record`) are in `base`. Other rooms import all of them from here.
"""

from __future__ import annotations

from django.db.models import Model

from dialogues import choices, models
from dialogues.choices import REPORTED_COUNTS

from .base import (
    SLUG,
    JSONField,
    NestedQuotations,
    NestedRecords,
    RecordForm,
    RefField,
    WithdrawnRecords,
    apply_record,
    completed,
    fill,
    nested,
    normal_record,
    records_of,
    ref,
    references,
    relate,
    to_record,
)
from .citations import CitationListField, CitationRefField, FieldCitationsRecordField
from .fields import (
    DateField,
    DatesField,
    Field,
    ForeignKeyField,
    ManyToManyField,
    ObjectField,
    PanelKeyField,
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
from .vocabulary import SHARED

__all__ = [
    "DIALOGUE",
    "FORMS",
    "SHARED",
    "STATEMENT",
    "NestedQuotations",
    "NestedRecords",
    "RecordForm",
    "RefField",
    "WithdrawnRecords",
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

QUOTATION = RecordForm(
    models.Quotation,
    ref("Q"),
    choice("kind", choices.QuotationKind),
    required_text("text"),
    flag("fragment"),
    text("opening_mark"),
    text("closing_mark"),
    text("language"),
    ForeignKeyField("instrument", model=models.Instrument),
    text("note"),
    CitationRefField(),
    number("start"),
    number("end"),
    key="ref",
)

_DIALOGUE_FIELDS = (
    whole("year", minimum=2005, maximum=2100),
    required_text("title"),
    choice("format", choices.DialogueFormat),
    text("reason_not_held"),
    DatesField("dates"),
    text("duration"),
    text("theme"),
    text("ordinal"),
    number("ga_session"),
    text("convener"),
    text("assembly_president"),
    text("secretary_general"),
    text("report_title"),
    texts("report_symbols"),
    DateField("report_date"),
    ObjectField("reported", fields=tuple(number(name) for name in REPORTED_COUNTS)),
    choice("coding", choices.Coding, blank=True),
    text("coding_note"),
    text("summary"),
    ManyToManyField("events", model=models.Event),
)

DIALOGUE = RecordForm(
    models.Dialogue,
    *_DIALOGUE_FIELDS,
    FieldCitationsRecordField(allowed=(*(part.name for part in _DIALOGUE_FIELDS), "panels")),
    nested(
        "panels",
        models.Panel,
        pattern("key", SLUG),
        choice("kind", choices.PanelKind),
        required_text("title"),
        text("part"),
        text("summary"),
        text("note"),
        CitationListField(),
        nested(
            "participations",
            models.Participation,
            ForeignKeyField("person", model=models.Person),
            ForeignKeyField("actor", model=models.Actor),
            ForeignKeyField("country", model=models.Actor),
            text("honorific"),
            text("post"),
            text("organization"),
            choice("role", choices.ParticipationRole),
            text("summary"),
            CitationListField(),
        ),
        key="key",
    ),
    nested(
        "assertions",
        models.Assertion,
        pattern("fact", "^[a-z0-9_]+$"),
        JSONField("value", json={}),
        text("meaning"),
        flag("preferred"),
        text("reason"),
        text("note"),
        CitationListField(),
    ),
    nested(
        "tallies",
        models.Tally,
        ref("T"),
        required_text("wording"),
        required_text("claim"),
        text("unit"),
        number("number"),
        number("implied_number"),
        choice("stance", choices.Stance, blank=True),
        ForeignKeyField("theme", model=models.Theme),
        text("heading"),
        numbers("pillars", [1, 2, 3]),
        choice("relation", choices.TallyRelation),
        maybe("matches"),
        ManyToManyField("actors", model=models.Actor),
        ManyToManyField("events", model=models.Event),
        ManyToManyField("situations", model=models.Situation),
        ManyToManyField("instruments", model=models.Instrument),
        text("note"),
        CitationListField(),
        key="ref",
    ),
    NestedQuotations("quotations", form=QUOTATION),
    nested(
        "notes",
        models.Note,
        choice("kind", choices.NoteKind),
        required_text("issue"),
        text("reading"),
        CitationListField(),
    ),
    WithdrawnRecords("withdrawn_parts"),
    key="year",
)

STATEMENT = RecordForm(
    models.Statement,
    ref("S"),
    choice("form", choices.StatementForm),
    PanelKeyField("panel"),
    ForeignKeyField("speaker", model=models.Person),
    text("speaker_post"),
    text("language"),
    text("url"),
    text("summary"),
    text("note"),
    nested(
        "deliveries",
        models.Delivery,
        ForeignKeyField("actor", model=models.Actor, null=False),
        choice("mode", choices.DeliveryMode),
        text("printed_name"),
        ObjectField(
            "on_behalf_of",
            fields=(
                text("wording", "on_behalf_wording"),
                number("number", "on_behalf_number"),
                ManyToManyField("actors", "on_behalf_of", model=models.Actor),
            ),
            null=True,
        ),
    ),
    CitationListField(),
    nested(
        "positions",
        models.Position,
        ref("P"),
        ForeignKeyField("theme", model=models.Theme, null=False),
        ManyToManyField("other_themes", model=models.Theme),
        text("heading"),
        choice("heading_basis", choices.HeadingBasis, blank=True),
        choice("stance", choices.Stance),
        numbers("pillars", [1, 2, 3]),
        required_text("summary"),
        choice("attribution", choices.Attribution),
        pattern("claim", "^[-a-zA-Z0-9_]*$"),
        ObjectField(
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
        ManyToManyField("situations", model=models.Situation),
        ManyToManyField("instruments", model=models.Instrument),
        ManyToManyField("mentions", model=models.Actor),
        text("note"),
        CitationListField(),
        NestedQuotations("quotations", form=QUOTATION),
        key="ref",
    ),
    WithdrawnRecords("withdrawn_parts"),
    key="ref",
)

FORMS: dict[str, RecordForm] = {form.name: form for form in (*SHARED.values(), DIALOGUE, STATEMENT)}


def form_of(obj: Model) -> RecordForm:
    return FORMS[type(obj)._meta.model_name or ""]


def key_of(obj: Model) -> str:
    """The key of a record among its kind: slug, year or ref."""
    return str(getattr(obj, form_of(obj).key))
