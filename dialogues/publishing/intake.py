"""Record files taken in, as an operator's command does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.choices import RevisionAction, State
from dialogues.models import Publishable
from dialogues.records import checks, importing
from dialogues.records.files import Fault
from dialogues.records.forms import FORMS, Form

from .history import proposal_of, same, write_revisions
from .merging import absorb_all
from .proposals import propose
from .steps import NotAllowed, unpublished_references


@transaction.atomic
def take_in(paths: Iterable[Path], publish: bool = False, reason: str = "") -> importing.Plan:
    """Imports record files: new records as drafts, changes of published ones as proposals.

    Or all of it published, where the operator says so. All or nothing: raises
    importing.ImportRefused with every fault.
    """
    plan = importing.Plan(paths)
    reason = reason or _("Imported.")
    if publish:
        plan.faults += _provisional_refs(plan.entries)
    else:
        for entry in plan.entries:
            entry.proposed = entry.is_public and bool(entry.changes)
        plan.faults += _other_proposals(plan.entries)
    actions: dict[tuple[str, str], RevisionAction] = {}
    for entry in plan.apply():
        done = RevisionAction.CREATED if entry.is_new else RevisionAction.CHANGED
        actions[entry.form.name, entry.key] = done
    for entry in plan.entries:
        if entry.proposed:
            assert isinstance(entry.existing, Publishable)
            propose(entry.existing, entry.record, None, reason)
    if publish:
        now = timezone.now()
        for form in FORMS.values():
            of_form = [entry for entry in plan.entries if entry.form is form]
            for entry in of_form:
                seen = not entry.is_public or (form.name, entry.key) in actions
                if seen and getattr(entry.existing, "state", "") != State.WITHDRAWN:
                    actions[form.name, entry.key] = RevisionAction.PUBLISHED
            _publish_in_bulk(
                form, [e.existing for e in of_form if e.differs or not e.is_public], now
            )
        _absorb(plan, reason)
        _refuse_unpublished_references(plan)
    write_revisions(
        [
            (entry.existing, actions[entry.form.name, entry.key])
            for entry in plan.entries
            if (entry.form.name, entry.key) in actions
        ],
        None,
        reason,
    )
    return plan


def _publish_in_bulk(form: Form, objects: list, now: datetime) -> None:
    """Publishes what is not withdrawn; what readers saw already gets its new date."""
    live = [obj for obj in objects if obj.state != State.WITHDRAWN]
    for start in range(0, len(live), 500):
        form.model._default_manager.filter(
            pk__in=[obj.pk for obj in live[start : start + 500]]
        ).update(state=State.PUBLISHED, published_at=now)
    for obj in live:
        obj.state, obj.published_at = State.PUBLISHED, now


def _absorb(plan: importing.Plan, reason: str) -> None:
    """Carries out the merges that the files know of."""
    for entry in plan.entries:
        assert isinstance(entry.existing, Publishable)
        try:
            absorb_all(entry.existing, entry.record, None, reason)
        except NotAllowed as refused:
            raise importing.ImportRefused([entry.fault("former_slugs", str(refused))]) from refused


def _refuse_unpublished_references(plan: importing.Plan) -> None:
    faults = [
        entry.fault("", f"refers to {name}, which is not published")
        for entry in plan.entries
        for name in unpublished_references(entry.form, entry.record)
    ]
    if faults:
        raise importing.ImportRefused(faults)


def _other_proposals(entries: Iterable[importing.Entry]) -> Iterator[Fault]:
    """A change that a curator has under way is not written over."""
    for entry in entries:
        if entry.proposed:
            assert isinstance(entry.existing, Publishable)
            proposal = proposal_of(entry.existing)
            if proposal and not same(proposal.record, entry.record):
                yield entry.fault("", "another change of it is proposed: approve or decline that")


def _provisional_refs(entries: Iterable[importing.Entry]) -> list[Fault]:
    """Refs that readers must never see: a ref is given once, and these would change."""
    return [
        entry.fault(path, f"{ref} is provisional: it cannot be published")
        for entry in entries
        for ref, path in checks.refs_of(entry.form, entry.record)
        if ref.startswith("DRAFT-")
    ]
