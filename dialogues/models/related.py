"""What many rows are related to, read for all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import Model


def read_related(rows: Sequence[Model], *paths: str) -> None:
    """As Django's `prefetch_related_objects`, for rows that are only read.

    A query for each step of a path, two where a table stands between. It costs a third of the
    time, since a relation to many is kept as a plain list: `row.parts.all()` gives it, and nothing
    else of the manager works until `forget_related`.
    """
    if not rows:
        return
    steps: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition("__")
        steps.setdefault(name, []).extend([rest] if rest else [])
    for name, further in steps.items():
        column: Any = type(rows[0])._meta.get_field(name)
        if column.many_to_many:
            found = _to_many(rows, column)
        elif column.one_to_many:
            found = _parts(rows, column)
        else:
            found = _to_one(rows, column)
        read_related(found, *further)


def forget_related(row: Model) -> None:
    row.__dict__.pop("_prefetched_objects_cache", None)


def _to_one(rows: Iterable[Model], column: Any) -> list[Model]:
    keys = {row: getattr(row, column.attname) for row in rows}
    found = column.related_model._base_manager.in_bulk({*keys.values()} - {None})
    for row, key in keys.items():
        column.set_cached_value(row, None if key is None else found[key])
    return list(found.values())


def _parts(rows: Iterable[Model], relation: Any) -> list[Model]:
    """Rows that refer to these by a foreign key."""
    owners = {row.pk: row for row in rows}
    parts, owned = relation.related_model._default_manager, f"{relation.field.name}__in"
    found = [part for keys in _some(owners) for part in parts.filter(**{owned: keys})]
    own: dict[Any, list[Model]] = {pk: [] for pk in owners}
    for part in found:
        key = getattr(part, relation.field.attname)
        relation.field.set_cached_value(part, owners[key])
        own[key].append(part)
    for pk, row in owners.items():
        _keep(row, relation.get_accessor_name(), own[pk])
    return found


def _to_many(rows: Iterable[Model], column: Any) -> list[Model]:
    here, there = column.m2m_field_name(), column.m2m_reverse_field_name()
    through = column.remote_field.through._base_manager
    pairs = [
        pair
        for keys in _some(row.pk for row in rows)
        for pair in through.filter(**{f"{here}__in": keys}).values_list(here, there)
    ]
    rows_there = column.related_model._default_manager.filter(pk__in={key for _, key in pairs})
    found = {other.pk: other for other in rows_there}
    own: dict[Any, set[Any]] = {}
    for one, other in pairs:
        own.setdefault(one, set()).add(other)
    order = {pk: place for place, pk in enumerate(found)}
    for row in rows:
        others = sorted(own.get(row.pk, ()), key=order.__getitem__)
        _keep(row, column.name, [found[key] for key in others])
    return list(found.values())


def _some(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """SQLite takes some thirty thousand values in one query."""
    left = iter(keys)
    while some := list(islice(left, 10_000)):
        yield some


def _keep(row: Model, name: str, others: list[Model]) -> None:
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = others
