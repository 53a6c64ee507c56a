"""What a form is: how the object of one kind of record becomes JSON, and comes back.

`to_record` writes an object as plain JSON values, `apply_record` makes an object equal to such a
record. The forms themselves are declared in `forms`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import ForeignKey, Model, QuerySet

from dialogues import models
from dialogues.models.shapes import Part, Shape, forget_parts, parts_of
from dialogues.models.writing import new_row

from .fields import (
    DateField,
    Field,
    ObjectField,
    RecordReference,
    Resolver,
    empty,
    object_schema,
    required_text,
)
from .rows import AT_ONCE

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def ref(letter: str) -> Field:
    return RefField(
        "ref",
        json={
            "type": "string",
            "pattern": rf"^(RTOP-[0-9]{{4}}-{letter}[0-9]{{2,6}}|DRAFT-[0-9A-F]{{8}})$",
        },
    )


class RefField(Field):
    """The ref, and the number in it by which parts are put in order."""

    def load(self, obj: Any, value: str, resolver: Resolver) -> None:
        obj.ref = value
        obj.serial = int(value.rsplit("-", 1)[1][1:]) if value.startswith("RTOP-") else 0


class JSONField(Field):
    """Any JSON value, its numbers as PostgreSQL keeps them: 1e22 and 43.0 are whole."""

    def normal(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.normal(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.normal(inner) for inner in value]
        return int(value) if isinstance(value, float) and value.is_integer() else value


def anything(name: str) -> Field:
    return JSONField(name, json={})


@dataclass(frozen=True)
class WithdrawnRecords(Field):
    """The tombstones of parts that were published: ref, day, and the reason that readers find."""

    def schema(self) -> dict:
        one = object_schema(
            (
                Field("ref", json={"type": "string", "pattern": "^RTOP-[0-9]{4}-[PQT][0-9]{2,6}$"}),
                DateField("on"),
                required_text("reason"),
            )
        )
        one["properties"]["on"] = {"type": "string", "format": "date"}
        return {"type": "array", "items": one, "uniqueItems": True}

    def normal(self, value: list[dict]) -> list[dict]:
        return sorted(value, key=lambda part: part["ref"])


@dataclass(frozen=True)
class RecordForm:
    """The form of one kind of record, or of a part of one.

    `key` names the field that identifies it; a part without one is known by its place in the list.
    Parts that have no order of their own stand in the order of the fields in `order`.
    """

    name: str
    model: type[Model]
    fields: tuple[Field, ...]
    key: str = ""
    order: tuple[str, ...] = ()

    def in_order(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        # Here and not in the database: there, the order of texts is a matter of its locale.
        if not self.order:
            return records
        return sorted(records, key=lambda record: [record[name] or "" for name in self.order])

    def schema(self) -> dict:
        schema = object_schema(self.fields)
        _limit_lengths(schema, self.fields, self.model)
        return schema

    @cached_property
    def shape(self) -> Shape:
        """All columns of its objects, and what else their records say."""
        named = {name: one for part in self.fields for name, one in part.named().items()}
        parts = {one.name: one for part in self.fields for one in part.parts()}
        columns = [column.attname for column in self.model._meta.concrete_fields]
        return Shape(self.model, *columns, **named).with_parts(*parts.values())

    @cached_property
    def foreign_keys(self) -> set[str]:
        """Left out of `clean_fields`: the resolver found them, no query asks again."""
        return {f.name for f in self.model._meta.fields if isinstance(f, ForeignKey)}


def _limit_lengths(schema: dict, fields: Iterable[Field], model: type[Model]) -> None:
    """Texts are no longer than their columns: said in the schema, a fault names its place."""
    longest = {column.name: getattr(column, "max_length", None) for column in model._meta.fields}
    for part in fields:
        inner = schema["properties"][part.name]
        if isinstance(part, ObjectField):
            _limit_lengths(inner.get("anyOf", [inner])[0], part.fields, model)
        elif inner.get("type") == "string" and longest.get(part.of):
            inner["maxLength"] = longest[part.of]


@dataclass(frozen=True)
class NestedRecords(Field):
    """The parts of a record, in order; each has a form of its own."""

    form: RecordForm | None = None
    owner: str = ""

    def schema(self) -> dict:
        return {"type": "array", "items": {"$ref": f"#/$defs/{self._form.name}"}}

    @property
    def _form(self) -> RecordForm:
        assert self.form is not None
        return self.form

    def parts(self) -> Iterable[Part]:
        return (Part(self.of, self._form.model._default_manager.all, self._form.shape),)

    def dump(self, obj: Model) -> list[dict]:
        return self._form.in_order([to_record(self._form, part) for part in self._parts(obj)])

    def normal(self, value: list[dict]) -> list[dict]:
        return self._form.in_order([normal_record(self._form, record) for record in value])

    def _parts(self, obj: Any) -> list[Any]:
        parts = list(parts_of(obj, self.of))
        return sorted(parts, key=lambda part: part.order) if self._ordered else parts

    @cached_property
    def _ordered(self) -> bool:
        return any(column.name == "order" for column in self._form.model._meta.fields)

    def load(self, obj: Model, value: list[dict], resolver: Resolver) -> None:
        pass

    def load_related(self, obj: Model, value: list[dict], resolver: Resolver, new: bool) -> None:
        form = self._form
        existing = [] if new else self._parts(obj)
        rows = self._same_rows(existing, value) if existing else {}
        stay = {part.pk for part in rows.values()}
        # Deleted first, so that no two stand for one thing meanwhile; their addresses are used
        # again, so that a part that has a page keeps it.
        free = [part.pk for part in existing if part.pk not in stay]
        for part in existing:
            if part.pk not in stay:
                part.delete()
        for order, record in enumerate(value, start=1):
            part = rows.get(order) or new_row(form.model)
            if free and not form.key and order not in rows:
                part.pk = free.pop(0)
            self._own(part, obj, order)
            apply_record(form, record, part, resolver)

    def _same_rows(self, existing: list[Any], value: list[dict]) -> dict[int, Any]:
        """The row that each record stays in, by its place: of the same key, or the same in all."""
        form = self._form
        if form.key:
            by_key = {getattr(part, form.key): part for part in existing}
            places = {order: by_key.get(record[form.key]) for order, record in enumerate(value, 1)}
            return {order: part for order, part in places.items() if part is not None}
        rows, left = {}, [(to_record(form, part), part) for part in existing]
        for order, record in enumerate(value, start=1):
            place = next((n for n, (known, _) in enumerate(left) if known == record), None)
            if place is not None:
                rows[order] = left.pop(place)[1]
        return rows

    def _own(self, part: Any, obj: Model, order: int) -> None:
        setattr(part, self.owner, obj)
        if self._ordered:
            part.order = order

    def references(self, value: list[dict], path: str) -> Iterator[RecordReference]:
        for index, record in enumerate(value):
            name = record[self._form.key] if self._form.key else index
            yield from references(self._form, record, f"{path}[{name}]")


class NestedQuotations(NestedRecords):
    """Quotations: of a position they also belong to its statement, and all to a dialogue."""

    def _parts(self, obj: Any) -> list[Any]:
        quotations = super()._parts(obj)
        if isinstance(obj, models.Dialogue):
            return [quotation for quotation in quotations if quotation.statement_id is None]
        return quotations

    def _own(self, part: Any, obj: Any, order: int) -> None:
        part.order = order
        if isinstance(obj, models.Dialogue):
            part.dialogue = obj
        else:
            part.position, part.statement = obj, obj.statement
            part.dialogue_id = obj.statement.dialogue_id


def to_record(form: RecordForm, obj: Model) -> dict[str, Any]:
    """The record of an object. Read it through `records_of` where there are many."""
    return {part.name: part.dump(obj) for part in form.fields}


def normal_record(form: RecordForm, record: dict[str, Any]) -> dict[str, Any]:
    """A record of a file as `to_record` would write it, so that only what differs shows."""
    return {part.name: part.normal(record[part.name]) for part in form.fields}


def completed(form: RecordForm, record: dict[str, Any]) -> dict[str, Any]:
    """A record with all the fields of its form, those empty that it lacked.

    One of the history lacks what the form got later, a new one what nobody fills in by hand.
    """
    whole = {}
    for part in form.fields:
        value = record.get(part.name, empty(part.schema()))
        if isinstance(part, NestedRecords) and part.form:
            value = [completed(part.form, item) for item in value]
        whole[part.name] = value
    return whole


def apply_record(form: RecordForm, record: dict[str, Any], obj: Model, resolver: Resolver) -> Model:
    """Makes the object equal to the record, with its parts. Ends with `resolver.rows.write()`.

    Until then new rows wait, so that those of many records are written together. The record must
    have been checked (`importing.Plan`). Raises ValidationError where a value does not fit its
    model field.
    """
    new = fill(form, record, obj, resolver)
    relate(form, record, obj, resolver, new)
    return obj


def fill(form: RecordForm, record: dict[str, Any], obj: Model, resolver: Resolver) -> bool:
    """The object's own values; true when it is new, and waits to be written."""
    for part in form.fields:
        part.load(obj, record[part.name], resolver)
    obj.clean_fields(exclude=form.foreign_keys)
    if obj.pk is None:
        resolver.rows.add(obj)
        return True
    obj.save()
    return False


def relate(
    form: RecordForm, record: dict[str, Any], obj: Model, resolver: Resolver, new: bool
) -> None:
    """What refers to others, and the parts."""
    for part in form.fields:
        part.load_related(obj, record[part.name], resolver, new)


def references(form: RecordForm, record: dict[str, Any], path: str) -> Iterator[RecordReference]:
    """All other records that a record names, each with its place."""
    for part in form.fields:
        yield from part.references(record[part.name], f"{path}.{part.name}" if path else part.name)


def records_of(form: RecordForm, queryset: QuerySet) -> Iterator[tuple[Model, dict[str, Any]]]:
    """Objects with their records; a fixed number of queries for each five hundred objects."""
    for obj in form.shape.read(queryset).iterator(chunk_size=AT_ONCE):
        record = to_record(form, obj)
        forget_parts(obj)
        yield obj, record
