"""Uploaded tables as changes of records: every fault at once, or the records as they will be.

A row finds its record, and the part of it that the row is, by the columns that are fixed; each
other cell that does not say what the record says already is put into the record. Then the record
is looked at as import looks at it, and each fault is led back to its cell.
"""

from __future__ import annotations

import copy
import difflib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from jsonschema.exceptions import ValidationError as SchemaError

from dialogues.records import record_forms
from dialogues.records.importing.plan import ImportEntry, ImportPlan
from dialogues.records.record_forms import DIALOGUE, STATEMENT
from dialogues.records.schema import record_errors

from .cells import InvalidCell, one_line_end
from .definitions import (
    ACTOR,
    ACTORS,
    HELD_BY,
    PARTICIPATIONS,
    POSITIONS,
    STATEMENTS,
    TABLES,
    SpreadsheetDefinition,
)
from .edits import AtHand, CellPlace, EditedRecord, EditedRecords, InvalidPlace
from .headers import SheetRow, tables_of
from .reading import Sheet, SpreadsheetFault
from .record_columns import Part, SpreadsheetColumn

# More records than these at once are not looked over by anybody.
MOST_CHANGED = 1000
# Of more than these the first are named: the nearest name is looked for at each.
MOST_FAULTS = 200
NEW = re.compile(r"^new-[0-9a-zA-Z-]{1,40}$")


@dataclass
class SpreadsheetChanges:
    """What an upload would change; `faults` is empty when it can be done."""

    digest: str
    faults: list[SpreadsheetFault] = field(default_factory=list)
    records: list[EditedRecord] = field(default_factory=list)
    rows: int = 0


def changes_of(
    sheets: list[Sheet], asked: SpreadsheetDefinition, digest: str, at_hand: AtHand
) -> SpreadsheetChanges:
    """Reads the sheets as tables; `asked` is the one that a sheet without a name is.

    `digest` is that of the file: rows that are new get their provisional refs from it, so that the
    same file makes the same records.
    """
    return _ChangesReader(asked, digest, at_hand).read(sheets)


