"""New rows, written many at once: a write for each table, not for each row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from django.db import DataError, IntegrityError, transaction
from django.db.models import Model

from dialogues.models.writing import insert

Item = TypeVar("Item")

# Records whose rows wait, keys in one condition: both databases take so many.
AT_ONCE = 500


def batches(items: Sequence[Item], size: int = AT_ONCE) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


class NewRows:
    """New rows that wait to be written together; they may refer to each other.

    `at_hand` is the record whose rows come next. What the database refuses is raised inside of
    `naming(at_hand)` of the row that it refuses.
    """

    def __init__(self, naming: Callable[[Any], AbstractContextManager] = nullcontext) -> None:
        self.at_hand: Any = None
        self._naming = naming
        self._waiting: dict[type[Model], list[tuple[Any, Model]]] = {}

    def add(self, row: Model) -> None:
        self._waiting.setdefault(type(row), []).append((self.at_hand, row))

    def write(self) -> None:
        """Writes all that wait, what others refer to first. Run it in a transaction."""
        while self._waiting:
            model = next(model for model in self._waiting if not self._must_wait(model))
            self._insert(model, self._waiting.pop(model))

    def _must_wait(self, model: type[Model]) -> bool:
        others = {column.related_model for column in model._meta.concrete_fields} - {model}
        return not others.isdisjoint(self._waiting)

    def _insert(self, model: type[Model], rows: list[tuple[Any, Model]]) -> None:
        try:
            with transaction.atomic():
                insert(model, [row for _, row in rows])
        except (IntegrityError, DataError):
            # Which of them it was is known only when each is written alone.
            for of, row in rows:
                with self._naming(of):
                    row.save(force_insert=True)
