"""What the API says of each record: named fields only, keys as in the record files."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from dialogues import models
from dialogues.choices import REPORTED_COUNTS, Check, ProposalPart

from . import related
from .computed_fields import JointField, LanguageField, MeetingDatesField, PillarsField
from .highlights import HighlightsField
from .record_serializer import RecordSerializer, strings
from .related import one, several


class WordsSerializer(RecordSerializer):
    """Words as printed, and where."""

    language = LanguageField()
    check = serializers.ChoiceField(source="check_result", choices=Check.choices, read_only=True)
    source = one(related.SourceLinkSerializer, null=False)
    passage = one(related.PassageLinkSerializer)

    class Meta:
        model = models.Quotation
        fields: tuple[str, ...] = (
            "ref",
            "kind",
            "text",
            "opening_mark",
            "closing_mark",
            "fragment",
            "language",
            "check",
            "source",
            "passage",
            "start",
            "end",
            "note",
            "url",
            "api",
        )


class QuotationSerializer(WordsSerializer):
    """A quotation by itself: the dialogue’s own have neither statement nor position."""

    dialogue = one(related.DialogueLinkSerializer, null=False)
    statement = one(related.StatementLinkSerializer)
    position: Any = serializers.SlugRelatedField(slug_field="ref", read_only=True)
    deliverers = related.DeliverersSerializer(
        source="statement.delivered", statement="__quotations", default=list
    )
    speaker = one(related.PersonLinkSerializer, "statement.speaker")
    instrument = one(related.InstrumentLinkSerializer)

    class Meta(WordsSerializer.Meta):
        fields = (
            *WordsSerializer.Meta.fields,
            "dialogue",
            "statement",
            "position",
            "deliverers",
            "speaker",
            "instrument",
        )


class ProposalSerializer(RecordSerializer):
    """A proposal for a later dialogue, and what the position does with it."""

    optional = True

    year = serializers.IntegerField(source="proposal_year", read_only=True)
    part = serializers.ChoiceField(
        source="proposal_part", choices=ProposalPart.choices, read_only=True
    )
    title = serializers.CharField(source="proposal_title", read_only=True)

    class Meta:
        model = models.Position
        fields = ("year", "part", "title")


class PositionSerializer(RecordSerializer):
    """One point of one statement, held by each actor who delivered it."""

    dialogue = one(related.DialogueLinkSerializer, "statement.dialogue", null=False)
    statement = one(related.StatementLinkSerializer, null=False)
    deliverers = related.DeliverersSerializer(source="statement.delivered", statement="__positions")
    theme = one(related.ThemeLinkSerializer, null=False)
    other_themes = several(related.ThemeLinkSerializer)
    pillars = PillarsField()
    claim = serializers.CharField(
        read_only=True, help_text="The same on each point that one clause of the source makes."
    )
    proposal = one(ProposalSerializer, "*")
    quotations = several(WordsSerializer)
    situations = several(related.SituationLinkSerializer)
    instruments = several(related.InstrumentLinkSerializer)
    mentions = several(related.ActorLinkSerializer)
    highlights = HighlightsField()
    cites = several(related.CiteSerializer, "citations")

    class Meta:
        model = models.Position
        fields: tuple[str, ...] = (
            "ref",
            "dialogue",
            "statement",
            "deliverers",
            "theme",
            "other_themes",
            "stance",
            "pillars",
            "summary",
            "attribution",
            "heading",
            "heading_basis",
            "claim",
            "proposal",
            "quotations",
            "situations",
            "instruments",
            "mentions",
            "highlights",
            "note",
            "cites",
            "url",
            "api",
        )


class OnBehalfSerializer(RecordSerializer):
    """Those a statement speaks for: the wording, the number, and the actors as far as named."""

    optional = True

    wording = serializers.CharField(source="on_behalf_wording", read_only=True)
    number = serializers.IntegerField(source="on_behalf_number", read_only=True, allow_null=True)
    actors = several(related.ActorLinkSerializer, "on_behalf_of")

    class Meta:
        model = models.Delivery
        fields = ("wording", "number", "actors")


class DeliverySerializer(RecordSerializer):
    """An actor of a statement."""

    actor = one(related.ActorLinkSerializer, null=False)
    on_behalf_of = one(OnBehalfSerializer, "*")

    class Meta:
        model = models.Delivery
        fields = ("actor", "mode", "printed_name", "on_behalf_of")


class StatementSerializer(RecordSerializer):
    """What one delegation delivered, alone or with others."""

    dialogue = one(related.DialogueLinkSerializer, null=False)
    panel = one(related.PanelLinkSerializer)
    speaker = one(related.PersonLinkSerializer)
    deliveries = several(DeliverySerializer)
    joint = JointField(source="is_joint", read_only=True)
    text_url = serializers.CharField(
        source="url", read_only=True, help_text="Where its text is published; empty if nowhere."
    )
    positions = several(related.PositionLinkSerializer)
    highlights = HighlightsField()
    cites = several(related.CiteSerializer, "citations")

    class Meta:
        model = models.Statement
        fields = (
            "ref",
            "dialogue",
            "form",
            "panel",
            "deliveries",
            "joint",
            "speaker",
            "speaker_post",
            "language",
            "text_url",
            "summary",
            "positions",
            "highlights",
            "note",
            "cites",
            "url",
            "api",
        )


class TallySerializer(RecordSerializer):
    """A count that a source reports, and the names found for it."""

    dialogue = one(related.DialogueLinkSerializer, null=False)
    theme = one(related.ThemeLinkSerializer)
    pillars = PillarsField()
    actors = several(related.ActorLinkSerializer)
    events = several(related.EventShownSerializer)
    situations = several(related.SituationLinkSerializer)
    instruments = several(related.InstrumentLinkSerializer)
    cites = several(related.CiteSerializer, "citations")

    class Meta:
        model = models.Tally
        fields = (
            "ref",
            "dialogue",
            "wording",
            "claim",
            "unit",
            "number",
            "implied_number",
            "stance",
            "theme",
            "pillars",
            "heading",
            "relation",
            "matches",
            "actors",
            "events",
            "situations",
            "instruments",
            "note",
            "cites",
            "url",
            "api",
        )


class ParticipationSerializer(RecordSerializer):
    """A person on a panel, with the post then held."""

    person = one(related.PersonLinkSerializer)
    actor = one(related.ActorLinkSerializer)
    country = one(related.ActorLinkSerializer)
    cites = several(related.CiteSerializer, "citations")

    class Meta:
        model = models.Participation
        fields = (
            "person",
            "actor",
            "country",
            "honorific",
            "post",
            "organization",
            "role",
            "summary",
            "cites",
        )


class PanelSerializer(RecordSerializer):
    """A segment of a dialogue, in order."""

    dialogue = one(related.DialogueLinkSerializer, null=False)
    participations = several(ParticipationSerializer)
    cites = several(related.CiteSerializer, "citations")

    class Meta:
        model = models.Panel
        fields = (
            "dialogue",
            "order",
            "key",
            "kind",
            "title",
            "part",
            "summary",
            "note",
            "participations",
            "cites",
            "url",
            "api",
        )


class AssertionSerializer(RecordSerializer):
    """A fact of a dialogue as its sources give it."""

    value = serializers.JSONField(read_only=True)
    cites = several(related.CiteSerializer, "citations")

    class Meta:
        model = models.Assertion
        fields = ("fact", "value", "meaning", "preferred", "reason", "note", "cites")


class NoteSerializer(RecordSerializer):
    """An ambiguity, and how it was read."""

    cites = several(related.CiteSerializer, "citations")

    class Meta:
        model = models.Note
        fields = ("kind", "issue", "reading", "cites")


class ReportedSerializer(RecordSerializer):
    """What the preferred source counts; not what the record names."""

    class Meta:
        model = models.Dialogue
        fields = tuple(REPORTED_COUNTS)


class DialogueSerializer(RecordSerializer):
    """One year’s meeting of the General Assembly."""

    dates = MeetingDatesField()
    report_symbols = strings()
    reported = ReportedSerializer(source="*", read_only=True)
    events = several(related.EventShownSerializer)
    panels = several(related.PanelLinkSerializer)
    assertions = several(AssertionSerializer)
    notes = several(NoteSerializer)
    cites = several(related.FieldCiteSerializer, "citations")

    class Meta:
        model = models.Dialogue
        fields = (
            "year",
            "title",
            "format",
            "reason_not_held",
            "dates",
            "duration",
            "theme",
            "ordinal",
            "ga_session",
            "convener",
            "assembly_president",
            "secretary_general",
            "report_title",
            "report_symbols",
            "report_date",
            "reported",
            "coding",
            "coding_note",
            "summary",
            "events",
            "panels",
            "assertions",
            "notes",
            "cites",
            "url",
            "api",
        )
