"""Save records: the record that a part belongs to, its version, its revision, the search index."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from dialogues import publishing
from dialogues.models import (
    ActorName,
    Assertion,
    Delivery,
    Membership,
    Note,
    Panel,
    Participation,
    Passage,
    Position,
    Publishable,
    Quotation,
    Tally,
)
from dialogues.records.difference import equal_records

# The record that a part belongs to: where its state, its version and its history are kept.
WHOLE = {
    ActorName: attrgetter("actor"),
    Assertion: attrgetter("dialogue"),
    Delivery: attrgetter("statement"),
    Membership: attrgetter("actor"),
    Note: attrgetter("dialogue"),
    Panel: attrgetter("dialogue"),
    Participation: attrgetter("panel.dialogue"),
    Passage: attrgetter("source"),
    Position: attrgetter("statement"),
    Tally: attrgetter("dialogue"),
}


def owning_record(obj: Model) -> Publishable:
    """The record that something is, or is a part of."""
    if isinstance(obj, Publishable):
        return obj
    if isinstance(obj, Quotation):
        return obj.statement or obj.dialogue
    return WHOLE[type(obj)](obj)


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
