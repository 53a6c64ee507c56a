"""Slugs of merged entries: replaced in records by the slug of the entry they were merged into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.db.models import QuerySet, Value

from dialogues.records import checks
from dialogues.records.base import NestedRecords, RecordForm
from dialogues.records.citations import (
    CitationListField,
    CitationRefField,
    FieldCitationsRecordField,
)
from dialogues.records.fields import Field, ForeignKeyField, ManyToManyField, ObjectField, kind_of
from dialogues.records.files import FileFault
from dialogues.records.vocabulary import SHARED

from .entry import ImportEntry

# By kind of record: the present slug for each former one.
Former = dict[str, dict[str, str]]


def former() -> Former:
    """The slugs of merged entries, and the slug that each leads to. One query."""
    leads_to: Former = {}
    for kind, slug, slugs in of_shared_lists("slug", "former_slugs", merged=True):
        leads_to.setdefault(kind, {}).update(dict.fromkeys(slugs, slug))
    return leads_to


def of_shared_lists(*columns: str, merged: bool = False) -> QuerySet:
    """Columns of the entries of all shared lists, or of the merged ones, after their kind."""
    first, *others = (
        (manager.merged() if merged else manager.all())
        .order_by()
        .values_list(Value(form.name), *columns)
        for form in SHARED.values()
        for manager in [cast("Any", form.model._default_manager)]
    )
    return first.union(*others, all=True)


def faults(entries: Iterable[ImportEntry], merged: Former) -> Iterator[FileFault]:
    """Faults of records that contradict the archive's merges, or each other's."""
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
    """The record with the present slug in place of each former one in `to`."""
    if not to:
        return record
    changed = _values(form.fields, record, to)
    return _without_repetitions(form, changed) if changed != record else record


def _values(fields: Iterable[Field], record: dict[str, Any], to: Former) -> dict[str, Any]:
    return {part.name: _value(part, record[part.name], to) for part in fields}


def _value(part: Field, value: Any, to: Former) -> Any:
    if value is None:
        return None
    if isinstance(part, NestedRecords):
        return [_values(part.form.fields, item, to) for item in value]
    if isinstance(part, ObjectField):
        return _values(part.fields, value, to)
    if isinstance(part, ForeignKeyField):
        return _slug(kind_of(part.model), value, to)
    if isinstance(part, ManyToManyField):
        return sorted({_slug(kind_of(part.model), slug, to) for slug in value})
    if isinstance(part, FieldCitationsRecordField):
        return {name: _unique(_cite(cite, to) for cite in cites) for name, cites in value.items()}
    if isinstance(part, CitationListField):
        return _unique(_cite(cite, to) for cite in value)
    return _cite(value, to) if isinstance(part, CitationRefField) else value


def _slug(kind: str, slug: str, to: Former) -> str:
    return to.get(kind, {}).get(slug, slug)


def _cite(cite: str, to: Former) -> str:
    source, mark, place = cite.partition("#")
    return _slug("source", source, to) + mark + place


def _unique(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _without_repetitions(form: RecordForm, record: dict[str, Any]) -> dict[str, Any]:
    """The record after two slugs have become one: repetitions removed, tallies recounted."""
    if form.name == "actor":
        return record | {"memberships": _memberships(record["memberships"])}
    if form.name == "dialogue":
        tallies = [tally | {"matches": checks.tally_matches(tally)} for tally in record["tallies"]]
        return record | {"tallies": tallies}
    for position in record["positions"] if form.name == "statement" else ():
        others = [theme for theme in position["other_themes"] if theme != position["theme"]]
        position["other_themes"] = others
    return record


def _memberships(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The memberships, equal ones joined, with the citations of all."""
    unique: list[dict[str, Any]] = []
    for record in records:
        cites = {"cites": record["cites"]}
        same = next((n for n, known in enumerate(unique) if known | cites == record), None)
        if same is None:
            unique.append(record)
        else:
            unique[same] = record | {"cites": _unique([*unique[same]["cites"], *record["cites"]])}
    return unique
