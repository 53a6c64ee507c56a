"""The record form: how the object of one kind of record becomes JSON, and comes back.

`to_record` writes an object as plain JSON values, `apply_record` makes an object equal to such a
record. The forms themselves are declared in `record_forms` and `vocabulary`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import ForeignKey, Model, Prefetch, QuerySet, prefetch_related_objects

from dialogues import models

from .difference import equal_records
from .fields import (
    Field,
    ObjectField,
    RecordReference,
    Resolver,
    completed_fields,
    kind_of,
    object_schema,
    required_text,
)
from .rows import BATCH_SIZE

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
    """A permanent reference, and the serial number in it, which is a column of its own."""

    def load(self, obj: Any, value: str, resolver: Resolver) -> None:
        obj.ref = value
        obj.serial = int(value.rsplit("-", 1)[1][1:]) if value.startswith("RTOP-") else 0


class JSONField(Field):
    """Any JSON value. Whole numbers are integers, as PostgreSQL stores them: 1e22, 43.0."""

    def empty(self) -> None:
        return None

    def normal(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.normal(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.normal(inner) for inner in value]
        return int(value) if isinstance(value, float) and value.is_integer() else value


class WithdrawnRecords(Field):
    """Tombstones of published parts: ref, day of withdrawal, and the reason shown to readers."""

    def schema(self) -> dict:
        tombstone = object_schema(
            (
                Field("ref", json={"type": "string", "pattern": "^RTOP-[0-9]{4}-[PQT][0-9]{2,6}$"}),
                Field("on", json={"type": "string", "format": "date"}),
                required_text("reason"),
            )
        )
        return {"type": "array", "items": tombstone, "uniqueItems": True}

    def normal(self, value: list[dict]) -> list[dict]:
        return sorted(value, key=lambda part: part["ref"])


class RecordForm:
    """The form of one kind of record, or of a part of one.

    `key` names the field that identifies it; a part without one is identified by its place in the
    list. Parts without an order of their own are sorted by the fields in `order`.
    """

    def __init__(
        self,
        model: type[Model],
        *fields: Field,
        key: str = "",
        order: tuple[str, ...] = (),
        name: str = "",
    ) -> None:
        self.model, self.fields, self.key, self.order = model, fields, key, order
        self.name = name or kind_of(model)

    def in_order(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        # Sorted in Python: the order of texts in a database depends on its locale.
        if not self.order:
            return records
        return sorted(records, key=lambda record: [record[name] or "" for name in self.order])

    def schema(self) -> dict:
        schema = object_schema(self.fields)
        _limit_lengths(schema, self.fields, self.model)
        return schema

    def with_parts(self, queryset: QuerySet) -> QuerySet:
        """The queryset, loaded with all that records of this form contain.

        One query, and one for each reverse relation, however many objects there are.
        """
        names = [name for part in self.fields for name in part.select_related()]
        return queryset.select_related(*names).prefetch_related(*self.prefetch_related)

    @cached_property
    def prefetch_related(self) -> list[str | Prefetch]:
        """The reverse relations that records of this form contain, with theirs."""
        return [lookup for part in self.fields for lookup in part.prefetch_related()]

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def part_form(self, name: str) -> RecordForm:
        """The form of the parts in a field."""
        field = self.field(name)
        assert isinstance(field, NestedRecords)
        return field.form

    @cached_property
    def foreign_keys(self) -> set[str]:
        """Excluded from `clean_fields`, which would query each: the resolver has found them."""
        return {f.name for f in self.model._meta.fields if isinstance(f, ForeignKey)}


def _limit_lengths(schema: dict, fields: Iterable[Field], model: type[Model]) -> None:
    """Adds `maxLength` from the columns, so that a fault of length names the field."""
    longest = {column.name: getattr(column, "max_length", None) for column in model._meta.fields}
    for part in fields:
        inner = schema["properties"][part.name]
        if isinstance(part, ObjectField):
            _limit_lengths(inner.get("anyOf", [inner])[0], part.fields, model)
        elif inner.get("type") == "string" and longest.get(part.attribute):
            inner["maxLength"] = longest[part.attribute]


@dataclass(frozen=True, kw_only=True)
class NestedRecords(Field):
    """Parts of a record, in order; each is a record of the part's own form.

    The foreign key of a part to its owner is named as the owner's model.
    """

    form: RecordForm

    def schema(self) -> dict:
        return {"type": "array", "items": {"$ref": f"#/$defs/{self.form.name}"}}

    def prefetch_related(self) -> tuple[str | Prefetch, ...]:
        parts = self.form.with_parts(self.form.model._default_manager.all())
        return (Prefetch(self.attribute, parts),)

    def dump(self, obj: Model) -> list[dict]:
        return self.form.in_order([to_record(self.form, part) for part in self._parts(obj)])

    def normal(self, value: list[dict]) -> list[dict]:
        return self.form.in_order([normal_record(self.form, record) for record in value])

    def completed(self, value: list[dict]) -> list[dict]:
        return [completed(self.form, record) for record in value]

    def _parts(self, obj: Any) -> list[Any]:
        parts = list(getattr(obj, self.attribute).all())
        return sorted(parts, key=lambda part: part.order) if self._ordered else parts

    @cached_property
    def _ordered(self) -> bool:
        return any(column.name == "order" for column in self.form.model._meta.fields)

    def load(self, obj: Model, value: list[dict], resolver: Resolver) -> None:
        pass

    def load_related(self, obj: Model, value: list[dict], resolver: Resolver, new: bool) -> None:
        form = self.form
        existing = [] if new else self._parts(obj)
        kept = self._kept_parts(existing, value) if existing else {}
        kept_pks = {part.pk for part in kept.values()}
        removed = [part for part in existing if part.pk not in kept_pks]
        free_pks = [part.pk for part in removed]
        # Deleted first, so that a unique constraint never sees the old and the new part together.
        for part in removed:
            part.delete()
        for order, record in enumerate(value, start=1):
            part = kept.get(order)
            if part is None:
                part = form.model()
                if free_pks and not form.key:
                    # A part without a key of its own has its primary key in its address.
                    part.pk = free_pks.pop(0)
            elif getattr(part, "order", order) == order and equal_records(
                to_record(form, part), record
            ):
                continue
            self._own(part, obj, order)
            relate(form, record, part, resolver, fill(form, record, part, resolver))

    def _kept_parts(self, existing: list[Any], value: list[dict]) -> dict[int, Any]:
        """By its order in the list: the existing part of the same key, or else the equal one."""
        form = self.form
        if form.key:
            by_key = {getattr(part, form.key): part for part in existing}
            keys = [record[form.key] for record in value]
            return {order: by_key[key] for order, key in enumerate(keys, 1) if key in by_key}
        kept, unmatched = {}, [(to_record(form, part), part) for part in existing]
        for order, record in enumerate(value, start=1):
            pair = next((pair for pair in unmatched if equal_records(pair[0], record)), None)
            if pair is not None:
                kept[order] = pair[1]
                unmatched.remove(pair)
        return kept

    def _own(self, part: Any, obj: Model, order: int) -> None:
        setattr(part, kind_of(type(obj)), obj)
        if self._ordered:
            part.order = order

    def references(self, value: list[dict], path: str) -> Iterator[RecordReference]:
        for index, record in enumerate(value):
            name = record[self.form.key] if self.form.key else index
            yield from references(self.form, record, f"{path}[{name}]")


class NestedQuotations(NestedRecords):
    """Quotations of a dialogue or a position; a position's also belong to its statement."""

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


