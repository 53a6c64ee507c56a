"""Reads uploaded tables as changes of records: the changed records, or every fault at once.

The key columns of a row find its record and its part of the record; each other cell whose text
differs from the record's is written into it. Then the records are checked as an import checks
them, and each fault is given the place of its cell.
"""

from __future__ import annotations

import copy
import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from jsonschema.exceptions import ValidationError as SchemaError

from dialogues.records import record_forms
from dialogues.records.files import FileFault
from dialogues.records.importing.plan import ImportEntry, ImportPlan
from dialogues.records.record_forms import DIALOGUE, STATEMENT
from dialogues.records.schema import record_errors

from .cells import InvalidCell, with_one_line_end
from .definitions import (
    ACTOR,
    ACTORS,
    DELIVERED_BY,
    PARTICIPATIONS,
    POSITIONS,
    STATEMENTS,
    TABLES,
    SpreadsheetDefinition,
)
from .edits import CurrentRecord, EditedRecord, EditedRecords, InvalidKey
from .headers import SheetRow, tables_of
from .reading import CellPlace, SpreadsheetFault, UploadedSheet
from .record_columns import Part

# A curator looks over no more changed records than these at once.
MOST_CHANGED = 1000
# Only the first faults are named: for each, the nearest name is looked for.
MOST_FAULTS = 200
# The record of a row; the row's part of it, the part's path, and whether the part is new.
RowPart = tuple[EditedRecord, Part, str, bool]
NEW = re.compile(r"^new-[0-9a-zA-Z-]{1,40}$")


@dataclass
class SpreadsheetChanges:
    """The records that an upload would change, or the faults for which it cannot."""

    digest: str
    faults: list[SpreadsheetFault] = field(default_factory=list)
    records: list[EditedRecord] = field(default_factory=list)
    rows: int = 0


def read_changes(
    sheets: list[UploadedSheet],
    table: SpreadsheetDefinition,
    digest: str,
    current_record: CurrentRecord,
) -> SpreadsheetChanges:
    """Reads the changes in an upload of this table; a sheet without a name is taken for it.

    `digest` is the file's: the provisional refs of new rows are made from it, so that the same file
    makes the same records.
    """
    return _ChangesReader(table, digest, current_record).read(sheets)


