"""How a record is named where another speaks of it, and the addresses that it goes by.

A related record is a short object that says what it is called, its page (`url`) and its own
address here (`api`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dialogues import models
from dialogues.exporters import page_of_record
from dialogues.public import excerpts

from .shown import Given, RecordSerializer


class UrlField(serializers.Field):
    """An absolute address, put together from the site's that is given."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, source="*", **kwargs)

    def shown(self, record: Any, given: Given) -> str | None:
        path = self.path_of(record)
        return given["site"] + path if path else None

    def path_of(self, obj: Any) -> str:
        raise NotImplementedError


@extend_schema_field({"type": "string", "format": "uri"})
class PageUrlField(UrlField):
    """The page for readers."""

    def path_of(self, obj: Any) -> str:
        return page_of_record(obj)


@extend_schema_field({"type": ["string", "null"], "format": "uri"})
class PageUrlOrNoneField(PageUrlField):
    """The page for readers, where the record has one."""


@extend_schema_field({"type": "string", "format": "uri"})
class ApiUrlField(UrlField):
    """The record's own address in the API."""

    def path_of(self, obj: Any) -> str:
        return api_path(obj)


# Where each kind of record is listed.
LISTS: dict[Any, str] = {
    models.Actor: "actors",
    models.Dialogue: "dialogues",
    models.Instrument: "instruments",
    models.Panel: "panels",
    models.Passage: "passages",
    models.Person: "people",
    models.Position: "positions",
    models.Quotation: "quotations",
    models.Situation: "situations",
    models.Source: "sources",
    models.Statement: "statements",
    models.Tally: "tallies",
    models.Theme: "themes",
}


def api_path(obj: Any) -> str:
    """`/api/v1/actors/mexico/`."""
    kind = type(obj)
    return f"{_list_path(LISTS[kind])}{KEYS.get(kind, _key)(obj)}/"


def _key(obj: Any) -> str:
    return obj.slug if hasattr(obj, "slug") else obj.ref


# What names a record in its address, where that is neither slug nor ref.
KEYS: dict[type, Callable[[Any], str]] = {
    models.Dialogue: lambda obj: str(obj.year),
    models.Panel: lambda obj: f"{obj.dialogue.year}-{obj.key}",
    models.Passage: lambda obj: f"{obj.source.slug}/{obj.anchor}",
}


@cache
def _list_path(name: str) -> str:
    """Kept: to reverse an address for every row would cost more than the row."""
    return reverse(f"dialogues:api-{name}")


def several(child: type[serializers.Serializer], source: str = "") -> Any:
    given: dict[str, Any] = {"source": source} if source else {}
    return child(many=True, read_only=True, **given)


def one(child: type[serializers.Serializer], source: str = "", null: bool = True) -> Any:
    given: dict[str, Any] = {"source": source} if source else {}
    return child(read_only=True, allow_null=null, **given)


def strings() -> Any:
    return serializers.ListField(child=serializers.CharField(), read_only=True)


def pillars() -> Any:
    number = serializers.IntegerField(min_value=1, max_value=3)
    return serializers.ListField(child=number, read_only=True)


# Where the words stand that were asked for


class PieceSerializer(serializers.Serializer):
    """A stretch of a text; `found` where it is what `q` asks for."""

    text = serializers.CharField()
    found = serializers.BooleanField()


class HighlightSerializer(serializers.Serializer):
    """Words around a place; `ref` is the record whose text it is."""

    ref = serializers.CharField()
    pieces = PieceSerializer(many=True)


@extend_schema_field(HighlightSerializer(many=True))
class HighlightsField(serializers.Field):
    """Places in which the words stand, quotations first: three at most; none without words."""

    def __init__(self, **kwargs: Any) -> None:
        words = "Of a list with `q`: where its words stand, three places at most."
        super().__init__(read_only=True, source="*", help_text=words, **kwargs)

    def shown(self, record: Any, given: Given) -> list[dict]:
        clauses = given.get("clauses")
        return [
            {"ref": one.ref, "pieces": [{"text": p.text, "found": p.found} for p in pieces]}
            for one, pieces in (excerpts(record, clauses) if clauses else ())
        ]


# Related records


class EntryLinkSerializer(RecordSerializer):
    """What many records speak of: shown once, and the same again wherever it is named."""

    @classmethod
    def shown(cls, record: Any, given: Given) -> Any:
        known = given.setdefault(cls, {})
        if record.id not in known:
            known[record.id] = super().shown(record, given)
        return known[record.id]


class DialogueLinkSerializer(EntryLinkSerializer):
    name = serializers.CharField(source="title", read_only=True)
    url = PageUrlField()
    api = ApiUrlField()

    class Meta:
        model = models.Dialogue
        fields = ("year", "name", "url", "api")


class ThemeLinkSerializer(EntryLinkSerializer):
    name = serializers.CharField(source="title", read_only=True)
    url = PageUrlField()
    api = ApiUrlField()

    class Meta:
        model = models.Theme
        fields = ("slug", "name", "url", "api")


class ActorLinkSerializer(EntryLinkSerializer):
    url = PageUrlField()
    api = ApiUrlField()

    class Meta:
        model = models.Actor
        fields = ("slug", "kind", "name", "url", "api")


class DeliverersSerializer(serializers.ListSerializer):
    """The actors of deliveries."""

    child = ActorLinkSerializer()

    def shown(self, deliveries: Any, given: Given) -> list[Any]:
        return [ActorLinkSerializer.shown(delivery.actor, given) for delivery in deliveries]


class PersonLinkSerializer(EntryLinkSerializer):
    api = ApiUrlField()

    class Meta:
        model = models.Person
        fields = ("slug", "name", "api")


class SituationLinkSerializer(EntryLinkSerializer):
    url = PageUrlField()
    api = ApiUrlField()

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


class SourceLinkSerializer(EntryLinkSerializer):
    name = serializers.CharField(source="title", read_only=True)
    url = PageUrlField()
    api = ApiUrlField()

    class Meta:
        model = models.Source
        fields = ("slug", "name", "url", "api")


class PanelLinkSerializer(EntryLinkSerializer):
    name = serializers.CharField(source="title", read_only=True)
    url = PageUrlField()
    api = ApiUrlField()

    class Meta:
        model = models.Panel
        fields = ("key", "kind", "name", "url", "api")


class StatementLinkSerializer(RecordSerializer):
    url = PageUrlField()
    api = ApiUrlField()

    class Meta:
        model = models.Statement
        fields = ("ref", "form", "url", "api")


class PositionLinkSerializer(RecordSerializer):
    theme = one(ThemeLinkSerializer, null=False)
    url = PageUrlField()
    api = ApiUrlField()

    class Meta:
        model = models.Position
        fields = ("ref", "theme", "stance", "summary", "url", "api")


# Where it was read


class CiteSerializer(RecordSerializer):
    """A source, and the passage where it is known."""

    source: Any = serializers.CharField(source="source.slug", read_only=True)
    passage = serializers.CharField(
        source="passage.anchor", read_only=True, allow_null=True, default=None
    )
    url = PageUrlField()

    class Meta:
        model = models.Citation
        fields = ("source", "passage", "url")


class FieldCiteSerializer(CiteSerializer):
    """Where one field of a dialogue was read."""

    class Meta:
        model = models.Citation
        fields = ("field", "source", "passage", "url")


class PassageLinkSerializer(RecordSerializer):
    anchor = serializers.CharField(read_only=True)
    url = PageUrlField()
    api = ApiUrlField()

    class Meta:
        model = models.Passage
        fields = ("anchor", "section", "subsection", "url", "api")