def nested(
    name: str, model: type[Model], *fields: Field, key: str = "", order: tuple[str, ...] = ()
) -> NestedRecords:
    return NestedRecords(name, form=RecordForm(model, *fields, key=key, order=order))


def to_record(form: RecordForm, obj: Model) -> dict[str, Any]:
    """The record of an object. For many objects use `records_of`, which loads them together."""
    return {part.name: part.dump(obj) for part in form.fields}


def normal_record(form: RecordForm, record: dict[str, Any]) -> dict[str, Any]:
    """A record of a file as `to_record` would write it: lists that have no order are sorted."""
    return {part.name: part.normal(record[part.name]) for part in form.fields}


def completed(form: RecordForm, record: dict[str, Any]) -> dict[str, Any]:
    """The record with every field of its form; those that it lacks are empty.

    A record of the history lacks the fields that its form got later; a new one is begun with the
    few that are known.
    """
    return completed_fields(form.fields, record)


def apply_record(form: RecordForm, record: dict[str, Any], obj: Model, resolver: Resolver) -> Model:
    """Makes the object equal to the record, with its parts; unchanged parts are not written.

    New rows are written by `resolver.rows.write()`, which the caller calls last, so that those of
    many records are inserted together. The record must have been checked (`importing.plan`).
    Raises ValidationError if a value does not fit its model field.
    """
    if obj.pk is not None:
        # Read at once, to be compared with the record.
        prefetch_related_objects([obj], *form.prefetch_related)
    new = fill(form, record, obj, resolver)
    relate(form, record, obj, resolver, new)
    return obj


def fill(form: RecordForm, record: dict[str, Any], obj: Model, resolver: Resolver) -> bool:
    """Sets the object's own columns. Returns True for a new object, which is inserted later."""
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
    """Sets many-to-many relations, citations and parts."""
    for part in form.fields:
        part.load_related(obj, record[part.name], resolver, new)


def references(form: RecordForm, record: dict[str, Any], path: str) -> Iterator[RecordReference]:
    """The references of a record to others, each with its path."""
    for part in form.fields:
        yield from part.references(record[part.name], f"{path}.{part.name}" if path else part.name)


def records_of(form: RecordForm, queryset: QuerySet) -> Iterator[tuple[Model, dict[str, Any]]]:
    """Objects with their records; a fixed number of queries for each five hundred objects.

    The objects have their parts prefetched: `refresh_from_db` forgets them.
    """
    for obj in form.with_parts(queryset).iterator(chunk_size=BATCH_SIZE):
        yield obj, to_record(form, obj)
