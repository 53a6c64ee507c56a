"""Fields of a record form: how a model attribute becomes JSON, and JSON the attribute.

A field declares its JSON Schema, how it is written (`dump`) and how it is read (`load` before the
object is saved, `load_related` after). It does not check references: those are collected by
`references` and checked together, so that every fault is named at once.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Choices, Model, Prefetch

from .resolver import RecordReference, Resolver

# No database holds NUL, no UTF-8 file a lone surrogate.
TEXT = {"type": "string", "pattern": "^[^\\u0000\\ud800-\\udfff]*$"}


@dataclass(frozen=True)
class Field:
    """A column of the object."""

    name: str
    attr: str = ""
    json: dict = field(default_factory=lambda: dict(TEXT))

    @property
    def attribute(self) -> str:
        return self.attr or self.name

    def schema(self) -> dict:
        return dict(self.json)

    def select_related(self) -> tuple[str, ...]:
        """Foreign keys to load with the object, for `select_related`."""
        return ()

    def prefetch_related(self) -> tuple[str | Prefetch, ...]:
        """Reverse relations to load, for `prefetch_related`: a query for each."""
        return ()

    def empty(self) -> Any:
        """The value of the field in a record that says nothing: null where that is allowed."""
        kinds = self.schema().get("type", "string")
        if "null" in kinds:
            return None
        return {"array": [], "object": {}, "boolean": False, "integer": 0}.get(kinds, "")

    def completed(self, value: Any) -> Any:
        """The value with all the fields inside it, those empty that it lacks."""
        return value

    def dump(self, obj: Model) -> Any:
        """The object's value, as JSON."""
        return getattr(obj, self.attribute)

    def normal(self, value: Any) -> Any:
        """A file's value as `dump` would write it: a list that has no order is sorted."""
        return value

    def load(self, obj: Model, value: Any, resolver: Resolver) -> None:
        """Sets the object's column, before the object is saved."""
        setattr(obj, self.attribute, value)

    def load_related(self, obj: Model, value: Any, resolver: Resolver, new: bool) -> None:
        """Writes relations and parts, which need a saved object. `new`: it has none yet."""

    def references(self, value: Any, path: str) -> Iterator[RecordReference]:
        return iter(())


def text(name: str, attr: str = "") -> Field:
    return Field(name, attr)


def required_text(name: str) -> Field:
    return Field(name, json={**TEXT, "minLength": 1})


def pattern(name: str, regex: str) -> Field:
    return Field(name, json={"type": "string", "pattern": regex})


def choice(name: str, choices: type[Choices], blank: bool = False) -> Field:
    return Field(name, json={"enum": [*choices.values, ""] if blank else list(choices.values)})


def number(name: str, attr: str = "", minimum: int = 0) -> Field:
    # 32767 is what a small integer of PostgreSQL holds.
    return Field(
        name, attr, json={"type": ["integer", "null"], "minimum": minimum, "maximum": 32767}
    )


def whole(name: str, minimum: int = 0, maximum: int = 32767) -> Field:
    return Field(name, json={"type": "integer", "minimum": minimum, "maximum": maximum})


def flag(name: str) -> Field:
    return Field(name, json={"type": "boolean"})


def maybe(name: str) -> Field:
    return Field(name, json={"type": ["boolean", "null"]})


def texts(name: str, least: int = 0) -> Field:
    json = {"type": "array", "items": {**TEXT, "minLength": 1}}
    return Field(name, json={**json, "minItems": least} if least else json)


class SortedField(Field):
    """A list of unique values without an order of its own."""

    def normal(self, value: list[Any]) -> list[Any]:
        return sorted(value)


def numbers(name: str, allowed: list[int]) -> Field:
    return SortedField(
        name, json={"type": "array", "items": {"enum": allowed}, "uniqueItems": True}
    )


class DateField(Field):
    """An ISO date, or null."""

    def schema(self) -> dict:
        return {"type": ["string", "null"], "format": "date"}

    def dump(self, obj: Model) -> str | None:
        value = getattr(obj, self.attribute)
        return value.isoformat() if value else None

    def load(self, obj: Model, value: str | None, resolver: Resolver) -> None:
        setattr(obj, self.attribute, datetime.date.fromisoformat(value) if value else None)


class DatesField(Field):
    """All days of a meeting, in order: its first day and the further ones."""

    def schema(self) -> dict:
        return {
            "type": "array",
            "items": {"type": "string", "format": "date"},
            "uniqueItems": True,
        }

    def load(self, obj: Model, value: list[str], resolver: Resolver) -> None:
        obj.first_day = datetime.date.fromisoformat(value[0]) if value else None  # type: ignore[attr-defined]
        obj.further_days = value[1:]  # type: ignore[attr-defined]


def kind_of(model: type[Model]) -> str:
    """The name of a model's record form."""
    return model._meta.model_name or ""


