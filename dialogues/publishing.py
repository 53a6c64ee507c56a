"""How a record moves from draft to the public and back: the only way states change.

Every step writes a revision in the same transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, transaction
from django.db.models import CASCADE, Max, Model, QuerySet, Value, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.choices import RevisionAction, State
from dialogues.models import Dialogue, Publishable, Revision, Statement
from dialogues.records import files, forms, importing
from dialogues.records.forms import FORMS, Form

# Any number: which advisory lock the chain of revisions takes on PostgreSQL.
CHAIN_LOCK = 2005138139
GENESIS = "0" * 64


class NotAllowed(Exception):
    """A step that the record's state, or the rule of two people, does not allow."""


# What may follow what; only the operator publishes a draft, by import.
STEPS = {
    RevisionAction.SUBMITTED: ({State.DRAFT}, State.IN_REVIEW),
    RevisionAction.RETURNED: ({State.IN_REVIEW}, State.DRAFT),
    RevisionAction.PUBLISHED: ({State.IN_REVIEW}, State.PUBLISHED),
    RevisionAction.WITHDRAWN: ({State.PUBLISHED}, State.WITHDRAWN),
}


# Who may do what, to a record in which state; an administrator may do all that anybody may.
# That nobody publishes alone what they wrote holds besides: see `publish`.
ROLES: dict[str, dict[str, set[State]]] = {
    "Contributor": {
        "add": {State.DRAFT},
        "change": {State.DRAFT},
        "submit": {State.DRAFT},
    },
    "Reviewer": {
        "add": {State.DRAFT},
        "change": {State.DRAFT, State.IN_REVIEW},
        "submit": {State.DRAFT},
        "give_back": {State.IN_REVIEW},
    },
    "Publisher": {
        "add": {State.DRAFT},
        "change": {State.DRAFT, State.IN_REVIEW},
        "submit": {State.DRAFT},
        "give_back": {State.IN_REVIEW},
        "publish": {State.IN_REVIEW},
        "withdraw": {State.PUBLISHED},
    },
}


def may(user: User | AnonymousUser, action: str, obj: Publishable | None = None) -> bool:
    """Whether a curator's roles allow an action on this record; on some record, without one.

    Roles are groups. One query for each user object, however often it is asked.
    """
    if not (user.is_active and user.is_staff):
        return False
    if not user.is_superuser:
        prefetch_related_objects([user], "groups")
    roles = ROLES if user.is_superuser else {group.name for group in user.groups.all()}
    states = {state for role in roles for state in ROLES.get(role, {}).get(action, ())}
    return bool(states) if obj is None else obj.state in states


def submit(obj: Publishable, by: User | None, reason: str = "") -> None:
    """Draft to review."""
    _step(obj, RevisionAction.SUBMITTED, by, reason)


def give_back(obj: Publishable, by: User | None, reason: str) -> None:
    """Review back to draft, with the reviewer's comment."""
    if not reason.strip():
        raise NotAllowed(_("Say what should be changed."))
    _step(obj, RevisionAction.RETURNED, by, reason)


def publish(obj: Publishable, by: User, reason: str = "") -> None:
    """Review to public, by another person than who wrote it; gives the refs.

    An administrator may publish their own with a reason, and the revision says so.
    """
    if obj.state != State.IN_REVIEW:
        raise NotAllowed(_("Only a record in review can be published."))
    if by.pk in authors(obj) and not (by.is_superuser and reason.strip()):
        raise NotAllowed(_("Nobody publishes what they wrote: ask another curator."))
    _publish(obj, by, reason)


def withdraw(obj: Publishable, by: User | None, reason: str) -> None:
    """Public to withdrawn: the address goes on answering, with the reason."""
    if not reason.strip():
        raise NotAllowed(_("Say why it is withdrawn; readers will see the reason."))
    users = list(_public_users(obj))
    if users:
        raise NotAllowed(
            _("Published records refer to it: %(records)s.") % {"records": ", ".join(users[:5])}
        )
    _step(obj, RevisionAction.WITHDRAWN, by, reason)


def saved(obj: Publishable, by: User | None, new: bool, reason: str = "") -> None:
    """Writes the revision of a record that a curator's form has just saved."""
    write_revisions([(obj, RevisionAction.CREATED if new else RevisionAction.CHANGED)], by, reason)


