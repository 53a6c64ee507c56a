"""Requirements of publication: a record without a fault, which names public records only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from dialogues.models import Dialogue, Publishable, Statement
from dialogues.records import record_forms
from dialogues.records.importing.plan import ImportEntry, ImportPlan
from dialogues.records.record_forms import FORMS, RecordForm

from .workflow import InvalidStep


def refuse_faults(obj: Publishable, record: dict[str, Any]) -> None:
    """Raises InvalidStep where an import would refuse the record in the object's place."""
    form = record_forms.form_of(obj)
    year = obj.dialogue.year if isinstance(obj, Statement) else getattr(obj, "year", 0)
    whole = record_forms.completed(form, record)
    entry = ImportEntry(form, record_forms.key_of(obj), whole, file="", path="", year=year)
    if not obj.proposal:
        # The record is what the archive has: a second reading would cost twelve queries.
        entry.existing, entry.before = obj, whole
    faults = [
        f"{fault.path.lstrip('.')}: {fault.cause}" for fault in ImportPlan([], [entry]).faults
    ]
    if faults:
        raise InvalidStep(_("Mend first: %(faults)s.") % {"faults": "; ".join(faults)})


def refuse_unpublished(obj: Publishable, record: dict[str, Any]) -> None:
    """Raises InvalidStep where readers cannot see all that the record refers to."""
    missing = [f"dialogue {dialogue.year}" for dialogue in _unpublished_dialogue(obj)]
    missing += unpublished_references(record_forms.form_of(obj), record)
    if missing:
        raise InvalidStep(
            _("Publish first what it refers to: %(records)s.") % {"records": ", ".join(missing)}
        )


def public_slugs(kind: str) -> set[str]:
    """The slugs of the entries of a shared list that readers can see. One query."""
    rows: Any = FORMS[kind].model._default_manager
    return set(rows.published().order_by().values_list("slug", flat=True))


def unpublished_references(
    form: RecordForm,
    record: dict[str, Any],
    public_slugs: Callable[[str], set[str]] = public_slugs,
) -> list[str]:
    """The shared entries that a record names and readers cannot see, as "theme sovereignty"."""
    named: dict[str, set[str]] = {}
    for reference in record_forms.references(form, record, ""):
        if reference.kind == "passage":
            named.setdefault("source", set()).add(reference.key.partition("#")[0])
        elif reference.kind != "panel":
            named.setdefault(reference.kind, set()).add(reference.key)
    return [
        f"{kind} {slug}"
        for kind, slugs in named.items()
        for slug in sorted(slugs - public_slugs(kind))
    ]


def unpublished_dependencies(obj: Publishable, record: dict[str, Any]) -> list[Publishable]:
    """All records that must be published before this one, in an order in which they can be.

    A statement's dialogue comes first; then the shared entries that the record names, each after
    those that it names itself.
    """
    entries: dict[str, Publishable | None] = {}
    _add_dependencies(record_forms.form_of(obj), record, entries)
    return [*_unpublished_dialogue(obj), *(entry for entry in entries.values() if entry)]


def _unpublished_dialogue(obj: Publishable) -> list[Dialogue]:
    hidden = isinstance(obj, Statement) and not obj.dialogue.is_published
    return [obj.dialogue] if hidden else []  # type: ignore[attr-defined]


def _add_dependencies(
    form: RecordForm, record: dict[str, Any], entries: dict[str, Publishable | None]
) -> None:
    for name in unpublished_references(form, record):
        if name in entries:
            continue
        entries[name] = None  # being visited: two entries may refer to each other
        kind, __, slug = name.partition(" ")
        entry: Any = FORMS[kind].model._default_manager.filter(slug=slug).first()
        if entry is not None:
            _add_dependencies(FORMS[kind], record_forms.to_record(FORMS[kind], entry), entries)
        del entries[name]
        entries[name] = entry