class _ChangesReader:
    def __init__(
        self, table: SpreadsheetDefinition, digest: str, current_record: CurrentRecord
    ) -> None:
        self.table, self.changes = table, SpreadsheetChanges(digest)
        self.edited = EditedRecords(current_record)
        self.new: dict[str, EditedRecord] = {}
        self.seen: dict[tuple[str, ...], int] = {}
        self.faulty: set[CellPlace] = set()

    def read(self, sheets: list[UploadedSheet]) -> SpreadsheetChanges:
        tables, self.changes.faults = tables_of(sheets, self.table)
        self.faulty = {CellPlace(f.sheet, f.row, f.column) for f in self.changes.faults}
        # Statements first: positions may be of new ones.
        for table in TABLES.values():
            if table.name in tables:
                self._rows(table, tables[table.name])
        changed = [edited for edited in self.edited.records.values() if edited.is_changed]
        if len(changed) > MOST_CHANGED:
            words = _("More than %(most)s records would change: upload fewer rows at once.")
            self._fault(CellPlace(), words % {"most": MOST_CHANGED})
        else:
            self._check(changed)
        faults = self.changes.faults
        order = {table: place for place, table in enumerate(tables)}
        faults.sort(key=lambda fault: (order.get(fault.sheet, -1), fault.row))
        self.changes.faults = list(dict.fromkeys(faults))
        more = len(self.changes.faults) - MOST_FAULTS
        if more > 0:
            words = _("and %(more)s faults more.") % {"more": more}
            first = self.changes.faults[:MOST_FAULTS]
            self.changes.faults = [*first, SpreadsheetFault(cause=words)]
        if not self.changes.faults:
            # In their normal form some are as they were.
            self.changes.records = [edited for edited in changed if edited.is_changed]
        return self.changes

    def _fault(self, place: CellPlace, cause: str) -> None:
        """Adds a fault. Only the first of a cell is kept: others follow from it."""
        if place.column and place in self.faulty:
            return
        self.faulty.add(place)
        self.changes.faults.append(place.fault(cause))

    # Rows

    def _rows(self, table: SpreadsheetDefinition, rows: list[SheetRow]) -> None:
        column = "statement" if table is POSITIONS else table.needed[0]
        self.edited.load(table.form, {row.key(column) for row in rows} - {""})
        if table is STATEMENTS:
            new = [row for row in rows if _is_new(row.key("ref"))]
            self.edited.load(DIALOGUE, {row.key("year") for row in new} - {""})
            self.edited.load(STATEMENT, {self._new_ref(row) for row in new})
        find = {
            "statements": self._statement,
            "positions": self._position,
            "actors": self._actor,
            "participations": self._participation,
        }[table.name]
        self.changes.rows += len(rows)
        for row in rows:
            if len(self.changes.faults) > MOST_FAULTS:
                return
            try:
                self._check_duplicate(table, row)
                self._apply_cells(table, row, find(row))
            except InvalidKey as invalid:
                self._fault(row.place(invalid.column), str(invalid))

    def _check_duplicate(self, table: SpreadsheetDefinition, row: SheetRow) -> None:
        """Raises InvalidKey if an earlier row has the same key."""
        names = table.needed if table is PARTICIPATIONS else table.needed[:1]
        column = names[-1]
        key = (table.name, *(row.key(name) for name in names))
        if row.key(column):
            first = self.seen.setdefault(key, row.number)
            if first != row.number:
                words = _("“%(key)s” stands in row %(row)s already.")
                raise InvalidKey(column, words % {"key": row.key(column), "row": first})

    def _new_ref(self, row: SheetRow) -> str:
        made = hashlib.sha256(f"{self.changes.digest} {row.sheet} {row.number}".encode())
        return f"DRAFT-{made.hexdigest()[:8].upper()}"

    def _statement(self, row: SheetRow) -> RowPart:
        ref = row.key("ref")
        if not _is_new(ref):
            edited = self.edited.get(STATEMENT, ref, "ref")
            self._check_unchanged(row, "year", str(edited.year))
            return edited, edited.record, "", False
        dialogue = self.edited.get(DIALOGUE, row.key("year"), "year")
        made = self._new_ref(row)
        if (STATEMENT.name, made) in self.edited.records:
            raise _taken_before(made)
        record = STATEMENTS.new_part(ref=made)
        edited = self.edited.add(STATEMENT, made, dialogue.year, record)
        if ref:
            self.new[ref] = edited
        return edited, edited.record, "", True

    def _position(self, row: SheetRow) -> RowPart:
        statement, ref = row.key("statement"), row.key("ref")
        if NEW.match(statement):
            if statement not in self.new:
                words = _("The sheet of statements has no new one with the ref “%(ref)s”.")
                raise InvalidKey("statement", words % {"ref": statement})
            edited = self.new[statement]
        else:
            edited = self.edited.get(STATEMENT, statement, "statement")
        parts = edited.record["positions"]
        known = next((part for part in parts if part["ref"] == ref), None)
        self._check_unchanged(row, "actors", DELIVERED_BY.format(edited.before or edited.record))
        if ref and known is None:
            words = _("“%(of)s” has no position “%(ref)s”. Leave the ref empty for a new one.")
            raise InvalidKey("ref", words % {"of": statement, "ref": ref})
        if known is not None:
            return edited, known, f"positions[{ref}]", False
        made = self._new_ref(row)
        if any(part["ref"] == made for part in parts):
            raise _taken_before(made)
        part = POSITIONS.new_part(ref=made)
        parts.append(part)
        return edited, part, f"positions[{made}]", True

    def _actor(self, row: SheetRow) -> RowPart:
        slug = row.key("slug")
        if (ACTOR.name, slug) in self.edited.records or row.key("version"):
            edited = self.edited.get(ACTOR, slug, "slug")
            return edited, edited.record, "", False
        edited = self.edited.add(ACTOR, slug, 0, ACTORS.new_part(slug=slug))
        edited.places["slug"] = row.place("slug")
        return edited, edited.record, "", True

    def _participation(self, row: SheetRow) -> RowPart:
        edited = self.edited.get(DIALOGUE, row.key("year"), "year")
        key, order = row.key("panel"), row.key("order")
        panels = {panel["key"]: panel for panel in edited.record["panels"]}
        if key not in panels:
            words = _("%(year)s has no panel “%(key)s”. It has: %(panels)s.")
            named = {"year": edited.year, "key": key, "panels": ", ".join(panels) or _("none")}
            raise InvalidKey("panel", words % named)
        parts = panels[key]["participations"]
        path = f"panels[{key}].participations"
        if not order:
            part = PARTICIPATIONS.new_part()
            parts.append(part)
            return edited, part, f"{path}[{len(parts) - 1}]", True
        before = next(p for p in (edited.before or edited.record)["panels"] if p["key"] == key)
        number = int(order) if order.isascii() and order.isdecimal() and len(order) < 5 else 0
        if not 1 <= number <= len(before["participations"]):
            words = _("The panel has no place “%(order)s”. Leave it empty for a new one.")
            raise InvalidKey("order", words % {"order": order[:80]})
        return edited, parts[number - 1], f"{path}[{number - 1}]", False

    def _check_unchanged(self, row: SheetRow, column: str, now: str) -> None:
        cell = row.key(column)
        if cell and cell != now:
            words = _("cannot be changed here; it is “%(now)s”. Leave it so, or empty.")
            raise InvalidKey(column, words % {"now": now})

    # Cells

    def _apply_cells(self, table: SpreadsheetDefinition, row: SheetRow, row_part: RowPart) -> None:
        edited, part, path, new = row_part
        before = copy.deepcopy(part)
        edited.places.setdefault(path, row.place())
        for column in table.columns:
            cell = row.cells.get(column.name)
            # An empty cell of a new row leaves the initial value.
            if new and not (cell or "").strip():
                continue
            try:
                if cell is None:
                    continue
                # Spreadsheets have line ends of their own.
                if with_one_line_end(cell) != with_one_line_end(column.format(part)):
                    column.put(part, column.cell.read(cell))
            except InvalidCell as refused:
                self._fault(row.place(column.name), str(refused))
        for column in table.columns:
            for inner in column.paths(part):
                edited.places[f"{path}.{inner}" if path else inner] = row.place(column.name)
        version = row.key("version")
        if not new and part != before and version and version != str(edited.obj.version):
            words = _(
                "It was saved by somebody since this table was downloaded. Download it again, and "
                "make your changes there."
            )
            self._fault(row.place("version"), words)
        if new and version:
            self._fault(row.place("version"), _("A new row has no version: leave it empty."))

    # Records

    def _check(self, changed: list[EditedRecord]) -> None:
        """Adds the faults for which an import would refuse the changed records."""
        entries = []
        for edited in changed:
            for path, error in record_errors(edited.form, edited.record):
                self._fault(edited.place(path), _schema_message(edited, path, error))
            edited.record = record_forms.normal_record(edited.form, edited.record)
            entries.append(
                ImportEntry(
                    *(edited.form, edited.key, edited.record, edited.name, "", edited.year),
                    *(edited.obj, edited.published),
                )
            )
        for fault in faults_of(ImportPlan([], entries).faults, self.edited.records.values()):
            self._fault(CellPlace(fault.sheet, fault.row, fault.column), fault.cause)


def _taken_before(ref: str) -> InvalidKey:
    words = _("This row was taken in before, as %(ref)s: download the table again.")
    return InvalidKey("ref", words % {"ref": ref})


def _is_new(ref: str) -> bool:
    return not ref or bool(NEW.match(ref))


def faults_of(
    faults: Iterable[FileFault], records: Iterable[EditedRecord]
) -> Iterator[SpreadsheetFault]:
    """The faults of an import, each with the cell of its path."""
    by_name = {edited.name: edited for edited in records}
    for fault in faults:
        yield by_name[fault.file].place(fault.path.lstrip(".")).fault(fault.cause)


def _schema_message(edited: EditedRecord, path: str, error: SchemaError) -> str:
    """The message of a schema error, in a curator's words."""
    place = edited.place(path)
    columns = TABLES[place.sheet].all_columns if place.sheet in TABLES else ()
    takes = next((column.cell.takes for column in columns if column.name == place.column), "")
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
        nearest = difflib.get_close_matches(str(value), map(str, error.schema["enum"]), 1)
        near = _(" The nearest is “%s”.") % nearest[0] if nearest else ""
    words = _("“%(value)s” is not taken. It takes: %(takes)s.")
    return words % {"value": str(value)[:80], "takes": takes} + near