class _ChangesReader:
    def __init__(self, asked: SpreadsheetDefinition, digest: str, at_hand: AtHand) -> None:
        self.asked, self.changes = asked, SpreadsheetChanges(digest)
        self.desk = EditedRecords(at_hand)
        self.new: dict[str, EditedRecord] = {}
        self.seen: dict[tuple[str, ...], int] = {}
        self.faulty: set[CellPlace] = set()

    def read(self, sheets: list[Sheet]) -> SpreadsheetChanges:
        tables, self.changes.faults = tables_of(sheets, self.asked)
        self.faulty = {CellPlace(f.sheet, f.row, f.column) for f in self.changes.faults}
        # Statements first: positions may be of new ones.
        for table in TABLES.values():
            if table.name in tables:
                self._rows(table, tables[table.name])
        changed = [held for held in self.desk.held.values() if held.is_changed]
        if len(changed) > MOST_CHANGED:
            words = _("More than %(most)s records would change: upload fewer rows at once.")
            self._fault(CellPlace("", 0, ""), words % {"most": MOST_CHANGED})
        else:
            self._check(changed)
        faults = self.changes.faults
        order = {table: place for place, table in enumerate(tables)}
        faults.sort(key=lambda fault: (order.get(fault.sheet, -1), fault.row))
        self.changes.faults = list(dict.fromkeys(faults))
        more = len(self.changes.faults) - MOST_FAULTS
        if more > 0:
            words = _("and %(more)s faults more.") % {"more": more}
            self.changes.faults = [
                *self.changes.faults[:MOST_FAULTS],
                SpreadsheetFault("", 0, "", words),
            ]
        kept = [held for held in changed if held.is_changed]
        self.changes.records = [] if self.changes.faults else kept
        return self.changes

    def _fault(self, place: CellPlace, cause: str) -> None:
        """Of one cell, the first fault says it: others follow from it."""
        if place.column and place in self.faulty:
            return
        self.faulty.add(place)
        self.changes.faults.append(SpreadsheetFault(place.sheet, place.row, place.column, cause))

    # Rows

    def _rows(self, table: SpreadsheetDefinition, rows: list[SheetRow]) -> None:
        if table.form is STATEMENT:
            column = "ref" if table is STATEMENTS else "statement"
            self.desk.load(STATEMENT, {row.key(column) for row in rows} - {""})
            if table is STATEMENTS:
                self.desk.load(DIALOGUE, {row.key("year") for row in rows} - {""})
                refs = {self._new_ref(row) for row in rows}
                self.desk.load(STATEMENT, refs)
        elif table is ACTORS:
            self.desk.load(ACTOR, {row.key("slug") for row in rows} - {""})
        else:
            self.desk.load(DIALOGUE, {row.key("year") for row in rows} - {""})
        self.changes.rows += len(rows)
        for row in rows:
            if len(self.changes.faults) > MOST_FAULTS:
                return
            try:
                self._once(table, row)
                self._put(table, row, *self._find(table, row))
            except InvalidPlace as misplaced:
                self._fault(row.place(misplaced.column), str(misplaced))

    def _once(self, table: SpreadsheetDefinition, row: SheetRow) -> None:
        """No two rows are of one thing."""
        column = table.needed[-1] if table is PARTICIPATIONS else table.needed[0]
        names = table.needed if table is PARTICIPATIONS else (column,)
        key = (table.name, *(row.key(name) for name in names))
        if row.key(column):
            first = self.seen.setdefault(key, row.number)
            if first != row.number:
                words = _("“%(key)s” stands in row %(row)s already.")
                raise InvalidPlace(column, words % {"key": row.key(column), "row": first})

    def _find(
        self, table: SpreadsheetDefinition, row: SheetRow
    ) -> tuple[EditedRecord, Part, str, bool]:
        """The record of a row, the part that the row is, the part's path, and whether it is new."""
        if table is STATEMENTS:
            return self._statement(row)
        if table is POSITIONS:
            return self._position(row)
        return self._actor(row) if table is ACTORS else self._participation(row)

    def _new_ref(self, row: SheetRow) -> str:
        made = hashlib.sha256(f"{self.changes.digest} {row.sheet} {row.number}".encode())
        return f"DRAFT-{made.hexdigest()[:8].upper()}"

    def _statement(self, row: SheetRow) -> tuple[EditedRecord, Part, str, bool]:
        ref = row.key("ref")
        if ref and not NEW.match(ref):
            held = self.desk.get(STATEMENT, ref, "ref")
            self._fixed(row, "year", str(held.year))
            return held, held.record, "", False
        dialogue = self.desk.get(DIALOGUE, row.key("year"), "year")
        made = self._new_ref(row)
        if (STATEMENT.name, made) in self.desk.held:
            words = _("This row was taken in before, as %(ref)s: download the table again.")
            raise InvalidPlace("ref", words % {"ref": made})
        record = STATEMENTS.new_part(ref=made)
        held = self.desk.add(STATEMENT, made, dialogue.year, record)
        if ref:
            self.new[ref] = held
        return held, held.record, "", True

    def _position(self, row: SheetRow) -> tuple[EditedRecord, Part, str, bool]:
        of, ref = row.key("statement"), row.key("ref")
        if NEW.match(of):
            if of not in self.new:
                words = _("The sheet of statements has no new one with the ref “%(ref)s”.")
                raise InvalidPlace("statement", words % {"ref": of})
            held = self.new[of]
        else:
            held = self.desk.get(STATEMENT, of, "statement")
        parts = held.record["positions"]
        found = next((part for part in parts if part["ref"] == ref), None)
        self._fixed(row, "actors", HELD_BY.say(held.before or held.record))
        if ref and found is None:
            words = _("“%(of)s” has no position “%(ref)s”. Leave the ref empty for a new one.")
            raise InvalidPlace("ref", words % {"of": of, "ref": ref})
        if found is not None:
            return held, found, f"positions[{ref}]", False
        made = self._new_ref(row)
        if any(part["ref"] == made for part in parts):
            words = _("This row was taken in before, as %(ref)s: download the table again.")
            raise InvalidPlace("ref", words % {"ref": made})
        part = POSITIONS.new_part(ref=made)
        parts.append(part)
        return held, part, f"positions[{made}]", True

    def _actor(self, row: SheetRow) -> tuple[EditedRecord, Part, str, bool]:
        slug = row.key("slug")
        if (ACTOR.name, slug) in self.desk.held or row.key("version"):
            held = self.desk.get(ACTOR, slug, "slug")
            return held, held.record, "", False
        held = self.desk.add(ACTOR, slug, 0, ACTORS.new_part(slug=slug))
        held.places["slug"] = row.place("slug")
        return held, held.record, "", True

    def _participation(self, row: SheetRow) -> tuple[EditedRecord, Part, str, bool]:
        held = self.desk.get(DIALOGUE, row.key("year"), "year")
        key, order = row.key("panel"), row.key("order")
        panels = {panel["key"]: panel for panel in held.record["panels"]}
        if key not in panels:
            words = _("%(year)s has no panel “%(key)s”. It has: %(panels)s.")
            named = {"year": held.year, "key": key, "panels": ", ".join(panels) or _("none")}
            raise InvalidPlace("panel", words % named)
        parts = panels[key]["participations"]
        path = f"panels[{key}].participations"
        if not order:
            part = PARTICIPATIONS.new_part()
            parts.append(part)
            return held, part, f"{path}[{len(parts) - 1}]", True
        before = next(p for p in (held.before or held.record)["panels"] if p["key"] == key)
        number = int(order) if order.isascii() and order.isdecimal() and len(order) < 5 else 0
        if not 1 <= number <= len(before["participations"]):
            words = _("The panel has no place “%(order)s”. Leave it empty for a new one.")
            raise InvalidPlace("order", words % {"order": order[:80]})
        return held, parts[number - 1], f"{path}[{number - 1}]", False

    def _fixed(self, row: SheetRow, column: str, now: str) -> None:
        cell = row.key(column)
        if cell and cell != now:
            words = _("cannot be changed here; it is “%(now)s”. Leave it so, or empty.")
            raise InvalidPlace(column, words % {"now": now})

    # Cells

    def _put(
        self,
        table: SpreadsheetDefinition,
        row: SheetRow,
        held: EditedRecord,
        part: Part,
        path: str,
        new: bool,
    ) -> None:
        before = copy.deepcopy(part)
        held.places.setdefault(path, row.place())
        for column in table.columns:
            cell = row.cells.get(column.name)
            # What is empty in a new row is as the form of the admin begins with it.
            if new and not (cell or "").strip():
                continue
            try:
                if cell is not None and not _same(cell, column.say(part)):
                    column.put(part, column.cell.read(cell))
            except InvalidCell as refused:
                self._fault(row.place(column.name), str(refused))
        for column in table.columns:
            for inner in column.paths(part):
                held.places[f"{path}.{inner}" if path else inner] = row.place(column.name)
        version = row.key("version")
        if not new and part != before and version and version != str(held.obj.version):
            words = _(
                "It was saved by somebody since this table was downloaded. Download it again, and "
                "make your changes there."
            )
            self._fault(row.place("version"), words)
        if new and version:
            self._fault(row.place("version"), _("A new row has no version: leave it empty."))

    # Records

    def _check(self, changed: list[EditedRecord]) -> None:
        """What import would refuse, led back to cells."""
        entries = []
        for held in changed:
            for path, error in record_errors(held.form, held.record):
                self._fault(held.place(path), _cause(held, path, error))
            held.record = record_forms.normal_record(held.form, held.record)
            entries.append(ImportEntry(held.form, held.key, held.record, held.name, "", held.year))
        for fault in faults_of(ImportPlan([], entries).faults, self.desk.held.values()):
            self._fault(CellPlace(fault.sheet, fault.row, fault.column), fault.cause)


