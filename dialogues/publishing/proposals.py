"""Proposed changes of published records, merges, previews, and older texts restored.

The proposed text is the record of the last revision of a proposal; readers go on seeing the
published one until another person approves the change (`steps`).
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.choices import RevisionAction, State
from dialogues.models import Publishable, Revision, SharedEntry
from dialogues.records import checks, record_forms
from dialogues.records.difference import equal_records
from dialogues.records.importing.slugs import former, renamed
from dialogues.records.record_forms import FORMS

from .applying import apply_to, overwrite, reindex_and_recheck
from .merging import absorb, absorb_all, merge_blockers, merged_record, references_moved
from .numbering import give_refs
from .requirements import unpublished_dependencies
from .revisions import (
    current_record,
    history_of,
    is_stale,
    proposal_of,
    record_of,
    write_revision,
    write_save,
)
from .steps import decline
from .workflow import IMPORT, PROPOSE, InvalidStep, change_stage, lock


@transaction.atomic
def propose(obj: Publishable, record: dict[str, Any], by: User | None, reason: str = "") -> bool:
    """Keeps a change of a published record, unseen by readers; returns whether there was any."""
    lock(obj)
    PROPOSE.move_from(obj.stage)
    proposal, public = proposal_of(obj), record_of(obj)
    form = record_forms.form_of(obj)
    # Entries that were merged meanwhile are named by those that they were merged into.
    record = renamed(form, record_forms.completed(form, record), former())
    record = _with_tombstones(obj, public, record, reason)
    current = proposal.record if proposal else public
    if equal_records(record, current) and not (proposal and is_stale(obj)):
        return False
    if proposal and equal_records(record, public):
        decline(obj, by, reason or _("Nothing is left of the change."))
        return True
    change_stage([obj], PROPOSE)
    write_revision(obj, RevisionAction.PROPOSED, record, by, reason)
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
    present = {ref for ref, _path in checks.refs_of(form, record | {"withdrawn_parts": []})}
    revived = present & {part["ref"] for part in public["withdrawn_parts"]}
    if revived:
        words = _("%(refs)s: withdrawn, and it stays so. Enter it anew where it was right.")
        raise InvalidStep(words % {"refs": ", ".join(sorted(revived))})
    for ref, _path in checks.refs_of(form, public):
        if ref in present or ref in withdrawn or not ref.startswith("RTOP-"):
            continue
        if not reason.strip():
            words = _("Say why %(ref)s is left out: readers find the reason at its address.")
            raise InvalidStep(words % {"ref": ref})
        today = timezone.localdate().isoformat()
        withdrawn[ref] = {"ref": ref, "on": today, "reason": reason}
    return record | {"withdrawn_parts": [withdrawn[ref] for ref in sorted(withdrawn)]}


@transaction.atomic
def merge(gone: SharedEntry, kept: SharedEntry, by: User, reason: str) -> None:
    """Merges an entry into another: proposed where readers know the kept one, else at once."""
    if not reason.strip():
        raise InvalidStep(_("Say why the two are one."))
    for entry in sorted((gone, kept), key=lambda entry: entry.pk):
        lock(entry)
    blockers = merge_blockers(gone, kept, references_moved(gone, kept))
    if blockers:
        raise InvalidStep(" ".join(blockers))
    words = _("“%(gone)s” is the same: %(reason)s") % {"gone": gone, "reason": reason}
    record = merged_record(current_record(kept), gone)
    if kept.is_published:
        if not propose(kept, record, by, words):
            raise InvalidStep(_("This merge is proposed already."))
        return
    overwrite(kept, record)
    absorb(gone, kept, by, reason)
    write_save(kept, by, new=False, reason=words)


# Previews


def publish_for_preview(obj: Publishable) -> None:
    """Makes a draft or proposed record public, with all it needs. Only inside `rolled_back`."""
    record = current_record(obj)
    if obj.proposal:
        apply_to(obj, record)
    needed = unpublished_dependencies(obj, record)
    give_refs(obj)
    for hidden in [*needed, obj]:
        if hidden.state in (State.DRAFT, State.IN_REVIEW):
            change_stage([hidden], IMPORT)
    absorb_all(obj, record, None, "")
    reindex_and_recheck(obj)
    obj.refresh_from_db()


# Older texts


@transaction.atomic
def restore(revision: Revision, by: User | None, reason: str) -> Publishable:
    """Makes a record what it was in a revision, as a new revision; returns the record.

    A draft at once, a published one as a proposed change. Raises InvalidStep.
    """
    if not reason.strip():
        raise InvalidStep(_("Say why it is restored."))
    rows: Any = FORMS[revision.record_type].model._default_manager
    obj: Publishable | None = rows.filter(pk=revision.object_id).first()
    if obj is None or obj.state == State.WITHDRAWN:
        raise InvalidStep(_("What was withdrawn stays so."))
    lock(obj)
    record = _with_todays_refs(obj, revision.record)
    words = _("As in revision %(number)s: %(reason)s")
    words %= {"number": revision.number, "reason": reason}
    if obj.is_published:
        changed = propose(obj, record, by, words)
    else:
        changed = not equal_records(record, record_of(obj))
        overwrite(obj, record)
        write_revision(obj, RevisionAction.RESTORED, record_of(obj), by, words)
    if not changed:
        raise InvalidStep(_("It is already as it was in that revision."))
    return obj


def _with_todays_refs(obj: Publishable, record: dict[str, Any]) -> dict[str, Any]:
    """The record with the refs and the key given since, and without parts withdrawn since."""
    form = record_forms.form_of(obj)
    public_refs: dict[str, str] = {}
    before: list[str] = []
    for revision in (
        history_of(obj).exclude(action=RevisionAction.DECLINED).iterator(chunk_size=100)
    ):
        refs = [ref for ref, _path in checks.refs_of(form, revision.record)]
        public = revision.action in (RevisionAction.PUBLISHED, RevisionAction.APPROVED)
        if public and len(before) == len(refs):
            pairs = zip(before, refs, strict=True)
            public_refs |= {old: new for old, new in pairs if old.startswith("DRAFT-")}
        before = refs
    withdrawn = {part["ref"] for part in record_of(obj).get("withdrawn_parts", [])}
    restored = _with_refs(record, public_refs, withdrawn)
    today = {form.key: getattr(obj, form.key)}
    if isinstance(obj, SharedEntry):
        today["former_slugs"] = obj.former_slugs
    return {**record_forms.completed(form, restored), **today}


def _with_refs(value: Any, refs: dict[str, str], withdrawn: set[str]) -> Any:
    """A part of a record with its refs replaced, and without the parts that are withdrawn."""
    if isinstance(value, dict):
        return {
            name: refs.get(inner, inner) if name == "ref" else _with_refs(inner, refs, withdrawn)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        parts = [_with_refs(inner, refs, withdrawn) for inner in value]
        return [p for p in parts if not (isinstance(p, dict) and p.get("ref") in withdrawn)]
    return value
