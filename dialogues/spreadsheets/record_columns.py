"""Columns of tables, made from the record forms: where the value of a cell is in a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from dialogues.choices import DeliveryMode
from dialogues.records.fields import (
    DateField,
    Field,
    ForeignKeyField,
    ManyToManyField,
    ObjectField,
    PanelKeyField,
    completed_fields,
)
from dialogues.records.labels import column_of
from dialogues.records.record_forms import STATEMENT, RecordForm, completed

from .cells import (
    Cell,
    DateCell,
    ListCell,
    NameCell,
    NumberCell,
    NumbersCell,
)

Part = dict[str, Any]
DELIVERY = STATEMENT.part_form("deliveries")
EMPTY_DELIVERY = completed(DELIVERY, {})


def empty_group(group: Field) -> Part:
    """The value of a group whose fields are all empty."""
    assert isinstance(group, ObjectField)
    return completed_fields(group.fields, {})


@dataclass(frozen=True)
class SpreadsheetColumn:
    """A column: its title, its kind of cell, and the steps to its value in the row's part."""

    name: str
    cell: Cell
    label: Any = ""
    steps: tuple[str, ...] = ()
    # The group that the value is in, when all of it is empty.
    empty_group: Part = field(default_factory=dict)

    def get(self, part: Part) -> Any:
        *groups, last = self.steps
        for name in groups:
            part = part[name] or self.empty_group
        return part[last]

    def put(self, part: Part, value: Any) -> None:
        """Sets the value. The part is changed in place, a group in it is replaced."""
        *groups, last = self.steps
        if not groups:
            part[last] = self.cell.merged(part[last], value)
            return
        (name,) = groups
        group = {**(part[name] or self.empty_group), last: value}
        part[name] = group if any(group.values()) else None

    def paths(self, part: Part) -> list[str]:
        """The paths of the value in the part, as faults and differences name them."""
        return [".".join(self.steps)]

    def format(self, part: Part) -> str:
        return self.cell.format(self.get(part))


@dataclass(frozen=True)
class DeliverersColumn(SpreadsheetColumn):
    """The actors who delivered a statement, or joined it; their other values are kept."""

    mode: str = ""

    def get(self, part: Part) -> list[str]:
        return [each["actor"] for each in part["deliveries"] if each["mode"] == self.mode]

    def put(self, part: Part, value: list[str]) -> None:
        known = {each["actor"]: each for each in part["deliveries"] if each["mode"] == self.mode}
        others = [each for each in part["deliveries"] if each["mode"] != self.mode]
        own = [
            known.get(actor) or completed(DELIVERY, {"actor": actor, "mode": self.mode})
            for actor in value
        ]
        first = self.mode == DeliveryMode.DELIVERED
        part["deliveries"] = own + others if first else others + own

    def paths(self, part: Part) -> list[str]:
        delivered = self.mode == DeliveryMode.DELIVERED
        own = [n for n, each in enumerate(part["deliveries"]) if each["mode"] == self.mode]
        return [*(f"deliveries[{n}]" for n in own), *(["deliveries"] if delivered else [])]


@dataclass(frozen=True)
class FirstDelivererColumn(SpreadsheetColumn):
    """A value of the first delivery of a statement."""

    def _place(self, part: Part) -> int | None:
        modes = [delivery["mode"] for delivery in part["deliveries"]]
        return modes.index(DeliveryMode.DELIVERED) if DeliveryMode.DELIVERED in modes else None

    def get(self, part: Part) -> Any:
        place = self._place(part)
        return super().get(EMPTY_DELIVERY if place is None else part["deliveries"][place])

    def put(self, part: Part, value: Any) -> None:
        place = self._place(part)
        if place is None:
            return  # that nobody delivered it is a fault of its own
        deliveries = [*part["deliveries"]]
        deliveries[place] = dict(deliveries[place])
        super().put(deliveries[place], value)
        part["deliveries"] = deliveries

    def paths(self, part: Part) -> list[str]:
        return [".".join((f"deliveries[{self._place(part) or 0}]", *self.steps))]


# Columns from the fields of a form


def with_remaining_fields(
    form: RecordForm, *columns: SpreadsheetColumn, without: tuple[str, ...] = ()
) -> tuple[SpreadsheetColumn, ...]:
    """The columns, and after them one for each other field of the form but those `without`."""
    given = {column.steps[0] for column in columns if column.steps}
    others = [each.name for each in form.fields if each.name not in {*given, *without}]
    return (*columns, *columns_of(form, *others))


def columns_of(form: RecordForm, *names: str) -> tuple[SpreadsheetColumn, ...]:
    """Columns for these fields of the form; a group gives one for each of its fields."""
    columns: list[SpreadsheetColumn] = []
    for name in names:
        part = form.field(name)
        if isinstance(part, ObjectField):
            columns += [
                SpreadsheetColumn(
                    f"{name}_{inner.name}",
                    cell_of(inner),
                    label(form, inner),
                    (name, inner.name),
                    empty_group=empty_group(part),
                )
                for inner in part.fields
            ]
        else:
            columns.append(SpreadsheetColumn(name, cell_of(part), label(form, part), (name,)))
    return tuple(columns)


def label(form: RecordForm, field: Field) -> Any:
    """The label of a field in the admin's form."""
    return capfirst(getattr(column_of(form, field), "verbose_name", field.name.replace("_", " ")))


def cell_of(field: Field) -> Cell:
    """The kind of cell for a field of a form."""
    schema = field.schema()
    kinds = schema.get("type", "")
    if isinstance(field, ForeignKeyField):
        takes = format_lazy(_("the slug of: {what}"), what=field.model._meta.verbose_name)
        return NameCell(_optional(takes) if field.null else takes, None if field.null else "")
    if isinstance(field, ManyToManyField):
        what = field.model._meta.verbose_name_plural
        return ListCell(format_lazy(_("slugs of {what}, parted by |"), what=what))
    if isinstance(field, PanelKeyField):
        return NameCell(_optional(_("the key of a panel of that dialogue")))
    if isinstance(field, DateField):
        return DateCell()
    if kinds == "array" and "enum" in schema["items"]:
        return NumbersCell(_("numbers, parted by |: 1 | 3"))
    if kinds == "array":
        return ListCell(_("where it was read, parted by |: icrtop-2011#p6 | icrtop-2011#p7"))
    if "enum" in schema:
        words = ", ".join(filter(None, schema["enum"]))
        return Cell(_optional(words) if "" in schema["enum"] else words)
    if "integer" in kinds:
        return NumberCell()
    if field.name in WORDS:
        return Cell(WORDS[field.name])
    return Cell(_("text, never empty")) if schema.get("minLength") else Cell()


def _optional(what: Any) -> Any:
    return format_lazy(_("{what}, or nothing"), what=what)


WORDS = {
    "iso3": _optional(_("three capital letters")),
    "m49": _optional(_("three digits, as 004")),
    "claim": _optional(_("one word")),
}
