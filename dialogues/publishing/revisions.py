"""The chain of revisions: who changed which record, when and why, with the whole record.

Each revision's digest covers the one before it, so that an altered past shows. Here it is written
(`append`), read (`history_of`, `current_record`, `authors`) and checked (`first_broken`).
"""

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
from dialogues.records.difference import canonical, difference
from dialogues.records.record_forms import FORMS
from dialogues.records.rows import BATCH_SIZE, batches

from .workflow import APPROVE, DECLINE

# Any number: which advisory lock the chain of revisions takes on PostgreSQL.
CHAIN_LOCK = 2005138139
GENESIS = "0" * 64
WROTE = (RevisionAction.CREATED, RevisionAction.CHANGED, RevisionAction.RESTORED)
CLOSED = (*APPROVE.revisions, *DECLINE.revisions)

# A record, the action, and the text that its revision keeps.
NewRevision = tuple[Model, RevisionAction, dict[str, Any]]


def write_revision(
    obj: Publishable, action: RevisionAction, record: dict[str, Any], by: User | None, reason: str
) -> None:
    """Adds the revision of one record, with the text that it keeps: of a proposal, the proposed."""
    append(lambda: [(obj, action, record)], by, reason)


def write_save(
    obj: Publishable, by: User | None, new: bool, reason: str = "", record: Any = None
) -> None:
    """Adds the revision of a record that was just saved; `record`, where it was read already."""
    action = RevisionAction.CREATED if new else RevisionAction.CHANGED
    write_revision(obj, action, record or record_of(obj), by, reason)


def write_revisions(
    records: Iterable[Publishable], action: RevisionAction, by: User | None, reason: str
) -> None:
    """Adds revisions of many records as they stand, read a few hundred at a time."""
    keys: dict[str, list[int]] = {}
    for obj in records:
        keys.setdefault(record_forms.form_of(obj).name, []).append(obj.pk)

    def revisions() -> Iterator[NewRevision]:
        for name, pks in keys.items():
            for batch in batches(pks):
                rows = FORMS[name].model._default_manager.filter(pk__in=batch)
                for obj, record in record_forms.records_of(FORMS[name], rows):
                    yield obj, action, record

    append(revisions, by, reason)


