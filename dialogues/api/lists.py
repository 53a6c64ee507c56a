"""What the API says of the entries of shared lists: actors, people, vocabulary, sources."""

from __future__ import annotations

from rest_framework import serializers

from dialogues import models

from . import related
from .computed_fields import AnchorField, FreeTextField
from .record_serializer import RecordSerializer
from .related import one, several


class ActorNameSerializer(RecordSerializer):
    """Another name; `to` is the first day it was no longer so named."""

    class Meta:
        model = models.ActorName
        fields = ("name", "kind", "date_from", "date_to")


class MembershipSerializer(RecordSerializer):
    """An actor in a group; `date_to` is the first day of no longer belonging."""

    group = one(related.ActorLinkSerializer, null=False)
    cites = several(related.CiteSerializer, "citations")

    class Meta:
        model = models.Membership
        fields = ("group", "date_from", "date_to", "note", "cites")


class ActorSerializer(RecordSerializer):
    """Who a statement counts for: a state, an organization, a group, an official in person."""

    person = one(related.PersonLinkSerializer)
    names = several(ActorNameSerializer)
    memberships = several(MembershipSerializer)
    cites = several(related.CiteSerializer, "citations")

    class Meta:
        model = models.Actor
        fields = (
            "slug",
            "former_slugs",
            "kind",
            "name",
            "iso3",
            "m49",
            "un_member_since",
            "person",
            "names",
            "memberships",
            "note",
            "cites",
            "url",
            "api",
        )


class PersonSerializer(RecordSerializer):
    """A human being: who spoke, on a panel or for an actor."""

    actor = one(related.ActorLinkSerializer)

    class Meta:
        model = models.Person
        fields = ("slug", "former_slugs", "name", "variants", "note", "actor", "api")


class ThemeSerializer(RecordSerializer):
    """A subject that stays the same over the years."""

    class Meta:
        model = models.Theme
        fields = ("slug", "former_slugs", "order", "title", "definition", "url", "api")


class SituationSerializer(RecordSerializer):
    """A crisis that statements name."""

    class Meta:
        model = models.Situation
        fields = ("slug", "former_slugs", "name", "description", "variants", "url", "api")


class InstrumentSerializer(RecordSerializer):
    """A resolution, treaty, court, mechanism or tool that statements name."""

    class Meta:
        model = models.Instrument
        fields = ("slug", "former_slugs", "name", "kind", "variants", "note", "url", "api")


class SourceSerializer(RecordSerializer):
    """A document that facts were read in."""

    document_url = serializers.CharField(
        source="url", read_only=True, help_text="Where it is published; empty if nowhere."
    )

    class Meta:
        model = models.Source
        fields = (
            "slug",
            "former_slugs",
            "title",
            "publisher",
            "document_url",
            "date",
            "language",
            "free_to_show",
            "sha256",
            "note",
            "url",
            "api",
        )


class PassageSerializer(RecordSerializer):
    """A numbered paragraph of a source: its place and digest."""

    source = one(related.SourceLinkSerializer, null=False)
    anchor = AnchorField()
    text = FreeTextField(
        help_text="Only where the source is marked free to show, and its text is loaded.",
        allow_null=True,
    )

    class Meta:
        model = models.Passage
        fields = (
            "source",
            "number",
            "anchor",
            "kind",
            "section",
            "subsection",
            "first_words",
            "last_words",
            "words",
            "sha256",
            "text",
            "url",
            "api",
        )


class FacetValueSerializer(serializers.Serializer):
    """A value of a filter, and how many rows there are with it alone in its facet."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()
    selected = serializers.BooleanField()


class FacetsSerializer(serializers.Serializer):
    """The counts beside each choice: those that have rows or are chosen, most rows first."""

    count = serializers.IntegerField(help_text="Of the rows that are selected now.")
    exact = serializers.BooleanField(help_text="Whether every count is exact.")
    facets = serializers.DictField(child=FacetValueSerializer(many=True))


class SuggestionSerializer(serializers.Serializer):
    """An entry of a list; `page` shows what was said by it, or of it."""

    kind = serializers.CharField()
    parameter = serializers.CharField(help_text="The filter that takes it.")
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    page = serializers.URLField()


class SuggestionsSerializer(serializers.Serializer):
    """What words may name."""

    results = SuggestionSerializer(many=True)
