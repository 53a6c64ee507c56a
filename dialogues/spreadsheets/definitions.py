"""The four tables: which record a row is of, which part of it, and the columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from dialogues.choices import Attribution, DeliveryMode, StatementForm
from dialogues.records.record_forms import DIALOGUE, SHARED, STATEMENT, NestedRecords, RecordForm

from .cells import Cell, ChoiceCell, ListCell, MembershipsCell, NameCell, NamesCell, NumberCell
from .record_columns import (
    ActorPartsColumn,
    DeliverersColumn,
    FirstDelivererColumn,
    Part,
    SpreadsheetColumn,
    of_form,
)


@dataclass(frozen=True)
class SpreadsheetDefinition:
    """A table: `form` is of the record that a row changes, `blank` what a new row starts from."""

    name: str
    form: RecordForm
    keys: tuple[SpreadsheetColumn, ...]
    columns: tuple[SpreadsheetColumn, ...]
    blank: Part
    # The keys without which no row is found.
    needed: tuple[str, ...]
    # Tables that go out in one workbook with it.
    together: tuple[str, ...] = ()

    @property
    def all_columns(self) -> tuple[SpreadsheetColumn, ...]:
        return (*self.keys, *self.columns)

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.all_columns]

    @property
    def by_dialogue(self) -> bool:
        return self.form is not ACTOR


def _key(name: str, label: Any, cell: Cell) -> SpreadsheetColumn:
    return SpreadsheetColumn(name, cell, label, fixed=True)


ACTOR = SHARED["actors"]
VERSION = _key(
    "version",
    _("Version"),
    NumberCell(_("as it was downloaded: so that nothing is written over what others saved since")),
)
YEAR = _key("year", _("Year"), NumberCell(_("the year of the dialogue")))


def _form_of(form: RecordForm, name: str) -> RecordForm:
    """The form of a record's parts."""
    (field,) = (field for field in form.fields if field.name == name)
    assert isinstance(field, NestedRecords)
    assert field.form is not None
    return field.form


DELIVERY = _form_of(STATEMENT, "deliveries")
POSITION = _form_of(STATEMENT, "positions")
PARTICIPATION = _form_of(_form_of(DIALOGUE, "panels"), "participations")
_SLUGS = _("slugs of actors, parted by |")
# What a position shows of its statement.
HELD_BY = DeliverersColumn(
    "actors",
    ListCell(_("only to read here")),
    _("Who delivered it"),
    fixed=True,
    mode=DeliveryMode.DELIVERED,
)

STATEMENTS = SpreadsheetDefinition(
    "statements",
    STATEMENT,
    (
        _key(
            "ref",
            _("Reference"),
            ChoiceCell(_("as it was given; nothing, or new-1, new-2 … for a new one")),
        ),
        YEAR,
        VERSION,
    ),
    (
        *of_form(STATEMENT, "form", "panel"),
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
        FirstDelivererColumn(
            "on_behalf_wording",
            Cell(),
            _("On behalf of, the words; of the first who delivered it"),
            ("on_behalf_of", "wording"),
        ),
        FirstDelivererColumn(
            "on_behalf_number", NumberCell(), _("How many"), ("on_behalf_of", "number")
        ),
        FirstDelivererColumn(
            "on_behalf_of", ListCell(_SLUGS), _("Those named"), ("on_behalf_of", "actors")
        ),
        *of_form(STATEMENT, "speaker", "speaker_post", "language"),
        SpreadsheetColumn(
            "text_url", Cell(_("an address, or nothing")), _("Address of its text"), ("url",)
        ),
        *of_form(STATEMENT, "summary", "note", "cites"),
    ),
    {
        "ref": "",
        "form": StatementForm.STATEMENT.value,
        "panel": None,
        "speaker": None,
        "speaker_post": "",
        "language": "",
        "url": "",
        "summary": "",
        "note": "",
        "deliveries": [],
        "cites": [],
        "positions": [],
    },
    needed=("ref", "year"),
    together=("positions",),
)

