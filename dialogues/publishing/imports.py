"""Records taken in: files, as an operator's command does it, or what a curator has looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.choices import RevisionAction, State
from dialogues.models import Publishable
from dialogues.records import checks
from dialogues.records.difference import canonical
from dialogues.records.files import FileFault
from dialogues.records.importing.plan import (
    ImportEntry,
    ImportPlan,
    InvalidImport,
    Progress,
    no_progress,
)
from dialogues.records.record_forms import FORMS, RecordForm, records_of
from dialogues.records.rows import batches

from .applying import apply_to, rolled_back
from .merging import absorb_all
from .proposals import propose
from .revisions import append, proposal_of, same
from .roles import may
from .steps import InvalidStep, public_entries, unpublished_references


@dataclass(frozen=True)
class ProposedRecord:
    """A record as a curator wants it; the version and digest of the text that it was made from.

    Both are empty for a new record.
    """

    form: str
    key: str
    year: int
    record: dict[str, Any]
    version: int | None = None
    digest: str = ""

    @property
    def name(self) -> str:
        return f"{self.form} {self.key}"


@transaction.atomic
def import_files(
    paths: Iterable[Path],
    publish: bool = False,
    reason: str = "",
    progress: Progress = no_progress,
) -> ImportPlan:
    """Imports record files: new records as drafts, changes of published ones as proposals.

    Or all of it published, where the operator says so. All or nothing: raises
    InvalidImport with every fault.
    """
    plan = ImportPlan(paths, progress=progress)
    if publish:
        plan.faults += _provisional_refs(plan.entries)
    else:
        for entry in plan.entries:
            entry.proposed = entry.is_public and bool(entry.changes)
        plan.faults += _other_proposals(plan.entries)
    _carry_out(plan, None, reason or _("Imported."), publish)
    return plan


@transaction.atomic
def save_proposed_records(wanted: Sequence[ProposedRecord], by: User, reason: str = "") -> None:
    """Takes in what a curator wants, as their role allows: drafts changed, published ones proposed.

    All or nothing, and only from what each was made from: raises InvalidImport with
    every fault, each of the file that is named as the record is.
    """
    entries = [
        ImportEntry(FORMS[one.form], one.key, one.record, one.name, "", one.year) for one in wanted
    ]
    faults = list(_not_now(wanted, entries, by))
    if faults:
        raise InvalidImport(faults)
    plan = ImportPlan([], entries)
    for entry in plan.entries:
        # The text was made from the proposal, where there is one: it takes its place.
        entry.proposed = entry.is_public
    if not plan.faults:
        plan.faults += _not_to_be_held(plan.entries)
    _carry_out(plan, by, reason)


def _not_to_be_held(entries: Iterable[ImportEntry]) -> Iterator[FileFault]:
    """Proposed texts that the database would refuse at their approval: each is tried and undone."""
    for entry in entries:
        if entry.proposed and entry.existing is not None:
            obj: Any = entry.existing
            try:
                with rolled_back():
                    apply_to(obj, entry.record)
            except InvalidStep as refused:
                yield entry.fault("", str(refused))
            # The object, too, as it was.
            obj.refresh_from_db()


def digest_of(record: dict[str, Any]) -> str:
    """The digest of a record: two of the same are the same text."""
    return hashlib.sha256(canonical(record)).hexdigest()


def _not_now(
    wanted: Sequence[ProposedRecord], entries: list[ImportEntry], by: User
) -> Iterator[FileFault]:
    """What is not as it was when it was looked at, or not theirs to change; all of it is locked.

    The entries get what the archive has of them, so that it is read once.
    """
    for form in FORMS.values():
        of_form = {one.key: one for one in wanted if one.form == form.name}
        if not of_form:
            continue
        by_key = {entry.key: entry for entry in entries if entry.form is form}
        rows: Any = form.model._default_manager.filter(**{f"{form.key}__in": list(of_form)})
        # In one order, so that of two who confirm one waits for the other.
        list(rows.order_by("pk").select_for_update().values_list("pk"))
        now: dict[str, tuple[Any, dict[str, Any]]] = {}
        for found, public in records_of(form, rows):
            assert isinstance(found, Publishable)
            key = str(getattr(found, form.key))
            by_key[key].existing, by_key[key].before = found, public
            now[key] = found, current_text(found, public)
        for key, one in of_form.items():
            obj, text = now.get(key, (None, None))
            known = (obj.version, digest_of(text)) if obj and text else (None, "")
            if known != (one.version, one.digest):
                yield FileFault(one.name, "", _("was changed meanwhile. Look at it again first."))
            elif obj is None and not may(by, "add"):
                yield FileFault(one.name, "", _("Your role does not allow new records."))
            elif obj is not None and not may(by, "change", obj):
                words = _("Your role does not allow a change of it; its state is “%(state)s”.")
                yield FileFault(one.name, "", words % {"state": obj.stage.label})


def current_records(form: RecordForm, rows: QuerySet) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Records as a curator's form shows them: the proposed text where there is one.

    A fixed number of queries, and one for each proposal.
    """
    for obj, public in records_of(form, rows):
        assert isinstance(obj, Publishable)
        yield obj, current_text(obj, public)


