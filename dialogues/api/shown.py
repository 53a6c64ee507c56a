"""How a record becomes JSON: as its serializer declares, and quicker than the framework does it.

The declarations are the framework's, so that the description of the API is made from them; how a
row is shown follows from the same ones, worked out once for each class and not for every answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

import orjson
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

from dialogues.models.shapes import parts_of

# What rows are shown with: the `site` before every path, the `clauses` to mark, and, by class,
# the links that were made before.
Given = dict[Any, Any]
# Of a field its name, how it is read from a record, and how that is shown: None, as it is.
Step = tuple[str, Callable[[Any], Any], Callable[[Any, Given], Any] | None]

# Of a column, these fields give what the database gave.
AS_READ = (
    serializers.BooleanField,
    serializers.CharField,
    serializers.ChoiceField,
    serializers.IntegerField,
)


class RecordSerializer(serializers.ModelSerializer):
    """Fields of a model, read only, so that the schema says what is always there."""

    @classmethod
    def shown(cls, record: Any, given: Given) -> Any:
        """What is said of a record."""
        said = {}
        for name, read, show in cls._steps():
            try:
                value = read(record)
            except serializers.SkipField:
                continue
            said[name] = value if value is None or show is None else show(value, given)
        return said

    def to_representation(self, instance: Any) -> Any:
        given: Any = self.context
        return self.shown(instance, given)

    @classmethod
    @cache
    def _steps(cls) -> list[Step]:
        model: Any = cls.Meta.model
        columns = {column.name for column in model._meta.concrete_fields}
        parts = {
            one.name for one in model._meta.get_fields() if one.one_to_many or one.many_to_many
        }
        return [
            (name, _read(field, columns, parts), _show(field, columns))
            for name, field in cls().fields.items()
        ]

    def get_extra_kwargs(self) -> dict[str, Any]:
        return {name: self._words_for(name) for name in self.Meta.fields}

    def _words_for(self, name: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = {"read_only": True}
        if name in HELP:
            kwargs["help_text"] = HELP[name]
        model: Any = self.Meta.model
        column = {column.name: column for column in model._meta.fields}.get(name)
        if column is not None and column.choices and column.blank:
            kwargs["allow_blank"] = True
        return kwargs


def _read(field: Any, columns: set[str], parts: set[str]) -> Callable[[Any], Any]:
    source = str(field.source)
    if source == "*":
        return lambda record: record
    if source in columns:
        return attrgetter(source)
    if source in parts:
        return lambda record: parts_of(record, source)
    return field.get_attribute


def _show(field: Any, columns: set[str]) -> Callable[[Any, Given], Any] | None:
    if hasattr(field, "shown"):
        return field.shown
    if isinstance(field, serializers.ListSerializer):
        child: Any = field.child
        shown = child.shown
        return lambda records, given: [shown(record, given) for record in records]
    if field.source in columns and isinstance(field, AS_READ):
        return None
    return lambda value, given: field.to_representation(value)


# Where the words for curators would say too little to a partner.
HELP = {
    "former_slugs": "Of entries that were merged into this one: their addresses lead here.",
    "note": "An ambiguity, or how it was read.",
    "ref": "Given at first publication and never used again.",
    "slug": "The entry’s key, which does not change.",
    "summary": "In our own words.",
}

OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
_other = JSONEncoder().default


def as_json(content: Any) -> bytes:
    """The bytes that the framework's renderer gives; but 1e-5, where it writes 1e-05."""
    text = orjson.dumps(content, _other, OPTIONS)
    # Line ends in scripts, which JSON allows and they do not.
    return text.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")


class OrjsonRenderer(JSONRenderer):
    """JSON; on several lines where a reader's Accept header asks for an `indent`."""

    def render(self, data: Any, media_type: Any = None, context: Any = None) -> bytes:
        if data is None or self.get_indent(media_type, context or {}):
            return super().render(data, media_type, context)
        return as_json(data)