POSITIONS = SpreadsheetDefinition(
    "positions",
    STATEMENT,
    (
        _key("ref", _("Reference"), ChoiceCell(_("as it was given; nothing for a new one"))),
        _key(
            "statement",
            _("Statement"),
            ChoiceCell(_("the ref of its statement, or new-1 … of the same workbook")),
        ),
        VERSION,
        HELD_BY,
    ),
    of_form(
        POSITION,
        "theme",
        "other_themes",
        "stance",
        "pillars",
        "summary",
        "attribution",
        "heading",
        "heading_basis",
        "claim",
        "proposal",
        "situations",
        "instruments",
        "mentions",
        "note",
        "cites",
    ),
    {
        "ref": "",
        "theme": "",
        "other_themes": [],
        "heading": "",
        "heading_basis": "",
        "stance": "",
        "pillars": [],
        "summary": "",
        "attribution": Attribution.INDIVIDUAL.value,
        "claim": "",
        "proposal": None,
        "situations": [],
        "instruments": [],
        "mentions": [],
        "note": "",
        "cites": [],
        "quotations": [],
    },
    needed=("ref", "statement"),
)

ACTORS = SpreadsheetDefinition(
    "actors",
    ACTOR,
    (
        _key(
            "slug",
            _("Slug"),
            ChoiceCell(_("its address, for good: lowercase words joined by hyphens")),
        ),
        VERSION,
    ),
    (
        *of_form(ACTOR, "kind", "name", "iso3", "m49", "un_member_since", "person"),
        ActorPartsColumn("names", NamesCell(), _("Other names"), ("names",)),
        ActorPartsColumn("memberships", MembershipsCell(), _("Member of"), ("memberships",)),
        *of_form(ACTOR, "note", "cites"),
    ),
    {
        "slug": "",
        "kind": "",
        "name": "",
        "iso3": "",
        "m49": "",
        "un_member_since": None,
        "person": None,
        "names": [],
        "memberships": [],
        "note": "",
        "cites": [],
    },
    needed=("slug",),
)

PARTICIPATIONS = SpreadsheetDefinition(
    "participations",
    DIALOGUE,
    (
        YEAR,
        _key("panel", _("Panel"), NameCell(_("the key of a panel of that dialogue"))),
        _key(
            "order",
            _("Order"),
            NumberCell(_("its place on the panel; nothing for a new one, which comes last")),
        ),
        VERSION,
    ),
    of_form(
        PARTICIPATION,
        "role",
        "person",
        "honorific",
        "post",
        "organization",
        "actor",
        "country",
        "summary",
        "cites",
    ),
    {
        "person": None,
        "actor": None,
        "country": None,
        "honorific": "",
        "post": "",
        "organization": "",
        "role": "",
        "summary": "",
        "cites": [],
    },
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
            *(_out(column.cell, column.cell.say(keys[column.name])) for column in table.keys),
            *(_out(column.cell, column.say(part)) for column in table.columns),
        ]


def _out(cell: Cell, said: str) -> Any:
    return int(said) if isinstance(cell, NumberCell) and said else said


def _parts(
    table: SpreadsheetDefinition, record: dict[str, Any], year: int
) -> Iterator[tuple[dict[str, Any], Part]]:
    """What a row is found by, and the part of the record that it is."""
    if table is STATEMENTS:
        yield {"ref": record["ref"], "year": year}, record
    elif table is ACTORS:
        yield {"slug": record["slug"]}, record
    elif table is POSITIONS:
        actors = HELD_BY.get(record)
        for part in record["positions"]:
            yield {"ref": part["ref"], "statement": record["ref"], "actors": actors}, part
    else:
        for panel in record["panels"]:
            for order, part in enumerate(panel["participations"], start=1):
                yield {"year": year, "panel": panel["key"], "order": order}, part
