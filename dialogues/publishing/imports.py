"""Import many records at once: an operator's files, or a curator's checked spreadsheet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.choices import RevisionAction, State
from dialogues.models import Publishable
from dialogues.records import checks
from dialogues.records.difference import canonical, equal_records
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
from .requirements import public_slugs, unpublished_references
from .revisions import append, current_record, proposal_of
from .workflow import IMPORT, InvalidStep, change_stage, may


@dataclass(frozen=True)
class ProposedRecord:
    """A record that a curator wants to save, with the version and digest of the record before.

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
    """Saves a curator's records, as their role allows: drafts at once, published ones proposed.

    All or nothing, and only where the records are as they were when the curator looked at them.
    Raises InvalidImport with every fault; its file is the name of the record.
    """
    entries = [
        ImportEntry(FORMS[item.form], item.key, item.record, item.name, "", item.year)
        for item in wanted
    ]
    faults = list(_conflicts(wanted, entries, by))
    if faults:
        raise InvalidImport(faults)
    plan = ImportPlan([], entries)
    for entry in plan.entries:
        # Where there is a proposal, the record was made from it and takes its place.
        entry.proposed = entry.is_public
    if not plan.faults:
        plan.faults += _refused_by_database(plan.entries)
    _carry_out(plan, by, reason)


def _refused_by_database(entries: Iterable[ImportEntry]) -> Iterator[FileFault]:
    """Proposed records that could not be approved: each is applied and undone again."""
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
    """The digest of a record: equal for equal records."""
    return hashlib.sha256(canonical(record)).hexdigest()


def _conflicts(
    wanted: Sequence[ProposedRecord], entries: list[ImportEntry], by: User
) -> Iterator[FileFault]:
    """Locks the records; faults of those that have changed meanwhile or may not be changed.

    The entries get what the archive has of them, so that it is read once.
    """
    for form in FORMS.values():
        by_key = {item.key: item for item in wanted if item.form == form.name}
        if not by_key:
            continue
        entry_of = {entry.key: entry for entry in entries if entry.form is form}
        rows: Any = form.model._default_manager.filter(**{f"{form.key}__in": list(by_key)})
        # In one order, so that of two who confirm one waits for the other.
        list(rows.order_by("pk").select_for_update().values_list("pk"))
        current: dict[str, tuple[Any, dict[str, Any]]] = {}
        for existing, published in records_of(form, rows):
            assert isinstance(existing, Publishable)
            key = str(getattr(existing, form.key))
            entry_of[key].existing, entry_of[key].before = existing, published
            current[key] = existing, current_record(existing, published)
        for key, item in by_key.items():
            obj, record = current.get(key, (None, None))
            known = (obj.version, digest_of(record)) if obj and record else (None, "")
            if known != (item.version, item.digest):
                yield FileFault(item.name, "", _("was changed meanwhile. Look at it again first."))
            elif obj is None and not may(by, "add"):
                yield FileFault(item.name, "", _("Your role does not allow new records."))
            elif obj is not None and not may(by, "change", obj):
                words = _("Your role does not allow a change of it; its state is “%(state)s”.")
                yield FileFault(item.name, "", words % {"state": obj.stage.label})


def current_records(form: RecordForm, rows: QuerySet) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Objects with the records that a curator edits. One query for each proposal besides."""
    for obj, published in records_of(form, rows):
        assert isinstance(obj, Publishable)
        yield obj, current_record(obj, published)


def _carry_out(plan: ImportPlan, by: User | None, reason: str, publish: bool = False) -> None:
    """Writes the records of a plan, with their proposals, states and revisions."""
    actions: dict[tuple[str, str], RevisionAction] = {}
    written = plan.write()
    for entry in written:
        action = RevisionAction.CREATED if entry.is_new else RevisionAction.CHANGED
        actions[entry.form.name, entry.key] = action
    if publish:
        # Before the records are indexed for search, which keeps their state.
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
    # Records are not read again: they stand as their entries have them.
    revisions = [
        (entry.existing, actions[entry.form.name, entry.key], entry.record)
        for entry in plan.entries
        if entry.existing and (entry.form.name, entry.key) in actions
    ]
    append(lambda: revisions, by, reason)


def _publish(
    entries: list[ImportEntry], actions: dict[tuple[str, str], RevisionAction]
) -> list[ImportEntry]:
    """Publishes new and changed records that are not withdrawn, and returns their entries."""
    published = [
        entry
        for entry in entries
        if (entry.differs or not entry.is_public)
        and getattr(entry.existing, "state", "") != State.WITHDRAWN
    ]
    now = timezone.now()
    for entry in published:
        actions[entry.form.name, entry.key] = RevisionAction.PUBLISHED
    for form in FORMS.values():
        records: list[Any] = [entry.existing for entry in published if entry.form is form]
        for batch in batches(records):
            change_stage(batch, IMPORT, at=now)
    return published


def _absorb(plan: ImportPlan, reason: str) -> None:
    """Carries out the merges that the files tell of."""
    for entry in plan.entries:
        assert isinstance(entry.existing, Publishable)
        try:
            absorb_all(entry.existing, entry.record, None, reason)
        except InvalidStep as refused:
            raise InvalidImport([entry.fault("former_slugs", str(refused))]) from refused


def _refuse_unpublished_references(plan: ImportPlan) -> None:
    # Many records name the same entries: each list is read once.
    each_list_once = cache(public_slugs)
    faults = [
        entry.fault("", f"refers to {name}, which is not published")
        for entry in plan.entries
        for name in unpublished_references(entry.form, entry.record, each_list_once)
    ]
    if faults:
        raise InvalidImport(faults)


def _other_proposals(entries: Iterable[ImportEntry]) -> Iterator[FileFault]:
    """Faults of records of which a curator proposes another change: it is not overwritten."""
    for entry in entries:
        if entry.proposed:
            assert isinstance(entry.existing, Publishable)
            proposal = proposal_of(entry.existing)
            if proposal and not equal_records(proposal.record, entry.record):
                yield entry.fault("", "another change of it is proposed: approve or decline that")


def _provisional_refs(entries: Iterable[ImportEntry]) -> list[FileFault]:
    """Faults of provisional refs, which readers must never see: a public ref is for good."""
    return [
        entry.fault(path, f"{ref} is provisional: it cannot be published")
        for entry in entries
        for ref, path in checks.refs_of(entry.form, entry.record)
        if ref.startswith("DRAFT-")
    ]
