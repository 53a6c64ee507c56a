"""Random records that are valid, made from the forms themselves."""

import datetime
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.models import Field as Column
from hypothesis import strategies as st

from dialogues.choices import REPORTED_COUNTS, DialogueFormat
from dialogues.records import citations, fields, record_forms
from dialogues.records.checks import tally_matches
from tests import bundled

Strategy = st.SearchStrategy[Any]

# What every text of a record may hold: anything but NUL and halves of a character.
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
DATES = st.dates(datetime.date(1, 1, 1), datetime.date(9999, 12, 31)).map(datetime.date.isoformat)
# Whole numbers in the range that every reader of JSON keeps.
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(CHARACTERS),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(CHARACTERS), inner),
    max_leaves=8,
)
URLS = st.sampled_from(["", "https://example.org/", "http://example.org/a?b=c&d=é#f"])
LISTS = {form.name: name for name, form in record_forms.SHARED.items()}


@cache
def slugs(kind: str) -> list[str]:
    return [record["slug"] for record in bundled.shared(LISTS[kind])]


@cache
def cites() -> list[str]:
    """Sources and passages that can be cited."""
    found = []
    for source in bundled.shared("sources"):
        found.append(source["slug"])
        found += [f"{source['slug']}#p{passage['number']}" for passage in source["passages"]]
    return found


def _longest(column: Column | None) -> int:
    return min(getattr(column, "max_length", None) or 40, 40)


def _text(field: fields.Field, column: Any) -> Strategy:
    schema = field.schema()
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if field.name == "url":
        return URLS
    if schema["pattern"] == fields.TEXT["pattern"]:
        return st.text(CHARACTERS, min_size=schema.get("minLength", 0), max_size=_longest(column))
    return st.from_regex(schema["pattern"], fullmatch=True).filter(
        lambda value: len(value) <= getattr(column, "max_length", 40)
    )


def _whole(schema: dict[str, Any]) -> Strategy:
    numbers = st.integers(schema["minimum"], schema["maximum"])
    return st.none() | numbers if "null" in schema["type"] else numbers


def _plain(field: fields.Field, column: Any) -> Strategy:
    """A value of the object itself, by its JSON Schema."""
    schema = field.schema()
    kind = schema.get("type")
    if not schema:
        return JSON_VALUES
    if kind == "array" and "enum" in schema["items"]:
        return st.lists(st.sampled_from(schema["items"]["enum"]), unique=True).map(sorted)
    if kind == "array" and schema.get("uniqueItems"):
        return st.just([])  # slugs and refs that stand once in the whole archive
    if kind == "array":
        words = st.text(CHARACTERS, min_size=1, max_size=20)
        return st.lists(words, min_size=schema.get("minItems", 0), max_size=3)
    if kind == "boolean":
        return st.booleans()
    if kind == ["boolean", "null"]:
        return st.none() | st.booleans()
    if "integer" in (kind or ""):
        return _whole(schema)
    return _text(field, column)


class Make:
    """Strategies for the records of one form; `panels` are the keys that a statement may name."""

    def __init__(self, panels: list[str] | None = None) -> None:
        self.panels = panels or []
        self.cites = cites()

    def record(self, form: record_forms.RecordForm) -> Strategy:
        return st.fixed_dictionaries({field.name: self.value(field, form) for field in form.fields})

    def value(self, field: fields.Field, form: record_forms.RecordForm) -> Strategy:
        special: dict[type, Callable[[Any, record_forms.RecordForm], Strategy]] = {
            record_forms.RefField: lambda f, _: st.from_regex(r"DRAFT-[0-9A-F]{8}", fullmatch=True),
            record_forms.NestedRecords: self._parts,
            record_forms.NestedQuotations: self._parts,
            fields.ObjectField: self._group,
            fields.ForeignKeyField: lambda f, _: self._one(f),
            fields.PanelKeyField: lambda f, _: st.sampled_from([None, *self.panels]),
            fields.ManyToManyField: lambda f, _: st.lists(
                st.sampled_from(slugs(fields.kind_of(f.model))), unique=True, max_size=3
            ).map(sorted),
            citations.CitationListField: lambda f, _: self._cites(0),
            citations.FieldCitationsRecordField: lambda f, _: st.dictionaries(
                st.sampled_from(f.allowed), self._cites(1), max_size=3
            ),
            citations.CitationRefField: lambda f, _: st.sampled_from(self.cites),
            fields.DateField: lambda f, _: st.none() | DATES,
            fields.DatesField: lambda f, _: st.lists(DATES, unique=True, max_size=3).map(sorted),
        }
        if type(field) in special:
            return special[type(field)](field, form)
        return _plain(field, _column(form, field))

    def _one(self, field: fields.ForeignKeyField) -> Strategy:
        named = st.sampled_from(slugs(fields.kind_of(field.model)))
        return st.none() | named if field.null else named

    def _cites(self, least: int) -> Strategy:
        return st.lists(st.sampled_from(self.cites), unique=True, min_size=least, max_size=3)

    def _parts(self, field: record_forms.NestedRecords, form: record_forms.RecordForm) -> Strategy:
        key = field.form.key
        unique = (lambda record: record[key]) if key else None
        return st.lists(self.record(field.form), max_size=2, unique_by=unique)

    def _group(self, field: fields.ObjectField, form: record_forms.RecordForm) -> Strategy:
        whole = st.fixed_dictionaries({part.name: self.value(part, form) for part in field.fields})
        if not field.null:
            return whole
        return st.none() | whole.filter(lambda value: any(value.values()))


