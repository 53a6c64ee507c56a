"""How a record is named where another speaks of it.

A related record is a short object that says what it is called, its page (`url`) and its own
address here (`api`).
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from dialogues import models
from dialogues.exporters import deliverers

from .computed_fields import AnchorField
from .record_serializer import RecordSerializer


def several(child: type[serializers.Serializer], source: str | None = None) -> Any:
    return child(many=True, read_only=True, source=source)


def one(child: type[serializers.Serializer], source: str | None = None, null: bool = True) -> Any:
    return child(read_only=True, allow_null=null, source=source)


# Related records


class EntryLinkSerializer(RecordSerializer):
    """What many records speak of: shown once, and the same again wherever it is named."""


class TitledLinkSerializer(EntryLinkSerializer):
    name = serializers.CharField(source="title", read_only=True)


class DialogueLinkSerializer(TitledLinkSerializer):
    class Meta:
        model = models.Dialogue
        fields = ("year", "name", "url", "api")


class ThemeLinkSerializer(TitledLinkSerializer):
    class Meta:
        model = models.Theme
        fields = ("slug", "name", "url", "api")


class ActorLinkSerializer(EntryLinkSerializer):
    class Meta:
        model = models.Actor
        fields = ("slug", "kind", "name", "url", "api")


class DeliverersSerializer(serializers.ListSerializer):
    """The actors who delivered a statement; `statement` is the lookup from it to the record."""

    child: Any = ActorLinkSerializer()

    def __init__(self, *, statement: str, **kwargs: Any) -> None:
        self.through = deliverers(statement, {}).through
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, data: Any) -> list[Any]:
        return [self.child.to_representation(delivery.actor) for delivery in data]


class PersonLinkSerializer(EntryLinkSerializer):
    class Meta:
        model = models.Person
        fields = ("slug", "name", "api")


class SituationLinkSerializer(EntryLinkSerializer):
    class Meta:
        model = models.Situation
        fields = ("slug", "name", "url", "api")


class InstrumentLinkSerializer(SituationLinkSerializer):
    class Meta:
        model = models.Instrument
        fields = ("slug", "name", "url", "api")


class EventShownSerializer(RecordSerializer):
    """An event beside a dialogue; it has no address of its own."""

    class Meta:
        model = models.Event
        fields = ("slug", "name", "date_text", "note")


class SourceLinkSerializer(TitledLinkSerializer):
    class Meta:
        model = models.Source
        fields = ("slug", "name", "url", "api")


class PanelLinkSerializer(TitledLinkSerializer):
    class Meta:
        model = models.Panel
        fields = ("key", "kind", "name", "url", "api")


class StatementLinkSerializer(RecordSerializer):
    class Meta:
        model = models.Statement
        fields = ("ref", "form", "url", "api")


class PositionLinkSerializer(RecordSerializer):
    theme = one(ThemeLinkSerializer, null=False)

    class Meta:
        model = models.Position
        fields = ("ref", "theme", "stance", "summary", "url", "api")


# Where it was read


class CiteSerializer(RecordSerializer):
    """A source, and the passage where it is known."""

    source: Any = serializers.CharField(source="source.slug", read_only=True)
    passage = AnchorField("passage__number", allow_null=True)

    class Meta:
        model = models.Citation
        fields = ("source", "passage", "url")


class FieldCiteSerializer(CiteSerializer):
    """Where one field of a dialogue was read."""

    class Meta:
        model = models.Citation
        fields = ("field", "source", "passage", "url")


class PassageLinkSerializer(RecordSerializer):
    anchor = AnchorField()

    class Meta:
        model = models.Passage
        fields = ("anchor", "section", "subsection", "url", "api")
