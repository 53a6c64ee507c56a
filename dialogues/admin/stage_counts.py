"""Counts of records by stage, and of one's own work: the head of the admin's first page."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, Value
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dialogues.choices import ProposalState, State
from dialogues.records.record_forms import FORMS

from .filters import OwnWorkFilter

# The counts, each with the filter of the list that shows just these records.
COUNTED = {
    "drafts": (_("Drafts"), "state", State.DRAFT),
    "in_review": (_("In review"), "state", State.IN_REVIEW),
    "changes": (_("Changes being written"), "proposal", ProposalState.DRAFT),
    "changes_in_review": (_("Changes in review"), "proposal", ProposalState.IN_REVIEW),
}


def stage_counts(user: Any) -> list[dict[str, Any]]:
    """The counts of each kind that has records short of publication. One query.

    `cells` are the numbers by stage, `own` this person's, each with the address of its list.
    """
    counts_by_kind = _counts(user)
    rows = []
    for name in FORMS:
        counts = counts_by_kind.get(name, {})
        address = reverse(f"admin:dialogues_{name}_changelist")
        cells = [
            (counts.get(which, 0), f"{address}?{field}__exact={value}")
            for which, (_label, field, value) in COUNTED.items()
        ]
        own = [
            (counts.get(which, 0), f"{address}?{OwnWorkFilter.parameter_name}={which}")
            for which in OwnWorkFilter.CONDITIONS
        ]
        if any(number for number, _url in cells):
            plural = FORMS[name].model._meta.verbose_name_plural
            rows.append({"name": capfirst(str(plural)), "cells": cells, "own": own})
    return rows


def _counts(user: Any) -> dict[str, dict[str, int]]:
    """The counts by kind of record, and by name."""
    queries = []
    for name, form in FORMS.items():
        counts: dict[str, Any] = {
            which: Count("pk", filter=Q(**{field: value}))
            for which, (_label, field, value) in COUNTED.items()
        }
        for which, (_label, condition) in OwnWorkFilter.CONDITIONS.items():
            chosen = condition(name, user)
            counts[which] = Value(0) if chosen is None else Count("pk", filter=chosen)
        rows = form.model._default_manager.order_by().values(record=Value(name))
        queries.append(rows.annotate(**counts))
    return {row["record"]: row for row in queries[0].union(*queries[1:], all=True)}
