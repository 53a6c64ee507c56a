"""Whose work is under way: conditions on the records of one kind, for one person."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q

from dialogues.choices import Proposed, RevisionAction, State
from dialogues.models import Revision

from .revisions import WROTE
from .roles import is_administrator, may

CLOSED = (RevisionAction.APPROVED, RevisionAction.DECLINED)
RETURNED = (RevisionAction.RETURNED, RevisionAction.HANDED_BACK)
STEPS = (
    RevisionAction.SUBMITTED,
    RevisionAction.PUT_FORWARD,
    RevisionAction.PUBLISHED,
    *RETURNED,
    *CLOSED,
)


def _did(kind: str, actions: Iterable[str], until: Iterable[str] = (), **who: object) -> Exists:
    """That one of these was done to a record, and none of `until` after it."""
    own = Revision.objects.filter(record_type=kind, object_id=OuterRef("pk"), action__in=actions)
    if until:
        later = Revision.objects.filter(
            record_type=kind,
            object_id=OuterRef("object_id"),
            action__in=until,
            number__gt=OuterRef("number"),
        )
        own = own.filter(~Exists(later))
    return Exists(own.filter(**who))


def _wrote(kind: str, user: User | AnonymousUser) -> Q:
    """That this person wrote the draft, or the proposed change: `authors`, as a condition."""
    draft = Q(_did(kind, WROTE, by=user.pk)) & ~Q(state=State.PUBLISHED)
    change = Q(_did(kind, [RevisionAction.PROPOSED], until=CLOSED, by=user.pk)) & ~Q(proposal="")
    return draft | change


def own(kind: str, user: User | AnonymousUser) -> Q:
    """Drafts that this person wrote in, and changes that they propose and have not sent off."""
    return (Q(state=State.DRAFT) | Q(proposal=Proposed.DRAFT)) & _wrote(kind, user)


def returned(kind: str, user: User | AnonymousUser) -> Q:
    """Those of them that a reviewer has returned."""
    return own(kind, user) & Q(_did(kind, RETURNED, until=STEPS))


def to_review(kind: str, user: User | AnonymousUser) -> Q | None:
    """What waits for a review that this person may give; None where their role gives none."""
    if not may(user, "give_back"):
        return None
    waiting = Q(state=State.IN_REVIEW) | Q(proposal=Proposed.IN_REVIEW)
    return waiting if is_administrator(user) else waiting & ~_wrote(kind, user)
