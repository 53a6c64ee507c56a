"""Progress of each dialogue, and what is left to do: a table of the admin's first page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dialogues.admin.coding.page import coding_url
from dialogues.choices import ActorKind, State
from dialogues.models import Actor, Dialogue, Note, Position, Quotation, Tally
from dialogues.publishing.coverage import UnreadPassages, unread_passages

from .base import change_url
from .filters import (
    UnfinishedFilter,
    UnfinishedNotesFilter,
    UnfinishedPositionsFilter,
    UnfinishedQuotationsFilter,
    UnfinishedTalliesFilter,
    from_the_floor,
)


@dataclass(frozen=True)
class AdminColumn:
    """A count for every year, in one query, and the list of the counted rows."""

    label: Any
    counted: Callable[[], dict[int, int]]
    model: Any
    query: str  # with the year left open

    def address(self, year: int) -> str:
        return f"{reverse(f'admin:dialogues_{self.model._meta.model_name}_changelist')}?" + (
            self.query % {"year": year}
        )


def _states() -> dict[int, int]:
    rows = from_the_floor().filter(actor__kind=ActorKind.MEMBER_STATE).order_by()
    by_year = rows.values_list("statement__dialogue__year")
    return dict(by_year.annotate(number=Count("actor", distinct=True)))


def _left(
    label: Any, model: Any, which: str, of: type[UnfinishedFilter], year: str = "dialogue__year"
) -> AdminColumn:
    def counted() -> dict[int, int]:
        rows = model._default_manager.filter(of.conditions[which][1]).order_by()
        return dict(rows.values_list(year).annotate(number=Count("pk")))

    return AdminColumn(label, counted, model, f"left={which}&{year}=%(year)d")


# One query each.
COLUMNS = (
    AdminColumn(
        _("Member States recorded"), _states, Actor, "kind__exact=member_state&floor=%(year)d"
    ),
    _left(
        _("Positions without a passage"),
        Position,
        "no_passage",
        UnfinishedPositionsFilter,
        "statement__dialogue__year",
    ),
    _left(_("Quotations not found"), Quotation, "not_found", UnfinishedQuotationsFilter),
    _left(_("Quotations not checked"), Quotation, "not_checked", UnfinishedQuotationsFilter),
    _left(_("Tallies that differ"), Tally, "differ", UnfinishedTalliesFilter),
    _left(_("Open notes"), Note, "open", UnfinishedNotesFilter),
)


def dialogue_progress() -> list[dict[str, Any]]:
    """Every dialogue, the newest first: its counts, and its sources with unread passages.

    One query for the dialogues, one for each column, and those of `unread_passages`.
    """
    counts = [(column, column.counted()) for column in COLUMNS]
    waiting: dict[int, list[tuple[UnreadPassages, str]]] = defaultdict(list)
    for unread in unread_passages():
        url = coding_url(unread.source, unread.dialogue, show="not_read")
        waiting[unread.dialogue.pk].append((unread, url))
    return [
        {
            "dialogue": dialogue,
            "url": change_url(dialogue),
            "cells": [(n.get(dialogue.year, 0), c.address(dialogue.year)) for c, n in counts],
            "unread": waiting[dialogue.pk],
        }
        for dialogue in Dialogue.objects.exclude(state=State.WITHDRAWN).order_by("-year")
    ]
