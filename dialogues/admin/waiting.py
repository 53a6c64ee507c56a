"""What is under way and what waits: the head of the admin's first page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, Value
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dialogues.choices import Proposed, State
from dialogues.records.forms import FORMS

# What is counted, and the filter of a list that shows just these.
COUNTED = {
    "drafts": (_("Drafts"), "state", State.DRAFT),
    "in_review": (_("In review"), "state", State.IN_REVIEW),
    "changes": (_("Changes being written"), "proposal", Proposed.DRAFT),
    "changes_in_review": (_("Changes in review"), "proposal", Proposed.IN_REVIEW),
}


@dataclass(frozen=True)
class Waiting:
    """A kind of record, and how many of it stand where: each number with its list's address."""

    name: str
    cells: list[tuple[int, str]]


def waiting() -> list[Waiting]:
    """Kinds of which something is under way. One query."""
    counts = {
        name: Count("pk", filter=Q(**{field: value}))
        for name, (_label, field, value) in COUNTED.items()
    }
    one, *others = (
        form.model._default_manager.order_by().values(record=Value(name)).annotate(**counts)
        for name, form in FORMS.items()
    )
    found = {row["record"]: row for row in one.union(*others, all=True)}
    rows = []
    for name, form in FORMS.items():
        if name not in found:
            continue
        address = reverse(f"admin:dialogues_{name}_changelist")
        cells = [
            (found[name][which], f"{address}?{field}__exact={value}")
            for which, (_label, field, value) in COUNTED.items()
        ]
        if any(number for number, _url in cells):
            rows.append(Waiting(capfirst(str(form.model._meta.verbose_name_plural)), cells))
    return rows