def _column(form: record_forms.RecordForm, field: fields.Field) -> Any:
    return next((f for f in form.model._meta.fields if f.name == field.attribute), None)


# What must hold beyond the form (records.checks, and the constraints of the database) is put
# right after drawing, which is quicker than drawing until it holds.


@cache
def shared_record(name: str) -> Strategy:
    """A record of a shared list, new to the archive."""
    form = record_forms.SHARED[name]
    return Make().record(form).map(lambda record: _shared(name, record))


def _shared(name: str, record: dict[str, Any]) -> dict[str, Any]:
    record["slug"] = f"new-{record['slug']}"[:120].rstrip("-")
    if name == "sources":
        record["passages"].sort(key=lambda passage: passage["number"])
    if name == "actors":
        _actor(record)
    return record


def _actor(record: dict[str, Any]) -> None:
    record["iso3"] = record["m49"] = ""  # the bundled states have them all
    record["person"] = None
    if record["kind"] != "member_state":
        record["un_member_since"] = None
    names = {(name["kind"], name["name"]): name for name in record["names"]}
    record["names"] = [names[key] for key in sorted(names)]
    spans = {(span["group"], span["from"] or ""): span for span in record["memberships"]}
    record["memberships"] = [spans[key] for key in sorted(spans)]
    for span in record["memberships"]:
        if span["from"] and span["to"] and span["from"] >= span["to"]:
            span["to"] = None


@cache
def dialogue_record(year: int) -> Strategy:
    return Make().record(record_forms.DIALOGUE).map(lambda record: _dialogue(year, record))


def _dialogue(year: int, record: dict[str, Any]) -> dict[str, Any]:
    record["year"] = year
    if record["format"] == DialogueFormat.NONE_HELD:
        record |= {"dates": [], "coding": "", "reason_not_held": record["reason_not_held"] or "x"}
    else:
        record["dates"] = record["dates"] or [f"{year}-07-01"]
        record["coding"] = record["coding"] or "partial"
    preferred: set[str] = set()
    for assertion in record["assertions"]:
        fact = assertion["fact"]
        fields_of = record["reported"] if fact in REPORTED_COUNTS else record
        if fact in preferred or fact in fields_of:
            assertion["preferred"] = False
        if assertion["preferred"]:
            preferred.add(fact)
    for panel in record["panels"]:
        for participation in panel["participations"]:
            if not participation["person"]:
                participation["post"] = participation["post"] or "Professor"
    for tally in record["tallies"]:
        tally["matches"] = tally_matches(tally)
    for quotation in record["quotations"]:
        _place(quotation)
    number_refs(record)
    return record


@cache
def statement_record(*panels: str) -> Strategy:
    return Make(list(panels)).record(record_forms.STATEMENT).map(_statement)


def _statement(record: dict[str, Any]) -> dict[str, Any]:
    once = {delivery["actor"]: delivery for delivery in record["deliveries"]}
    record["deliveries"] = list(once.values()) or [
        {"actor": "mexico", "mode": "delivered", "printed_name": "", "on_behalf_of": None}
    ]
    record["deliveries"][0]["mode"] = "delivered"
    for delivery in record["deliveries"]:
        behalf = delivery["on_behalf_of"]
        if behalf:
            behalf["actors"] = [slug for slug in behalf["actors"] if slug != delivery["actor"]]
            behalf["wording"] = behalf["wording"] or "on behalf of others"
    for position in record["positions"]:
        position["other_themes"] = [
            theme for theme in position["other_themes"] if theme != position["theme"]
        ]
        if not (position["heading"] and position["heading_basis"]):
            position["heading"] = position["heading_basis"] = ""
        proposal = position["proposal"]
        if proposal:
            proposal["year"] = proposal["year"] or 2032
            proposal["title"] = proposal["title"] or "A theme"
        for quotation in position["quotations"]:
            _place(quotation)
    number_refs(record)
    return record


def number_refs(value: Any, last: int = 0) -> int:
    """Gives every part a ref of its own; the last number used."""
    if isinstance(value, list):
        for item in value:
            last = number_refs(item, last)
    elif isinstance(value, dict):
        if "ref" in value:
            last += 1
            value["ref"] = f"DRAFT-{last:08X}"
        for name in ("tallies", "positions", "quotations"):
            last = number_refs(value.get(name, []), last)
    return last


def _place(quotation: dict[str, Any]) -> None:
    start, end = quotation["start"], quotation["end"]
    if "#" not in quotation["source"] or start is None or end is None or start >= end:
        quotation["start"] = quotation["end"] = None
