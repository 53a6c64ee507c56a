"""The four tables: the record that a row is of, its part of the record, and the columns.

A new field of a form gets a column at the end by itself; a line here gives it another place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from dialogues.choices import Attribution, DeliveryMode, StatementForm
from dialogues.records.record_forms import DIALOGUE, SHARED, STATEMENT, RecordForm, completed

from .cells import Cell, ListCell, MembershipsCell, NamesCell, NumberCell
from .record_columns import (
    DELIVERY,
    DeliverersColumn,
    FirstDelivererColumn,
    Part,
    SpreadsheetColumn,
    columns_of,
    empty_group,
    with_remaining_fields,
)


@dataclass(frozen=True)
class SpreadsheetDefinition:
    """A table: the record that a row changes, the row’s part of the record, and the columns."""

    name: str
    form: RecordForm
    # The form of a row: of the record itself, or of its parts.
    row_form: RecordForm
    keys: tuple[SpreadsheetColumn, ...]
    columns: tuple[SpreadsheetColumn, ...]
    # The keys that find a row's record and part.
    needed: tuple[str, ...]
    # The values of a new row that are not empty.
    initial: Part = field(default_factory=dict)
    # Tables in the same workbook.
    together: tuple[str, ...] = ()

    @property
    def all_columns(self) -> tuple[SpreadsheetColumn, ...]:
        return (*self.keys, *self.columns)

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.all_columns]

    def new_part(self, **keys: str) -> Part:
        """The record of a new row, before its cells are read."""
        return completed(self.row_form, {**self.initial, **keys})

    @property
    def by_dialogue(self) -> bool:
        return self.form is not ACTOR


def _key(name: str, label: Any, takes: Any) -> SpreadsheetColumn:
    return SpreadsheetColumn(name, Cell(takes), label)


ACTOR = SHARED["actors"]
VERSION = SpreadsheetColumn(
    "version",
    NumberCell(_("as it was downloaded: so that nothing is written over what others saved since")),
    _("Version"),
)
YEAR = SpreadsheetColumn("year", NumberCell(_("the year of the dialogue")), _("Year"))

POSITION = STATEMENT.part_form("positions")
EMPTY_BEHALF = empty_group(DELIVERY.field("on_behalf_of"))
PARTICIPATION = DIALOGUE.part_form("panels").part_form("participations")
_SLUGS = _("slugs of actors, parted by |")


def _on_behalf(name: str, label: Any, cell: Cell, step: str = "") -> SpreadsheetColumn:
    steps = ("on_behalf_of", step or name)
    return FirstDelivererColumn(f"on_behalf_{name}", cell, label, steps, empty_group=EMPTY_BEHALF)


# A column of positions that tells whose they are; it belongs to the statement.
DELIVERED_BY = DeliverersColumn(
    "actors",
    ListCell(_("only to read here")),
    _("Who delivered it"),
    mode=DeliveryMode.DELIVERED,
)

STATEMENTS = SpreadsheetDefinition(
    "statements",
    STATEMENT,
    STATEMENT,
    (
        _key(
            "ref",
            _("Reference"),
            _("as it was given; nothing, or new-1, new-2 … for a new one"),
        ),
        YEAR,
        VERSION,
    ),
    with_remaining_fields(
        STATEMENT,
        *columns_of(STATEMENT, "form", "panel"),
        DeliverersColumn(
            "actors", ListCell(_SLUGS), _("Who delivered it"), mode=DeliveryMode.DELIVERED
        ),
        DeliverersColumn(
            "joined_by", ListCell(_SLUGS), _("Who joined it"), mode=DeliveryMode.JOINED
        ),
        FirstDelivererColumn(
            "printed_name",
            Cell(),
            _("Name as printed, of the first who delivered it"),
            ("printed_name",),
        ),
        _on_behalf("wording", _("On behalf of, the words; of the first who delivered it"), Cell()),
        _on_behalf("number", _("How many"), NumberCell()),
        _on_behalf("of", _("Those named"), ListCell(_SLUGS), "actors"),
        *columns_of(STATEMENT, "speaker", "speaker_post", "language"),
        SpreadsheetColumn(
            "text_url", Cell(_("an address, or nothing")), _("Address of its text"), ("url",)
        ),
        *columns_of(STATEMENT, "summary", "note", "cites"),
        without=("ref", "deliveries", "positions", "withdrawn_parts"),
    ),
    needed=("ref", "year"),
    initial={"form": StatementForm.STATEMENT.value},
    together=("positions",),
)

POSITIONS = SpreadsheetDefinition(
    "positions",
    STATEMENT,
    POSITION,
    (
        _key("ref", _("Reference"), _("as it was given; nothing for a new one")),
        _key(
            "statement",
            _("Statement"),
            _("the ref of its statement, or new-1 … of the same workbook"),
        ),
        VERSION,
        DELIVERED_BY,
    ),
    with_remaining_fields(
        POSITION,
        *columns_of(
            POSITION, "theme", "other_themes", "stance", "pillars", "summary", "attribution"
        ),
        *columns_of(POSITION, "heading", "heading_basis", "claim", "proposal", "situations"),
        *columns_of(POSITION, "instruments", "mentions", "note", "cites"),
        without=("ref", "quotations"),
    ),
    needed=("ref", "statement"),
    initial={"attribution": Attribution.INDIVIDUAL.value},
)

ACTORS = SpreadsheetDefinition(
    "actors",
    ACTOR,
    ACTOR,
    (
        _key(
            "slug",
            _("Slug"),
            _("its address, for good: lowercase words joined by hyphens"),
        ),
        VERSION,
    ),
    with_remaining_fields(
        ACTOR,
        *columns_of(ACTOR, "kind", "name", "iso3", "m49", "un_member_since", "person"),
        SpreadsheetColumn("names", NamesCell(), _("Other names"), ("names",)),
        SpreadsheetColumn("memberships", MembershipsCell(), _("Member of"), ("memberships",)),
        *columns_of(ACTOR, "note", "cites"),
        without=("slug", "former_slugs"),
    ),
    needed=("slug",),
)

PARTICIPATIONS = SpreadsheetDefinition(
    "participations",
    DIALOGUE,
    PARTICIPATION,
    (
        YEAR,
        _key("panel", _("Panel"), _("the key of a panel of that dialogue")),
        SpreadsheetColumn(
            "order",
            NumberCell(_("its place on the panel; nothing for a new one, which comes last")),
            _("Order"),
        ),
        VERSION,
    ),
    with_remaining_fields(
        PARTICIPATION,
        *columns_of(PARTICIPATION, "role", "person", "honorific", "post", "organization", "actor"),
        *columns_of(PARTICIPATION, "country", "summary", "cites"),
    ),
    needed=("year", "panel", "order"),
)

TABLES = {table.name: table for table in (STATEMENTS, POSITIONS, ACTORS, PARTICIPATIONS)}


def rows_of(
    table: SpreadsheetDefinition, record: dict[str, Any], year: int, version: int
) -> Iterator[list[Any]]:
    """The rows that a record has in a table: texts, and whole numbers."""
    for keys, part in _parts(table, record, year):
        keys |= {"version": version}
        yield [
            *(_typed(column.cell, column.cell.format(keys[column.name])) for column in table.keys),
            *(_typed(column.cell, column.format(part)) for column in table.columns),
        ]


def _typed(cell: Cell, text: str) -> Any:
    """A number for a cell of numbers, so that a spreadsheet can sort and sum them."""
    return int(text) if isinstance(cell, NumberCell) and text else text


def _parts(
    table: SpreadsheetDefinition, record: dict[str, Any], year: int
) -> Iterator[tuple[dict[str, Any], Part]]:
    """The rows of a record: the values of the keys, and the part of the record."""
    if table is STATEMENTS:
        yield {"ref": record["ref"], "year": year}, record
    elif table is ACTORS:
        yield {"slug": record["slug"]}, record
    elif table is POSITIONS:
        actors = DELIVERED_BY.get(record)
        for part in record["positions"]:
            yield {"ref": part["ref"], "statement": record["ref"], "actors": actors}, part
    else:
        for panel in record["panels"]:
            for order, part in enumerate(panel["participations"], start=1):
                yield {"year": year, "panel": panel["key"], "order": order}, part
