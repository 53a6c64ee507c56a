"""Matches uploaded sheets with tables, and cells with columns, by the titles in the first row."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .definitions import TABLES, SpreadsheetDefinition
from .reading import CellPlace, SpreadsheetFault, UploadedSheet, column_letters


@dataclass
class SheetRow:
    """A row of an upload: its place, and its cells by the names of their columns."""

    sheet: str
    number: int
    cells: dict[str, str]

    def place(self, column: str = "") -> CellPlace:
        return CellPlace(self.sheet, self.number, column)

    def key(self, column: str) -> str:
        return self.cells.get(column, "").strip()


def tables_of(
    sheets: list[UploadedSheet], table: SpreadsheetDefinition
) -> tuple[dict[str, list[SheetRow]], list[SpreadsheetFault]]:
    """The rows of each table in a file, and every fault of its sheets and titles.

    `table` is the one that must be among them; a sheet without a name is taken for it.
    """
    reader = _HeaderReader(table)
    return reader.tables(sheets), reader.faults


@dataclass
class _HeaderReader:
    table: SpreadsheetDefinition
    faults: list[SpreadsheetFault] = field(default_factory=list)

    def _fault(self, place: CellPlace, cause: str) -> None:
        self.faults.append(place.fault(cause))

    def tables(self, sheets: list[UploadedSheet]) -> dict[str, list[SheetRow]]:
        tables: dict[str, list[SheetRow]] = {}
        for sheet in sheets:
            name = sheet.name.strip().casefold() or self.table.name
            if not any(any(row) for row in sheet.rows):
                continue
            if name not in TABLES:
                words = _("“%(name)s” is no table: a sheet is named %(known)s.")
                known = {"name": sheet.name, "known": ", ".join(TABLES)}
                self._fault(CellPlace(sheet.name), words % known)
                continue
            if name in tables:
                self._fault(CellPlace(sheet.name), _("Two sheets have this name."))
                continue
            tables[name] = self._read_sheet(TABLES[name], sheet)
        if self.table.name not in tables and not self.faults:
            words = _("The file has no rows of %(asked)s. It has: %(found)s.")
            named = {"asked": self.table.name, "found": ", ".join(tables) or _("nothing")}
            self._fault(CellPlace(), words % named)
        return tables

    def _read_sheet(self, table: SpreadsheetDefinition, sheet: UploadedSheet) -> list[SheetRow]:
        self.faults += [
            SpreadsheetFault(table.name, fault.row, fault.column, fault.cause)
            for fault in sheet.faults
        ]
        # The value of such a cell is unknown: it must not be read as empty.
        unknown = {(fault.row, fault.column) for fault in sheet.faults}
        titles = [title.strip().casefold() for title in sheet.rows[0]]
        if not self._check_titles(table, titles):
            return []
        rows = []
        for number, cells in enumerate(sheet.rows[1:], start=2):
            row = SheetRow(table.name, number, {})
            for place, cell in enumerate(cells):
                title = titles[place] if place < len(titles) else ""
                if not title and cell.strip():
                    words = _("stands in a column without a title.")
                    self._fault(row.place(column_letters(place)), words)
            if any(cell.strip() for cell in cells):
                padded = [*cells, *[""] * (len(titles) - len(cells))]
                row.cells = {
                    title: cell
                    for title, cell in zip(titles, padded, strict=False)
                    if title and (number, title) not in unknown
                }
                rows.append(row)
        return rows

    def _check_titles(self, table: SpreadsheetDefinition, titles: list[str]) -> bool:
        """Whether the rows can be read by these titles."""
        known, named = table.header, [title for title in titles if title]
        before = len(self.faults)
        unknown_titles = [title for title in named if title not in known]
        other = max(TABLES.values(), key=lambda table: len(set(named) & set(table.header)))
        if other is not table and unknown_titles:
            words = _("These are the columns of a table of %(other)s, not of %(table)s.")
            names = {"other": other.name, "table": table.name}
            self._fault(CellPlace(table.name, 1), words % names)
            return False
        for title in dict.fromkeys(unknown_titles):
            near = difflib.get_close_matches(title, known, n=1)
            words = _("There is no column “%(title)s”; the nearest is “%(near)s”.")
            if not near:
                words = _("There is no column “%(title)s”. There are: %(known)s.")
            named_ = {"title": title[:80], "near": "".join(near), "known": ", ".join(known)}
            self._fault(CellPlace(table.name, 1, title[:80]), words % named_)
        for title in {title for title in named if named.count(title) > 1}:
            self._fault(CellPlace(table.name, 1, title), _("Two columns have this title."))
        for column in table.needed:
            if column not in named:
                words = _("This column is missing: rows are found by it.")
                self._fault(CellPlace(table.name, 1, column), words)
        return len(self.faults) == before
