"""The chain of revisions: who changed which record, when and why, with the whole record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Max, Model, QuerySet
from django.utils import timezone

from dialogues.choices import OF_A_PROPOSAL, RevisionAction
from dialogues.models import Publishable, Revision
from dialogues.records import record_forms
from dialogues.records.difference import canonical, difference, equal_records
from dialogues.records.record_forms import FORMS
from dialogues.records.rows import BATCH_SIZE, batches

# Any number: which advisory lock the chain of revisions takes on PostgreSQL.
CHAIN_LOCK = 2005138139
GENESIS = "0" * 64
WROTE = (RevisionAction.CREATED, RevisionAction.CHANGED, RevisionAction.RESTORED)

# What was done to which record; its record as it now stands.
Done = tuple[Model, RevisionAction, dict[str, Any]]


def write_revisions(
    changes: Iterable[tuple[Model | None, RevisionAction]], by: User | None, reason: str
) -> None:
    """Adds revisions of records as they stand. Run it in the transaction of the change itself."""
    by_form: dict[str, list[int]] = {}
    actions = {}
    for obj, action in changes:
        assert obj is not None
        by_form.setdefault(record_forms.form_of(obj).name, []).append(obj.pk)
        actions[record_forms.form_of(obj).name, obj.pk] = action

    def done() -> Iterator[Done]:
        for name, keys in by_form.items():
            form = FORMS[name]
            for batch in batches(keys):
                found = form.model._default_manager.filter(pk__in=batch)
                for obj, record in record_forms.records_of(form, found):
                    yield obj, actions[name, obj.pk], record

    append(done, by, reason)


def write_proposal(
    obj: Publishable, action: RevisionAction, record: dict[str, Any], by: User | None, reason: str
) -> None:
    """Adds the revision of a proposed change: the record as it would be."""
    append(lambda: [(obj, action, record)], by, reason)


def append(done: Callable[[], Iterable[Done]], by: User | None, reason: str) -> None:
    """Adds to the chain what `done()` gives, asked for once the chain is ours."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = Revision.objects.order_by("-number").first()
    number, previous = (last.number, last.digest) if last else (0, GENESIS)
    now, following = timezone.now(), iter(done())
    while rows := list(islice(following, BATCH_SIZE)):
        revisions = []
        for obj, action, record in rows:
            number += 1
            revision = Revision(
                number=number,
                record_type=record_forms.form_of(obj).name,
                record_key=record_forms.key_of(obj),
                object_id=obj.pk,
                action=action,
                reason=reason,
                by=by,
                at=now,
                record=record,
            )
            previous = revision.digest = chained(previous, revision)
            revisions.append(revision)
        Revision.objects.bulk_create(revisions)


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
    if revision.object_id is not None:
        content["object"] = revision.object_id
    return hashlib.sha256(previous.encode() + canonical(content)).hexdigest()


# A record and its proposed text


def history_of(obj: Publishable) -> QuerySet[Revision]:
    """The revisions of a record, under whatever key it then had."""
    return Revision.objects.filter(record_type=record_forms.form_of(obj).name, object_id=obj.pk)


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
    form = record_forms.form_of(obj)
    found = form.model._default_manager.filter(pk=obj.pk)
    return next(record for _obj, record in record_forms.records_of(form, found))


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return equal_records(one, other)


# Who wrote


def authors(obj: Publishable) -> set[int]:
    """Who wrote what is not published yet, by id: the draft, or the proposed change."""
    own = history_of(obj)
    if obj.proposal:
        closed = own.filter(action__in=[RevisionAction.APPROVED, RevisionAction.DECLINED])
        since = closed.aggregate(last=Max("number"))["last"] or 0
        own = own.filter(action=RevisionAction.PROPOSED, number__gt=since)
    elif obj.is_published:
        return set()
    else:
        own = own.filter(action__in=WROTE)
    return {pk for pk in own.values_list("by", flat=True) if pk}


def ever_wrote(obj: Publishable) -> set[int]:
    """Who has ever written in it, by id."""
    own = history_of(obj).filter(action__in=[*WROTE, RevisionAction.PROPOSED])
    return {pk for pk in own.values_list("by", flat=True) if pk}


# Whether it holds


def first_broken() -> Revision | None:
    """The first revision whose digest or number does not follow from the one before."""
    previous = GENESIS
    revisions = Revision.objects.order_by("number").iterator(chunk_size=500)
    for number, revision in enumerate(revisions, start=1):
        if revision.number != number or revision.digest != chained(previous, revision):
            return revision
        previous = revision.digest
    return None


def head() -> str:
    """The last revision, as `1043:` and its digest: to be kept where no one can alter both."""
    last = Revision.objects.order_by("-number").first()
    return f"{last.number}:{last.digest}" if last else f"0:{GENESIS}"


def first_mismatch(kept: Iterable[str]) -> str:
    """How the chain departs from heads kept elsewhere; "" when it has them all.

    A chain that holds in itself may have been cut, or made anew: only a kept head shows it. The
    alteration lies after the last head that the chain still has.
    """
    agreed = 0
    for number, digest in sorted(_parsed(head) for head in kept):
        found = Revision.objects.filter(number=number).values_list("digest", flat=True).first()
        if number == 0 or found == digest:
            agreed = number
            continue
        if found is None:
            last = Revision.objects.aggregate(last=Max("number"))["last"] or 0
            return f"revision {last + 1}: is missing, up to {number}, whose digest was kept"
        if agreed + 1 == number:
            return f"revision {number}: is not the one whose digest was kept"
        return (
            f"revision {agreed + 1}: it, or one up to {number}, is not the one whose digest "
            "was kept"
        )
    return ""


def _parsed(head: str) -> tuple[int, str]:
    """Raises ValueError where it is no head."""
    number, colon, digest = head.strip().partition(":")
    if not (colon and number.isascii() and number.isdigit() and len(number) < 19):
        raise ValueError(head)
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError(head)
    return int(number), digest


def unrecorded() -> Iterator[str]:
    """Records that differ from their last revision: they were changed past every door."""
    for name, form in FORMS.items():
        own = Revision.objects.filter(record_type=name).exclude(action__in=OF_A_PROPOSAL)
        last = own.values("object_id").annotate(last=Max("number")).values_list("last", flat=True)
        kept = dict(
            own.filter(number__in=last.order_by()).order_by().values_list("object_id", "record")
        )
        for obj, record in record_forms.records_of(
            form, form.model._default_manager.order_by("pk")
        ):
            if obj.pk not in kept:
                yield f"{name} {record[form.key]}: has no revision"
                continue
            last_known = record_forms.completed(form, kept[obj.pk])
            change = next(difference(last_known, record), None)
            if change:
                yield f"{name} {record[form.key]}: differs from its last revision: {change}"
