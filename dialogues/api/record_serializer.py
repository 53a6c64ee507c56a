"""The base of all serializers of records, and the plan by which their rows are read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rest_framework import serializers

from dialogues.exporters import ColumnValue, RowPlan, RowValue, is_given

from .addresses import ApiUrlField, PageUrlField
from .computed_fields import ComputedField


def strings() -> Any:
    return serializers.ListField(child=serializers.CharField(), read_only=True)


# Where the words for curators would say too little to a partner.
HELP = {
    "note": "An ambiguity, or how it was read.",
    "ref": "Given at first publication and never used again.",
    "slug": "The entry’s key, which does not change.",
    "summary": "In our own words.",
}


class RecordSerializer(serializers.ModelSerializer):
    """Fields of a model, read only, so that the schema says what is always there."""

    # The fields are declared once: lists and files are read by the plan that follows from them;
    # records that the comparison has read already are shown by the framework. (The first line of a
    # serializer's docstring is its description in the schema.)

    # Shown where `fields` names them.
    former_slugs = strings()
    variants = strings()
    url = PageUrlField()
    api = ApiUrlField()

    # Whether it is null where all its fields are empty.
    optional = False

    @classmethod
    @lru_cache(maxsize=256)
    def plan(cls, site: str) -> RowPlan:
        """How rows are read for this serializer; `site` comes before the path of addresses."""
        return _plan(cls(context={"site": site}))

    def to_representation(self, instance: Any) -> Any:
        row = super().to_representation(instance)
        return row if not self.optional or is_given(row) else None

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


def _plan(serializer: RecordSerializer, path: str = "", **more: Any) -> RowPlan:
    fields = {name: _field(field) for name, field in serializer.fields.items()}
    return RowPlan(serializer.Meta.model, fields, path, serializer.optional, **more)


def _field(field: Any) -> str | ColumnValue | RowValue | RowPlan:
    """What is read for a field."""
    if isinstance(field, ComputedField):
        return ColumnValue(field.value, field.columns)
    if hasattr(field, "row_value"):
        return RowValue(field.row_value)
    path = "" if field.source == "*" else field.source.replace(".", "__")
    if isinstance(field, serializers.ListSerializer):
        child: Any = field.child
        return _plan(child, path, through=getattr(field, "through", None))
    if isinstance(field, serializers.SlugRelatedField):
        return f"{path}__{field.slug_field}"
    return _plan(field, path) if isinstance(field, RecordSerializer) else path
