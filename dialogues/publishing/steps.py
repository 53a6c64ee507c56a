"""The steps: from draft to review to the public, back, and out again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import CASCADE, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues import search
from dialogues.choices import Proposed, RevisionAction, Stage, State
from dialogues.models import Dialogue, Publishable, Statement
from dialogues.records import record_forms
from dialogues.records.record_forms import FORMS, RecordForm

from .revisions import authors, write_revisions
from .roles import is_administrator


class InvalidStep(Exception):
    """A step that the record's state, or the rule of two people, does not allow."""


# What may follow what; only the operator publishes a draft, by import.
STEPS: dict[str, dict[Stage, dict[str, str]]] = {
    "submit": {
        Stage.DRAFT: {"state": State.IN_REVIEW},
        Stage.PROPOSED: {"proposal": Proposed.IN_REVIEW},
    },
    "give_back": {
        Stage.IN_REVIEW: {"state": State.DRAFT},
        Stage.PROPOSAL_IN_REVIEW: {"proposal": Proposed.DRAFT},
    },
    "publish": {Stage.IN_REVIEW: {"state": State.PUBLISHED}},
    "approve": {Stage.PROPOSAL_IN_REVIEW: {"proposal": ""}},
    "decline": {Stage.PROPOSED: {"proposal": ""}, Stage.PROPOSAL_IN_REVIEW: {"proposal": ""}},
    "withdraw": {
        stage: {"state": State.WITHDRAWN, "proposal": ""}
        for stage in (Stage.PUBLISHED, Stage.PROPOSED, Stage.PROPOSAL_IN_REVIEW)
    },
    # An entry that another takes the place of: see `merging`.
    "absorb": {
        stage: {"state": State.WITHDRAWN}
        for stage in (Stage.DRAFT, Stage.IN_REVIEW, Stage.PUBLISHED)
    },
}


def withdraw(obj: Publishable, by: User | None, reason: str) -> None:
    """Public to withdrawn: the address goes on answering, with the reason."""
    if not reason.strip():
        raise InvalidStep(_("Say why it is withdrawn; readers will see the reason."))
    users = list(_public_users(obj))
    if users:
        raise InvalidStep(
            _("Published records refer to it: %(records)s.") % {"records": ", ".join(users[:5])}
        )
    with transaction.atomic():
        take(obj, "withdraw", reason)
        write_revisions([(obj, RevisionAction.WITHDRAWN)], by, reason)


def saved(obj: Publishable, by: User | None, new: bool, reason: str = "") -> None:
    """Writes the revision of a record that a form or command has just saved."""
    write_revisions([(obj, RevisionAction.CREATED if new else RevisionAction.CHANGED)], by, reason)


def lock(obj: Publishable) -> None:
    """Whoever comes second waits here until the first is done."""
    rows = type(obj)._default_manager.order_by().select_for_update().filter(pk=obj.pk)
    list(rows.values_list("pk"))


def take(obj: Publishable, step: str, reason: str = "") -> None:
    """The step itself: nothing but the record's stage and its dates."""
    if obj.stage not in STEPS[step]:
        raise InvalidStep(_("Not now: its state is “%(state)s”.") % {"state": obj.stage.label})
    values: dict[str, Any] = dict(STEPS[step][obj.stage])
    if step in ("publish", "approve"):
        values["published_at"] = timezone.now()
    if values.get("state") == State.WITHDRAWN:
        values |= {"withdrawn_at": timezone.now(), "withdrawal_reason": reason}
    # The stage is compared inside the UPDATE: of two who press the button, one succeeds.
    same = type(obj)._default_manager.filter(pk=obj.pk, state=obj.state, proposal=obj.proposal)
    if not same.update(**values):
        raise InvalidStep(_("Somebody has changed its state meanwhile: look at it again."))
    for name, value in values.items():
        setattr(obj, name, value)
    if "state" in values:
        # Search rows say what readers may see of a statement and of all that it names.
        search.index(search.statements_to_reindex([obj]))


# Two people, and what a record refers to


