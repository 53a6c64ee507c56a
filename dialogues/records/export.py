"""Export of the archive as record files: the same records always give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from dialogues.choices import State
from dialogues.querysets import READER

from .files import encode
from .record_forms import DIALOGUE, SHARED, STATEMENT, RecordForm, records_of


def record_files(year: int | None = None, editorial: bool = False) -> Iterator[tuple[str, bytes]]:
    """The name and bytes of each file: of the shared lists, then of the dialogues.

    With a year, of that dialogue only. Published records; with `editorial`, all but the withdrawn.
    """
    if year is None:
        for name, form in SHARED.items():
            records = _records(form, _exported(form, editorial))
            # Sorted in Python: the order of texts in a database depends on its locale.
            records.sort(key=lambda record: (record.get("order", 0), record["slug"]))
            yield f"{name}.json", encode({name: records})
    dialogues = _exported(DIALOGUE, editorial)
    if year:
        dialogues = dialogues.filter(year=year)
    for dialogue, record in records_of(DIALOGUE, dialogues):
        statements = _exported(STATEMENT, editorial).filter(dialogue=dialogue)
        records = _records(STATEMENT, statements.order_by("serial", "ref"))
        content = {"dialogue": record, "statements": records}
        yield f"dialogues/{record['year']}.json", encode(content)


def _exported(form: RecordForm, editorial: bool) -> QuerySet:
    manager = form.model._default_manager
    if editorial:
        return manager.exclude(state=State.WITHDRAWN)
    return manager.visible_to(READER)  # type: ignore[attr-defined]


def _records(form: RecordForm, rows: QuerySet) -> list[dict[str, Any]]:
    return [record for _, record in records_of(form, rows)]