def _same(cell: str, said: str) -> bool:
    """Whether a cell says what the record says; a spreadsheet has line ends of its own."""
    return one_line_end(cell) == one_line_end(said)


def faults_of(found: Any, records: Any) -> Iterator[SpreadsheetFault]:
    """Faults of import, each with the cell that its path leads to."""
    by_name = {held.name: held for held in records}
    for fault in found:
        place = by_name[fault.file].place(fault.path.lstrip("."))
        yield SpreadsheetFault(place.sheet, place.row, place.column, fault.cause)


def _cause(held: EditedRecord, path: str, error: SchemaError) -> str:
    """Why a value does not fit the form, in a curator's words."""
    column = _column(held.place(path))
    takes = column.cell.takes if column else ""
    value = error.instance
    if value in ("", [], None):
        return _("is empty, and must not be. It takes: %(takes)s.") % {"takes": takes}
    if error.validator == "maxLength":
        return _("is longer than %(most)s characters.") % {"most": error.validator_value}
    if error.validator == "uniqueItems":
        return _("names one twice.")
    if error.validator in ("minimum", "maximum"):
        return str(error.message)
    if isinstance(value, dict):
        return _("does not go together with the cells beside it.")
    near = ""
    if isinstance(error.schema, dict) and "enum" in error.schema:
        found = difflib.get_close_matches(str(value), [str(one) for one in error.schema["enum"]], 1)
        near = _(" The nearest is “%s”.") % found[0] if found else ""
    words = _("“%(value)s” is not taken. It takes: %(takes)s.")
    return words % {"value": str(value)[:80], "takes": takes} + near


def _column(place: CellPlace) -> SpreadsheetColumn | None:
    table = TABLES.get(place.sheet)
    columns = table.all_columns if table else ()
    return next((column for column in columns if column.name == place.column), None)
