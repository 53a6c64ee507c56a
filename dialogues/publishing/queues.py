"""Work queues: which records wait for a curator, as conditions on the records of one kind."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q

from dialogues.choices import ProposalState, RevisionAction, State
from dialogues.models import Publishable, Revision

from .revisions import CLOSED, WROTE, history_of
from .workflow import APPROVE, DECLINE, PUBLISH, RETURN, SUBMIT, is_administrator, may

# Each of these ends the time in which a returned record waits for its author.
NEXT_STEPS = [
    action for step in (SUBMIT, RETURN, PUBLISH, APPROVE, DECLINE) for action in step.revisions
]


def _has_revision(
    kind: str, actions: Iterable[str], unless: Iterable[str] = (), **by: object
) -> Exists:
    """That a record has one of these revisions, and none of `unless` after it."""
    revisions = Revision.objects.filter(
        record_type=kind, object_id=OuterRef("pk"), action__in=actions
    )
    if unless:
        later = Revision.objects.filter(
            record_type=kind,
            object_id=OuterRef("object_id"),
            action__in=unless,
            number__gt=OuterRef("number"),
        )
        revisions = revisions.filter(~Exists(later))
    return Exists(revisions.filter(**by))


def _written_by(kind: str, user: User | AnonymousUser) -> Q:
    """That this person wrote the draft, or the proposed change: `authors`, as a condition."""
    proposed = _has_revision(kind, [RevisionAction.PROPOSED], unless=CLOSED, by=user.pk)
    draft = Q(_has_revision(kind, WROTE, by=user.pk)) & ~Q(state=State.PUBLISHED)
    return draft | (Q(proposed) & ~Q(proposal=""))


def my_drafts(kind: str, user: User | AnonymousUser) -> Q:
    """Drafts that this person wrote in, and changes that they propose and have not sent off."""
    return (Q(state=State.DRAFT) | Q(proposal=ProposalState.DRAFT)) & _written_by(kind, user)


def returned_to_me(kind: str, user: User | AnonymousUser) -> Q:
    """Those of this person's drafts that a reviewer has returned."""
    returned = _has_revision(kind, RETURN.revisions, unless=NEXT_STEPS)
    return my_drafts(kind, user) & Q(returned)


def awaiting_my_review(kind: str, user: User | AnonymousUser) -> Q | None:
    """Records in review that this person may review; None where their role reviews none."""
    if not may(user, RETURN.name):
        return None
    waiting = Q(state=State.IN_REVIEW) | Q(proposal=ProposalState.IN_REVIEW)
    return waiting if is_administrator(user) else waiting & ~_written_by(kind, user)


def last_return(obj: Publishable) -> Revision | None:
    """The revision with the reviewer's comment, where the last step was to return the record."""
    last = history_of(obj).filter(action__in=NEXT_STEPS).select_related("by").last()
    return last if last and last.action in RETURN.revisions else None