def current_text(obj: Publishable, public: dict[str, Any]) -> dict[str, Any]:
    """The proposed text where there is one, else what the database has."""
    proposal = proposal_of(obj)
    return proposal.record if proposal else public


def _carry_out(plan: ImportPlan, by: User | None, reason: str, publish: bool = False) -> None:
    """Writes what a plan says, with its revisions."""
    actions: dict[tuple[str, str], RevisionAction] = {}
    written = plan.write()
    for entry in written:
        done = RevisionAction.CREATED if entry.is_new else RevisionAction.CHANGED
        actions[entry.form.name, entry.key] = done
    if publish:
        # Before search looks at them: it keeps their state.
        written += [e for e in _publish(plan.entries, actions) if not e.differs]
    plan.follow_up(written)
    for entry in plan.entries:
        if entry.proposed:
            assert isinstance(entry.existing, Publishable)
            propose(entry.existing, entry.record, by, reason)
    if publish:
        _absorb(plan, reason)
        _refuse_unpublished_references(plan)
    plan.progress(f"{len(actions)} revisions to write")
    append(lambda: _done(plan, actions), by, reason)


def _done(
    plan: ImportPlan, actions: dict[tuple[str, str], RevisionAction]
) -> Iterator[tuple[Model, RevisionAction, dict[str, Any]]]:
    """What was done to which record. It is not read again: it stands as its entry has it."""
    for entry in plan.entries:
        if (entry.form.name, entry.key) in actions:
            assert entry.existing is not None
            yield entry.existing, actions[entry.form.name, entry.key], entry.record


def _publish(
    entries: list[ImportEntry], actions: dict[tuple[str, str], RevisionAction]
) -> list[ImportEntry]:
    """Publishes what is not withdrawn, and notes it; what readers saw gets its new date.

    Gives those that it published.
    """
    wanted = [
        entry
        for entry in entries
        if (entry.differs or not entry.is_public)
        and getattr(entry.existing, "state", "") != State.WITHDRAWN
    ]
    for entry in wanted:
        actions[entry.form.name, entry.key] = RevisionAction.PUBLISHED
    now = timezone.now()
    for form in FORMS.values():
        of_form: list[Any] = [entry.existing for entry in wanted if entry.form is form]
        for batch in batches(of_form):
            rows = form.model._default_manager.filter(pk__in=[obj.pk for obj in batch])
            rows.update(state=State.PUBLISHED, published_at=now)
            for obj in batch:
                obj.state, obj.published_at = State.PUBLISHED, now
    return wanted


def _absorb(plan: ImportPlan, reason: str) -> None:
    """Carries out the merges that the files know of."""
    for entry in plan.entries:
        assert isinstance(entry.existing, Publishable)
        try:
            absorb_all(entry.existing, entry.record, None, reason)
        except InvalidStep as refused:
            raise InvalidImport([entry.fault("former_slugs", str(refused))]) from refused


def _refuse_unpublished_references(plan: ImportPlan) -> None:
    # Many records name the same ones: each list is read once, whole.
    whole = cache(lambda kind: frozenset(public_entries(kind)))
    faults = [
        entry.fault("", f"refers to {name}, which is not published")
        for entry in plan.entries
        for name in unpublished_references(
            entry.form, entry.record, lambda kind, _keys: whole(kind)
        )
    ]
    if faults:
        raise InvalidImport(faults)


def _other_proposals(entries: Iterable[ImportEntry]) -> Iterator[FileFault]:
    """A change that a curator has under way is not written over."""
    for entry in entries:
        if entry.proposed:
            assert isinstance(entry.existing, Publishable)
            proposal = proposal_of(entry.existing)
            if proposal and not same(proposal.record, entry.record):
                yield entry.fault("", "another change of it is proposed: approve or decline that")


def _provisional_refs(entries: Iterable[ImportEntry]) -> list[FileFault]:
    """Refs that readers must never see: a ref is given once, and these would change."""
    return [
        entry.fault(path, f"{ref} is provisional: it cannot be published")
        for entry in entries
        for ref, path in checks.refs_of(entry.form, entry.record)
        if ref.startswith("DRAFT-")
    ]
