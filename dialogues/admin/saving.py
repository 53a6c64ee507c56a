"""What every save of a curator does besides: version, revision, and what follows from it."""

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

    Who saves without a change becomes no author of it.
    """
    if before is not None and publishing.same(publishing.record_of(obj), before):
        return False
    if before is not None:
        obj.version += 1
        obj.save(update_fields=["version"])
    publishing.reindex_and_recheck(obj)
    publishing.saved(obj, by, new=before is None, reason=reason)
    return True


def save_record(obj: Publishable, record: dict[str, Any], by: User, why: str = "") -> bool:
    """A record that a page of its own has made: a new one or a draft at once, what is published by
    a proposal; whether anything changed. Lock an existing one first. Raises NotAllowed.
    """
    if obj.is_published:
        return publishing.propose(obj, record, by, why)
    before = publishing.record_of(obj) if obj.pk else None
    publishing.apply_to(obj, record)
    return finish_save(obj, by, before, why)