@dataclass(frozen=True, kw_only=True)
class ForeignKeyField(Field):
    """Another record, by its slug; or null."""

    model: type[Model]
    null: bool = True

    def schema(self) -> dict:
        return {"type": ["string", "null"] if self.null else "string"}

    def select_related(self) -> tuple[str, ...]:
        return (self.attribute,)

    def dump(self, obj: Model) -> str | None:
        other = getattr(obj, self.attribute)
        return other.slug if other else None

    def load(self, obj: Model, value: str | None, resolver: Resolver) -> None:
        setattr(obj, f"{self.attribute}_id", resolver.id_of(self.model, value) if value else None)

    def references(self, value: str | None, path: str) -> Iterator[RecordReference]:
        if value:
            yield RecordReference(kind_of(self.model), value, path)


class PanelKeyField(Field):
    """A panel of the same dialogue, by its key; or null."""

    def schema(self) -> dict:
        return {"type": ["string", "null"]}

    def select_related(self) -> tuple[str, ...]:
        return ("panel",)

    def dump(self, obj: Any) -> str | None:
        return obj.panel.key if obj.panel else None

    def load(self, obj: Any, value: str | None, resolver: Resolver) -> None:
        obj.panel_id = resolver.panels[value] if value else None

    def references(self, value: str | None, path: str) -> Iterator[RecordReference]:
        if value:
            yield RecordReference("panel", value, path)


@dataclass(frozen=True, kw_only=True)
class ManyToManyField(SortedField):
    """Other records, by their slugs, sorted."""

    model: type[Model]

    def schema(self) -> dict:
        return {"type": "array", "items": {"type": "string"}, "uniqueItems": True}

    def prefetch_related(self) -> tuple[str | Prefetch, ...]:
        return (self.attribute,)

    def dump(self, obj: Model) -> list[str]:
        return sorted(other.slug for other in getattr(obj, self.attribute).all())

    def load(self, obj: Model, value: list[str], resolver: Resolver) -> None:
        pass

    def load_related(self, obj: Model, value: list[str], resolver: Resolver, new: bool) -> None:
        if value == ([] if new else self.dump(obj)):
            return
        ids = [resolver.id_of(self.model, slug) for slug in value]
        if not new:
            getattr(obj, self.attribute).set(ids)
            return
        relation: Any = obj._meta.get_field(self.attribute)
        through = relation.remote_field.through
        here, there = relation.m2m_field_name(), f"{relation.m2m_reverse_field_name()}_id"
        for pk in ids:
            resolver.rows.add(through(**{here: obj, there: pk}))

    def references(self, value: list[str], path: str) -> Iterator[RecordReference]:
        for index, slug in enumerate(value):
            yield RecordReference(kind_of(self.model), slug, f"{path}[{index}]")


@dataclass(frozen=True)
class ObjectField(Field):
    """Several attributes as one JSON object; null when all are empty, if that is allowed."""

    fields: tuple[Field, ...] = ()
    null: bool = False

    def schema(self) -> dict:
        schema = object_schema(self.fields)
        return {"anyOf": [schema, {"type": "null"}]} if self.null else schema

    def select_related(self) -> tuple[str, ...]:
        return tuple(name for inner in self.fields for name in inner.select_related())

    def prefetch_related(self) -> tuple[str | Prefetch, ...]:
        return tuple(lookup for inner in self.fields for lookup in inner.prefetch_related())

    def dump(self, obj: Model) -> dict | None:
        return self._null_if_empty({part.name: part.dump(obj) for part in self.fields})

    def normal(self, value: dict | None) -> dict | None:
        if value is None:
            return None
        return self._null_if_empty(
            {part.name: part.normal(value[part.name]) for part in self.fields}
        )

    def empty(self) -> dict | None:
        return None if self.null else completed_fields(self.fields, {})

    def completed(self, value: dict | None) -> dict | None:
        return None if value is None else completed_fields(self.fields, value)

    def _null_if_empty(self, value: dict) -> dict | None:
        return None if self.null and not any(value.values()) else value

    def _values(self, value: dict | None) -> list[tuple[Field, Any]]:
        values = completed_fields(self.fields, value or {})
        return [(part, values[part.name]) for part in self.fields]

    def load(self, obj: Model, value: dict | None, resolver: Resolver) -> None:
        for part, inner in self._values(value):
            part.load(obj, inner, resolver)

    def load_related(self, obj: Model, value: dict | None, resolver: Resolver, new: bool) -> None:
        for part, inner in self._values(value):
            part.load_related(obj, inner, resolver, new)

    def references(self, value: dict | None, path: str) -> Iterator[RecordReference]:
        if value is not None:
            for part, inner in self._values(value):
                yield from part.references(inner, f"{path}.{part.name}")


def completed_fields(fields: Iterable[Field], record: dict[str, Any]) -> dict[str, Any]:
    """The values of all fields; those that the record lacks are empty."""
    return {
        part.name: part.completed(record[part.name]) if part.name in record else part.empty()
        for part in fields
    }


def object_schema(fields: Iterable[Field]) -> dict:
    fields = list(fields)
    return {
        "type": "object",
        "properties": {part.name: part.schema() for part in fields},
        "required": [part.name for part in fields],
        "additionalProperties": False,
    }
