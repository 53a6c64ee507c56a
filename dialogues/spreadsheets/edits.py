"""The records that rows change: each read once as it now stands, changed row by row, compared."""

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

MOST_HINTS = 20
# A record as curators go on from it, of its object and what readers see: the proposed text.
AtHand = Callable[[Any, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class CellPlace:
    """A cell of an uploaded table."""

    sheet: str
    row: int
    column: str


@dataclass
class EditedRecord:
    """A record that rows change: as it is (None: a new one), and as it will be."""

    form: RecordForm
    key: str
    year: int
    obj: Any
    before: dict[str, Any] | None
    record: dict[str, Any]
    # The cell that each path in the record was said in.
    places: dict[str, CellPlace] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.form.name} {self.key}"

    @property
    def changes(self) -> list[FieldChange]:
        """What differs, field by field; of a new record, from an empty one."""
        return list(difference(self.before or self.empty, self.record))

    @property
    def empty(self) -> dict[str, Any]:
        return {name: _emptied(value) for name, value in self.record.items()}

    @property
    def is_changed(self) -> bool:
        return self.before is None or bool(self.changes)

    def place(self, path: str) -> CellPlace:
        """The cell that a path leads to: its own, that of what it is in, or of its first part."""
        inside = path
        while inside:
            if inside in self.places:
                return self.places[inside]
            inside = inside[: max(inside.rfind("."), inside.rfind("["), 0)]
        for known, place in self.places.items():
            if known.startswith((f"{path}.", f"{path}[")):
                return place
        first = next(iter(self.places.values()))
        return CellPlace(first.sheet, first.row, "")


def _emptied(value: Any) -> Any:
    if isinstance(value, str):
        return ""
    return [] if isinstance(value, list) else None


@dataclass
class EditedRecords:
    """The records at hand, by form and key."""

    at_hand: AtHand
    held: dict[tuple[str, str], EditedRecord] = field(default_factory=dict)
    looked_for: set[tuple[str, str]] = field(default_factory=set)
    missed: int = 0

    def load(self, form: RecordForm, keys: Iterable[str]) -> None:
        """Reads records of these keys; a fixed number of queries, and one for each proposal."""
        wanted = {key for key in keys if (form.name, key) not in self.looked_for}
        self.looked_for |= {(form.name, key) for key in wanted}
        if form is DIALOGUE:
            wanted = {key for key in wanted if key.isascii() and key.isdecimal() and len(key) < 5}
        found: Any = form.model._default_manager.filter(**{f"{form.key}__in": sorted(wanted)})
        if form is STATEMENT:
            found = found.select_related("dialogue")
        for obj, public in record_forms.records_of(form, found):
            key, before = str(getattr(obj, form.key)), self.at_hand(obj, public)
            year = getattr(obj, "dialogue", obj)
            self.held[form.name, key] = EditedRecord(
                form, key, getattr(year, "year", 0), obj, before, copy.deepcopy(before)
            )

    def get(self, form: RecordForm, key: str, column: str) -> EditedRecord:
        """The record of a key. Raises Misplaced, in words."""
        held = self.held.get((form.name, key))
        if held is None:
            self.missed += 1
            # To look for the nearest takes long: of a whole column, the first few show what it is.
            known = _keys(form) if self.missed <= MOST_HINTS else []
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.75)
            raise InvalidPlace(column, _no(form, key, near))
        if getattr(held.obj, "state", "") == State.WITHDRAWN:
            raise InvalidPlace(column, _("“%(key)s” was withdrawn, and stays so.") % {"key": key})
        return held

    def add(self, form: RecordForm, key: str, year: int, record: dict[str, Any]) -> EditedRecord:
        """A new record."""
        held = EditedRecord(form, key, year, None, None, record)
        self.held[form.name, key] = held
        return held


class InvalidPlace(InvalidCell):
    """A row that belongs nowhere: the column that shows it, and why."""

    def __init__(self, column: str, cause: str) -> None:
        super().__init__(cause)
        self.column = column


def _keys(form: RecordForm) -> list[str]:
    manager: Any = form.model._default_manager
    return [str(key) for key in manager.values_list(form.key, flat=True)]


def _no(form: RecordForm, key: str, near: list[str]) -> str:
    what = form.model._meta.verbose_name
    if key.startswith("DRAFT-"):
        return _(
            "There is no %(what)s “%(key)s” any more. If it was published since, it has another "
            "ref: download the table again."
        ) % {"what": what, "key": key}
    if near:
        return _("There is no %(what)s “%(key)s”; the nearest is “%(near)s”.") % {
            "what": what,
            "key": key,
            "near": near[0],
        }
    return _("There is no %(what)s “%(key)s”.") % {"what": what, "key": key}