def authors(obj: Publishable) -> set[int]:
    """Who created or changed it, by id."""
    own = Revision.objects.filter(record_type=forms.form_of(obj).name, record_key=forms.key_of(obj))
    wrote = own.filter(action__in=[RevisionAction.CREATED, RevisionAction.CHANGED])
    return {pk for pk in wrote.values_list("by", flat=True) if pk}


@transaction.atomic
def take_in(paths: Iterable[Path], publish: bool = False, reason: str = "") -> importing.Plan:
    """Imports record files, as drafts, or published where the operator says so.

    All or nothing: raises importing.ImportRefused with every fault.
    """
    plan = importing.Plan(paths)
    if publish:
        plan.faults += importing.provisional_refs(plan.entries)
    else:
        plan.faults += [
            entry.fault("", "is published: only --publish changes what readers see")
            for entry in importing.published_before(plan.entries)
        ]
    written = plan.apply()
    if publish:
        now = timezone.now()
        for form in FORMS.values():
            objects = [
                entry.existing
                for entry in plan.entries
                if entry.form is form and (entry.differs or not entry.is_public)
            ]
            _publish_in_bulk(form, objects, now)
        _refuse_unpublished_references(plan)
    write_revisions(
        [
            (entry.existing, RevisionAction.CREATED if entry.is_new else RevisionAction.CHANGED)
            for entry in written
        ],
        None,
        reason or _("Imported."),
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


def _refuse_unpublished_references(plan: importing.Plan) -> None:
    faults = [
        entry.fault("", f"refers to {name}, which is not published")
        for entry in plan.entries
        for name in unpublished_references(entry.form, entry.record)
    ]
    if faults:
        raise importing.ImportRefused(faults)


def unpublished_references(form: Form, record: dict) -> list[str]:
    """What a record names that readers cannot see, as "theme sovereignty"."""
    wanted: dict[str, set[str]] = {}
    for reference in forms.references(form, record, ""):
        if reference.kind == "passage":
            wanted.setdefault("source", set()).add(reference.key.partition("#")[0])
        elif reference.kind != "panel":
            wanted.setdefault(reference.kind, set()).add(reference.key)
    missing = []
    for kind, keys in wanted.items():
        model = FORMS[kind].model
        public = set(
            model._default_manager.published()  # type: ignore[attr-defined]
            .filter(slug__in=keys)
            .values_list("slug", flat=True)
        )
        missing += [f"{kind} {key}" for key in sorted(keys - public)]
    return missing


def _public_users(obj: Publishable) -> Iterator[str]:
    """Published records that refer to this one; its own parts, which go with it, left out."""
    for relation in obj._meta.related_objects:
        if getattr(relation, "on_delete", None) is CASCADE:
            continue
        manager: Any = relation.related_model._default_manager
        for user in manager.published().filter(**{relation.field.name: obj.pk})[:5]:
            yield str(user)


@transaction.atomic
def _publish(obj: Publishable, by: User, reason: str) -> None:
    record = forms.to_record(forms.form_of(obj), obj)
    missing = unpublished_references(forms.form_of(obj), record)
    if isinstance(obj, Statement) and not obj.dialogue.is_published:
        missing.insert(0, f"dialogue {obj.dialogue.year}")
    if missing:
        raise NotAllowed(
            _("Publish first what it refers to: %(records)s.") % {"records": ", ".join(missing)}
        )
    give_refs(obj)
    _step(obj, RevisionAction.PUBLISHED, by, reason)


def give_refs(obj: Publishable) -> None:
    """Public refs for a record and its parts that have none yet; the next free of the year."""
    if isinstance(obj, Statement):
        dialogue = Dialogue.objects.select_for_update().get(pk=obj.dialogue_id)
        _number([obj], Statement.objects.filter(dialogue=dialogue), dialogue.year, "S", 3)
        positions = list(obj.positions.order_by("order"))
        in_year = type(positions[0]).objects if positions else None
        if in_year is not None:
            _number(positions, in_year.filter(statement__dialogue=dialogue), dialogue.year, "P", 3)
        quotations = list(obj.quotations.order_by("position__order", "order"))
    elif isinstance(obj, Dialogue):
        dialogue = Dialogue.objects.select_for_update().get(pk=obj.pk)
        _number(list(obj.tallies.order_by("order")), obj.tallies.all(), dialogue.year, "T", 2)
        quotations = list(obj.quotations.filter(statement=None).order_by("order"))
    else:
        return
    _number(quotations, dialogue.quotations.all(), dialogue.year, "Q", 3)


def _number(parts: list, in_year: QuerySet, year: int, letter: str, digits: int) -> None:
    last = in_year.aggregate(last=Max("serial"))["last"] or 0
    for part in parts:
        if not part.has_public_ref:
            last += 1
            part.serial = last
            part.ref = f"RTOP-{year}-{letter}{last:0{digits}}"
            part.save(update_fields=["ref", "serial"])


@transaction.atomic
def _step(obj: Publishable, action: RevisionAction, by: User | None, reason: str) -> None:
    before, after = STEPS[action]
    now = timezone.now()
    values: dict = {"state": after}
    if after == State.PUBLISHED:
        values["published_at"] = now
    if after == State.WITHDRAWN:
        values |= {"withdrawn_at": now, "withdrawal_reason": reason}
    # The state is compared inside the UPDATE: of two who press the button, one succeeds.
    done = type(obj)._default_manager.filter(pk=obj.pk, state__in=before).update(**values)
    if not done:
        raise NotAllowed(_("Somebody has changed its state meanwhile: look at it again."))
    for name, value in values.items():
        setattr(obj, name, value)
    write_revisions([(obj, action)], by, reason)


def last_published() -> datetime | None:
    """When what readers see last changed: the newest publication or withdrawal.

    One query. It looks at every record of every kind, since no index keeps these dates in order:
    a millisecond or two for a thousand records.
    """
    latest = Max(Coalesce("withdrawn_at", "published_at"))
    one, *others = (
        form.model._default_manager.order_by().values(record=Value(name)).annotate(latest=latest)
        for name, form in FORMS.items()
    )
    dates = [row["latest"] for row in one.union(*others, all=True)]
    return max(filter(None, dates), default=None)


def write_revisions(
    changes: Iterable[tuple[Model | None, RevisionAction]], by: User | None, reason: str
) -> None:
    """Adds revisions to the chain. Run it in the transaction of the change itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = Revision.objects.order_by("-number").first()
    number, previous = (last.number, last.digest) if last else (0, GENESIS)
    rows, now = [], timezone.now()
    by_form: dict[str, list[int]] = {}
    actions = {}
    for obj, action in changes:
        assert obj is not None
        by_form.setdefault(forms.form_of(obj).name, []).append(obj.pk)
        actions[forms.form_of(obj).name, obj.pk] = action
    for name, keys in by_form.items():
        form = FORMS[name]
        for start in range(0, len(keys), 500):
            found = form.model._default_manager.filter(pk__in=keys[start : start + 500])
            for obj, record in forms.records_of(form, found):
                number += 1
                revision = Revision(
                    number=number,
                    record_type=name,
                    record_key=forms.key_of(obj),
                    action=actions[name, obj.pk],
                    reason=reason,
                    by=by,
                    at=now,
                    record=record,
                )
                previous = revision.digest = chained(previous, revision)
                rows.append(revision)
    Revision.objects.bulk_create(rows, batch_size=500)


def chained(previous: str, revision: Revision) -> str:
    """The digest of a revision: over all that it says and the digest before it."""
    content = {
        "number": revision.number,
        "type": revision.record_type,
        "key": revision.record_key,
        "action": revision.action,
        "reason": revision.reason,
        "by": revision.by_id,
        "at": revision.at.isoformat(),
        "record": revision.record,
    }
    return hashlib.sha256(previous.encode() + files.canonical(content)).hexdigest()


def first_broken() -> Revision | None:
    """The first revision whose digest or number does not follow from the one before."""
    previous = GENESIS
    revisions = Revision.objects.order_by("number").iterator(chunk_size=500)
    for number, revision in enumerate(revisions, start=1):
        if revision.number != number or revision.digest != chained(previous, revision):
            return revision
        previous = revision.digest
    return None
