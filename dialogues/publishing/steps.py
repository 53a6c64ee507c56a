"""A step taken: checked, the record's stage changed, and written down, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import CASCADE
from django.utils.translation import gettext as _

from dialogues import search
from dialogues.choices import Stage
from dialogues.models import Publishable

from .applying import apply_to, reindex_and_recheck
from .merging import absorb_all
from .numbering import give_refs
from .requirements import refuse_faults, refuse_unpublished
from .revisions import authors, current_record, is_stale, record_of, write_revision
from .workflow import (
    APPROVE,
    DECLINE,
    PUBLISH,
    RETURN,
    SUBMIT,
    WITHDRAW,
    InvalidStep,
    Step,
    change_stage,
    is_administrator,
    lock,
)


@transaction.atomic
def take_step(
    step: Step,
    obj: Publishable,
    by: User | None,
    reason: str = "",
    record: dict[str, Any] | None = None,
) -> None:
    """Takes one of the steps that have a button. Raises InvalidStep, in words.

    Whether the person's role allows it is asked before, with `may`. `record` is the current
    record, where it was read since the object was locked.
    """
    if step.reason_required and not reason.strip():
        raise InvalidStep(str(step.reason_missing))
    stage = obj.stage
    lock(obj)
    if obj.stage != stage:
        raise InvalidStep(_("Somebody has changed its state meanwhile: look at it again."))
    move = step.move_from(stage)
    record = record or current_record(obj)
    _check(step, obj, record, by, reason)
    if step is APPROVE:
        apply_to(obj, record)
    if step.publishes:
        give_refs(obj)
    change_stage([obj], step, reason)
    if step.publishes:
        absorb_all(obj, record, by, reason)
    if step is APPROVE:
        reindex_and_recheck(obj)
    elif "state" in move.columns:
        # Search rows say what readers may see of a statement and of all that it names.
        search.index(search.statements_to_reindex([obj]))
    # After a withdrawal, which closes a proposed change, the history goes on from what was public.
    if step.publishes or (step is WITHDRAW and stage != Stage.PUBLISHED):
        record = record_of(obj)
    assert move.revision is not None
    write_revision(obj, move.revision, record, by, reason)


submit = partial(take_step, SUBMIT)
return_to_author = partial(take_step, RETURN)
publish = partial(take_step, PUBLISH)
approve = partial(take_step, APPROVE)
decline = partial(take_step, DECLINE)
withdraw = partial(take_step, WITHDRAW)


def _check(
    step: Step, obj: Publishable, record: dict[str, Any], by: User | None, reason: str
) -> None:
    """Raises InvalidStep where something other than the stage stands against a step."""
    if step.dependency_step:
        refuse_faults(obj, record)
    # Alone in the office, an administrator may publish what they wrote, and says why.
    alone = by is not None and is_administrator(by) and reason.strip()
    if step.other_person and not alone and by and by.pk in authors(obj):
        raise InvalidStep(_("Nobody publishes what they wrote: ask another curator."))
    if step is APPROVE and is_stale(obj):
        raise InvalidStep(
            _(
                "The published record has changed since this was proposed. Open the change, look "
                "it over and save it again."
            )
        )
    if step.publishes:
        refuse_unpublished(obj, record)
    if step is WITHDRAW and (referring := list(_referring_records(obj))):
        raise InvalidStep(
            _("Published records refer to it: %(records)s.") % {"records": ", ".join(referring[:5])}
        )


def _referring_records(obj: Publishable) -> Iterator[str]:
    """Published records that refer to this one; its own parts, which go with it, left out."""
    for relation in obj._meta.related_objects:
        if getattr(relation, "on_delete", None) is CASCADE:
            continue
        manager: Any = relation.related_model._default_manager
        for row in manager.published().filter(**{relation.field.name: obj.pk})[:5]:
            yield str(row)
