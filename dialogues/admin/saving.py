"""Save records: the record that a part belongs to, its version, its revision, the search index."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from dialogues import publishing
from dialogues.models import Publishable
from dialogues.publishing.merging import TO_RECORD
from dialogues.records.difference import equal_records


def owning_record(obj: Model) -> Publishable:
    """The record that something is, or is a part of: it has the state, version and history."""
    if isinstance(obj, Publishable):
        return obj
    owners = (attrgetter(path.replace("__", "."))(obj) for path in TO_RECORD[type(obj)])
    return next(filter(None, owners))


def number_rows(rows: Iterable[Any]) -> None:
    """Numbers rows from 1 in this order."""
    for order, row in enumerate(rows, start=1):
        if row.order != order:
            row.order = order
            row.save(update_fields=["order"])


def finish_save(
    obj: Publishable, by: User, before: dict[str, Any] | None, reason: str = ""
) -> bool:
    """Ends the save of a record and its parts, in the same transaction; whether it changed.

    `before` is the record before the save, None for a new one. Who saves without a change becomes
    no author of it.
    """
    record = publishing.record_of(obj)
    if before is not None and equal_records(record, before):
        return False
    if before is not None:
        obj.version += 1
        obj.save(update_fields=["version"])
    publishing.reindex_and_recheck(obj)
    publishing.write_save(obj, by, new=before is None, reason=reason, record=record)
    return True


def save_record(obj: Publishable, record: dict[str, Any], by: User, why: str = "") -> bool:
    """Saves a record that a page has put together, without a model form; whether it changed.

    A new one or a draft at once, a published one as a proposal. Lock an existing one first. Raises
    InvalidStep.
    """
    if obj.is_published:
        return publishing.propose(obj, record, by, why)
    before = publishing.record_of(obj) if obj.pk else None
    publishing.apply_to(obj, record)
    return finish_save(obj, by, before, why)
