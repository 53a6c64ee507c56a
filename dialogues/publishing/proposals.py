"""Changes of published records: proposed, sent to review, approved by another, or declined.

The proposed text is the record of the last revision of its kind; readers go on seeing the
published one. Sending a draft to review and returning it stand here too: both go one way.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.choices import OF_A_PROPOSAL, Proposed, RevisionAction, State
from dialogues.models import Publishable, Revision
from dialogues.records import checks, files, forms
from dialogues.records.forms import FORMS

from .applying import faults_of, follow_up, put_in_place
from .history import history_of, write_proposal, write_revisions
from .steps import NotAllowed, give_refs, lock, refuse_own, refuse_unpublished, take


def proposal_of(obj: Publishable) -> Revision | None:
    """The open proposal of a published record. One query where there is one."""
    if not obj.proposal:
        return None
    return history_of(obj).filter(action__in=OF_A_PROPOSAL).last()


def shown(obj: Publishable) -> Revision | None:
    """The revision whose text a curator's form shows."""
    own = history_of(obj)
    return proposal_of(obj) or own.exclude(action__in=OF_A_PROPOSAL).last()


def outdated(obj: Publishable) -> bool:
    """Whether the published record has changed since its open proposal was last saved."""
    own = history_of(obj)
    proposed = own.filter(action=RevisionAction.PROPOSED).last()
    later = own.exclude(action__in=OF_A_PROPOSAL).last()
    return bool(proposed and later and later.number > proposed.number)


def record_of(obj: Publishable) -> dict[str, Any]:
    """The record as the database has it now."""
    form = forms.form_of(obj)
    found = form.model._default_manager.filter(pk=obj.pk)
    return next(record for _obj, record in forms.records_of(form, found))


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return files.canonical(one) == files.canonical(other)


@transaction.atomic
def propose(obj: Publishable, record: dict[str, Any], by: User | None, reason: str = "") -> bool:
    """Keeps a change of a published record, unseen by readers; whether there was any."""
    lock(obj)
    obj.refresh_from_db(fields=["state", "proposal", "version"])
    if not obj.is_published:
        raise NotAllowed(_("Only a published record is changed by a proposal."))
    before, public = proposal_of(obj), record_of(obj)
    if same(record, before.record if before else public) and not (before and outdated(obj)):
        return False
    if before and same(record, public):
        decline(obj, by, reason or _("Nothing is left of the change."))
        return True
    obj.proposal = obj.proposal or Proposed.DRAFT
    obj.version += 1
    obj.save(update_fields=["proposal", "version"])
    write_proposal(obj, RevisionAction.PROPOSED, record, by, reason)
    return True


@transaction.atomic
def submit(obj: Publishable, by: User | None, reason: str = "") -> None:
    """A draft, or a proposed change, to review."""
    proposal = proposal_of(obj)
    take(obj, "submit")
    _note(obj, proposal, RevisionAction.SUBMITTED, RevisionAction.PUT_FORWARD, by, reason)


@transaction.atomic
def give_back(obj: Publishable, by: User | None, reason: str) -> None:
    """Review back to who wrote it, with the reviewer's comment."""
    if not reason.strip():
        raise NotAllowed(_("Say what should be changed."))
    proposal = proposal_of(obj)
    take(obj, "give_back")
    _note(obj, proposal, RevisionAction.RETURNED, RevisionAction.HANDED_BACK, by, reason)


def _note(
    obj: Publishable,
    proposal: Revision | None,
    of_draft: RevisionAction,
    of_proposal: RevisionAction,
    by: User | None,
    reason: str,
) -> None:
    if proposal:
        write_proposal(obj, of_proposal, proposal.record, by, reason)
    else:
        write_revisions([(obj, of_draft)], by, reason)


@transaction.atomic
def decline(obj: Publishable, by: User | None, reason: str) -> None:
    """The proposed change is not made; the history keeps it."""
    if not reason.strip():
        raise NotAllowed(_("Say why the change is not made."))
    proposal = proposal_of(obj)
    take(obj, "decline")
    assert proposal is not None
    write_proposal(obj, RevisionAction.DECLINED, proposal.record, by, reason)


@transaction.atomic
def approve(obj: Publishable, by: User, reason: str = "") -> None:
    """Makes the proposed change, by another person than who wrote it.

    An administrator may approve their own with a reason, and the revision says so.
    """
    lock(obj)
    obj.refresh_from_db()
    proposal = proposal_of(obj)
    if proposal is None:
        raise NotAllowed(_("There is no proposed change to approve."))
    refuse_own(obj, by, reason)
    if outdated(obj):
        raise NotAllowed(
            _(
                "The published record has changed since this was proposed. Open the change, look "
                "it over and save it again."
            )
        )
    faults = faults_of(obj, proposal.record)
    if faults:
        raise NotAllowed(_("Mend first: %(faults)s.") % {"faults": "; ".join(faults)})
    refuse_unpublished(obj, proposal.record)
    take(obj, "approve")
    put_in_place(obj, proposal.record)
    give_refs(obj)
    obj.version += 1
    obj.save(update_fields=["version"])
    follow_up(obj)
    write_revisions([(obj, RevisionAction.APPROVED)], by, reason)


# What was, once more


@transaction.atomic
def restore(revision: Revision, by: User | None, reason: str) -> Publishable:
    """Makes a record what it was in a revision, as a new revision; the record.

    A draft at once, a published one as a proposed change. Raises NotAllowed.
    """
    if not reason.strip():
        raise NotAllowed(_("Say why it is restored."))
    found: Any = FORMS[revision.record_type].model._default_manager
    obj: Publishable | None = found.filter(pk=revision.object_id).first()
    if obj is None or obj.state == State.WITHDRAWN:
        raise NotAllowed(_("What was withdrawn stays so."))
    lock(obj)
    obj.refresh_from_db()
    record = _with_todays_refs(obj, revision.record)
    words = _("As in revision %(number)s: %(reason)s")
    words %= {"number": revision.number, "reason": reason}
    if obj.is_published:
        changed = propose(obj, record, by, words)
    else:
        changed = not same(record, record_of(obj))
        put_in_place(obj, record)
        obj.version += 1
        obj.save(update_fields=["version"])
        follow_up(obj)
        write_revisions([(obj, RevisionAction.RESTORED)] if changed else [], by, words)
    if not changed:
        raise NotAllowed(_("It is already as it was in that revision."))
    return obj


def _with_todays_refs(obj: Publishable, record: dict[str, Any]) -> dict[str, Any]:
    """The record with the refs and the key that the record and its parts have been given since."""
    form = forms.form_of(obj)
    given: dict[str, str] = {}
    before: list[str] = []
    for step in history_of(obj).exclude(action=RevisionAction.DECLINED).iterator(chunk_size=100):
        refs = [ref for ref, _path in checks.refs_of(form, step.record)]
        public = step.action in (RevisionAction.PUBLISHED, RevisionAction.APPROVED)
        if public and len(before) == len(refs):
            pairs = zip(before, refs, strict=True)
            given |= {old: new for old, new in pairs if old.startswith("DRAFT-")}
        before = refs
    renamed = _renamed(record, given)
    key = getattr(obj, form.key)
    return {**renamed, form.key: key}


def _renamed(value: Any, given: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: given.get(inner, inner) if name == "ref" else _renamed(inner, given)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_renamed(inner, given) for inner in value]
    return value
