"""Records with other records' slugs in place of those that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Value

from dialogues.records import checks
from dialogues.records.base import NestedRecords, RecordForm
from dialogues.records.citations import (
    CitationListField,
    CitationRefField,
    FieldCitationsRecordField,
)
from dialogues.records.fields import Field, ForeignKeyField, ManyToManyField, ObjectField
from dialogues.records.files import FileFault
from dialogues.records.vocabulary import SHARED

from .entry import ImportEntry

# By the kind of record, the slug that each former one leads to.
Former = dict[str, dict[str, str]]


def former() -> Former:
    """Where the slugs of merged entries lead. One query."""
    one, *others = (
        form.model._default_manager.merged()  # type: ignore[attr-defined]
        .order_by()
        .values_list(Value(form.name), "slug", "former_slugs")
        for form in SHARED.values()
    )
    found: Former = {}
    for kind, slug, slugs in one.union(*others, all=True):
        found.setdefault(kind, {}).update(dict.fromkeys(slugs, slug))
    return found


def faults(entries: Iterable[ImportEntry], merged: Former) -> Iterator[FileFault]:
    """What records say against the merges that the archive knows, or against each other."""
    entries = list(entries)
    own = {(entry.form.name, entry.key) for entry in entries}
    given: dict[tuple[str, str], ImportEntry] = {}
    for entry in entries:
        known = merged.get(entry.form.name, {})
        slugs = entry.record.get("former_slugs", [])
        if entry.key in known:
            yield entry.fault("", f"was merged into {known[entry.key]}: leave it out")
        for slug in slugs:
            first = given.setdefault((entry.form.name, slug), entry)
            into = known.get(slug, entry.key)
            if slug == entry.key or (entry.form.name, slug) in own:
                yield entry.fault("former_slugs", f"{slug} stands here as an entry of its own")
            elif first is not entry or into not in (entry.key, *slugs):
                other = first.key if first is not entry else into
                yield entry.fault("former_slugs", f"{slug} was merged into {other}")
        for slug in (entry.before or {}).get("former_slugs", []):
            if slug not in slugs:
                yield entry.fault("former_slugs", f"{slug} leads here; it cannot be left out")


def renamed(form: RecordForm, record: dict[str, Any], to: Former) -> dict[str, Any]:
    """The record with each slug that `to` has replaced by what it leads to."""
    if not to:
        return record
    changed = {part.name: _value(part, record[part.name], to) for part in form.fields}
    return _settled(form, changed) if changed != record else record


def _value(part: Field, value: Any, to: Former) -> Any:
    if value is None:
        return None
    if isinstance(part, NestedRecords):
        assert part.form is not None
        inner = part.form
        return [
            {one.name: _value(one, item[one.name], to) for one in inner.fields} for item in value
        ]
    if isinstance(part, ObjectField):
        return {one.name: _value(one, value[one.name], to) for one in part.fields}
    if isinstance(part, ForeignKeyField):
        return _slug(part.kind, value, to)
    if isinstance(part, ManyToManyField):
        return sorted({_slug(part.kind, slug, to) for slug in value})
    if isinstance(part, FieldCitationsRecordField):
        return {name: _once(_cite(cite, to) for cite in cites) for name, cites in value.items()}
    if isinstance(part, CitationListField):
        return _once(_cite(cite, to) for cite in value)
    return _cite(value, to) if isinstance(part, CitationRefField) else value


def _slug(kind: str, slug: str, to: Former) -> str:
    return to.get(kind, {}).get(slug, slug)


def _cite(cite: str, to: Former) -> str:
    source, mark, place = cite.partition("#")
    return _slug("source", source, to) + mark + place


def _once(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _settled(form: RecordForm, record: dict[str, Any]) -> dict[str, Any]:
    """What follows where two names have become one: it is not said twice, and counts are anew."""
    settle: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "actor": lambda record: record | {"memberships": _memberships(record["memberships"])},
        "dialogue": lambda record: (
            record
            | {"tallies": [one | {"matches": checks.recomputed(one)} for one in record["tallies"]]}
        ),
        "statement": lambda record: (
            record | {"positions": [_position(one) for one in record["positions"]]}
        ),
    }
    return settle[form.name](record) if form.name in settle else record


def _position(record: dict[str, Any]) -> dict[str, Any]:
    return record | {"other_themes": [t for t in record["other_themes"] if t != record["theme"]]}


def _memberships(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Memberships that say the same are one, read wherever either was."""
    found: list[dict[str, Any]] = []
    for record in records:
        cites = {"cites": record["cites"]}
        same = next((n for n, one in enumerate(found) if one | cites == record), None)
        if same is None:
            found.append(record)
        else:
            found[same] = record | {"cites": _once([*found[same]["cites"], *record["cites"]])}
    return found