def append(revisions: Callable[[], Iterable[NewRevision]], by: User | None, reason: str) -> None:
    """Adds revisions to the chain, in the transaction of the change itself.

    `revisions()` is called once the chain is locked, so that each has the digest of the one before.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = Revision.objects.order_by("-number").first()
    number, previous = (last.number, last.digest) if last else (0, GENESIS)
    now, waiting = timezone.now(), iter(revisions())
    while batch := list(islice(waiting, BATCH_SIZE)):
        rows = []
        for obj, action, record in batch:
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
            previous = revision.digest = revision_digest(previous, revision)
            rows.append(revision)
        Revision.objects.bulk_create(rows)


def revision_digest(previous: str, revision: Revision) -> str:
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
    """The revisions of a record, whatever its key was then."""
    return Revision.objects.filter(record_type=record_forms.form_of(obj).name, object_id=obj.pk)


def proposal_of(obj: Publishable) -> Revision | None:
    """The open proposal of a published record. One query where there is one."""
    if not obj.proposal:
        return None
    return history_of(obj).filter(action__in=OF_A_PROPOSAL).last()


def current_revision(obj: Publishable) -> Revision | None:
    """The revision of the record that a curator edits, see `current_record`."""
    return proposal_of(obj) or _published_history(obj).last()


def is_stale(obj: Publishable) -> bool:
    """Whether the published record has changed since its open proposal was last saved."""
    proposed = history_of(obj).filter(action=RevisionAction.PROPOSED).last()
    published = _published_history(obj).last()
    return bool(proposed and published and published.number > proposed.number)


def _published_history(obj: Publishable) -> QuerySet[Revision]:
    """The revisions that are not of a proposed change."""
    return history_of(obj).exclude(action__in=OF_A_PROPOSAL)


def record_of(obj: Publishable) -> dict[str, Any]:
    """The record as the database has it now; of a published one, as readers see it."""
    form = record_forms.form_of(obj)
    rows = form.model._default_manager.filter(pk=obj.pk)
    return next(record for _obj, record in record_forms.records_of(form, rows))


def current_record(obj: Publishable, published: dict[str, Any] | None = None) -> dict[str, Any]:
    """The record a curator edits: the open proposal's, else the published one.

    `published` is the record as it is, where it was read already.
    """
    proposal = proposal_of(obj)
    if proposal:
        return proposal.record
    return record_of(obj) if published is None else published


# Authors


def authors(obj: Publishable) -> set[int]:
    """The ids of those who wrote what is not published yet: the draft, or the proposed change."""
    revisions = history_of(obj)
    if obj.proposal:
        last = revisions.filter(action__in=CLOSED).aggregate(last=Max("number"))["last"] or 0
        revisions = revisions.filter(action=RevisionAction.PROPOSED, number__gt=last)
    elif obj.is_published:
        return set()
    else:
        revisions = revisions.filter(action__in=WROTE)
    return _people(revisions)


def all_authors(obj: Publishable) -> set[int]:
    """The ids of those who have ever written in a record."""
    return _people(history_of(obj).filter(action__in=[*WROTE, RevisionAction.PROPOSED]))


def _people(revisions: QuerySet[Revision]) -> set[int]:
    return {pk for pk in revisions.values_list("by", flat=True) if pk}


# The chain, checked


def first_broken() -> Revision | None:
    """The first revision whose digest or number does not follow from the one before."""
    previous = GENESIS
    revisions = Revision.objects.order_by("number").iterator(chunk_size=500)
    for number, revision in enumerate(revisions, start=1):
        if revision.number != number or revision.digest != revision_digest(previous, revision):
            return revision
        previous = revision.digest
    return None


def chain_head() -> str:
    """The last revision, as `1043:` and its digest: to be kept where no one can alter both."""
    last = Revision.objects.order_by("-number").first()
    return f"{last.number}:{last.digest}" if last else f"0:{GENESIS}"


def first_mismatch(heads: Iterable[str]) -> str:
    """The first revision that differs from externally stored heads, in words, or "".

    A chain that holds in itself may have been cut, or made anew: only a head kept elsewhere shows
    it. The alteration lies after the last head that the chain still has.
    """
    agreed = 0
    for number, digest in sorted(map(_parsed_head, heads)):
        stored = Revision.objects.filter(number=number).values_list("digest", flat=True).first()
        if number == 0 or stored == digest:
            agreed = number
            continue
        if stored is None:
            last = Revision.objects.aggregate(last=Max("number"))["last"] or 0
            return f"revision {last + 1}: is missing, up to {number}, whose digest was kept"
        if agreed + 1 == number:
            return f"revision {number}: is not the one whose digest was kept"
        return (
            f"revision {agreed + 1}: it, or one up to {number}, is not the one whose digest "
            "was kept"
        )
    return ""


def _parsed_head(head: str) -> tuple[int, str]:
    """The number and digest of a head. Raises ValueError where it is none."""
    number, colon, digest = head.strip().partition(":")
    if not (colon and number.isascii() and number.isdigit() and len(number) < 19):
        raise ValueError(head)
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError(head)
    return int(number), digest


def unrecorded() -> Iterator[str]:
    """Records that differ from their last revision: they were changed past the program."""
    for name, form in FORMS.items():
        revisions = Revision.objects.filter(record_type=name).exclude(action__in=OF_A_PROPOSAL)
        last = revisions.values("object_id").annotate(last=Max("number"))
        numbers = last.values_list("last", flat=True).order_by()
        rows = revisions.filter(number__in=numbers).order_by().values_list("object_id", "record")
        recorded = dict(rows)
        for obj, record in record_forms.records_of(
            form, form.model._default_manager.order_by("pk")
        ):
            if obj.pk not in recorded:
                yield f"{name} {record[form.key]}: has no revision"
                continue
            # One from before the form got its last fields lacks them.
            whole = record_forms.completed(form, recorded[obj.pk])
            change = next(difference(whole, record), None)
            if change:
                yield f"{name} {record[form.key]}: differs from its last revision: {change}"
