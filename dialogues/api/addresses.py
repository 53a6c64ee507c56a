"""The absolute addresses that a record goes by: its page (`url`) and its place here (`api`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field

from dialogues import models
from dialogues.exporters import PAGES, value_at

from .computed_fields import ComputedField

# The columns of a record, and the path that they make.
Address = tuple[tuple[str, ...], Callable[..., str]]

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
KEYS: dict[Any, Address] = {
    models.Dialogue: (("year",), str),
    models.Panel: (("dialogue__year", "key"), "{}-{}".format),
    models.Passage: (("source__slug", "number"), "{}/p{}".format),
}


@cache
def api_address(model: Any) -> Address:
    """The columns that name a record of a model, and the path that they make in the API.

    Kept: to reverse an address for every row would cost more than the row.
    """
    columns, key = KEYS.get(model) or (("slug" if hasattr(model, "slug") else "ref",), str)
    before = reverse(f"dialogues:api-{LISTS[model]}")
    return columns, lambda *values: f"{before}{key(*values)}/"


def api_path(record: Any) -> str:
    """The path of a record in the API: `/api/v1/actors/mexico/`."""
    model: Any = type(record)
    columns, path = api_address(model)
    return path(*(value_at(record, column) for column in columns))


class UrlField(ComputedField):
    """An absolute address: the site's, which is given, and the path of the serializer's record."""

    def address(self, model: Any) -> Address:
        raise NotImplementedError

    def bind(self, field_name: str, parent: Any) -> None:
        super().bind(field_name, parent)
        self.columns, self.path = self.address(parent.Meta.model)

    @cached_property
    def site(self) -> str:
        return self.context["site"]

    def value(self, *columns: Any) -> str:
        return self.site + self.path(*columns)


@extend_schema_field({"type": "string", "format": "uri"})
class PageUrlField(UrlField):
    """The page for readers."""

    def address(self, model: Any) -> Address:
        return PAGES[model]


@extend_schema_field({"type": "string", "format": "uri"})
class ApiUrlField(UrlField):
    """The record's own address in the API."""

    def address(self, model: Any) -> Address:
        return api_address(model)
