"""How a record is named where another speaks of it, and the addresses that it goes by.

A related record is a short object that says what it is called, its page (`url`) and its own
address here (`api`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dialogues import models
from dialogues.exporters import PAGES, deliverers, value_at

from .computed_fields import AnchorField, ComputedField
from .record_serializer import RecordSerializer


class UrlField(ComputedField):
    """An absolute address, put together from the site's that is given."""

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]
        return self.address[0]

    @property
    def address(self) -> tuple[tuple[str, ...], Callable[..., str]]:
        """The columns of the serializer's record, and the path that they make."""
        raise NotImplementedError

    @property
    def model(self) -> Any:
        serializer: Any = self.parent
        return serializer.Meta.model

    @cached_property
    def value(self) -> Callable[..., str]:
        site, (_columns, path) = self.context["site"], self.address
        return lambda *columns: site + path(*columns)


@extend_schema_field({"type": "string", "format": "uri"})
class PageUrlField(UrlField):
    """The page for readers."""

    @property
    def address(self) -> tuple[tuple[str, ...], Callable[..., str]]:
        return PAGES[self.model]


@extend_schema_field({"type": "string", "format": "uri"})
class ApiUrlField(UrlField):
    """The record's own address in the API."""

    @property
    def address(self) -> tuple[tuple[str, ...], Callable[..., str]]:
        columns, key = _key_of(self.model)
        before = _list_path(LISTS[self.model])
        return columns, lambda *values: f"{before}{key(*values)}/"


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


# The columns that name a record in its address, and how, where that is neither slug nor ref.
KEYS: dict[Any, tuple[tuple[str, ...], Callable[..., str]]] = {
    models.Dialogue: (("year",), str),
    models.Panel: (("dialogue__year", "key"), "{}-{}".format),
    models.Passage: (("source__slug", "number"), "{}/p{}".format),
}


def _key_of(model: Any) -> tuple[tuple[str, ...], Callable[..., str]]:
    return KEYS.get(model) or (("slug" if hasattr(model, "slug") else "ref",), str)


def api_path(record: Any) -> str:
    """`/api/v1/actors/mexico/`."""
    columns, key = _key_of(type(record))
    values = (value_at(record, column) for column in columns)
    return f"{_list_path(LISTS[type(record)])}{key(*values)}/"


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


# Related records


class EntryLinkSerializer(RecordSerializer):
    """What many records speak of: shown once, and the same again wherever it is named."""


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
    """The actors who delivered a statement; `statement` is the lookup from it to the record."""

    child: Any = ActorLinkSerializer()

    def __init__(self, *, statement: str, **kwargs: Any) -> None:
        self.through = deliverers(statement, {}).through
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, data: Any) -> list[Any]:
        return [self.child.to_representation(delivery.actor) for delivery in data]


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
    passage = AnchorField("passage__number", allow_null=True)
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
    anchor = AnchorField()
    url = PageUrlField()
    api = ApiUrlField()

    class Meta:
        model = models.Passage
        fields = ("anchor", "section", "subsection", "url", "api")
