"""A record to import, beside the record that the archive has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from dialogues.choices import State
from dialogues.records.difference import FieldChange
from dialogues.records.files import FileFault
from dialogues.records.record_forms import RecordForm


@dataclass
class ImportEntry:
    """A record to import, its place in the files, and the archive's record before it."""

    form: RecordForm
    key: str
    record: dict[str, Any]
    file: str
    path: str
    year: int = 0
    existing: Model | None = None
    before: dict[str, Any] | None = None
    changes: list[FieldChange] = field(default_factory=list)
    proposed: bool = False  # becomes a proposal for a curator; the record itself is not written

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def differs(self) -> bool:
        return not self.proposed and (self.is_new or bool(self.changes))

    @property
    def is_public(self) -> bool:
        return getattr(self.existing, "state", "") == State.PUBLISHED

    def fault(self, path: str, cause: str) -> FileFault:
        return FileFault(self.file, f"{self.path}.{path}" if path else self.path, cause)
