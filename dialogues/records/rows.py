"""New rows of many records, inserted together: one INSERT for each table and batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from django.db import DataError, IntegrityError, transaction
from django.db.models import Model

Item = TypeVar("Item")

# Records written together, and keys in one condition: both databases take so many.
BATCH_SIZE = 500


def batches(items: Sequence[Item], size: int = BATCH_SIZE) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


class NewRows:
    """New rows to insert together, in the order of their foreign keys.

    `record` is the record whose rows are added next. If a bulk insert fails, the rows are inserted
    one by one, each inside of `naming(record)`, so that the error names its record.
    """

    def __init__(self, naming: Callable[[Any], AbstractContextManager] = nullcontext) -> None:
        self.record: Any = None
        self._naming = naming
        self._rows: dict[type[Model], list[tuple[Any, Model]]] = {}

    def add(self, row: Model) -> None:
        self._rows.setdefault(type(row), []).append((self.record, row))

    def write(self) -> None:
        """Inserts all rows, those that others refer to first. Run it in a transaction."""
        while self._rows:
            model = next(model for model in self._rows if not self._refers_to_others(model))
            self._insert(model, self._rows.pop(model))

    def _refers_to_others(self, model: type[Model]) -> bool:
        """Whether the model has a foreign key to a table whose rows are not inserted yet."""
        related = {column.related_model for column in model._meta.concrete_fields} - {model}
        return not related.isdisjoint(self._rows)

    def _insert(self, model: type[Model], rows: list[tuple[Any, Model]]) -> None:
        try:
            with transaction.atomic():
                model._default_manager.bulk_create([row for _record, row in rows])
        except (IntegrityError, DataError):
            for record, row in rows:
                with self._naming(record):
                    row.save(force_insert=True)
