"""Merge two entries of a shared list: all references to one move to the other.

A merge is a change of the entry that is kept: it gets the other's slug as a former one. Where
readers know it, that is a proposed change like any other, and approving it carries the merge out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import CASCADE, F
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues import models
from dialogues.choices import ActorKind, RevisionAction, State
from dialogues.models import Actor, Publishable, SharedEntry, Source
from dialogues.records import checks, record_forms
from dialogues.records.difference import equal_records
from dialogues.records.importing.slugs import renamed
from dialogues.records.record_forms import FORMS, RecordForm
from dialogues.records.rows import batches

from .applying import apply_to, reindex_and_recheck
from .revisions import is_stale, proposal_of, record_of, write_revision, write_revisions
from .workflow import ABSORB, InvalidStep, change_stage, lock

# From each part the paths to its record: the first that is set.
TO_RECORD: dict[Any, tuple[str, ...]] = {
    models.Citation: (
        "dialogue",
        "statement",
        "actor",
        "panel__dialogue",
        "participation__panel__dialogue",
        "position__statement",
        "tally__dialogue",
        "assertion__dialogue",
        "note__dialogue",
        "membership__actor",
    ),
    models.ActorName: ("actor",),
    models.Assertion: ("dialogue",),
    models.Delivery: ("statement",),
    models.Membership: ("actor",),
    models.Note: ("dialogue",),
    models.Panel: ("dialogue",),
    models.Participation: ("panel__dialogue",),
    models.Passage: ("source",),
    models.Position: ("statement",),
    models.Quotation: ("statement", "dialogue"),
    models.Tally: ("dialogue",),
}
GROUPS = (ActorKind.GROUP, ActorKind.REGIONAL_ORGANIZATION)


@dataclass(frozen=True)
class MergedRecord:
    """A record, or its proposed change, that names a merged entry: before and after the merge."""

    obj: Publishable
    before: dict[str, Any]
    after: dict[str, Any]
    proposed: bool = False


def references_moved(
    gone: SharedEntry, kept: SharedEntry, locked: bool = False
) -> list[MergedRecord]:
    """Every record and every proposed change that would name `kept` in place of `gone`.

    Tombstones stay as they are. A few queries for each kind of reference and of record, and one
    for each proposed change. `locked` keeps others from saving these records meanwhile.
    """
    to = {record_forms.form_of(gone).name: {gone.slug: kept.slug}}
    moved = [
        MergedRecord(obj, record, renamed(form, record, to))
        for form, obj, record in _referring_records(gone, locked)
    ]
    for form in FORMS.values():
        open_proposals: Any = form.model._default_manager.exclude(proposal="").order_by("pk")
        for obj in open_proposals:
            proposal = proposal_of(obj) if obj not in (gone, kept) else None
            if proposal is None:
                continue
            record = record_forms.completed(form, proposal.record)
            after = renamed(form, record, to)
            if not equal_records(record, after):
                moved.append(MergedRecord(obj, record, after, proposed=True))
    return moved


def _referring_records(
    gone: SharedEntry, locked: bool
) -> Iterator[tuple[RecordForm, Any, dict[str, Any]]]:
    """Records that refer to an entry; its own parts, which go with it, left out."""
    keys: dict[str, set[int]] = {}
    for relation in gone._meta.related_objects:
        if getattr(relation, "on_delete", None) is CASCADE:
            continue
        model: Any = relation.related_model
        rows = model._default_manager.filter(**{relation.field.name: gone.pk}).order_by()
        if issubclass(model, Publishable):
            keys.setdefault(model._meta.model_name or "", set()).update(
                rows.values_list("pk", flat=True)
            )
            continue
        paths = TO_RECORD[model]
        for row in rows.values_list(*paths):
            path, key = next((p, key) for p, key in zip(paths, row, strict=True) if key is not None)
            keys.setdefault(path.rpartition("__")[2], set()).add(key)
    for name, pks in keys.items():
        form = FORMS[name]
        for batch in batches(sorted(pks)):
            rows = form.model._default_manager.filter(pk__in=batch).exclude(state=State.WITHDRAWN)
            if locked:
                list(rows.order_by("pk").select_for_update().values_list("pk"))
            for obj, record in record_forms.records_of(form, rows.order_by("pk")):
                yield form, obj, record


def merge_blockers(
    gone: SharedEntry, kept: SharedEntry, moved: Iterable[MergedRecord]
) -> list[str]:
    """The reasons why one entry cannot be merged into the other, in words."""
    if gone.pk == kept.pk:
        return [_("An entry cannot be merged into itself.")]
    words = {"gone": gone, "kept": kept}
    why = []
    if kept.state == State.WITHDRAWN:
        why.append(_("“%(kept)s” was withdrawn: nothing can be merged into it.") % words)
    if gone.state == State.WITHDRAWN:
        why.append(_("“%(gone)s” was withdrawn or merged already.") % words)
    if gone.is_published and not kept.is_published:
        why.append(
            _("Readers know “%(gone)s” and not “%(kept)s”: merge the other way round.") % words
        )
    if gone.proposal:
        why.append(_("“%(gone)s” has a change under way: approve or decline it first.") % words)
    return why or [*_blockers_of_kind(gone, kept), *_blockers_of_records(moved)]


def _blockers_of_kind(gone: SharedEntry, kept: SharedEntry) -> Iterator[str]:
    words = {"gone": gone, "kept": kept}
    if isinstance(gone, Source) and gone.passages.exists():
        yield _("“%(gone)s” has numbered passages, whose citations cannot be moved.") % words
    if isinstance(gone, models.Person):
        alive = Actor.objects.exclude(state=State.WITHDRAWN)
        actors = list(alive.filter(person__in=[gone, kept]))
        if len(actors) > 1:
            names = {"actors": ", ".join(map(str, actors))}
            yield _("Each is an actor of its own: merge these first: %(actors)s.") % names
    no_group = isinstance(kept, Actor) and kept.kind not in GROUPS
    if no_group and isinstance(gone, Actor) and gone.members.exists():
        yield _("“%(gone)s” has members, and “%(kept)s” is no group.") % words


def _blockers_of_records(moved: Iterable[MergedRecord]) -> Iterator[str]:
    """New faults of records that would name one entry where they named two."""
    for move in moved:
        form = record_forms.form_of(move.obj)
        known = set(checks.faults_of(form, move.before, lambda cite: ""))
        for path, cause in checks.faults_of(form, move.after, lambda cite: ""):
            if (path, cause) not in known:
                yield f"{move.obj}: {path}: {cause}"


# The record of the kept entry


def merged_record(record: dict[str, Any], gone: SharedEntry) -> dict[str, Any]:
    """The kept entry's record with the other's names and slugs; an actor's memberships too."""
    other = record_of(gone)
    slugs = {*record["former_slugs"], gone.slug, *other["former_slugs"]}
    result = record | {"former_slugs": sorted(slugs)}
    if "variants" in record:
        known = [record["name"], *record["variants"]]
        names = dict.fromkeys([other["name"], *other["variants"]])
        result["variants"] = [*record["variants"], *(n for n in names if n not in known)]
    if isinstance(gone, Actor):
        result |= _actor_fields(record, other)
    return record_forms.normal_record(record_forms.form_of(gone), result)


