"""What every save of a curator does besides: version, revision, search text, checked words."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model, Q

from dialogues import publishing, search
from dialogues.models import (
    Actor,
    ActorName,
    Assertion,
    Delivery,
    Dialogue,
    Instrument,
    Membership,
    Note,
    Panel,
    Participation,
    Passage,
    Person,
    Position,
    Publishable,
    Quotation,
    Situation,
    Statement,
    Tally,
    Theme,
)
from dialogues.records import forms
from dialogues.records.passages import check_quotations

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

# How a statement refers to what is searched with it.
NAMED_BY = {
    Actor: "deliveries__actor",
    Dialogue: "dialogue",
    Instrument: "positions__instruments",
    Person: "speaker",
    Situation: "positions__situations",
    Statement: "pk",
    Theme: "positions__theme",
}


def whole_of(obj: Model) -> Publishable:
    """The record that something is, or is a part of."""
    if isinstance(obj, Publishable):
        return obj
    if isinstance(obj, Quotation):
        return obj.statement or obj.dialogue
    return WHOLE[type(obj)](obj)


def record_of(obj: Publishable) -> dict[str, Any] | None:
    """The whole record as it stands in the database; None before it does."""
    form = forms.form_of(obj)
    found = form.model._default_manager.filter(pk=obj.pk)
    return next((record for _, record in forms.records_of(form, found)), None)


def finish(obj: Publishable, by: User, before: dict[str, Any] | None) -> bool:
    """Ends the save of a record and its parts, in the same transaction; whether it changed.

    Who saves without a change becomes no author of it.
    """
    if record_of(obj) == before:
        return False
    if before is not None:
        obj.version += 1
        obj.save(update_fields=["version"])
    check_quotations(_quotations_of(obj))
    _index(obj)
    publishing.saved(obj, by, new=before is None)
    return True


def _quotations_of(obj: Publishable) -> Any:
    if isinstance(obj, Statement):
        return obj.quotations.all()
    if isinstance(obj, Dialogue):
        return obj.quotations.filter(statement=None)
    return Quotation.objects.none()


def _index(obj: Publishable) -> None:
    """The search text of every statement that the words of this record stand in."""
    name = NAMED_BY.get(type(obj))
    if name:
        concerned = Statement.objects.filter(Q(**{name: obj.pk})).values("pk")
        search.index(Statement.objects.filter(pk__in=concerned))
