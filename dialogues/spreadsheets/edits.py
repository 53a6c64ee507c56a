"""The records that the rows of an upload change: read once, changed row by row, compared."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from dialogues.choices import State
from dialogues.records import record_forms
from dialogues.records.difference import FieldChange, difference
from dialogues.records.record_forms import DIALOGUE, STATEMENT, RecordForm

from .cells import InvalidCell
from .reading import CellPlace

MOST_HINTS = 20
# Of an object and its published record, the record that a curator edits: a proposal's, if any.
CurrentRecord = Callable[[Any, dict[str, Any]], dict[str, Any]]


@dataclass
class EditedRecord:
    """A record that rows change: as it is now (None: a new one), and as it will be."""

    form: RecordForm
    key: str
    year: int
    obj: Any
    before: dict[str, Any] | None
    record: dict[str, Any]
    # The record of the object itself, without a proposal.
    published: dict[str, Any] | None = None
    # The cell from which each path in the record comes.
    places: dict[str, CellPlace] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.form.name} {self.key}"

    @property
    def changes(self) -> list[FieldChange]:
        """The changed fields; of a new record, those that are not empty."""
        before = self.before or record_forms.completed(self.form, {})
        return list(difference(before, self.record))

    @property
    def is_changed(self) -> bool:
        return self.before is None or bool(self.changes)

    def place(self, path: str) -> CellPlace:
        """The cell of a path; else of the nearest path around it, or of the first inside it."""
        around = path
        while around:
            if around in self.places:
                return self.places[around]
            around = around[: max(around.rfind("."), around.rfind("["), 0)]
        for inside, place in self.places.items():
            if inside.startswith((f"{path}.", f"{path}[")):
                return place
        first = next(iter(self.places.values()))
        return CellPlace(first.sheet, first.row, "")


@dataclass
class EditedRecords:
    """The edited records of an upload, by form and key."""

    current_record: CurrentRecord
    records: dict[tuple[str, str], EditedRecord] = field(default_factory=dict)
    loaded: set[tuple[str, str]] = field(default_factory=set)
    unknown: int = 0

    def load(self, form: RecordForm, keys: Iterable[str]) -> None:
        """Reads the records of these keys: a fixed number of queries, and one for each proposal."""
        keys = {key for key in keys if (form.name, key) not in self.loaded}
        self.loaded |= {(form.name, key) for key in keys}
        if form is DIALOGUE:
            keys = {key for key in keys if key.isascii() and key.isdecimal() and len(key) < 5}
        if not keys:
            return
        objects: Any = form.model._default_manager.filter(**{f"{form.key}__in": sorted(keys)})
        if form is STATEMENT:
            objects = objects.select_related("dialogue")
        for obj, published in record_forms.records_of(form, objects):
            key, before = str(getattr(obj, form.key)), self.current_record(obj, published)
            year = getattr(getattr(obj, "dialogue", obj), "year", 0)
            self.records[form.name, key] = EditedRecord(
                form, key, year, obj, before, copy.deepcopy(before), published
            )

    def get(self, form: RecordForm, key: str, column: str) -> EditedRecord:
        """The record of a key in this column. Raises InvalidKey."""
        edited = self.records.get((form.name, key))
        if edited is None:
            self.unknown += 1
            # Looking for the nearest key takes long; the first few show what is wrong.
            keys: Any = form.model._default_manager.values_list(form.key, flat=True)
            known = map(str, keys) if self.unknown <= MOST_HINTS else ()
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.75)
            raise InvalidKey(column, _unknown_record(form, key, near))
        if getattr(edited.obj, "state", "") == State.WITHDRAWN:
            raise InvalidKey(column, _("“%(key)s” was withdrawn, and stays so.") % {"key": key})
        return edited

    def add(self, form: RecordForm, key: str, year: int, record: dict[str, Any]) -> EditedRecord:
        """Adds a new record."""
        edited = EditedRecord(form, key, year, None, None, record)
        self.records[form.name, key] = edited
        return edited


class InvalidKey(InvalidCell):
    """A row whose record is not found: the column of the wrong key, and the cause."""

    def __init__(self, column: str, cause: str) -> None:
        super().__init__(cause)
        self.column = column


def _unknown_record(form: RecordForm, key: str, near: list[str]) -> str:
    what = form.model._meta.verbose_name
    if key.startswith("DRAFT-"):
        return _(
            "There is no %(what)s “%(key)s” any more. If it was published since, it has another "
            "ref: download the table again."
        ) % {"what": what, "key": key}
    words = _("There is no %(what)s “%(key)s”.")
    if near:
        words = _("There is no %(what)s “%(key)s”; the nearest is “%(near)s”.")
    return words % {"what": what, "key": key, "near": "".join(near)}