def refuse_own(obj: Publishable, by: User, reason: str) -> None:
    """Nobody publishes alone what they wrote; save an administrator, who says why."""
    if by.pk in authors(obj) and not (is_administrator(by) and reason.strip()):
        raise InvalidStep(_("Nobody publishes what they wrote: ask another curator."))


def refuse_unpublished(obj: Publishable, record: dict[str, Any]) -> None:
    """A record is published only when all that it refers to is."""
    missing = unpublished_references(record_forms.form_of(obj), record)
    if isinstance(obj, Statement) and not obj.dialogue.is_published:
        missing.insert(0, f"dialogue {obj.dialogue.year}")
    if missing:
        raise InvalidStep(
            _("Publish first what it refers to: %(records)s.") % {"records": ", ".join(missing)}
        )


def public_entries(kind: str) -> QuerySet:
    """The slugs of the entries of a shared list that readers can see."""
    rows: Any = FORMS[kind].model._default_manager
    return rows.published().order_by().values_list("slug", flat=True)


def _public_among(kind: str, keys: set[str]) -> set[str]:
    return set(public_entries(kind).filter(slug__in=keys))


def unpublished_references(
    form: RecordForm,
    record: dict[str, Any],
    public: Callable[[str, set[str]], Collection[str]] = _public_among,
) -> list[str]:
    """What a record names that readers cannot see, as "theme sovereignty".

    `public` gives the entries of a kind that readers see, of these at least. One query for each
    kind that the record names, unless it keeps them.
    """
    wanted: dict[str, set[str]] = {}
    for reference in record_forms.references(form, record, ""):
        if reference.kind == "passage":
            wanted.setdefault("source", set()).add(reference.key.partition("#")[0])
        elif reference.kind != "panel":
            wanted.setdefault(reference.kind, set()).add(reference.key)
    return [
        f"{kind} {key}"
        for kind, keys in wanted.items()
        for key in sorted(keys.difference(public(kind, keys)))
    ]


def unpublished_dependencies(obj: Publishable, record: dict[str, Any]) -> list[Publishable]:
    """What a record refers to that readers cannot see; what one of these refers to comes first."""
    found: dict[str, Publishable | None] = {}
    _visit(record_forms.form_of(obj), record, found)
    return [one for one in found.values() if one is not None]


def _visit(form: RecordForm, record: dict[str, Any], found: dict[str, Publishable | None]) -> None:
    for name in unpublished_references(form, record):
        if name not in found:
            found[name] = None  # on its way: two may refer to each other
            kind, __, key = name.partition(" ")
            other: Any = FORMS[kind].model._default_manager.filter(slug=key).first()
            if other is not None:
                _visit(FORMS[kind], record_forms.to_record(FORMS[kind], other), found)
            del found[name]
            found[name] = other


def _public_users(obj: Publishable) -> Iterator[str]:
    """Published records that refer to this one; its own parts, which go with it, left out."""
    for relation in obj._meta.related_objects:
        if getattr(relation, "on_delete", None) is CASCADE:
            continue
        manager: Any = relation.related_model._default_manager
        for user in manager.published().filter(**{relation.field.name: obj.pk})[:5]:
            yield str(user)


# Refs


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
    if all(part.has_public_ref for part in parts):
        return
    last = in_year.aggregate(last=Max("serial"))["last"] or 0
    last = max([last, *_withdrawn_serials(year, letter)])
    for part in parts:
        if not part.has_public_ref:
            last += 1
            part.serial = last
            part.ref = f"RTOP-{year}-{letter}{last:0{digits}}"
            part.save(update_fields=["ref", "serial"])


def _withdrawn_serials(year: int, letter: str) -> Iterator[int]:
    """The numbers that parts of a year had which were withdrawn. Two queries."""
    statements = Statement.objects.filter(dialogue__year=year).exclude(withdrawn_parts=[])
    dialogues = Dialogue.objects.filter(year=year).exclude(withdrawn_parts=[])
    for rows in (statements, dialogues):
        for parts in rows.order_by().values_list("withdrawn_parts", flat=True):
            for part in parts:
                __, __, number = part["ref"].rpartition("-")
                if number[0] == letter:
                    yield int(number[1:])
