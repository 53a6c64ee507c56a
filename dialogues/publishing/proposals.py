"""Changes of published records: proposed, sent to review, approved by another, or declined.

The proposed text is the record of the last revision of its kind; readers go on seeing the
published one. Sending a draft to review and returning it stand here too: both go one way.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.choices import Proposed, RevisionAction, State
from dialogues.models import Publishable, Revision, SharedEntry, Statement
from dialogues.records import checks, record_forms
from dialogues.records.importing.slugs import former, renamed
from dialogues.records.record_forms import FORMS

from .applying import apply_to, faults_of, reindex_and_recheck
from .merging import absorb, absorb_all, moves, objections, with_other
from .revisions import (
    history_of,
    outdated,
    proposal_of,
    record_of,
    same,
    write_proposal,
    write_revisions,
)
from .steps import (
    InvalidStep,
    give_refs,
    lock,
    refuse_own,
    refuse_unpublished,
    take,
    unpublished_dependencies,
)


def publish(obj: Publishable, by: User, reason: str = "") -> None:
    """Review to public, by another person than who wrote it; gives the refs.

    An administrator may publish their own with a reason, and the revision says so.
    """
    if obj.state != State.IN_REVIEW:
        raise InvalidStep(_("Only a record in review can be published."))
    refuse_own(obj, by, reason)
    with transaction.atomic():
        record = record_of(obj)
        refuse_unpublished(obj, record)
        give_refs(obj)
        take(obj, "publish")
        absorb_all(obj, record, by, reason)
        write_revisions([(obj, RevisionAction.PUBLISHED)], by, reason)


@transaction.atomic
def propose(obj: Publishable, record: dict[str, Any], by: User | None, reason: str = "") -> bool:
    """Keeps a change of a published record, unseen by readers; whether there was any."""
    lock(obj)
    obj.refresh_from_db(fields=["state", "proposal", "version"])
    if not obj.is_published:
        raise InvalidStep(_("Only a published record is changed by a proposal."))
    before, public = proposal_of(obj), record_of(obj)
    # What was merged meanwhile is named by what it was merged into.
    record = renamed(
        record_forms.form_of(obj),
        record_forms.completed(record_forms.form_of(obj), record),
        former(),
    )
    record = _with_tombstones(obj, public, record, reason)
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


def _with_tombstones(
    obj: Publishable, public: dict[str, Any], record: dict[str, Any], reason: str
) -> dict[str, Any]:
    """The record, with a tombstone for each published part that it leaves out."""
    if "withdrawn_parts" not in public:
        return record
    form = record_forms.form_of(obj)
    known = [*public["withdrawn_parts"], *record["withdrawn_parts"]]
    withdrawn = {part["ref"]: part for part in known}
    here = {ref for ref, _path in checks.refs_of(form, record | {"withdrawn_parts": []})}
    back = here & _withdrawn(public)
    if back:
        words = _("%(refs)s: withdrawn, and it stays so. Enter it anew where it was right.")
        raise InvalidStep(words % {"refs": ", ".join(sorted(back))})
    for ref, _path in checks.refs_of(form, public):
        if ref in here or ref in withdrawn or not ref.startswith("RTOP-"):
            continue
        if not reason.strip():
            words = _("Say why %(ref)s is left out: readers find the reason at its address.")
            raise InvalidStep(words % {"ref": ref})
        today = timezone.localdate().isoformat()
        withdrawn[ref] = {"ref": ref, "on": today, "reason": reason}
    return record | {"withdrawn_parts": [withdrawn[ref] for ref in sorted(withdrawn)]}


def _withdrawn(record: dict[str, Any]) -> set[str]:
    return {part["ref"] for part in record.get("withdrawn_parts", [])}


@transaction.atomic
def merge(gone: SharedEntry, kept: SharedEntry, by: User, reason: str) -> None:
    """One entry into another: proposed where readers know the one that is kept, else at once."""
    if not reason.strip():
        raise InvalidStep(_("Say why the two are one."))
    for one in sorted((gone, kept), key=lambda entry: entry.pk):
        lock(one)
        one.refresh_from_db()
    why = objections(gone, kept, moves(gone, kept))
    if why:
        raise InvalidStep(" ".join(why))
    words = _("“%(gone)s” is the same: %(reason)s") % {"gone": gone, "reason": reason}
    proposal = proposal_of(kept)
    record = with_other(proposal.record if proposal else record_of(kept), gone)
    if kept.is_published:
        if not propose(kept, record, by, words):
            raise InvalidStep(_("This merge is proposed already."))
        return
    apply_to(kept, record)
    kept.version += 1
    kept.save(update_fields=["version"])
    absorb(gone, kept, by, reason)
    reindex_and_recheck(kept)
    write_revisions([(kept, RevisionAction.CHANGED)], by, words)


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
        raise InvalidStep(_("Say what should be changed."))
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
        raise InvalidStep(_("Say why the change is not made."))
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
        raise InvalidStep(_("There is no proposed change to approve."))
    refuse_own(obj, by, reason)
    if outdated(obj):
        raise InvalidStep(
            _(
                "The published record has changed since this was proposed. Open the change, look "
                "it over and save it again."
            )
        )
    faults = faults_of(obj, proposal.record)
    if faults:
        raise InvalidStep(_("Mend first: %(faults)s.") % {"faults": "; ".join(faults)})
    refuse_unpublished(obj, proposal.record)
    take(obj, "approve")
    apply_to(obj, proposal.record)
    give_refs(obj)
    obj.version += 1
    obj.save(update_fields=["version"])
    absorb_all(obj, proposal.record, by, reason)
    reindex_and_recheck(obj)
    write_revisions([(obj, RevisionAction.APPROVED)], by, reason)


# As readers would see it


def make_public(obj: Publishable, record: dict[str, Any] | None) -> None:
    """Makes a draft or proposed record public, with all that it needs. Only inside a trial."""
    if record is not None:
        apply_to(obj, record)
    needed = unpublished_dependencies(
        obj, record or record_forms.to_record(record_forms.form_of(obj), obj)
    )
    if isinstance(obj, Statement):
        needed.append(obj.dialogue)
    give_refs(obj)
    absorbed = record or record_of(obj)
    for one in [*needed, obj]:
        if one.state in (State.DRAFT, State.IN_REVIEW):
            public = {"state": State.PUBLISHED, "published_at": timezone.now()}
            type(one)._default_manager.filter(pk=one.pk).update(**public)
            one.state = State.PUBLISHED
    absorb_all(obj, absorbed, None, "")
    reindex_and_recheck(obj)
    obj.refresh_from_db()


# What was, once more


@transaction.atomic
def restore(revision: Revision, by: User | None, reason: str) -> Publishable:
    """Makes a record what it was in a revision, as a new revision; the record.

    A draft at once, a published one as a proposed change. Raises NotAllowed.
    """
    if not reason.strip():
        raise InvalidStep(_("Say why it is restored."))
    found: Any = FORMS[revision.record_type].model._default_manager
    obj: Publishable | None = found.filter(pk=revision.object_id).first()
    if obj is None or obj.state == State.WITHDRAWN:
        raise InvalidStep(_("What was withdrawn stays so."))
    lock(obj)
    obj.refresh_from_db()
    record = _with_todays_refs(obj, revision.record)
    words = _("As in revision %(number)s: %(reason)s")
    words %= {"number": revision.number, "reason": reason}
    if obj.is_published:
        changed = propose(obj, record, by, words)
    else:
        changed = not same(record, record_of(obj))
        apply_to(obj, record)
        obj.version += 1
        obj.save(update_fields=["version"])
        reindex_and_recheck(obj)
        write_revisions([(obj, RevisionAction.RESTORED)] if changed else [], by, words)
    if not changed:
        raise InvalidStep(_("It is already as it was in that revision."))
    return obj


def _with_todays_refs(obj: Publishable, record: dict[str, Any]) -> dict[str, Any]:
    """The record with the refs and the key that the record and its parts have been given since.

    Parts that were withdrawn since are left out.
    """
    form = record_forms.form_of(obj)
    given: dict[str, str] = {}
    before: list[str] = []
    for step in history_of(obj).exclude(action=RevisionAction.DECLINED).iterator(chunk_size=100):
        refs = [ref for ref, _path in checks.refs_of(form, step.record)]
        public = step.action in (RevisionAction.PUBLISHED, RevisionAction.APPROVED)
        if public and len(before) == len(refs):
            pairs = zip(before, refs, strict=True)
            given |= {old: new for old, new in pairs if old.startswith("DRAFT-")}
        before = refs
    with_refs = _without(_with_refs(record, given), _withdrawn(record_of(obj)))
    today = {form.key: getattr(obj, form.key)}
    if isinstance(obj, SharedEntry):
        today["former_slugs"] = obj.former_slugs
    return {**record_forms.completed(form, with_refs), **today}


def _with_refs(value: Any, given: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: given.get(inner, inner) if name == "ref" else _with_refs(inner, given)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_with_refs(inner, given) for inner in value]
    return value


def _without(value: Any, refs: set[str]) -> Any:
    """Without the parts of these refs."""
    if isinstance(value, dict):
        return {name: _without(inner, refs) for name, inner in value.items()}
    if isinstance(value, list):
        gone = [one for one in value if isinstance(one, dict) and one.get("ref") in refs]
        return [_without(one, refs) for one in value if one not in gone]
    return value