def _actor_fields(record: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    variant = {"name": other["name"], "kind": "variant", "from": None, "to": None}
    known = {record["name"], *(name["name"] for name in record["names"])}
    names = {name["name"]: name for name in [*other["names"], variant]}
    groups = {(member["group"], member["from"]) for member in record["memberships"]}
    return {
        "names": [*record["names"], *(n for word, n in names.items() if word not in known)],
        "memberships": [
            *record["memberships"],
            *(m for m in other["memberships"] if (m["group"], m["from"]) not in groups),
        ],
        "cites": list(dict.fromkeys([*record["cites"], *other["cites"]])),
    }


# The merge, carried out


def entries_to_absorb(kept: Publishable, record: dict[str, Any]) -> list[SharedEntry]:
    """The entries, not withdrawn yet, whose slugs a record has as former ones. At most one query.

    Such a record is a merge: those entries are withdrawn when it becomes public.
    """
    slugs = record.get("former_slugs", [])
    if not slugs or not isinstance(kept, SharedEntry):
        return []
    rows: Any = type(kept)._default_manager.exclude(state=State.WITHDRAWN).exclude(pk=kept.pk)
    return list(rows.filter(slug__in=slugs))


def absorb_all(kept: Publishable, record: dict[str, Any], by: User | None, reason: str) -> None:
    """Carries out the merges that a record stands for, see `entries_to_absorb`."""
    for gone in entries_to_absorb(kept, record):
        assert isinstance(kept, SharedEntry)
        absorb(gone, kept, by, reason)


def absorb(gone: SharedEntry, kept: SharedEntry, by: User | None, reason: str) -> None:
    """Moves every reference to `kept`, and withdraws the other entry.

    Run it in the transaction of the change of `kept`. Raises InvalidStep.
    """
    lock(gone)
    moved = references_moved(gone, kept, locked=True)
    blockers = merge_blockers(gone, kept, moved)
    if blockers:
        raise InvalidStep(" ".join(blockers))
    words = _("“%(gone)s” was merged into “%(kept)s”.") % {"gone": gone, "kept": kept}
    words = f"{words} {reason}".strip()
    # A proposal's new revision before that of its record leaves a stale one stale; after it, it
    # keeps the others from becoming so.
    stale = [move for move in moved if move.proposed and is_stale(move.obj)]
    _move_proposals(stale, by, words)
    records = [move for move in moved if not move.proposed]
    for move in records:
        apply_to(move.obj, move.after)
        move.obj.version += 1
        if move.obj.is_published:
            move.obj.published_at = timezone.now()
        move.obj.save(update_fields=["version", "published_at"])
        reindex_and_recheck(move.obj)
    write_revisions([move.obj for move in records], RevisionAction.MERGED, by, words)
    _move_proposals([move for move in moved if move.proposed and move not in stale], by, words)
    # Its own former slugs lead to the entry that is kept from now on.
    gone.former_slugs = []
    gone.save(update_fields=["former_slugs"])
    change_stage([gone], ABSORB, words)
    write_revision(gone, RevisionAction.WITHDRAWN, record_of(gone), by, words)


def _move_proposals(moves: Iterable[MergedRecord], by: User | None, reason: str) -> None:
    for move in moves:
        rows = type(move.obj)._default_manager.filter(pk=move.obj.pk)
        rows.update(version=F("version") + 1)
        write_revision(move.obj, RevisionAction.PROPOSED, move.after, by, reason)
